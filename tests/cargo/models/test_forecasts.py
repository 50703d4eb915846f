"""Forecasts and their scores: what the database refuses, which one holds, and who sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cargo.models import Consignment, Forecast, ForecastScore
from cargo.models.forecasts import HORIZONS
from cargo.registration import Particulars, register
from liaison.models import AnonymousUser
from tests.conftest import AT, Cast

Make = Callable[..., Any]
HOUR = timedelta(hours=1)


@pytest.fixture
def forecast(consignment: Consignment) -> Make:
    def make(**more: Any) -> Forecast:
        values: dict[str, Any] = {
            "consignment": consignment,
            "made_at": AT,
            "p10": AT + 24 * HOUR,
            "p50": AT + 48 * HOUR,
            "p90": AT + 96 * HOUR,
            "days_out": "1-3",
            "trips": 40,
            "fingerprint": "f",
            "reason": "trips",
            "is_current": False,
        }
        return Forecast.objects.create(**{**values, **more})

    return make


def score(**more: Any) -> ForecastScore:
    values: dict[str, Any] = {
        "basis": "said",
        "method": "C",
        "days_out": "1-3",
        "n": 10,
        "hits": 8,
        "since": AT,
        "until": AT,
    }
    return ForecastScore.objects.create(**{**values, **more})


def refused(make: Make, constraint: str, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=f'"{constraint}"'), transaction.atomic():
        make(**values)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("forecast_window_in_order", {"p10": AT + 49 * HOUR}),
        ("forecast_window_in_order", {"p90": AT + 47 * HOUR}),
        ("forecast_is_of_what_is_to_come", {"made_at": AT + 25 * HOUR}),
        ("forecast_days_out_known", {"days_out": "all"}),
        ("forecast_days_out_known", {"days_out": ""}),
        ("forecast_reason_known", {"reason": ""}),
        ("forecast_reason_known", {"reason": "luck"}),
        ("forecast_hits_of_n", {"hits": 1}),
        ("forecast_hits_of_n", {"hits": 11, "hits_n": 10}),
        ("forecast_scored_whole", {"arrived_at": AT}),
        ("forecast_scored_whole", {"is_hit": True}),
        ("forecast_scored_whole", {"is_hit": False}),
        ("cargo_forecast_trips_check", {"trips": -1}),
    ],
)
def test_a_forecast_that_cannot_be_is_refused(forecast: Make, constraint: str, values: dict[str, Any]) -> None:
    refused(forecast, constraint, **values)
    assert Forecast.objects.count() == 0


def test_what_lies_at_the_edge_is_kept(forecast: Make) -> None:
    forecast(made_at=AT, p10=AT, p50=AT, p90=AT)
    forecast(hits=10, hits_n=10, arrived_at=AT, is_hit=False, trips=0, moved_h=-3.5)
    for reason in Forecast.Reason.values:
        forecast(reason=reason)
    for days_out in HORIZONS:
        forecast(days_out=days_out)
    assert Forecast.objects.count() == 2 + len(Forecast.Reason.values) + len(HORIZONS)


def test_one_holds_for_each_consignment(cast: Cast, forecast: Make, consignment: Consignment) -> None:
    now = forecast(is_current=True)
    for _each in range(2):
        forecast()
    refused(forecast, "forecast_one_is_current", is_current=True, made_at=AT + HOUR)
    other = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B2"), by=None, at=AT)
    its = forecast(consignment=other, is_current=True)
    assert set(Forecast.objects.current()) == {now, its}
    assert list(consignment.forecasts.current()) == [now]
    assert str(now) == f"{consignment.pk} by 2026-11-22"


def test_a_forecast_is_seen_by_those_who_see_the_goods(cast: Cast, forecast: Make) -> None:
    particulars = Particulars(consignee=cast.stranger_firm, bill_of_lading="OTHER1")
    theirs = forecast(consignment=register(particulars=particulars, by=None, at=AT))
    mine = forecast()
    seen = {part: list(Forecast.objects.visible_to(one).order_by("-pk")) for part, one in cast.people().items()}
    assert seen == {
        "importer": [mine],
        "agent": [mine],
        "stranger": [theirs],
        "officer": [mine, theirs],
        "desk": [],
        "official": [],
    }
    assert list(Forecast.objects.visible_to(AnonymousUser())) == []


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("forecast_score_basis", {"basis": "felt"}),
        ("forecast_score_days_out", {"days_out": "2"}),
        ("forecast_score_hits_of_n", {"hits": 11}),
        ("forecast_score_factor", {"factor": 0}),
        ("forecast_score_factor", {"factor": -1}),
        ("cargo_forecastscore_hits_check", {"hits": -1}),
    ],
)
def test_a_score_that_cannot_be_is_refused(db: None, constraint: str, values: dict[str, Any]) -> None:
    refused(score, constraint, **values)


def test_a_method_has_one_score_at_a_horizon_of_each_sort(db: None) -> None:
    first = score()
    refused(score, "forecast_score_once", n=99, hits=99)
    for more in ({"basis": "replayed"}, {"method": "B0"}, {"days_out": "all"}, {"days_out": "14+", "n": 0, "hits": 0}):
        score(**more)
    assert (ForecastScore.objects.count(), str(first)) == (5, "C 1-3 said")
