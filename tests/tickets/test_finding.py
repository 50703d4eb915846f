"""Finding tickets by what is at hand, as far as one may read it; and the order of the board."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from cargo.models import Consignment
from cargo.registration import Particulars, register
from liaison.models import Organization, Person
from tests.conftest import AT, Cast
from tests.liaison.papers import PDF
from tests.tickets.conftest import opened
from tickets import finding
from tickets.conversation import Saying, say
from tickets.finding import by_urgency, found, in_queue, queues, search
from tickets.forms import FindForm
from tickets.handling import assign, snooze
from tickets.handovers import hand_over, pause
from tickets.models import Category, Ticket
from tickets.opening import Opening, open_ticket
from tickets.presenting import urgency
from tickets.resolving import resolve

NOW = timezone.now()
HOUR = timedelta(hours=1)


def titles(words: str, viewer: Person) -> list[str]:
    rows = search(Ticket.objects.visible_to(viewer), words, viewer)
    return list(rows.order_by("pk").values_list("title", flat=True))


@pytest.fixture
def spoken(ticket: Ticket, cast: Cast) -> Ticket:
    """With a reply and a note in it, and a stranger's ticket beside it that says the same."""
    say(ticket=ticket, saying=Saying(text="The crane is mended"), by=cast.officer, at=NOW)
    say(ticket=ticket, saying=Saying(text="He asked for a bribe", kind="note"), by=cast.officer, at=NOW)
    other = register(particulars=Particulars(consignee=cast.stranger_firm, containers=["MSCU1234566"]), by=None, at=AT)
    opening = Opening(
        category=Category.objects.get(code="INFO"), title="Crane and yard", body="Not yours", consignments=[other]
    )
    open_ticket(opening=opening, by=cast.stranger, at=NOW)
    return ticket


@pytest.mark.parametrize(
    "words", ["box loaded", "YARD stands", "crane", '"crane is"', "TGHU3054380", "tghu305", "UMUC2611001", "", "  "]
)
def test_a_ticket_is_found_by_its_words_its_messages_and_its_cargo(spoken: Ticket, cast: Cast, words: str) -> None:
    assert titles(words, cast.importer) == titles(words, cast.agent) == ["Box not loaded"]


def test_a_ticket_is_found_by_what_was_answered_and_by_who_called(cast: Cast, categories: None) -> None:
    told = {"place": "Malaba gate", "plate": "RAD 123 B"}
    opening = Opening(
        category=Category.objects.get(code="WEIGHBRIDGE"), title="Weighed again", answers=told,
        organization=cast.importer_firm, caller="Driver Kamanzi", caller_phone="+250788111222",
    )  # fmt: skip
    open_ticket(opening=opening, by=cast.officer, at=NOW)
    for words in ("malaba", '"RAD 123 B"', "kamanzi", "river kam"):
        assert titles(words, cast.officer) == titles(words, cast.importer) == ["Weighed again"], words
    # The telephone is the office's alone; codes of questions and two letters are no words.
    assert [titles("788111", viewer) for viewer in (cast.officer, cast.importer)] == [["Weighed again"], []]
    assert [titles(words, cast.officer) for words in ("plate", "ka", "K%Z", "mombasa")] == [[], [], [], []]
    assert titles("kamanzi", cast.stranger) == []


@pytest.mark.parametrize("words", ["bribe", "Not yours", "MSCU1234566", "unheard of", "loaded -box"])
def test_what_she_may_not_read_or_is_not_there_is_not_found(spoken: Ticket, cast: Cast, words: str) -> None:
    assert titles(words, cast.importer) == []


def test_the_office_finds_all_of_it(spoken: Ticket, cast: Cast) -> None:
    assert titles("bribe", cast.officer) == ["Box not loaded"]
    assert titles("crane", cast.officer) == ["Box not loaded", "Crane and yard"]
    assert titles(spoken.ref.lower(), cast.officer) == ["Box not loaded"]
    assert titles(spoken.ref[:7], cast.officer) == ["Box not loaded", "Crane and yard"]


WORDS = (
    "bribe",
    "crane",
    "crane yard",
    "loaded -box",
    '"crane is"',
    "unheard of",
    "Monday",
    "TGHU3054380",
    "T26-",
    "importer",
)


