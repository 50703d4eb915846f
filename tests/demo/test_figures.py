"""The corridor's durations and shares against what has been published of it."""

from __future__ import annotations

import csv
from random import Random
from statistics import mean, median

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from demo import figures
from demo.figures import Spread

HOURS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0}
SPREADS = {name: value for name, value in vars(figures).items() if isinstance(value, Spread)}


def published(indicator: str, period: str) -> float:
    """A published duration in hours, or any other figure as it stands."""
    with open(settings.BASE_DIR / "observatory" / "data" / "published_figures.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["indicator"], row["period"]) == (indicator, period)]
    (row,) = rows
    return float(row["value"]) * HOURS.get(row["unit"], 1.0)


@hypothesis_settings(deadline=None, derandomize=True)
@given(st.floats(2, 200), st.floats(0, 1.5), st.floats(0, 1), st.integers())
def test_a_duration_is_never_under_its_least(middle: float, sigma: float, share: float, seed: int) -> None:
    spread = Spread(middle, sigma, middle * share)
    assert spread.draw(Random(seed)) >= spread.shift


@pytest.mark.parametrize("name", SPREADS)
def test_half_of_the_draws_are_under_the_median(name: str) -> None:
    random, spread = Random(name), SPREADS[name]
    drawn = [spread.draw(random) for _ in range(4000)]
    assert sum(hours < spread.median for hours in drawn) / len(drawn) == pytest.approx(0.5, abs=0.03)
    assert 0 <= spread.shift < spread.median < mean(drawn)


@pytest.mark.parametrize(
    ("spread", "indicator", "period"),
    [
        (figures.SHIP_WAIT, "vessel_waiting_time_before_berth_container", "2023-01/2023-11"),
        (figures.BORDER_KENYA_UGANDA, "border_crossing_time_kenya_uganda_sct", "2016"),
    ],
)
def test_a_median_is_the_published_one(spread: Spread, indicator: str, period: str) -> None:
    assert spread.median == pytest.approx(published(indicator, period), rel=0.01)


@pytest.mark.parametrize(
    ("spread", "least", "most"),
    [
        (figures.DOCUMENT_PROCESSING, ("document_processing_time_min",), ("document_processing_time_max",)),
        (figures.VERIFICATION, ("one_stop_centre_clearance_time_min",), ("one_stop_centre_clearance_time_max",)),
        (figures.RELEASE_TO_GATE, ("delay_after_customs_release_min",), ("delay_after_customs_release_max",)),
        (
            figures.TO_MALABA,
            ("target_transit_time_mombasa_malaba", "2020-12"),
            ("transit_time_mombasa_malaba", "2020-01"),
        ),
        (
            figures.TO_BUSIA,
            ("target_transit_time_mombasa_busia", "2020-12"),
            ("transit_time_mombasa_busia", "2020-09"),
        ),
    ],
)
def test_a_median_lies_within_the_published_ones(spread: Spread, least: tuple[str, ...], most: tuple[str, ...]) -> None:
    low, high = (published(*(*named, "2017-04")[:2]) for named in (least, most))
    assert low <= spread.median <= high


def test_the_year_grows_as_published() -> None:
    assert pytest.approx(published("transit_volume_rwanda_growth", "2025") / 100) == figures.YEARLY_GROWTH


def test_shares_are_shares_and_the_season_has_twelve_months() -> None:
    assert sum(figures.CARGO_SHARES.values()) == pytest.approx(1)
    assert sum(figures.BOXES.values()) == pytest.approx(1)
    assert len(figures.SEASON) == 12
    assert median(figures.SEASON) == pytest.approx(1, abs=0.02)
