"""How likely goods are still there: through the three levels, never rising, and gone in the end."""

from __future__ import annotations

from datetime import date, timedelta

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
