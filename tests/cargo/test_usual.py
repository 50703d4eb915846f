"""What is usual for like cargo, counted from trips that have ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from cargo.delay_lines import delay_lines
from cargo.models import Consignment, Milestone, UsualDelay
from cargo.tasks import measure_usual as measure_task
from cargo.usual import NOTHING, Figures, Usual, decile, figures, measure_usual
from cargo.waits import usual_of_exports
from corridor.models import Node, Wait
from feeds.models import Source
from tests.cargo.test_reading import NOW, csv, row, take_in
from tests.cargo.test_waits import MALABA, registered
from tests.conftest import Cast

GATUNA, KIGALI = "xx-border-gatuna", "rw-city-kigali"


def trip(box: str, shift: float, at_malaba: float, *, is_there: bool = True) -> list[str]:
    """Out of Malaba ``shift`` hours ago after so many hours; in Kigali 20 hours later, and there still."""
    moves = [
        row("border_in", shift + at_malaba, box=box, node=MALABA),
        row("border_out", shift, box=box, node=MALABA),
        row("border_in", shift - 10, box=box, node=GATUNA),
        row("border_out", shift - 12, box=box, node=GATUNA),
    ]
    return [*moves, row("arrived_kigali", shift - 20, box=box, node=KIGALI)] if is_there else moves


def kept() -> dict[tuple[str, str], tuple[float, float, int]]:
    rows = UsualDelay.objects.values_list("basis", "name", "median_s", "p90_s", "n")
    return {row[:2]: (row[2] / 3600, row[3] / 3600, row[4]) for row in rows}


def test_it_counts_parts_of_trips_that_arrived_and_every_step(cast: Cast, clerk: Source) -> None:
    numbers = registered(cast, 5)
    stays = [4.0, 6.0, 20.0]
    rows = [line for box, stay in zip(numbers, stays, strict=False) for line in trip(box, 100, stay)]
    rows += trip(numbers[3], 50, 8, is_there=False) + trip(numbers[4], 2400, 90)
    take_in(clerk, csv(*rows))
    assert measure_usual(at=NOW) == len(kept())
    assert kept() == {
        # Both borders together; who has not arrived, or crossed long ago, does not count.
        ("part", "border"): (8, 22, 3),
        ("part", "road"): (18, 18, 3),
        ("step", "border1_out"): (6, 20, 4),
        ("step", "border2_in"): (10, 10, 4),
        ("step", "border2_out"): (2, 2, 4),
        ("step", "arrived_kigali"): (8, 8, 3),
    }
    first = UsualDelay.objects.earliest("pk").measured_at
    measure_task()
    assert len(kept()) == 6
    assert UsualDelay.objects.earliest("pk").measured_at > first


def test_exports_are_counted_apart(cast: Cast, clerk: Source) -> None:
    boxes = registered(cast, 2)
    Consignment.objects.update(direction="export")
    moves = [("truck_in", 60.0), ("loaded", 20.0), ("vessel_departed", 10.0)]
    take_in(clerk, csv(*(row(kind, ago, box=box) for kind, ago in moves for box in boxes)))
    measure_usual(at=NOW)
    assert kept() == {
        ("part", "export_port"): (40, 40, 2),
        ("part", "export_ship"): (10, 10, 2),
        ("step", "export_aboard"): (40, 40, 2),
        ("step", "export_departed"): (10, 10, 2),
    }
    trip = list(Milestone.objects.filter(unit__container=boxes[0]))
    lines = delay_lines(trip, "container", figures(), "export", at=NOW)
    assert [(line.part, line.usual, line.n) for line in lines] == [("ship", "10 hours", 2), ("port", "40 hours", 2)]


def test_how_long_exports_stand_where_is_usual_from_thirty_on(
    cast: Cast, clerk: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes = registered(cast, 4)
    Consignment.objects.update(direction="export")
    moves = [("border_in", 60.0, MALABA), ("border_out", 55.0, MALABA), ("border_in", 90.0, GATUNA)]
    rows = [row(kind, ago, box=box, node=node) for kind, ago, node in moves for box in boxes[:3]]
    # Two are at Gatuna still.
    take_in(clerk, csv(*rows, row("border_out", 80, box=boxes[0], node=GATUNA)))
    found = sorted(usual_of_exports(at=NOW))
    assert found == [("export_border xx-border-gatuna", 36000, 36000, 1), (f"export_border {MALABA}", 18000, 18000, 3)]
    measure_usual(at=NOW)
    assert figures().stays == {}
    monkeypatch.setattr("cargo.usual.FEWEST_USUAL", 3)
    measure_usual(at=NOW)
    five = timedelta(hours=5)
    assert figures().stays == {("export_border", MALABA): Usual(five, five, 3)}


def test_the_figures_are_asked_for_once_in_a_while_and_too_few_say_nothing(cast: Cast) -> None:
    made = {"cargo_kind": "container", "since": NOW, "measured_at": NOW, "median_s": 3600, "p90_s": 7200}
    UsualDelay.objects.create(basis="step", name="border1_out", n=30, **made)
    UsualDelay.objects.create(basis="step", name="gate_out", n=29, **made)
    for slug, n in ((MALABA, 30), ("xx-border-busia", 29)):
        node = Node.objects.get(slug=slug)
        Wait.objects.create(
            kind="border", node=node, usual_s=5, usual_p90_s=9, usual_n=n, severity_since=NOW, measured_at=NOW
        )
    with CaptureQueriesContext(connection) as queries:
        found = figures()
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        assert figures() == found
    assert len(queries) == 0
    assert found.stays == {("border", MALABA): Usual(timedelta(seconds=5), timedelta(seconds=9), 30)}
    three = timedelta(hours=3)
    waits = [
        ("container", "border1_out", three),
        ("container", "border1_out", three / 2),
        ("roro", "border1_out", three),
    ]
    assert [found.overdue(*asked) for asked in waits] == [True, False, False]
    assert found.overdue("container", "gate_out", three) is False
    assert Figures({}, {}, {}) == NOTHING


@given(st.lists(st.floats(0, 1e7), min_size=1, max_size=60), st.integers(1, 10))
def test_a_decile_is_one_of_those_measured_and_enough_do_not_exceed_it(lengths: list[float], tenths: int) -> None:
    found = decile(lengths, tenths)
    assert found in [round(length) for length in lengths]
    within = [length for length in lengths if round(length) <= found]
    assert len(within) * 10 >= len(lengths) * tenths


@pytest.mark.parametrize(("lengths", "middle", "ninth"), [([7], 7, 7), ([1, 2], 1, 2), (list(range(1, 11)), 5, 9)])
def test_the_median_and_the_ninth_decile(lengths: list[float], middle: int, ninth: int) -> None:
    assert (decile(lengths, 5), decile(lengths, 9)) == (middle, ninth)
    assert decile(lengths[::-1], 9) == ninth
