"""One trip: in an order that can be believed, at the corridor's pace, told by those who would tell it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import median

import pytest

from demo import figures
from demo.journeys import Journey, after
from demo.reports import CORRIDOR, CUSTOMS, GATE, LINE, TERMINAL, Box, Report, Trip
from tests.demo.conftest import UNTIL
from tests.demo.test_figures import published

HOUR = timedelta(hours=1)


@pytest.fixture(scope="session")
def found(found: list[Trip]) -> list[Trip]:
    """Those to Kigali; the other way has tests of its own."""
    return [trip for trip in found if trip.order.direction == "import"]


TAIL = "border1_in border1_out border2_in border2_out arrived_kigali released_kigali delivered".split()
ORDERS = {
    "by road": "vessel_departed vessel_arrived discharged kra_cleared pickup_order truck_in sealed gate_out".split()
    + TAIL,
    "boxes": "loaded vessel_departed delivered empty_returned".split(),
    "papers": "declared rra_released kra_cleared gate_out".split(),
    "holds": "held hold_released kra_cleared".split(),
    "orders": "do_issued kra_cleared".split(),
    "by rail": "discharged kra_cleared pickup_order railed_to_icd sealed gate_out".split() + TAIL,
    "fuel": "vessel_arrived discharged_kot pipeline_in at_depot loading_order loaded sealed".split() + TAIL,
    "seals": "arrived_kigali unsealed released_kigali".split(),
    "bonds": "rra_released bond_cancelled".split(),
}


AT_A_BORDER = {("held", CORRIDOR), ("hold_released", CORRIDOR)}


def moments(trip: Trip, box: Box | None) -> dict[str, datetime]:
    """When each step happened to one box, or to the lot: by the terminal's clock where the line has another."""
    return {
        report.step: report.occurred_at
        for report in trip.reports
        if report.classifier == "ACT"
        and report.box in (box, None)
        and (report.source, report.kind) != (LINE, "discharged")
        and (report.kind, report.source) not in AT_A_BORDER
    }


def each_box(trips: list[Trip]) -> Iterator[tuple[Trip, Box | None]]:
    for trip in trips:
        for box in trip.boxes or (None,):
            yield trip, box


def is_of(name: str, trip: Trip) -> bool:
    is_railed, is_fuel = bool(trip.times("railed_to_icd")), trip.order.goods.cargo_kind == "liquid_bulk"
    return {
        "by road": not is_railed and not is_fuel,
        "by rail": is_railed,
        "fuel": is_fuel,
        "boxes": bool(trip.boxes),
    }.get(name, True)


@pytest.mark.parametrize("name", ORDERS)
def test_what_happens_happens_in_order(found: list[Trip], name: str) -> None:
    checked = 0
    for trip, box in each_box([trip for trip in found if is_of(name, trip)]):
        at = moments(trip, box)
        steps = [step for step in ORDERS[name] if step in at]
        wrong = [pair for pair in pairwise(steps) if at[pair[0]] > at[pair[1]]]
        assert wrong == [], (trip.order, at)
        checked += len(steps) > 1
    assert checked > 20


@pytest.mark.parametrize(("name", "but"), [("by road", set()), ("by rail", {"truck_in"}), ("fuel", set())])
def test_every_box_and_lot_makes_every_step_once(found: list[Trip], name: str, but: set[str]) -> None:
    for trip, box in each_box([trip for trip in found if is_of(name, trip)]):
        told = Counter(
            report.step
            for report in trip.reports
            if report.classifier == "ACT" and report.box in (box, None) and report.source != LINE
        )
        wanted = set(ORDERS[name]) - but - {"vessel_departed", "vessel_arrived"}
        assert {told[step] for step in wanted} == {1}, trip.order


def test_nothing_is_told_before_it_happened_and_all_in_the_order_of_telling(found: list[Trip]) -> None:
    for trip in found:
        told = [report.reported_at for report in trip.reports]
        assert told == sorted(told)
        for report in trip.reports:
            assert (
                report.classifier == "EST" or report.occurred_at < report.reported_at <= report.occurred_at + 5 * HOUR
            )
            assert {report.occurred_at.second, report.reported_at.microsecond, report.occurred_at.utcoffset()} == {
                0,
                timedelta(),
            }


def test_estimates_of_arrival_lie_ahead_and_get_better(found: list[Trip]) -> None:
    off: dict[int, list[float]] = {0: [], 1: [], 2: []}
    for trip in found:
        told = [report for report in trip.reports if report.classifier == "EST"]
        assert [report.kind for report in told] == ["vessel_arrived"] * 3
        for number, report in enumerate(told):
            assert report.occurred_at > report.reported_at
            off[number].append(abs(report.occurred_at - trip.call.arrived_at) / HOUR)
    assert max(off[2]) <= 4
    assert median(off[2]) < median(off[1]) < median(off[0])


SOURCES: dict[str, set[str]] = {
    LINE: {"booked", "loaded", "vessel_departed", "vessel_arrived", "discharged"},
    TERMINAL: {"discharged"},
    GATE: {"gate_out", "arrived_kigali", "released_kigali", "empty_returned"},
    CORRIDOR: set("weighed border_in border_out held hold_released arrived_kigali released_kigali delivered".split()),
}


@pytest.mark.parametrize("source", SOURCES)
def test_each_source_tells_what_it_can_know(found: list[Trip], source: str) -> None:
    kinds = {report.kind for trip in found for report in trip.reports if report.source == source}
    assert kinds == SOURCES[source]


