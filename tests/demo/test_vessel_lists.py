"""Vessel lists: every ship that calls, her expected arrival revised as she comes nearer, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from demo.reports import Trip
from demo.vessel_lists import (
    DUE,
    GONE,
    LINE_SCHEDULE,
    PORT_LIST,
    Edition,
    Visit,
    editions,
    line_schedule,
    port_page,
    visits,
)
from feeds.facts import CallTiming, Reading
from feeds.formats import READERS
from tests.demo.conftest import UNTIL

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def ships(few: list[Trip]) -> list[Visit]:
    others = [(trip.order.goods.cargo_kind, trip.call) for trip in few]
    return visits(2026, UNTIL - 365 * DAY, UNTIL + 60 * DAY, others)


def read(edition: Edition) -> Reading:
    raw = port_page([edition]) if edition.source == PORT_LIST else line_schedule([edition])
    return READERS["schedule"](raw, {"received_at": edition.reported_at.isoformat()})


def test_every_call_of_ours_is_there_once_and_many_that_are_not(few: list[Trip], ships: list[Visit]) -> None:
    ours = {trip.call.vessel.imo + trip.call.voyage for trip in few}
    listed = [visit.call.vessel.imo + visit.call.voyage for visit in ships]
    assert ours - set(listed) == set()
    assert len(set(listed)) == len(listed) > 3 * len(ours)
    assert len({visit.number for visit in ships}) == len(ships)


def test_no_ship_with_cargo_of_ours_is_left_out(few: list[Trip], ships: list[Visit]) -> None:
    ours = {trip.call.vessel.imo + trip.call.voyage for trip in few}
    omitted = {visit.call.vessel.imo + visit.call.voyage for visit in ships if visit.is_omitted}
    assert (omitted & ours, len(omitted) > 2) == (set(), True)


def test_a_list_names_the_ships_of_fourteen_days_and_says_of_each_what_is_known(ships: list[Visit]) -> None:
    found = read(Edition(PORT_LIST, UNTIL, ships))
    assert (found.faults, found.flags) == ((), ())
    expected = {
        visit.call.vessel.imo
        for visit in ships
        if visit.call.arrived_at - DUE <= UNTIL < visit.left_at + GONE
        and not (visit.is_omitted and visit.call.arrived_at <= UNTIL)
    }
    facts = found.of(CallTiming)
    assert {fact.vessel_imo for fact in facts} == expected
    assert {fact.trade for fact in facts} >= {"container", "conventional"}
    assert {fact.timing for fact in facts} >= {"port_arrival", "berth_arrival", "port_departure"}


@pytest.mark.parametrize("source", [PORT_LIST, LINE_SCHEDULE])
def test_an_expected_arrival_comes_nearer_the_truth(ships: list[Visit], source: str) -> None:
    def off(days: float) -> float:
        errors = [
            abs(visit.expected_at(source, visit.call.arrived_at - days * DAY) - visit.call.arrived_at) / DAY
            for visit in ships
        ]
        return sum(errors) / len(errors)

    assert off(13) > 2 * off(3) > 2 * off(0.6) > 0


def test_two_sources_expect_her_at_different_times_and_revise_them(ships: list[Visit]) -> None:
    visit = next(visit for visit in ships if visit.kind == "container")
    times = {
        source: {visit.expected_at(source, visit.call.arrived_at - n * DAY / 2) for n in range(2, 28)}
        for source in (PORT_LIST, LINE_SCHEDULE)
    }
    assert (len(times[PORT_LIST]) > 3, times[PORT_LIST] == times[LINE_SCHEDULE]) == (True, False)


def test_nothing_actual_is_of_the_future_and_nothing_expected_of_the_past(ships: list[Visit]) -> None:
    for n in range(0, 300, 3):
        at = UNTIL - n * DAY
        for source in (PORT_LIST, LINE_SCHEDULE):
            for fact in read(Edition(source, at, ships)).of(CallTiming):
                assert isinstance(fact.when.value, datetime)
                value = fact.when.value
                when = value if value.tzinfo else value.replace(tzinfo=UNTIL.tzinfo) - timedelta(hours=3)
                assert (when <= at) == (fact.classifier == "ACT") or fact.timing == "omitted"


def test_a_call_that_is_left_out_is_said_to_be(ships: list[Visit]) -> None:
    visit = next(visit for visit in ships if visit.is_omitted and visit.kind == "container")
    for source in (PORT_LIST, LINE_SCHEDULE):
        told = {}
        for days in (5, 2):
            at = visit.call.arrived_at - days * DAY
            facts = read(Edition(source, at, ships)).of(CallTiming)
            told[days] = {fact.timing == "omitted" for fact in facts if fact.vessel_imo == visit.call.vessel.imo}
        assert told == {5: {False}, 2: {True}}


def test_editions_come_out_at_their_hours() -> None:
    found = editions(PORT_LIST, [], UNTIL - 2 * DAY, UNTIL)
    assert [(edition.reported_at - UNTIL) / timedelta(hours=1) for edition in found] == [-41.0, -26.0, -17.0, -2.0]


def test_a_call_left_out_is_known_to_be_three_days_before_and_not_sooner(ships: list[Visit]) -> None:
    visit = next(visit for visit in ships if visit.is_omitted)
    known_at = visit.call.arrived_at - timedelta(days=3)
    moments = [known_at - DAY, known_at, known_at + timedelta(seconds=1), visit.call.arrived_at]
    assert [visit.is_left_out(at) for at in moments] == [False, False, True, True]
    coming = next(visit for visit in ships if not visit.is_omitted)
    assert not coming.is_left_out(coming.call.arrived_at)


def test_one_mind_holds_until_the_next_revision(ships: list[Visit]) -> None:
    visit = ships[len(ships) // 2]
    arrived_at = visit.call.arrived_at
    for source in (PORT_LIST, LINE_SCHEDULE):
        within = {visit.expected_at(source, arrived_at - timedelta(days=days)) for days in (13.9, 12, 11, 10.1)}
        assert len(within) == 1
        assert visit.expected_at(source, arrived_at - 9 * DAY) not in within


def test_what_is_expected_always_lies_ahead_at_a_full_hour(ships: list[Visit]) -> None:
    for visit in ships[::9]:
        for days in (14, 6, 1, 0.1, 0.01):
            at = visit.call.arrived_at - timedelta(days=days)
            expected_at = visit.expected_at(PORT_LIST, at)
            assert (expected_at > at, expected_at.minute) == (True, 0)


def test_a_list_shows_each_ship_from_fourteen_days_before_until_a_day_after_she_left(ships: list[Visit]) -> None:
    visit = next(visit for visit in ships if not visit.is_omitted)
    second = timedelta(seconds=1)
    moments = {
        visit.call.arrived_at - DUE - second: False,
        visit.call.arrived_at - DUE: True,
        visit.call.arrived_at: True,
        visit.left_at: True,
        visit.left_at + GONE - second: True,
        visit.left_at + GONE: False,
    }
    assert {at: bool(list(Edition(PORT_LIST, at, [visit]).shown())) for at in moments} == moments


def test_one_that_is_left_out_is_shown_until_she_would_have_come(ships: list[Visit]) -> None:
    visit = next(visit for visit in ships if visit.is_omitted)
    second = timedelta(seconds=1)
    moments = {visit.call.arrived_at - second: True, visit.call.arrived_at: False, visit.left_at: False}
    assert {at: bool(list(Edition(LINE_SCHEDULE, at, [visit]).shown())) for at in moments} == moments


def test_each_ship_berths_where_her_trade_is_served_and_leaves_after_she_came(ships: list[Visit]) -> None:
    for visit in ships:
        assert visit.call.arrived_at <= visit.call.berthed_at < visit.left_at
        unit = visit.discharge[-1:] if visit.kind == "container" else visit.discharge[-2:]
        assert (visit.discharge[:2], unit) == ("D.", "F" if visit.kind == "container" else "MT")
        assert visit.berth == "KOT 2" or visit.berth.removeprefix("BERTH ").isdigit()
        assert (visit.berth == "KOT 2") == (visit.kind == "liquid_bulk")


def test_a_list_of_one_seed_is_always_the_same(few: list[Trip], ships: list[Visit]) -> None:
    others = [(trip.order.goods.cargo_kind, trip.call) for trip in few]
    again = visits(2026, UNTIL - 365 * DAY, UNTIL + 60 * DAY, others)
    assert again == ships
    for write, source in ((port_page, PORT_LIST), (line_schedule, LINE_SCHEDULE)):
        assert write([Edition(source, UNTIL, again)]) == write([Edition(source, UNTIL, ships)])


def test_only_the_last_edition_is_sent(ships: list[Visit]) -> None:
    old, new = (Edition(PORT_LIST, UNTIL - days * DAY, ships) for days in (3, 0))
    assert port_page([old, new]) == port_page([new])
    assert line_schedule([old, new]) == line_schedule([new])


def test_the_line_s_schedule_names_container_ships_alone(ships: list[Visit]) -> None:
    named = {fact.vessel_imo for fact in read(Edition(LINE_SCHEDULE, UNTIL, ships)).of(CallTiming)}
    shown = {
        visit.call.vessel.imo for visit in Edition(LINE_SCHEDULE, UNTIL, ships).shown() if visit.kind == "container"
    }
    assert named == shown


def test_an_empty_port_is_an_empty_list() -> None:
    for source in (PORT_LIST, LINE_SCHEDULE):
        assert read(Edition(source, UNTIL, [])).of(CallTiming) == ()


@pytest.mark.parametrize("hours", [0, 1, 47])
def test_editions_are_of_the_time_asked_for_and_no_other(hours: int) -> None:
    since = UNTIL - 4 * DAY
    whole = editions(PORT_LIST, [], since, UNTIL)
    cut = since + timedelta(hours=hours)
    parts = [*editions(PORT_LIST, [], since, cut), *editions(PORT_LIST, [], cut, UNTIL)]
    assert parts == whole
    assert len(editions(LINE_SCHEDULE, [], since, UNTIL)) == len(whole) // 2
