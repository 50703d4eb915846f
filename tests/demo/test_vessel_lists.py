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
