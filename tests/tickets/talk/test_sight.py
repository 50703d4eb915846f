"""Whose telephone learns what: by role, by nomination, with and without money, and never by asking cleverly."""

from __future__ import annotations

import pytest
from django.utils import timezone

from cargo.models import Consignment, Nomination
from cargo.nominations import Terms, accept, end, nominate
from cargo.tariffs import load_tariff
from feeds.models import Source
from liaison.models import Person
from tests.cargo.test_reading import BOX, csv, row, take_in
from tests.conftest import AT, Cast, somebody
from tests.tickets.talk.conftest import HERS, STRANGE, proven, said
from tests.tickets.talk.test_ussd import dial
from tickets.models import Ticket

REDACTED = "TGHU****380"
PRIVATE = ("RW26-", "Rice", "UMUC2611001", "Umucyo", "USD", "TGHU3054380")


@pytest.fixture
def known(cast: Cast, consignment: Consignment, clerk: Source) -> Consignment:
    """The importer's consignment, discharged and standing in the port, with a tariff."""
    load_tariff(at=AT)
    take_in(clerk, csv(row("discharged", 40), row("discharged", 40, box="CSQU3054383")))
    return Consignment.objects.get()


def test_each_of_the_cast_reads_what_she_would_see_in_the_portal(cast: Cast, known: Consignment) -> None:
    seen = {}
    for number, (part, person) in enumerate(cast.people().items()):
        phone = f"+25078811100{number}"
        proven(person, phone)
        answer = said(f"TRACK {BOX}", phone)
        seen[part] = answer.startswith(f"{known.ref}: ")
        if not seen[part]:
            assert answer.startswith(REDACTED)
            assert [word for word in PRIVATE if word in answer] == []
    assert seen == {
        "importer": True,
        "agent": True,
        "stranger": False,
        "officer": True,
        "desk": False,
        "official": False,
    }


def test_money_is_for_who_may_see_it(cast: Cast, known: Consignment) -> None:
    proven(cast.importer)
    proven(cast.agent, STRANGE)
    hers, agents = dial(f"2*2*{BOX}", HERS), dial(f"2*2*{BOX}", STRANGE)
    assert (hers.startswith(f"END {known.ref}: "), "owed" in hers) == (True, True)
    assert agents == "END Deadlines and costs are told to the telephone that the firm has verified in the portal."
    assert "free until" not in said(f"TRACK {BOX}", STRANGE)
    Nomination.objects.update(may_see_money=True)
    assert "owed" in dial(f"2*2*{BOX}", STRANGE, session="s2")


def test_a_nomination_that_has_ended_ends_it_at_once(cast: Cast, known: Consignment) -> None:
    proven(cast.agent, STRANGE)
    assert said(f"TRACK {BOX}").startswith(known.ref)
    end(nomination=Nomination.objects.get(), by=cast.importer, at=timezone.now())
    assert said(f"TRACK {BOX}").startswith(REDACTED)
    terms = {"principal": cast.importer_firm, "nominee": cast.stranger_firm, "terms": Terms(), "by": None, "at": AT}
    accept(nomination=nominate(**terms), by=None, at=AT)  # type: ignore[arg-type]
    proven(cast.stranger, HERS)
    assert said(f"TRACK {BOX}", HERS).startswith(known.ref)


@pytest.mark.parametrize("state", ["shut", "moved", "passed on"])
def test_a_telephone_that_is_hers_no_more_reads_the_public_words(cast: Cast, known: Consignment, state: str) -> None:
    phone = proven(cast.importer)
    assert said(f"TRACK {BOX}", HERS).startswith(known.ref)
    if state == "shut":
        Person.objects.filter(pk=cast.importer.pk).update(is_active=False)
    elif state == "moved":
        phone.verified_at = None
        phone.save()
    else:
        phone.delete()
        proven(cast.stranger)
    assert said(f"TRACK {BOX}", HERS).startswith(REDACTED)
    assert "owed" not in dial(f"2*2*{BOX}", HERS)


@pytest.mark.parametrize(
    "asked",
    [
        *("TGHU", "TGHU305438", "UMUC261100", "RW26", "%", "_", "TGHU%", "TGHU305438_", "Rice", "Umucyo Traders", "*"),
        *("TGHU3054380 OR 1=1", "' OR ''='", "CSQU", "UMUC", ".*", "TGHU3054380,CSQU3054383"),
    ],
)
def test_nothing_is_found_by_a_part_or_a_pattern(cast: Cast, known: Consignment, asked: str) -> None:
    answer = said(f"TRACK {asked}")
    assert [word for word in (REDACTED, "CSQU****383", "port", "Mombasa") if word in answer] == []
    assert dial(f"2*1*{asked}").startswith("CON ")


def test_a_read_only_colleague_reads_and_does_not_report_in_the_firm_s_name(
    cast: Cast, known: Consignment, categories: None
) -> None:
    proven(somebody(cast.importer_firm, "readonly"))
    assert said(f"TRACK {BOX}", HERS).startswith(known.ref)
    said(f"REPORT {BOX} not loaded since Monday", HERS)
    ticket = Ticket.objects.get()
    assert (ticket.concerned.count(), ticket.organization, ticket.opener, ticket.caller) == (0, None, None, HERS)
