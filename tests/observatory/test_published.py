"""Published figures: read into our units, with their periods; what was restated stays beside what restated it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observatory.published import every, named, of_indicator, span_of, target_named, whole_years
from observatory.registry import INDICATORS


@pytest.mark.parametrize(
    ("period", "since", "until"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2020-Q4", date(2020, 10, 1), date(2020, 12, 31)),
        ("2024-01/2024-09", date(2024, 1, 1), date(2024, 9, 30)),
        ("2016/2019", date(2016, 1, 1), date(2019, 12, 31)),
        ("2017-10-04", date(2017, 9, 28), date(2017, 10, 4)),
    ],
)
def test_periods(period: str, since: date, until: date) -> None:
    assert span_of(period) == (since, until)


def test_days_and_minutes_become_hours() -> None:
    dwell = {one.period: (one.value, one.unit) for one in named(["container_dwell_time"])}
    assert dwell["2022"] == (93.6, "h")
    assert dwell["2018"] == (100.0, "h")
    assert named(["border_crossing_time_kagitumba_mirama"])[-1].value == 0.25


def test_every_figure_has_its_source_and_every_name_of_the_registry_some() -> None:
    assert {one.words for one in every() if "_" in one.words} == set()
    assert [one.name for one in every() if not one.source_url or not one.host] == []
    names = {one.name for one in every()}
    for indicator in INDICATORS.values():
        assert set(indicator.also) <= names, indicator.slug
        assert indicator.is_ours or of_indicator(indicator.slug, indicator.also), indicator.slug


def test_what_was_restated_is_kept_and_does_not_count() -> None:
    both = [(one.value, one.is_superseded) for one in named(["transit_volume_total"]) if one.period == "2024"]
    assert sorted(both) == [(13_290_000.0, False), (13_400_000.0, True)]
    assert whole_years("transit_volume_total")[2024] == 13_290_000.0


def test_the_latest_target_is_the_target() -> None:
    dwell, wait = (target_named(name) for name in ("container_dwell_time", "vessel_waiting_time_before_berth"))
    assert dwell is not None
    assert wait is not None
    assert (dwell.value, dwell.unit, wait.value) == (60.0, "h", 7.2)
    assert target_named("") is None
    assert target_named("of_nothing") is None


@pytest.mark.parametrize(
    "period",
    ["", "20", "2024-13", "2024-00", "2024-Q5", "2024-Q0", "2024-02-30", "2024/", "/2024", "soon", "2024-W05"],
)
def test_a_period_that_is_none_is_an_error_of_the_file(period: str) -> None:
    with pytest.raises(ValueError, match=r"No period|month must be|day is out of range|day .* must be"):
        span_of(period)


@settings(max_examples=40, deadline=None)
@given(st.integers(1990, 2100), st.integers(1, 12))
def test_months_make_quarters_and_quarters_years(year: int, month: int) -> None:
    since, until = span_of(f"{year}-{month:02}")
    assert (since.day, (until + timedelta(days=1)).day) == (1, 1)
    assert since.month == until.month == month
    quarter = (month + 2) // 3
    first, last = 3 * quarter - 2, 3 * quarter
    assert span_of(f"{year}-Q{quarter}") == span_of(f"{year}-{first:02}/{year}-{last:02}")
    assert span_of(f"{year}") == span_of(f"{year}-Q1/{year}-Q4")


@settings(max_examples=30, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_day_ends_a_week(day: date) -> None:
    since, until = span_of(day.isoformat())
    assert (until, (until - since).days) == (day, 6)


def test_every_period_of_the_file_has_its_middle_within() -> None:
    wrong = [one.period for one in every() if not one.since <= one.middle <= one.until]
    assert wrong == []
    assert [one.middle for one in named(["transit_volume_rwanda"]) if one.period == "2025"] == [date(2025, 7, 2)]


def test_no_figure_is_negative_or_without_end() -> None:
    assert [one for one in every() if not (math.isfinite(one.value) and one.value >= 0)] == []


def test_one_word_counts_for_each_period_of_one_source() -> None:
    standing = [(one.name, one.period, one.source_url, one.value) for one in every() if not one.is_superseded]
    assert len(standing) == len(set(standing))
    # What was restated is only kept beside what restated it.
    restated = {(one.name, one.period) for one in every() if one.is_superseded}
    assert restated <= {(name, period) for name, period, *_rest in standing}


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.kpa.co.ke/a/b?c=https://x", "kpa.co.ke"),
        ("http://kandalakaskazini.or.ke", "kandalakaskazini.or.ke"),
        ("https://wwwx.example/", "wwwx.example"),
    ],
)
def test_whose_page_it_is(url: str, host: str) -> None:
    assert replace(every()[0], source_url=url).host == host


def test_names_beside_an_indicators_own() -> None:
    mixed = of_indicator("ship_to_kigali_time", INDICATORS["ship_to_kigali_time"].also)
    assert {one.name for one in mixed} <= {
        "ship_to_kigali_time", "ship_to_kigali_time_min", "ship_to_kigali_time_max",
        "vessel_arrival_to_delivery_kigali_min", "vessel_arrival_to_delivery_kigali_max",
    }  # fmt: skip
    assert [one.since for one in mixed] == sorted(one.since for one in mixed)
    assert named([]) == of_indicator("no_such_thing") == []
    # A target is not a figure.
    assert not any(one.name.startswith("target_") for one in of_indicator("container_dwell_time"))


def test_whole_years_are_whole_years() -> None:
    years = whole_years("transit_volume_rwanda")
    assert all(span_of(str(year)) == (date(year, 1, 1), date(year, 12, 31)) for year in years)
    assert years[2025] == 840_787.0
    assert whole_years("no_such_thing") == {}
