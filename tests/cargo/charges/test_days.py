"""Which calendar day it is at a place, and which day of a clock that is."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cargo.charges.days import AS_IT_COSTS_MOST, Counting, day_of

START = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        ("2026-11-10T20:59:59+00:00", "Africa/Nairobi", date(2026, 11, 10)),
        ("2026-11-10T21:00:00+00:00", "Africa/Nairobi", date(2026, 11, 11)),
        ("2026-11-10T21:59:59+00:00", "Africa/Kigali", date(2026, 11, 10)),
        ("2026-11-10T22:00:00+00:00", "Africa/Kigali", date(2026, 11, 11)),
        ("2026-11-11T00:30:00+03:00", "Africa/Kigali", date(2026, 11, 10)),
        ("2024-02-28T21:00:00+00:00", "Africa/Nairobi", date(2024, 2, 29)),
        ("2025-02-28T21:00:00+00:00", "Africa/Nairobi", date(2025, 3, 1)),
        ("2026-12-31T21:00:00+00:00", "Africa/Kampala", date(2027, 1, 1)),
    ],
)
def test_the_day_is_that_of_the_place(at: str, zone: str, day: date) -> None:
    assert day_of(datetime.fromisoformat(at), zone) == day


def test_mombasa_is_the_place_where_no_other_is_named() -> None:
    assert day_of(datetime.fromisoformat("2026-11-10T21:30:00+00:00")) == date(2026, 11, 11)


@pytest.mark.parametrize(
    ("counting", "counted"),
    [
        # On the day before the start, on the day itself, and on the two days after it.
        (Counting(), [0, 1, 2, 3]),
        (Counting(starts_next_day=True), [0, 0, 1, 2]),
        (Counting(started_day_counts=False), [0, 0, 1, 2]),
        (Counting(starts_next_day=True, started_day_counts=False), [0, 0, 0, 1]),
    ],
)
def test_how_many_days_have_been_counted(counting: Counting, counted: list[int]) -> None:
    assert [counting.counted(START, date(2026, 11, day)) for day in (2, 3, 4, 5)] == counted


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(1, 400), st.booleans())
def test_the_day_of_a_number_has_that_number(start: date, number: int, starts_next_day: bool) -> None:
    counting = Counting(starts_next_day=starts_next_day)
    assert counting.number(start, counting.day(start, number)) == number


def test_what_is_not_known_of_the_counting_is_taken_as_it_costs_most() -> None:
    others = [Counting(starts_next_day=one, started_day_counts=two) for one in (True, False) for two in (True, False)]
    most = max(counting.counted(START, date(2026, 12, 1)) for counting in others)
    assert AS_IT_COSTS_MOST.counted(START, date(2026, 12, 1)) == most
