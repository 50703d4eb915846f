"""The ships that call at Mombasa: timetables, calls and which of them a consignment takes."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import mean, median

import pytest
from stdnum import imo

from demo.figures import SEASON, SHIP_WAIT, YEARLY_GROWTH
from demo.reports import Trip
from demo.vessels import SERVICES, Call, choose, new_call, timetable
from tests.demo.conftest import UNTIL

DAY = timedelta(days=1)
SINCE = UNTIL - 365 * DAY
KINDS = pytest.mark.parametrize("kind", SERVICES)
LEAST_STAY = 2 * DAY


def calls_of(kind: str, seed: int = 1) -> list[Call]:
    return timetable(kind, since=SINCE, until=UNTIL, random=Random(seed))


@KINDS
def test_one_seed_gives_one_timetable(kind: str) -> None:
    assert calls_of(kind) == calls_of(kind)
    assert calls_of(kind) != calls_of(kind, seed=2)


@KINDS
def test_calls_follow_each_other_at_the_services_pace(kind: str) -> None:
    arrivals = [call.arrived_at for call in calls_of(kind)]
    gaps = [later - earlier for earlier, later in pairwise(arrivals)]
    pace = SERVICES[kind].every_days
    assert all(0.59 * pace * DAY < gap < 1.41 * pace * DAY for gap in gaps)
    assert mean(gap / DAY for gap in gaps) == pytest.approx(pace, rel=0.15)


@KINDS
def test_a_timetable_covers_the_year_and_what_has_just_sailed(kind: str) -> None:
    years = [calls_of(kind, seed) for seed in range(5)]
    for calls in years:
        assert SINCE < calls[0].arrived_at < SINCE + 1.5 * SERVICES[kind].every_days * DAY
        assert max(call.departed_at for call in calls) < UNTIL + 3 * DAY
    assert any(call.departed_at < UNTIL < call.arrived_at for calls in years for call in calls)


@KINDS
def test_a_ship_sails_arrives_and_waits_for_its_berth(kind: str) -> None:
    for call in calls_of(kind):
        way = (call.arrived_at - call.departed_at) / DAY / call.origin.days
        assert 0.94 <= way <= 1.11
        assert call.berthed_at - call.arrived_at >= timedelta(hours=SHIP_WAIT.shift)
        assert (call.node, call.facility) in SERVICES[kind].berths
        assert {moment.second for moment in (call.departed_at, call.arrived_at, call.berthed_at)} == {0}


@KINDS
def test_no_ship_sails_for_mombasa_before_it_can_be_back(kind: str) -> None:
    latest: dict[str, Call] = {}
    for call in calls_of(kind):
        before = latest.get(call.vessel.imo)
        back = before.berthed_at + LEAST_STAY + 0.75 * call.origin.days * DAY if before else call.departed_at
        assert call.departed_at >= back
        latest[call.vessel.imo] = call


def test_no_ship_of_the_year_is_at_two_places_at_once(found: list[Trip]) -> None:
    stays: dict[str, set[tuple[datetime, datetime]]] = defaultdict(set)
    for trip in found:
        stays[trip.call.vessel.imo].add((trip.call.departed_at, trip.call.berthed_at))
    for stay in stays.values():
        ordered = sorted(stay)
        assert all(first[1] < second[0] for first, second in pairwise(ordered))


def test_every_ship_has_a_name_and_a_number_of_its_own() -> None:
    named = {
        (call.vessel.name, call.vessel.imo)
        for kind, service in SERVICES.items()
        for is_spare in (False, True)
        for number in range(len(service.spares if is_spare else service.ships))
        for call in [new_call(kind, number, UNTIL, Random(1), is_spare=is_spare)]
    }
    count = sum(len(service.ships) + len(service.spares) for service in SERVICES.values())
    assert (len(named), len({name for name, _ in named}), len({number for _, number in named})) == (count,) * 3
    assert [number for _, number in named if not imo.is_valid(number)] == []


@KINDS
def test_a_spare_ship_calls_outside_the_timetable(kind: str) -> None:
    regular = {(call.vessel.name, call.voyage) for call in calls_of(kind)}
    spare = {
        (call.vessel.name, call.voyage)
        for n in range(40)
        for call in [new_call(kind, n, UNTIL, Random(n), is_spare=True)]
    }
    assert regular & spare == set()


def test_a_call_moves_as_a_whole() -> None:
    call = new_call("container", 7, UNTIL, Random(1))
    moved = call.moved(3 * DAY)
    assert moved.moved(-3 * DAY) == call
    assert (moved.departed_at, moved.arrived_at, moved.berthed_at) == (
        call.departed_at + 3 * DAY,
        call.arrived_at + 3 * DAY,
        call.berthed_at + 3 * DAY,
    )


def test_later_calls_and_busier_months_are_likelier() -> None:
    calls = [new_call("container", 0, datetime(year, 1, 31, tzinfo=UTC), Random(1)) for year in (2025, 2026)]
    calls.append(new_call("container", 0, datetime(2026, 11, 15, tzinfo=UTC), Random(1)))
    random = Random(1)
    drawn = [choose(calls, until=UNTIL, random=random) for _ in range(9000)]
    early, late, busy = (drawn.count(call) for call in calls)
    assert late / early == pytest.approx(1 + YEARLY_GROWTH, rel=0.08)
    assert busy / late == pytest.approx((1 + YEARLY_GROWTH) ** (288 / 365) * SEASON[10] / SEASON[0], rel=0.08)


def test_ships_wait_for_a_berth_as_long_as_they_should() -> None:
    waits = [
        (call.berthed_at - call.arrived_at) / timedelta(hours=1)
        for seed in range(8)
        for call in calls_of("container", seed)
    ]
    assert median(waits) == pytest.approx(SHIP_WAIT.median, rel=0.1)
