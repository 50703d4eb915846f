"""Published figures: read into our units, with their periods; what was restated stays beside what restated it."""

from __future__ import annotations

from datetime import date

import pytest

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
