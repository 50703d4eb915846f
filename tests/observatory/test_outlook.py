"""The outlook: growth of the published years, its band, and the day of the goal."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observatory.outlook import outlook
from observatory.published import whole_years

GOAL = 1_000_000
TONNES = st.floats(1e3, 1e7)
YEARS = st.integers(1990, 2040)
PUBLISHED = {2022: 429_857.0, 2023: 520_201.0, 2024: 684_680.0, 2025: 840_787.0}


def test_the_goal_by_the_published_years() -> None:
    found = outlook(PUBLISHED, GOAL)
    assert found is not None
    assert round(found.growth, 1) == 25.1
    assert (found.earliest, found.reached_on, found.latest) == (
        date(2026, 7, 31),
        date(2026, 10, 11),
        date(2027, 1, 14),
    )
    assert [ahead.year for ahead in found.ahead] == [2026, 2027, 2028]
    first = found.ahead[0]
    assert first.low is not None
    assert first.high is not None
    assert first.low < first.middle < first.high
    assert outlook(whole_years("transit_volume_rwanda"), GOAL) == found


def test_steady_growth_has_no_spread_and_a_sure_day() -> None:
    found = outlook({2020: 100, 2021: 200, 2022: 400, 2023: 800}, 1600, years=1)
    assert found is not None
    assert found.growth == pytest.approx(100)
    assert found.earliest == found.reached_on == found.latest == date(2024, 12, 31)
    assert found.ahead[0].middle == pytest.approx(1600)


def test_two_growths_give_a_middle_and_no_band() -> None:
    found = outlook({2021: 100, 2022: 110, 2023: 121}, 133.1)
    assert found is not None
    assert found.reached_on == date(2024, 12, 31)
    assert (found.earliest, found.latest, found.ahead[0].low) == (None, None, None)


@pytest.mark.parametrize("yearly", [{}, {2025: 1.0}, {2024: 1.0, 2025: 2.0}, {2020: 1.0, 2024: 2.0, 2025: 3.0}])
def test_of_too_few_years_nothing_is_foretold(yearly: dict[int, float]) -> None:
    assert outlook(yearly, GOAL) is None


def test_what_shrinks_never_gets_there_and_what_has_got_there_has() -> None:
    found = outlook({2022: 400, 2023: 300, 2024: 200, 2025: 100}, 1000)
    assert found is not None
    assert found.reached_on is None
    already = outlook({2023: 900, 2024: 1000, 2025: 1100}, 1000)
    assert already is not None
    assert already.reached_on == date(2025, 12, 31)


def run_of(first: int, values: list[float]) -> dict[int, float]:
    return {first + number: value for number, value in enumerate(values)}


@settings(max_examples=40, deadline=None)
@given(YEARS, st.lists(TONNES, min_size=3, max_size=7), st.floats(1e3, 1e7))
def test_the_band_holds_the_middle_and_the_days_are_in_order(first: int, values: list[float], target: float) -> None:
    found = outlook(run_of(first, values), target)
    assert found is not None
    assert found.years == min(len(values), 5) - 1
    assert [ahead.year for ahead in found.ahead] == [first + len(values) + k for k in range(3)]
    for ahead in found.ahead:
        assert (ahead.low is None) is (ahead.high is None) is (found.years < 3)
        assert ahead.low is None or ahead.low <= ahead.middle <= (ahead.high or 0)
    days = [day for day in (found.earliest, found.reached_on, found.latest) if day]
    assert days == sorted(days)
    assert all(day >= date(first + len(values) - 1, 12, 31) for day in days)


@settings(max_examples=30, deadline=None)
@given(st.lists(TONNES, min_size=4, max_size=5), st.sampled_from([0.001, 1000.0]))
def test_tonnes_or_thousands_of_tonnes_come_to_the_same(values: list[float], factor: float) -> None:
    one = outlook(run_of(2020, values), GOAL)
    other = outlook(run_of(2020, [value * factor for value in values]), GOAL * factor)
    assert one is not None
    assert other is not None
    assert other.growth == pytest.approx(one.growth, abs=1e-6)
    assert [ahead.middle for ahead in other.ahead] == pytest.approx([ahead.middle * factor for ahead in one.ahead])


@settings(max_examples=30, deadline=None)
@given(st.lists(TONNES, min_size=4, max_size=5), st.floats(1e5, 1e7))
def test_a_higher_goal_is_not_reached_sooner(values: list[float], target: float) -> None:
    lower, higher = (outlook(run_of(2020, values), each) for each in (target, target * 1.5))
    assert lower is not None
    assert higher is not None
    if higher.reached_on:
        assert lower.reached_on is not None
        assert lower.reached_on <= higher.reached_on


def test_what_is_known_of_years_long_ago_counts_for_nothing() -> None:
    old = {2000: 9.0, 2001: 5_000_000.0, 2019: 1.0, 2020: 77.0}
    recent = run_of(2021, [400.0, 500.0, 600.0, 700.0, 800.0])
    assert outlook(old | recent, 1000) == outlook(recent, 1000)


def test_a_year_of_nothing_ends_the_run() -> None:
    assert outlook({2022: 5.0, 2023: 0.0, 2024: 6.0, 2025: 7.0}, GOAL) is None
    with_nought = outlook({2021: 5.0, 2022: 0.0, 2023: 6.0, 2024: 7.0, 2025: 8.0}, 9)
    assert with_nought == outlook({2023: 6.0, 2024: 7.0, 2025: 8.0}, 9)


def test_the_years_may_be_named_in_any_order() -> None:
    assert outlook(dict(reversed(PUBLISHED.items())), GOAL) == outlook(PUBLISHED, GOAL)


@pytest.mark.parametrize(("target", "reached"), [(2.0 * 2**24, True), (2.0 * 2**25.1, False)])
def test_beyond_twenty_five_years_nothing_is_foretold(target: float, reached: bool) -> None:
    found = outlook({2022: 0.5, 2023: 1.0, 2024: 2.0}, target)
    assert found is not None
    assert found.reached_on == (date(2048, 12, 31) if reached else None)


def test_leap_years_do_not_carry_a_day_into_another_year() -> None:
    for k in range(1, 9):
        found = outlook({2022: 50.0, 2023: 100.0, 2024: 200.0}, 200.0 * 2**k)
        assert found is not None
        assert found.reached_on == date(2024 + k, 12, 31)


@pytest.mark.parametrize("years", [0, 1, 10])
def test_as_many_years_are_told_as_are_asked(years: int) -> None:
    found = outlook(PUBLISHED, GOAL, years=years)
    assert found is not None
    assert [ahead.year for ahead in found.ahead] == list(range(2026, 2026 + years))
    widths = [(ahead.high or 0) / (ahead.low or 1) for ahead in found.ahead]
    assert widths == sorted(widths)