def test_of_words_that_very_many_have_the_same_is_found(
    spoken: Ticket, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However they are looked for: all at once, or by the office ticket by ticket."""
    viewers = (cast.officer, cast.importer, cast.stranger)
    at_once = {(words, viewer): titles(words, viewer) for words in WORDS for viewer in viewers}
    assert {words for (words, viewer), rows in at_once.items() if viewer == cast.officer and rows} >= {"crane", "T26-"}
    monkeypatch.setattr(finding, "MANY", -1)
    assert {(words, viewer): titles(words, viewer) for words in WORDS for viewer in viewers} == at_once


def test_a_ticket_is_found_by_the_name_of_a_paper_by_those_who_read_its_message(spoken: Ticket, cast: Cast) -> None:
    for name, kind in (("Packing-list", "reply"), ("Secret-memo", "note")):
        say(ticket=spoken, saying=Saying(text="See", kind=kind, papers=[(name, PDF)]), by=cast.officer, at=NOW)
    found_by = [[titles(words, viewer) for words in ("acking-l", "memo")] for viewer in (cast.officer, cast.importer)]
    assert found_by == [[["Box not loaded"]] * 2, [["Box not loaded"], []]]
    assert titles("acking-l", cast.stranger) == []


def test_the_office_finds_tickets_by_their_firm_and_nobody_else_does(spoken: Ticket, cast: Cast) -> None:
    assert titles("umucyo", cast.officer) == ["Box not loaded"]
    assert titles("kirere imp", cast.officer) == ["Crane and yard"]
    assert [titles("umucyo", viewer) for viewer in (cast.importer, cast.agent, cast.stranger)] == [[], [], []]


def test_a_desk_finds_what_is_for_it(spoken: Ticket, cast: Cast, kpa: Organization) -> None:
    assert titles("crane", cast.desk) == []
    hand_over(ticket=spoken, agency=kpa, words="Gantry seven", by=cast.officer, at=NOW)
    assert [titles(words, cast.desk) for words in ("gantry", "crane", "bribe")] == [["Box not loaded"]] * 2 + [[]]
    assert titles("gantry", cast.importer) == []


def asked(viewer: Person, **query: Any) -> int:
    form = FindForm(query)
    assert form.is_valid()
    return found(Ticket.objects.visible_to(viewer), form.cleaned_data, viewer).count()


def test_the_filters_narrow(spoken: Ticket, cast: Cast, consignment: Consignment) -> None:
    officer = cast.officer
    assert [asked(officer, state=state) for state in ("", "unsolved", "new", "open", "closed")] == [2, 2, 1, 1, 0]
    assert [asked(officer, category=code) for code in ("INFO", "FUEL")] == [1, 0]
    assert [asked(officer, waiting_on=side) for side in ("office", "agency")] == [2, 0]
    assert [asked(officer, consignment=ref) for ref in (consignment.ref.lower(), "RW26-999999")] == [1, 0]
    assert asked(officer, organization=cast.stranger_firm.pk) == 1
    # Of whom somebody else is, a trader asks in vain.
    assert asked(cast.importer, organization=cast.stranger_firm.pk) == 1
    assert asked(cast.stranger, consignment=consignment.ref) == 0


def test_the_board_goes_by_what_breaks_next_and_within_that_by_what_a_day_costs(ticket: Ticket, cast: Cast) -> None:
    rows = [ticket, *(opened(cast, title=f"T{number}") for number in range(6))]
    facts: list[tuple[timedelta | None, str | None]] = [
        (-2 * HOUR, "5"), (-HOUR, "90"), (HOUR, "1000"), (2 * HOUR, None), (10 * HOUR, "2000"), (72 * HOUR, None),
        (None, "9000"),
    ]  # fmt: skip
    for row, (due, usd) in zip(rows, facts, strict=True):
        Ticket.objects.filter(pk=row.pk).update(
            next_breach_at=NOW + due if due else None, usd_at_risk=usd and Decimal(usd), risk_at=NOW
        )
    order = [rows.index(row) for row in by_urgency(Ticket.objects.all(), at=NOW)]
    assert order == [1, 0, 2, 3, 4, 5, 6]
    shown = [urgency(row.next_breach_at, at=NOW) for row in by_urgency(Ticket.objects.all(), at=NOW)]
    assert shown == ["broken", "broken", "soon", "soon", "today", "later", "none"]


def test_the_queues_are_counted_with_what_is_late(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    late, paused, slept, over = (opened(cast, title=title) for title in ("Late", "Paused", "Slept", "Over"))
    hand_over(ticket=late, agency=kpa, words="x", by=cast.officer, at=NOW)
    Ticket.objects.filter(pk=late.pk).update(next_breach_at=NOW - HOUR)
    pause(ticket=paused, waiting_on="importer", reason="x", by=cast.officer, at=NOW)
    snooze(ticket=slept, until=NOW + HOUR, by=cast.officer, at=NOW)
    resolve(ticket=over, cause="port", words="x", by=cast.officer, at=NOW)
    counted = {
        (row["waiting_on"], row["agency__name"]): (row["n"], row["late"]) for row in queues(cast.officer, at=NOW)
    }
    assert counted == {("office", None): (1, 0), ("agency", "KPA"): (1, 1), ("importer", None): (1, 0)}
    assert queues(cast.importer, at=NOW + 2 * HOUR) != []
    assert queues(cast.stranger, at=NOW) == []


def test_a_queue_is_chosen_by_its_name(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    other = opened(cast, title="Handed")
    hand_over(ticket=other, agency=kpa, words="x", by=cast.officer, at=NOW)
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)

    def of(queue: str) -> list[str]:
        rows = in_queue(Ticket.objects.all(), queue, cast.officer).order_by("pk")
        return list(rows.values_list("title", flat=True))

    both = ["Box not loaded", "Handed"]
    assert (of(""), of("whatever"), of("agency-x")) == (both, both, both)
    assert (of("mine"), of("nobody"), of("office")) == (both[:1], both[1:], both[:1])
    assert (of(f"agency-{kpa.pk}"), of("agency-0"), of("agency-" + "9" * 30)) == (both[1:], [], both)
