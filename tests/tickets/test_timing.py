"""What a ticket's log and the promises of its category make of its clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liaison.models import Organization
from tests.conftest import Cast
from tickets.clocks.reckoning import Clock
from tickets.conversation import Saying, say
from tickets.handling import assign, file_under
from tickets.handovers import accept, give_back, hand_over, pause, resume
from tickets.models import Category, DayOff, Entry, Ticket
from tickets.opening import Opening, open_ticket
from tickets.resolving import reopen, resolve
from tickets.timing import Policy, breach_of, clocks_of_many, clocks_of_ticket, happening

# A Monday, nine o'clock in Kigali.
MONDAY = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return MONDAY + hours * HOUR


@pytest.fixture
def asked(cast: Cast, categories: None) -> Ticket:
    """A question of the importer's: a reply within four hours of the office, an answer within its eight."""
    return begun(cast, "INFO")


def begun(cast: Cast, code: str) -> Ticket:
    opening = Opening(category=Category.objects.get(code=code), title="A question", organization=cast.importer_firm)
    return open_ticket(opening=opening, by=cast.importer, at=MONDAY)


def clocks(ticket: Ticket, when: datetime) -> dict[tuple[str, str], Clock]:
    found = Ticket.objects.select_related("category").get(pk=ticket.pk)
    return {(each.kind, each.contract): each for each in clocks_of_many([found], at=when)[found.pk]}


def test_lunch_is_no_open_time_and_the_night_is_none(asked: Ticket) -> None:
    found = clocks(asked, at(0))
    # Nine to twelve and one to two; nine to five less lunch, and an hour of Tuesday.
    assert found["first_reply", "ours"].due_at == at(5)
    assert found["resolve", "ours"].due_at == at(24)
    assert asked.next_breach_at == at(5)


def test_ports_and_borders_never_close(cast: Cast, categories: None) -> None:
    found = clocks(begun(cast, "BORDER_QUEUE"), at(0))
    assert (found["first_reply", "ours"].due_at, found["resolve", "ours"].due_at) == (at(2), at(24))


def test_what_is_no_promise_has_no_clock(cast: Cast, categories: None) -> None:
    assert list(clocks(begun(cast, "ROAD_CHARGE"), at(0))) == [("first_reply", "ours")]


def test_a_note_and_an_assignment_are_no_reply(asked: Ticket, cast: Cast) -> None:
    assign(ticket=asked, to=cast.officer, by=cast.officer, at=at(1))
    say(ticket=asked, saying=Saying(text="x", kind="note"), by=cast.officer, at=at(1))
    assert clocks(asked, at(2))["first_reply", "ours"].met_at is None
    say(ticket=asked, saying=Saying(text="x"), by=cast.officer, at=at(2))
    assert clocks(asked, at(3))["first_reply", "ours"].met_at == at(2)
    assert Ticket.objects.get().next_breach_at == at(24)


def test_who_writes_again_is_owed_the_next_reply(asked: Ticket, cast: Cast) -> None:
    say(ticket=asked, saying=Saying(text="x"), by=cast.officer, at=at(1))
    say(ticket=asked, saying=Saying(text="And?"), by=cast.importer, at=at(2))
    say(ticket=asked, saying=Saying(text="And??"), by=cast.importer, at=at(4))
    assert clocks(asked, at(5))["next_reply", "ours"].due_at == at(7)


def test_a_pause_stands_still_and_goes_on_by_itself_when_she_writes(asked: Ticket, cast: Cast) -> None:
    pause(ticket=asked, waiting_on="importer", reason="Papers", by=cast.officer, at=at(1))
    assert Ticket.objects.get().next_breach_at is None
    paused = clocks(asked, at(2))["resolve", "ours"]
    assert (paused.is_paused, paused.waiting_on, paused.worked, paused.due_at) == (True, "importer", HOUR, None)
    say(ticket=asked, saying=Saying(text="Here"), by=cast.importer, at=at(2))
    resumed = clocks(asked, at(2))["resolve", "ours"]
    assert (resumed.is_paused, resumed.paused_for, resumed.due_at) == (False, HOUR, at(25))


