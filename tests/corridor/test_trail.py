"""The trail's parts by month, its thinning, and its end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from corridor.models import Position, Tracker
from corridor.trail import RULES, THIN_AFTER, ready_months, thin
from feeds.models import Source

NOW = datetime(2031, 1, 20, 12, 30, tzinfo=UTC)


@pytest.fixture
def tracker(gate: Source) -> Tracker:
    return Tracker.objects.create(source=gate, number="T1", carrier="truck", heard_at=NOW)


def fix(tracker: Tracker, at: datetime, node: int | None = None) -> None:
    Position.objects.create(
        tracker=tracker, fixed_at=at, received_at=at, delivery_id=1, lat=-4.0, lon=39.6, node_id=node
    )


def part_of(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM corridor_position WHERE fixed_at = %s", [at])
        return str(cursor.fetchone()[0])


def test_the_coming_months_have_parts_of_their_own_made_once(tracker: Tracker) -> None:
    assert ready_months(at=NOW) == [f"corridor_position_{month}" for month in ("2031_01", "2031_02", "2031_03")]
    assert ready_months(at=NOW) == []
    last = datetime(2031, 1, 31, 23, 59, 59, tzinfo=UTC)
    for at in (last, last + timedelta(seconds=1), datetime(2044, 1, 1, tzinfo=UTC)):
        fix(tracker, at)
    assert [part_of(at) for at in (last, last + timedelta(seconds=1), datetime(2044, 1, 1, tzinfo=UTC))] == [
        "corridor_position_2031_01",
        "corridor_position_2031_02",
        "corridor_position_other",
    ]


def test_what_came_before_its_month_had_a_part_moves_there(tracker: Tracker) -> None:
    fix(tracker, NOW)
    assert part_of(NOW) == "corridor_position_other"
    ready_months(at=NOW)
    assert (part_of(NOW), Position.objects.count()) == ("corridor_position_2031_01", 1)


def test_old_positions_are_thinned_but_for_those_that_came_to_a_node_or_went_from_it(tracker: Tracker) -> None:
    start = (NOW - THIN_AFTER - timedelta(hours=6)).replace(minute=0)
    nodes = [None] * 12 + [5] * 3 + [None] * 5
    for minute, node in enumerate(nodes):
        fix(tracker, start + timedelta(minutes=minute), node)
    for minute in range(3):
        fix(tracker, NOW - timedelta(minutes=minute))
    # Of twenty minutes two stay by time, and the two on either side of each turn.
    assert thin(at=NOW) == 20 - len({0, 10, 11, 12, 14, 15})
    assert thin(at=NOW) == 0
    kept = Position.objects.order_by("fixed_at").values_list("fixed_at", flat=True)
    assert [(at - start) // timedelta(minutes=1) for at in kept][:6] == [0, 10, 11, 12, 14, 15]
    assert len(kept) == 6 + 3


def test_after_thirteen_months_the_trail_ends(tracker: Tracker) -> None:
    old = NOW - timedelta(days=420)
    ready_months(at=old)
    for at in (old, NOW):
        fix(tracker, at)
    (rule,) = RULES
    assert rule.remove(NOW - rule.period, NOW) == 1
    assert Position.objects.values_list("fixed_at", flat=True).get() == NOW
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"corridor_position_{old:%Y_%m}"])
        assert cursor.fetchone() == (None,)
