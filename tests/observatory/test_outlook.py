"""The outlook: growth of the published years, its band, and the day of the goal."""

from __future__ import annotations

from datetime import date

import pytest

from observatory.outlook import outlook
from observatory.published import whole_years

GOAL = 1_000_000
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