def test_a_change_of_category_keeps_the_pause_and_counts_from_the_start(asked: Ticket, cast: Cast) -> None:
    pause(ticket=asked, waiting_on="outside", reason="x", by=cast.officer, at=at(1))
    resume(ticket=asked, by=cast.officer, at=at(2))
    deposit = Category.objects.get(code="CUSTOMS_RW")
    file_under(ticket=asked, category=deposit, by=cast.officer, at=at(2))
    found = clocks(asked, at(3))["resolve", "ours"]
    assert (found.span, found.worked, found.paused_for) == (16 * HOUR, 2 * HOUR, HOUR)


def test_an_agency_has_clocks_of_its_own_by_the_hours_of_its_country(
    asked: Ticket, cast: Cast, kpa: Organization
) -> None:
    hand_over(ticket=asked, agency=kpa, words="Look", by=cast.officer, at=at(0))
    found = clocks(asked, at(0))
    # Ten in Mombasa: eight hours of work are until ten on Tuesday, three days until ten on Thursday.
    assert (found["first_reply", "agency"].agency, found["first_reply", "agency"].due_at) == ("KPA", at(24))
    assert found["resolve", "agency"].due_at == at(72)
    accept(ticket=asked, by=cast.desk, at=at(3))
    assert clocks(asked, at(4))["first_reply", "agency"].met_at == at(3)
    give_back(ticket=asked, words="Done", by=cast.desk, at=at(5))
    assert clocks(asked, at(6))["resolve", "agency"].met_at == at(5)
    assert clocks(asked, at(6))["first_reply", "ours"].met_at is None


def test_an_agency_answers_the_importer_for_the_office(asked: Ticket, cast: Cast, kpa: Organization) -> None:
    hand_over(ticket=asked, agency=kpa, words="Look", by=cast.officer, at=at(0))
    say(ticket=asked, saying=Saying(text="To the office", kind="agency"), by=cast.desk, at=at(1))
    assert clocks(asked, at(1))["first_reply", "ours"].met_at is None
    say(ticket=asked, saying=Saying(text="To her"), by=cast.desk, at=at(2))
    assert clocks(asked, at(2))["first_reply", "ours"].met_at == at(2)


def test_a_promise_that_was_broken_stays_so_and_a_new_cycle_is_new(asked: Ticket, cast: Cast) -> None:
    resolve(ticket=asked, cause="answered", words="Yes", reason="Queue", by=cast.officer, at=at(30))
    broken = clocks(asked, at(31))["resolve", "ours"]
    assert (broken.breached, broken.met_at) == (True, at(30))
    reopen(ticket=asked, reason="No", by=cast.importer, at=at(48))
    found = Ticket.objects.select_related("category").get(pk=asked.pk)
    cycles = [each for each in clocks_of_ticket(found, found.entries.all(), at=at(49)) if each.kind == "resolve"]
    assert [(each.breached, each.started_at) for each in cycles] == [(True, MONDAY), (False, at(48))]


def test_holidays_and_what_staff_changed_move_what_is_due(asked: Ticket, cast: Cast) -> None:
    DayOff.objects.create(country="RW", on=date(2026, 11, 17), reason="Announced", by=cast.officer, at=MONDAY)
    DayOff.objects.create(country="KE", on=date(2026, 11, 16), reason="Not ours", at=MONDAY)
    assert clocks(asked, at(0))["resolve", "ours"].due_at == at(48)
    DayOff.objects.filter(country="RW").update(is_closed=False)
    assert clocks(asked, at(0))["resolve", "ours"].due_at == at(24)


def test_a_broken_promise_stays_the_next_until_it_is_kept(asked: Ticket) -> None:
    assert breach_of(clocks(asked, at(100)).values()) == at(5)


def test_many_tickets_cost_as_many_queries_as_one(asked: Ticket, cast: Cast) -> None:
    def cost() -> int:
        rows = list(Ticket.objects.select_related("category").order_by("pk"))
        with CaptureQueriesContext(connection) as queries:
            assert all(clocks_of_many(rows, at=at(1)).values())
        return len(queries)

    few = cost()
    for _more in range(5):
        begun(cast, "FUEL")
    assert cost() == few == 2


def test_what_does_not_concern_clocks_tells_them_nothing(asked: Ticket, cast: Cast) -> None:
    silent = set("attached assigned noted rated priority tagged snoozed closed merged linked unlinked".split())
    told = {
        kind: happening(Entry(kind=kind, party="office", at=MONDAY, data={"of": "T"})) for kind in Entry.Kind.values
    }
    assert {kind for kind, found in told.items() if found is None} == silent
    names = ("FUEL", "FUEL@KE", "FUEL@KE#17", "FUEL@TZ!9")
    assert [Policy.named(name).name for name in names] == list(names)
    assert Policy.named("FUEL@TZ!9") == Policy("FUEL", "TZ", 9, is_outside=True)