def test_lines_terminals_and_gates_know_of_boxes_alone(found: list[Trip]) -> None:
    told = {report.source for trip in found if not trip.boxes for report in trip.reports}
    assert told == {CUSTOMS, CORRIDOR}


def test_trucks_are_weighed_on_their_way(found: list[Trip]) -> None:
    for trip, box in each_box([trip for trip in found if is_of("by road", trip)]):
        at = moments(trip, box)
        weighed = {
            report.node: report.occurred_at for report in trip.reports if report.kind == "weighed" and report.box == box
        }
        assert "ke-wb-mariakani" in weighed
        for node, moment in weighed.items():
            first, second = ("gate_out", "border1_in") if node.startswith("ke-") else ("border1_out", "border2_in")
            assert at[first] <= moment <= at[second]


def again(trip: Trip, by: timedelta = timedelta()) -> list[Report]:
    """The trip's journey from a seed of its own, on its ship's call moved in time."""
    return Journey(trip.order, trip.call.moved(by), trip.bill_of_lading, trip.boxes, Random(trip.order.number)).run()


def test_the_same_order_on_the_same_ship_is_the_same_journey(few: list[Trip]) -> None:
    assert [again(trip) for trip in few] == [again(trip) for trip in few]


@pytest.mark.parametrize("by", [timedelta(days=-200), timedelta(minutes=1), timedelta(days=33, hours=7)])
def test_a_journey_moves_with_its_ship(few: list[Trip], by: timedelta) -> None:
    for trip in few:
        moved = [
            replace(
                report,
                occurred_at=report.occurred_at + by,
                reported_at=report.reported_at + by,
                call=trip.call.moved(by),
            )
            for report in again(trip)
        ]
        assert again(trip, by) == moved


def plain(trips: list[Trip], kind: str = "container") -> list[Trip]:
    """Trips that nobody placed in a stage."""
    return [trip for trip in trips if trip.order.stage is None and trip.order.goods.cargo_kind == kind]


def hours(trips: list[Trip], since: str, until: str) -> float:
    return median((moments(trip, trip.boxes[0])[until] - moments(trip, trip.boxes[0])[since]) / HOUR for trip in trips)


def test_boxes_stay_in_the_port_as_long_as_published(found: list[Trip]) -> None:
    by_road = [trip for trip in plain(found) if is_of("by road", trip)]
    low, high = published("container_dwell_time", "2024-04"), published("container_dwell_time", "2022")
    assert low <= hours(by_road, "discharged", "gate_out") <= high


def test_the_road_to_malaba_takes_what_is_published(found: list[Trip]) -> None:
    by_malaba = [
        trip
        for trip in plain(found)
        if is_of("by road", trip) and any(report.node == "xx-border-malaba" for report in trip.reports)
    ]
    target, bad = (
        published("target_transit_time_mombasa_malaba", "2020-12"),
        published("transit_time_mombasa_malaba", "2022-01"),
    )
    assert target <= hours(by_malaba, "gate_out", "border1_in") <= bad


def test_the_border_and_the_whole_way_take_what_is_published(found: list[Trip]) -> None:
    by_road = [trip for trip in plain(found) if is_of("by road", trip)]
    border, whole = (
        published("border_crossing_time_kenya_uganda_sct", "2016"),
        published("transit_time_mombasa_kigali", "2020-Q4"),
    )
    assert hours(by_road, "border1_in", "border1_out") == pytest.approx(border, rel=0.1)
    assert hours(by_road, "gate_out", "arrived_kigali") == pytest.approx(whole, rel=0.05)


def has(step: str) -> Callable[[Trip], bool]:
    return lambda trip: bool(trip.times(step))


def passes(node: str) -> Callable[[Trip], bool]:
    return lambda trip: any(report.node == node for report in trip.reports)


@pytest.mark.parametrize(
    ("happens", "share"),
    [
        (has("held"), figures.HOLD_SHARE),
        (has("railed_to_icd"), figures.RAIL_SHARE),
        (passes("xx-border-busia"), figures.BUSIA_SHARE),
        (passes("xx-border-kagitumba"), figures.KAGITUMBA_SHARE),
        (passes("rw-port-klp"), figures.KLP_SHARE),
        (lambda trip: any(report.remark == "verified" for report in trip.reports), figures.VERIFICATION_SHARE),
    ],
    ids=["held", "railed", "busia", "kagitumba", "klp", "verified"],
)
def test_things_happen_as_often_as_they_should(
    found: list[Trip], happens: Callable[[Trip], bool], share: float
) -> None:
    trips = plain(found)
    assert sum(map(happens, trips)) / len(trips) == pytest.approx(share, abs=0.035)


def test_now_and_then_the_last_box_is_days_behind(found: list[Trip]) -> None:
    many = [trip for trip in plain(found) if len(trip.boxes) > 1]
    apart = [(trip.times("border1_in")[-1] - trip.times("border1_in")[0]) / HOUR for trip in many]
    assert sum(gap >= 18 for gap in apart) / len(apart) == pytest.approx(0.1, abs=0.035)
    assert max(gap for gap in apart if gap < 18) < 2


@pytest.mark.parametrize(("hours_later", "minutes"), [(0.5, 30), (-1.25, -75), (0.009, 1), (0.008, 0)])
def test_durations_are_whole_minutes(hours_later: float, minutes: int) -> None:
    assert after(UNTIL, hours_later) == UNTIL + timedelta(minutes=minutes)
