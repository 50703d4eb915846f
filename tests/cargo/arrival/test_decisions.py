"""How likely goods are still there: through the three levels, never rising, and gone in the end."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cargo.arrival.decisions import MOST_DAYS, Window, chance_after, chances_by_day

TODAY = date(2026, 11, 18)
WINDOWS = st.tuples(*[st.floats(0, 2000)] * 3).map(lambda hours: Window(*sorted(hours)))


@pytest.mark.parametrize(
    ("hours", "chance"), [(0, 1.0), (10, 0.9), (15, 0.7), (20, 0.5), (30, 0.3), (40, 0.1), (60, 0.02)]
)
def test_the_levels_come_back(hours: float, chance: float) -> None:
    assert chance_after(Window(10.0, 20.0, 40.0), hours) == pytest.approx(chance)


@settings(max_examples=50)
@given(WINDOWS, st.floats(0, 3000), st.floats(0, 3000))
def test_a_chance_never_rises_and_stays_a_chance(window: Window, one: float, other: float) -> None:
    sooner, later = sorted((one, other))
    assert 0.0 <= chance_after(window, later) <= chance_after(window, sooner) <= 1.0


@settings(max_examples=50)
@given(WINDOWS, st.floats(0, 24))
def test_days_follow_one_another_until_it_is_gone(window: Window, left_h: float) -> None:
    found = chances_by_day(window, today=TODAY, left_h=left_h)
    assert list(found) == [TODAY + timedelta(days=number + 1) for number in range(len(found))]
    assert len(found) <= MOST_DAYS
    assert sorted(found.values(), reverse=True) == list(found.values())


def test_what_is_about_to_leave_is_not_there_tomorrow() -> None:
    assert chances_by_day(Window(0.0, 0.0, 0.0), today=TODAY, left_h=12.0) == {}


@pytest.mark.parametrize(
    ("window", "hours", "chance"),
    [
        (Window(10.0, 20.0, 40.0), -5.0, 1.0),
        # What should have been over is: nothing is left to wait for but the tail.
        (Window(0.0, 0.0, 0.0), 0.0, 0.1),
        (Window(-9.0, -5.0, -1.0), 0.0, 0.1),
        (Window(-9.0, -5.0, 10.0), 5.0, 0.3),
        # Levels that are the same are one step.
        (Window(10.0, 10.0, 10.0), 9.999, 0.9),
        (Window(10.0, 10.0, 10.0), 10.0, 0.1),
        (Window(10.0, 10.0, 20.0), 10.0, 0.5),
        (Window(10.0, 20.0, 20.0), 20.0, 0.1),
        # Levels in a wrong order are lifted to those before them.
        (Window(20.0, 10.0, 5.0), 19.999, 0.9),
        (Window(20.0, 10.0, 5.0), 20.0, 0.1),
        (Window(10.0, 20.0, 40.0), 1e9, 0.0),
    ],
)
def test_windows_without_a_width_and_before_now(window: Window, hours: float, chance: float) -> None:
    assert chance_after(window, hours) == pytest.approx(chance, abs=1e-4)


@settings(max_examples=40)
@given(WINDOWS, st.floats(0, 3000), st.floats(0, 500))
def test_a_later_window_never_makes_it_likelier_to_be_gone(window: Window, hours: float, later: float) -> None:
    moved = Window(window.low + later, window.middle + later, window.high + later)
    assert chance_after(moved, hours) >= chance_after(window, hours) - 1e-9


def test_days_begin_when_today_is_over() -> None:
    window = Window(10.0, 20.0, 40.0)
    found = chances_by_day(window, today=TODAY, left_h=15.0)
    assert list(found.items())[:2] == [
        (date(2026, 11, 19), Decimal("0.7")),
        (date(2026, 11, 20), Decimal(str(round(chance_after(window, 39.0), 4)))),
    ]
    assert chances_by_day(window, today=TODAY, left_h=0.0)[date(2026, 11, 19)] == Decimal("1.0")


def test_no_more_days_than_are_counted_on() -> None:
    found = chances_by_day(Window(1e5, 2e5, 3e5), today=date(2026, 12, 30), left_h=24.0)
    assert (len(found), max(found)) == (MOST_DAYS, date(2026, 12, 30) + timedelta(days=MOST_DAYS))
    assert list(found)[1] == date(2027, 1, 1)
