"""The trip that speaks for a consignment, and its last move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cargo.milestones import ORDER, progress
from cargo.models import Milestone
from cargo.trips import last_move, slowest, times_of
from tests.cargo.test_reading import NOW


def reached(
    code: str, unit: int | None = None, hours: float = 0, *, is_actual: bool = True, is_day: bool = False
) -> Milestone:
    at = NOW + timedelta(hours=hours)
    return Milestone(
        code=code,
        unit_id=unit,
        actual_at=at if is_actual else None,
        expected_at=None if is_actual else at,
        is_day=is_day,
    )


def codes(trip: Sequence[Milestone]) -> list[tuple[int | None, str]]:
    return [(milestone.unit_id, milestone.code) for milestone in trip]


@pytest.mark.parametrize(
    ("milestones", "expected"),
    [
        ([], []),
        ([reached("gate_out", is_actual=False)], []),
        ([reached("gate_out")], [(None, "gate_out")]),
        ([reached("gate_out", 1), reached("discharged", 2)], [(2, "discharged")]),
        # Of a unit of which nothing was heard nobody knows how far it is.
        ([reached("gate_out", 1), reached("gate_out", 2, is_actual=False)], [(1, "gate_out")]),
        # Papers move nothing.
        ([reached("kra_cleared", 1), reached("vessel_departed", 2)], [(1, "kra_cleared")]),
        # Of two that are as far the later one in the list of units speaks, always the same.
        ([reached("gate_out", 1), reached("gate_out", 2)], [(2, "gate_out")]),
        (
            [reached("discharged", 1), reached("gate_out", 1), reached("border1_in", 2)],
            [(1, "discharged"), (1, "gate_out")],
        ),
    ],
)
def test_the_unit_that_is_furthest_behind_speaks(
    milestones: list[Milestone], expected: list[tuple[int | None, str]]
) -> None:
    assert codes(slowest(milestones)) == expected
    assert codes(slowest(reversed(milestones))) == expected[::-1]


@pytest.mark.parametrize(
    ("trip", "expected"),
    [
        ([], None),
        ([reached("kra_cleared")], None),
        ([reached("vessel_departed"), reached("do_issued")], "vessel_departed"),
        ([reached("gate_out"), reached("discharged")], "gate_out"),
        ([reached("border1_in"), reached("border1_out"), reached("sealed")], "border1_out"),
        ([reached("delivered"), reached("arrived_kigali")], "delivered"),
        ([reached("at_depot"), reached("pipeline_in"), reached("discharged_kot")], "at_depot"),
        # By the order of the way, not of the clock, which may be wrong.
        ([reached("gate_out", hours=5), reached("border1_in", hours=1)], "border1_in"),
    ],
)
def test_the_last_move_says_where_the_goods_are(trip: list[Milestone], expected: str | None) -> None:
    found = last_move(trip)
    assert (found.code if found else None) == expected


def test_a_day_alone_measures_nothing() -> None:
    trip = [
        reached("gate_out", hours=1),
        reached("border1_in", hours=2, is_day=True),
        reached("sealed", is_actual=False),
    ]
    assert times_of(trip) == {"gate_out": NOW + timedelta(hours=1)}


@given(
    st.lists(
        st.tuples(st.sampled_from(list(ORDER)), st.integers(1, 3), st.booleans()),
        unique_by=lambda each: each[:2],
        max_size=12,
    )
)
def test_no_unit_that_was_heard_of_is_further_behind(said: list[tuple[str, int, bool]]) -> None:
    milestones = [reached(code, unit, is_actual=is_actual) for code, unit, is_actual in said]
    trip = slowest(milestones)
    assert all(milestone.actual_at for milestone in trip)
    assert len({milestone.unit_id for milestone in trip}) <= 1
    mine = progress(milestone.code for milestone in trip)[0]
    for unit in {milestone.unit_id for milestone in milestones if milestone.actual_at}:
        theirs = [milestone.code for milestone in milestones if milestone.unit_id == unit and milestone.actual_at]
        assert progress(theirs)[0] >= mine
