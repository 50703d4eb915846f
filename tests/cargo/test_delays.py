"""The days of a trip are all booked once, on what was waited for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cargo.delays import APART, PARTS, by_part, spans
from cargo.milestones import ORDER, RAILS

DAY0 = datetime(2026, 3, 1, tzinfo=UTC)
TRIP = {
    "vessel_departed": 0, "vessel_arrived": 300, "vessel_berthed": 310, "discharged": 330, "do_issued": 350,
    "kra_cleared": 400, "pickup_order": 410, "sealed": 418, "gate_out": 420, "border1_in": 480, "border1_out": 488,
    "border2_in": 560, "border2_out": 562, "arrived_kigali": 566, "released_kigali": 590, "delivered": 600,
}  # fmt: skip


def moment(hours: float) -> datetime:
    return DAY0 + timedelta(hours=hours)


def hours_by_part(trip: dict[str, float], at: float = 1000, kind: str = "container") -> dict[str, float]:
    found = by_part(spans({code: moment(hours) for code, hours in trip.items()}, kind, at=moment(at)))
    return {part: lasted / timedelta(hours=1) for part, lasted in found.items()}


def without(*codes: str) -> dict[str, float]:
    return {code: hours for code, hours in TRIP.items() if code not in codes}


def until(hours: float) -> dict[str, float]:
    return {code: at for code, at in TRIP.items() if at <= hours}


def test_a_whole_trip_by_part() -> None:
    assert hours_by_part(dict(TRIP)) == {
        "ship": 300, "port": 32, "papers": 30, "customs": 50, "seal": 8, "road": 136, "border": 10, "kigali": 34,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("trip", "at", "parts"),
    [
        ({}, 10, {}),
        (until(300), 320, {"ship": 300, "port": 20}),
        (until(480), 489, {"ship": 300, "port": 32, "papers": 30, "customs": 50, "seal": 8, "road": 60, "border": 9}),
        # Papers that were ready at sea held nobody up, nor did those that came after the goods had gone.
        ({"vessel_departed": 0, "kra_cleared": 100, "vessel_arrived": 300}, 310, {"ship": 300, "port": 10}),
        ({"discharged": 0, "do_issued": 10, "gate_out": 20, "kra_cleared": 30}, 50, {"papers": 10, "port": 10, "road": 30}),
        # Nobody said when the border was left: how long each took is unknown.
        ({"border1_in": 0, "border2_in": 90}, 95, {APART: 90, "border": 5}),
        ({"discharged": 0, "gate_out": 90}, 95, {APART: 90, "road": 5}),
        ({"gate_out": 0, "arrived_kigali": 90}, 90, {APART: 90, "kigali": 0}),
        # What is told of after the delivery or from the future is no part of the trip.
        ({"arrived_kigali": 0, "delivered": 9, "released_kigali": 20}, 50, {"kigali": 9}),
        ({"gate_out": 0, "border1_in": 100}, 50, {"road": 50}),
    ],
)  # fmt: skip
def test_what_is_told_is_booked_and_what_is_not_stays_apart(
    trip: dict[str, float], at: float, parts: dict[str, float]
) -> None:
    assert hours_by_part(trip, at) == parts


EXPORT = {
    "export_released": 0, "export_loaded": 10, "export_border2_in": 14, "export_border2_out": 17, "export_border1_in": 60,
    "export_border1_out": 68, "export_at_port": 130, "export_aboard": 200, "export_departed": 212,
}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "at", "parts"),
    [
        (9, 999, {"port": 70, "ship": 12, "road": 109, "border": 11, "kigali": 10}),
        (6, 70, {"road": 49, "border": 11, "kigali": 10}),
        (1, 5, {"kigali": 5}),
        (8, 205, {"ship": 5, "port": 70, "road": 109, "border": 11, "kigali": 10}),
    ],
)
def test_an_export_goes_the_other_way_and_ends_with_its_ship(told: int, at: float, parts: dict[str, float]) -> None:
    trip = {code: moment(hours) for code, hours in list(EXPORT.items())[:told]}
    found = by_part(spans(trip, "container", "export", at=moment(at)))
    assert {part: lasted / timedelta(hours=1) for part, lasted in found.items()} == parts


def test_what_nobody_told_of_an_export_stays_apart() -> None:
    trip = {"export_released": moment(0), "export_border2_in": moment(14), "export_at_port": moment(130)}
    found = by_part(spans(trip, "roro", "export", at=moment(131)))
    assert {part: lasted / timedelta(hours=1) for part, lasted in found.items()} == {"port": 1, APART: 130}


def test_fuel_goes_by_its_own_way() -> None:
    trip: dict[str, float] = {
        "discharged_kot": 0,
        "pipeline_in": 48,
        "at_depot": 168,
        "loading_order": 180,
        "loaded": 228,
        "border1_in": 290,
    }
    assert hours_by_part(trip, 290, "liquid_bulk") == {"port": 96, "papers": 12, "road": 182, "border": 0}
    assert hours_by_part({"discharged_kot": 0, "at_depot": 168}, 168, "liquid_bulk") == {"papers": 0, APART: 168}


def test_the_open_span_says_what_is_waited_for() -> None:
    (last,) = [span for span in spans({"border1_in": DAY0}, "container", at=moment(9)) if span.is_open]
    assert (last.part, last.until, last.lasted) == ("border", "border1_out", timedelta(hours=9))
    assert [span for span in spans({"delivered": DAY0}, "container", at=moment(9)) if span.is_open] == []


trips = st.dictionaries(st.sampled_from([*ORDER, "vessel_berthed", "truck_in", "unsealed", "declared", "weighed"]),
                        st.floats(0, 2000), max_size=12)  # fmt: skip


@given(trips, st.floats(0, 2500), st.sampled_from([*RAILS, "roro"]), st.randoms())
def test_spans_follow_one_another_without_a_gap_whatever_the_order(
    trip: dict[str, float], at: float, kind: str, random: object
) -> None:
    reached = {code: moment(hours) for code, hours in trip.items()}
    found = spans(reached, kind, at=moment(at))
    assert all(span.ended_at >= span.began_at and span.part in (*PARTS, APART) for span in found)
    assert all(one.ended_at == other.began_at for one, other in pairwise(found))
    shuffled = list(reached.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert spans(dict(shuffled), kind, at=moment(at)) == found
    if found:
        assert sum(by_part(found).values(), timedelta()) == found[-1].ended_at - found[0].began_at
        assert found[-1].ended_at <= max(moment(at), found[0].began_at)


BOOKED = [
    ("vessel_departed", "vessel_arrived", "ship"),
    ("vessel_arrived", "vessel_berthed", "port"),
    ("vessel_arrived", "discharged", "port"),
    ("discharged", "declared", "papers"),
    ("discharged", "duty_paid", "papers"),
    ("discharged", "bond_debited", "papers"),
    ("discharged", "do_issued", "papers"),
    ("discharged", "pickup_order", "papers"),
    ("discharged", "rra_released", "customs"),
    ("discharged", "kra_cleared", "customs"),
    ("discharged", "truck_in", "port"),
    ("discharged", "railed_to_icd", "road"),
    ("gate_out", "border1_in", "road"),
    ("border1_in", "border1_out", "border"),
    ("border1_out", "border2_in", "road"),
    ("border2_in", "border2_out", "border"),
    ("border2_out", "arrived_kigali", "road"),
    ("arrived_kigali", "unsealed", "kigali"),
    ("arrived_kigali", "released_kigali", "kigali"),
    ("released_kigali", "delivered", "kigali"),
]


@pytest.mark.parametrize(("before", "code", "part"), BOOKED)
def test_the_time_before_each_milestone_is_booked_on_its_part(before: str, code: str, part: str) -> None:
    first = spans({before: DAY0, code: moment(5)}, "container", at=moment(6))[0]
    assert (first.part, first.until, first.lasted) == (part, code, timedelta(hours=5))


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ("border1_in", "border1_out"),
        ("border1_out", "border2_in"),
        ("border2_in", "border2_out"),
        ("gate_out", "border1_in"),
    ],
)
def test_a_move_that_was_not_told_leaves_two_parts_together(missing: str, code: str) -> None:
    whole, less = hours_by_part(dict(TRIP)), hours_by_part(without(missing))
    assert sum(whole.values()) == sum(less.values())
    found = {
        span.until: span.part
        for span in spans({c: moment(h) for c, h in without(missing).items()}, "container", at=moment(900))
    }
    assert found[code] == APART


def test_papers_that_were_not_told_change_no_other_part() -> None:
    whole, less = hours_by_part(dict(TRIP)), hours_by_part(without("do_issued", "pickup_order"))
    parts = ("ship", "road", "border", "kigali")
    assert [whole[part] for part in parts] == [less[part] for part in parts]
    assert sum(whole.values()) == sum(less.values())