# Whoever takes a ticket up from a pause, by whatever action, lets its clocks run


def test_what_is_handed_over_from_a_pause_runs_again(asked: Ticket, cast: Cast, kpa: Organization) -> None:
    pause(ticket=asked, waiting_on="importer", reason="Papers", by=cast.officer, at=at(1))
    found = hand_over(ticket=asked, agency=kpa, words="Look", by=cast.officer, at=at(2))
    assert (found.state, found.next_breach_at) == ("open", at(6))
    told = clocks(asked, at(3))
    assert [told[key].is_paused for key in (("resolve", "ours"), ("resolve", "agency"))] == [False, False]
    assert told["resolve", "ours"].paused_for == HOUR


def test_what_comes_back_from_a_pause_for_the_agency_runs_again(asked: Ticket, cast: Cast, kpa: Organization) -> None:
    hand_over(ticket=asked, agency=kpa, words="Look", by=cast.officer, at=at(0))
    pause(ticket=asked, waiting_on="agency", reason="They scan", by=cast.officer, at=at(1))
    assert clocks(asked, at(2))["resolve", "ours"].is_paused
    found = give_back(ticket=asked, words="Done", by=cast.desk, at=at(2))
    assert (found.state, found.waiting_on, found.next_breach_at) == ("open", "office", at(6))
    assert clocks(asked, at(3))["resolve", "ours"].paused_for == HOUR


def test_what_the_office_takes_back_from_a_pause_runs_again(asked: Ticket, cast: Cast, kpa: Organization) -> None:
    hand_over(ticket=asked, agency=kpa, words="Look", by=cast.officer, at=at(0))
    pause(ticket=asked, waiting_on="agency", reason="They scan", by=cast.officer, at=at(1))
    assert give_back(ticket=asked, words="No answer", by=cast.officer, at=at(2)).next_breach_at == at(6)
    pause(ticket=asked, waiting_on="importer", reason="Papers", by=cast.officer, at=at(3))
    again = hand_over(ticket=asked, agency=kpa, words="Once more", by=cast.officer, at=at(4))
    # That hour was lunch: nothing of it is added.
    assert (again.state, again.next_breach_at) == ("open", at(6))


def test_what_is_opened_again_after_a_pause_runs_from_anew(asked: Ticket, cast: Cast) -> None:
    pause(ticket=asked, waiting_on="outside", reason="Rain", by=cast.officer, at=at(1))
    resolve(ticket=asked, cause="answered", words="Yes", by=cast.officer, at=at(2))
    found = reopen(ticket=asked, reason="No", by=cast.importer, at=at(24))
    assert (found.state, found.next_breach_at) == ("open", at(29))


@pytest.mark.parametrize("kind", ["note", "agency"])
def test_words_that_are_not_for_the_importer_keep_no_promise(
    asked: Ticket, cast: Cast, kpa: Organization, kind: str
) -> None:
    hand_over(ticket=asked, agency=kpa, words="Look", by=cast.officer, at=at(0))
    say(ticket=asked, saying=Saying(text="x", kind=kind), by=cast.officer, at=at(1))
    found = clocks(asked, at(2))
    assert (found["first_reply", "ours"].met_at, found["first_reply", "agency"].met_at) == (None, None)


def test_the_order_in_which_entries_are_read_makes_no_difference(asked: Ticket, cast: Cast) -> None:
    say(ticket=asked, saying=Saying(text="x"), by=cast.officer, at=at(1))
    pause(ticket=asked, waiting_on="importer", reason="Papers", by=cast.officer, at=at(2))
    resume(ticket=asked, by=cast.officer, at=at(3))
    found = Ticket.objects.select_related("category").get(pk=asked.pk)
    entries = list(found.entries.order_by("number"))
    straight = clocks_of_ticket(found, entries, at=at(5))
    assert straight == clocks_of_ticket(found, entries[::-1], at=at(5)) == clocks_of_many([found], at=at(5))[found.pk]
    assert clocks_of_many([], at=at(5)) == {}
