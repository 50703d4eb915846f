"""Opening tickets: by whom, for whom, with which cargo, and what is known of it at that moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cargo.models import Consignment, Nomination, Unit
from cargo.registration import Particulars, register
from cargo.tariffs import load_tariff
from feeds.models import Source
from liaison.models import JournalEntry
from notify.models import Notice
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast, somebody
from tests.tickets.conftest import opened
from tickets.models import Category, Ticket, Watch
from tickets.opening import MOST_CONSIGNMENTS, Opening, open_ticket
from tickets.snapshots import snapshots

NOW = timezone.now()


def told() -> list[str]:
    return list(Notice.objects.filter(channel="inbox").order_by("pk").values_list("person__email", flat=True))


def opening(code: str = "PORT_DELAY", **more: object) -> Opening:
    return Opening(category=Category.objects.get(code=code), title=" Box  not loaded ", **more)  # type: ignore[arg-type]


def test_a_trader_opens_her_own(ticket: Ticket, cast: Cast, consignment: Consignment) -> None:
    assert (ticket.title, ticket.body, ticket.channel) == ("Box not loaded", "It stands in the yard.", "web")
    assert (ticket.opener, ticket.organization, ticket.caller) == (cast.importer, cast.importer_firm, "")
    assert (ticket.state, ticket.waiting_on, ticket.waiting_since) == ("new", "office", ticket.opened_at)
    assert (ticket.ref[:4], len(ticket.ref), told()) == (f"T{ticket.opened_at:%y}-", 10, [])
    assert ticket.next_breach_at == ticket.opened_at + timedelta(hours=2)
    entry = JournalEntry.objects.get(kind="tickets.opened")
    assert (entry.key, entry.data["category"], entry.by) == (ticket.ref, "PORT_DELAY", cast.importer)
    assert list(ticket.entries.order_by("number").values_list("number", "kind", "party")) == [
        (1, "opened", "importer"),
        (2, "attached", "importer"),
    ]


def test_references_run_on(cast: Cast, categories: None) -> None:
    first, second = opened(cast), opened(cast)
    assert int(second.ref[4:]) == int(first.ref[4:]) + 1


def test_an_officer_opens_for_a_caller_who_has_no_account(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    other = somebody(cast.importer_firm, "readonly")
    given = opening(consignments=[consignment], channel="phone", caller="Jean, driver", caller_phone="+250788123456")
    ticket = open_ticket(opening=given, by=cast.officer, at=NOW)
    assert (ticket.opener, ticket.caller, ticket.organization) == (None, "Jean, driver", cast.importer_firm)
    assert ticket.entries.get(number=1).party == "importer"
    assert sorted(told()) == sorted([cast.importer.email, other.email])
    assert Watch.objects.get().person == cast.officer


def test_what_the_office_itself_has_seen_is_its_own(cast: Cast, categories: None, consignment: Consignment) -> None:
    ticket = open_ticket(opening=opening(consignments=[consignment]), by=cast.officer, at=NOW)
    assert (ticket.opener, ticket.organization, told()) == (cast.officer, cast.importer_firm, [cast.importer.email])


def test_answers_without_words_are_left_out(cast: Cast, categories: None) -> None:
    given = opening(code="INFO", answers={"place": " Yard ", "since": " "}, organization=cast.importer_firm)
    assert open_ticket(opening=given, by=cast.importer, at=NOW).answers == {"place": "Yard"}


def test_the_cargo_of_two_firms_is_never_on_one_ticket(cast: Cast, categories: None, consignment: Consignment) -> None:
    other = register(particulars=Particulars(consignee=cast.stranger_firm, bill_of_lading="X"), by=None, at=AT)
    with pytest.raises(ValidationError, match="several firms"):
        open_ticket(opening=opening(consignments=[consignment, other]), by=cast.officer, at=NOW)
    assert not Ticket.objects.exists()


def test_cargo_is_on_the_ticket_of_no_firm_that_does_not_handle_it(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    with pytest.raises(ValidationError, match="several firms"):
        open_ticket(
            opening=opening(consignments=[consignment], organization=cast.stranger_firm), by=cast.officer, at=NOW
        )
    assert not Ticket.objects.exists()
    for firm in (cast.importer_firm, cast.agent_firm):
        given = opening(consignments=[consignment], organization=firm)
        assert open_ticket(opening=given, by=cast.officer, at=NOW).organization == firm
    Nomination.objects.update(ended_at=AT)
    with pytest.raises(ValidationError, match="several firms"):
        open_ticket(opening=opening(consignments=[consignment], organization=cast.agent_firm), by=cast.officer, at=NOW)


def test_one_ticket_is_about_so_many_consignments_and_each_once(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    twice = open_ticket(opening=opening(consignments=[consignment, consignment]), by=cast.importer, at=NOW)
    assert twice.concerned.count() == 1
    many = [Consignment(pk=number, consignee=cast.importer_firm) for number in range(1, MOST_CONSIGNMENTS + 2)]
    with pytest.raises(ValidationError, match="50 consignments at most"):
        open_ticket(opening=opening(consignments=many), by=cast.importer, at=NOW)


def test_the_cargo_is_attached_as_it_stood(
    cast: Cast, categories: None, clerk: Source, consignment: Consignment
) -> None:
    load_tariff(at=AT)
    Unit.objects.update(size_type="22G1")
    take_in(clerk, csv(row("discharged", 24 * 20, box=BOX), row("discharged", 24 * 20 - 1, box=OTHER_BOX)))
    ticket = opened(cast, consignment)
    kept = ticket.entries.get(kind="attached").data
    assert (kept["consignment"], kept["last_kind"], kept["place"]) == (consignment.ref, "discharged", "Port of Mombasa")
    assert (kept["state"], kept["source"], kept["held_by"], kept["is_held"]) == ("at_port", "Clerk", "RRA", False)
    assert (kept["currency"], kept["clock"], kept["p10"]) == ("USD", "port_storage", None)
    assert float(kept["accrued"]) > 0
    stored = Ticket.objects.get(pk=ticket.pk)
    assert float(kept["tomorrow"]) == float(stored.usd_at_risk or 0) > 0
    assert stored.risk_at == ticket.opened_at
    take_in(clerk, csv(row("gate_out", 1, box=BOX), row("gate_out", 1, box=OTHER_BOX)))
    assert ticket.entries.get(kind="attached").data == kept
    now = snapshots([consignment], at=timezone.now())[0]
    assert (now["state"], now["last_kind"]) == ("on_road", "gate_out")


def test_of_cargo_that_nobody_has_heard_of_nothing_is_known(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    kept = snapshots([consignment], at=NOW)[0]
    assert (kept["state"], kept["since"], kept["source"], kept["place"]) == ("registered", None, "", "")
    assert (kept["clock"], kept["last_free_on"], kept["p90"]) == ("", None, None)
