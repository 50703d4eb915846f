"""Charts: what is drawn lies within the drawing, gaps stay gaps, and nothing is drawn of nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observatory.charts import HEIGHT, LEFT, WIDTH, Chart, Event, Series, Spot, chart

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
    assert big.up[-1].words == "2000000"


def drawn(*series: Series, days: list[date], **rest: object) -> Chart:
    found = chart(series, days=days, labels=[str(day) for day in days], **rest)  # type: ignore[arg-type]
    assert found is not None
    return found


def marks(*days: date) -> Series:
    return Series("p", [Spot(day, 1.0) for day in days], "marks")


def test_what_was_published_long_ago_is_not_drawn_into_a_single_period() -> None:
    only = date(2026, 5, 1)
    found = drawn(
        Series("a", [Spot(only, 2.0)]),
        marks(date(2018, 7, 2), date(2026, 5, 16), date(2026, 6, 1)),
        days=[only],
        until=date(2026, 5, 31),
    )
    assert [dot.x for dot in found.series[1].dots] == [pytest.approx(LEFT + (found.right - LEFT) * 15 / 31, abs=0.1)]
    assert found.series[0].dots[0].x == pytest.approx((LEFT + found.right) / 2, abs=0.1)


@pytest.mark.parametrize(
    ("day", "is_drawn"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 20), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_what_happened_is_drawn_to_the_last_day_of_the_last_period(day: date, is_drawn: bool) -> None:
    found = drawn(line(*range(12)), days=MONTHS, until=date(2026, 12, 31), events=[Event(day, 7, "x")])
    assert [flag.number for flag in found.flags] == ([7] if is_drawn else [])
    assert all(found.left <= flag.x <= found.right for flag in found.flags)


def test_a_week_ends_with_its_sunday_whatever_day_the_reader_comes() -> None:
    mondays = [date(2026, 11, 2) + timedelta(days=7 * number) for number in range(4)]
    week = [Event(mondays[-1] + timedelta(days=number), number, "x") for number in range(8)]
    found = drawn(Series("a", [Spot(day, 1.0) for day in mondays]), days=mondays, events=week)
    assert [flag.number for flag in found.flags] == [0, 1, 2, 3, 4, 5, 6]
    places = [flag.x for flag in found.flags]
    assert places == sorted(places)
    assert places[0] == pytest.approx(found.right - (found.right - found.left) / 4, abs=0.1)


def test_an_end_before_the_last_period_begins_takes_nothing_away() -> None:
    found = drawn(line(1, 2), days=MONTHS[:2], until=date(2025, 1, 1), events=[Event(MONTHS[1], 1, "x")])
    assert len(found.series[0].dots) == 2
    assert len(found.flags) == 1


@settings(max_examples=30, deadline=None)
@given(st.dates(date(1999, 1, 1), date(2030, 1, 1)), st.integers(1, 40), st.sampled_from([1, 7]))
def test_points_stand_in_the_middle_of_places_of_the_same_width(first: date, count: int, length: int) -> None:
    days = [first + timedelta(days=length * number) for number in range(count)]
    found = drawn(Series("a", [Spot(day, 1.0) for day in days]), days=days)
    step = (found.right - found.left) / count
    assert [dot.x for dot in found.series[0].dots] == pytest.approx(
        [found.left + step * (number + 0.5) for number in range(count)], abs=0.06
    )


@settings(max_examples=30, deadline=None)
@given(st.dates(date(2025, 12, 1), date(2027, 2, 1)))
def test_a_mark_stands_in_the_place_of_its_month(day: date) -> None:
    found = drawn(line(*range(12)), marks(day), days=MONTHS, until=date(2026, 12, 31))
    step = (found.right - found.left) / 12
    places = [int((dot.x - found.left + 0.05) / step) for dot in found.series[1].dots]
    assert places == ([day.month - 1] if day.year == 2026 else [])


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1e9).map(lambda value: round(value, 4)), st.floats(0, 1e9).map(lambda value: round(value, 4)))
def test_the_higher_of_two_values_is_never_drawn_lower(one: float, other: float) -> None:
    found = drawn(line(one, other), days=MONTHS)
    first, second = (dot.y for dot in found.series[0].dots)
    assert first >= second if one <= other else first <= second
    assert found.top <= min(first, second)


@pytest.mark.parametrize(
    ("highest", "words"),
    [
        (0, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (0.3, ["0", "0.1", "0.2", "0.3", "0.4"]),
        (1, ["0", "0.2", "0.4", "0.6", "0.8", "1", "1.2"]),
        (99.9, ["0", "20", "40", "60", "80", "100"]),
        (100, ["0", "20", "40", "60", "80", "100", "120"]),
        (4999, ["0", "1000", "2000", "3000", "4000", "5000"]),
    ],
)
def test_an_axis_has_round_numbers_and_reaches_above_the_highest(highest: float, words: list[str]) -> None:
    found = drawn(line(highest), days=MONTHS)
    assert [tick.words for tick in found.up] == words
    heights = [tick.at for tick in found.up]
    assert heights == sorted(heights, reverse=True)
    assert (heights[0], heights[-1]) == (found.foot, found.top)


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (9, 9), (10, 5), (18, 9), (19, 7), (400, 9)])
def test_labels_have_room_and_the_last_is_among_them(count: int, shown: int) -> None:
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(count)]
    found = drawn(Series("a", [Spot(days[0], 1.0)]), days=days)
    assert len(found.across) == shown
    assert found.across[-1].words == str(days[-1])


def test_labels_that_do_not_fit_their_periods_are_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="zip"):
        chart([line(1)], days=MONTHS, labels=LABELS[:-1])


def test_a_target_alone_is_no_chart_and_raises_the_top_of_one() -> None:
    assert chart([line(None)], days=MONTHS, labels=LABELS, target=60) is None
    low = drawn(line(10), days=MONTHS, target=60)
    assert low.target_y is not None
    assert low.top < low.target_y < low.series[0].dots[0].y
    nought = drawn(line(10), days=MONTHS, target=0)
    assert nought.target_y == nought.foot


def test_a_band_reaches_under_the_top_and_is_left_out_where_one_bound_is_unknown() -> None:
    lows = [1, 2, None, 1, 1, 1, None, 3]
    spots = [Spot(month, 5, low, 90) for month, low in zip(MONTHS, lows, strict=False)]
    found = drawn(Series("a", spots), days=MONTHS)
    # None reaches over the period without bounds; one alone has no breadth.
    assert [len(re.findall("[ML]", band)) for band in found.series[0].bands] == [4, 6]
    assert found.up[-1].words == "100"
    alone = drawn(Series("a", spots[1:3]), days=MONTHS)
    assert (alone.series[0].bands, len(alone.series[0].lines)) == ([], 1)


def test_what_is_expected_is_dotted_and_a_fifth_series_repeats_the_first() -> None:
    found = drawn(*(line(1, 2) for _number in range(5)), Series("e", line(1, 2).spots, is_expected=True), days=MONTHS)
    dashes = [one.dash for one in found.series]
    assert dashes[4] == dashes[0] == ""
    assert dashes[5] == "2 4"
    assert len(set(dashes[:4])) == 4


def test_bars_are_never_thinner_than_a_point_and_do_not_touch() -> None:
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(400)]
    many = drawn(Series("b", [Spot(day, 1.0) for day in days], "bars"), days=days).series[0]
    assert len(many.bars) == 400
    assert {bar.width for bar in many.bars} == {1.1}
    few = drawn(Series("b", line(1, 2, 3).spots, "bars"), days=MONTHS[:3]).series[0]
    assert all(left.x + left.width < right.x for left, right in pairwise(few.bars))
