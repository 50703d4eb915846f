"""Charts: what is drawn lies within the drawing, gaps stay gaps, and nothing is drawn of nothing."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observatory.charts import HEIGHT, WIDTH, Event, Series, Spot, chart

MONTHS = [date(2026, number, 1) for number in range(1, 13)]
# What is measured is kept to the tenth of a thousandth.
VALUE = st.floats(0, 1e7).map(lambda value: round(value, 4))
LABELS = [str(number) for number in range(1, 13)]


def line(*values: float | None) -> Series:
    return Series("a", [Spot(day, value, value, value) for day, value in zip(MONTHS, values, strict=False)])


def test_nothing_is_drawn_of_nothing() -> None:
    assert chart([line(None, None)], days=MONTHS, labels=LABELS) is None
    assert chart([], days=[], labels=[]) is None


def test_a_period_with_too_little_leaves_a_gap() -> None:
    drawn = chart([line(1, 2, None, 4, 5, None, 7)], days=MONTHS, labels=LABELS)
    assert drawn is not None
    only = drawn.series[0]
    assert len(only.lines) == 2
    assert len(only.bands) == 2
    # A month alone has no line, and is still a point.
    assert len(only.dots) == 5


@settings(max_examples=50)
@given(st.lists(st.one_of(st.none(), VALUE), min_size=1, max_size=12), st.one_of(st.none(), VALUE))
def test_everything_lies_within_the_drawing(values: list[float | None], target: float | None) -> None:
    bars = Series("b", line(*values).spots, "bars")
    drawn = chart([line(*values), bars], days=MONTHS, labels=LABELS, target=target)
    if drawn is None:
        assert all(value is None for value in values)
        return
    numbers = [float(n) for path in drawn.series[0].lines for n in re.findall(r"-?[\d.]+", path)]
    assert all(0 <= n <= WIDTH for n in numbers)
    spots = [(dot.x, dot.y) for dot in drawn.series[0].dots]
    assert all(drawn.left <= x <= drawn.right and 0 <= y <= drawn.foot for x, y in spots)
    assert all(
        0 <= bar.height <= HEIGHT and bar.y + bar.height == pytest.approx(drawn.foot) for bar in drawn.series[1].bars
    )
    assert 2 <= len(drawn.up) <= 8
    assert drawn.up[0].words == "0"
    assert drawn.target_y is None or drawn.target_y <= drawn.foot


def test_axes_targets_and_what_happened() -> None:
    drawn = chart(
        [line(10, 47), Series("p", [Spot(date(2020, 1, 1), 3), Spot(date(2026, 2, 9), 30)], "marks")],
        days=MONTHS,
        labels=LABELS,
        target=60,
        events=[Event(date(2026, 3, 9), 1, "Closure"), Event(date(2025, 3, 9), 2, "Before")],
    )
    assert drawn is not None
    assert [tick.words for tick in drawn.up] == ["0", "20", "40", "60", "80"]
    assert drawn.target_y == drawn.up[3].at
    assert drawn.across[-1].words == "12"
    assert len(drawn.across) <= 9
    assert [flag.number for flag in drawn.flags] == [1]
    # What lies outside of the periods is not drawn at their edge.
    assert len(drawn.series[1].dots) == 1
    assert chart([line(0)], days=MONTHS[:1], labels=LABELS[:1]) is not None
    big = chart([line(1_500_000)], days=MONTHS, labels=LABELS)
    assert big is not None
    assert big.up[-1].words == "2 000 000"
