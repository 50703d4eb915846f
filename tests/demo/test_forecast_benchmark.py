"""The benchmark of forecasts: its set is under way at every step, and what it measures is written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cargo.models import Forecast, Status
from demo import forecast_benchmark
from demo.big_set import load
from demo.forecast_benchmark import LIMIT_MB, LIMIT_MS, LIMIT_S, ROUNDS, SPAN, measured, set_name, timed_one
from demo.own_database import PREFIX, name_of

COUNT = 72


def test_its_set_is_a_benchmarks_and_never_that_of_cargo() -> None:
    assert set_name(50_000) == f"{PREFIX}forecasts_50000"
    assert set_name(10) not in {name_of(size) for size in (1, 10, 12, 100)}


@pytest.mark.django_db(transaction=True)
def test_all_under_way_are_forecast_and_some_of_them_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast_benchmark, "ROUNDS", 5)
    load(COUNT, until=timezone.now(), progress_of=lambda _done, _total: None, span=SPAN)
    states = set(Status.objects.values_list("state", flat=True))
    assert {"registered", "at_sea", "at_port", "on_road", "delivered"} <= states
    under_way = Status.objects.exclude(state__in=Status.DONE).count()
    assert COUNT * 0.75 < under_way < COUNT * 0.9
    found = list(measured(under_way))
    assert [(one.name, one.unit, one.baseline) for one in found] == [
        (f"forecast_open_{under_way}", "s", LIMIT_S),
        (f"forecast_memory_{under_way}", "MB", LIMIT_MB),
        (f"forecast_one_p95_{under_way}", "ms", LIMIT_MS),
    ]
    assert all(one.value > 0 for one in found)
    # What reached Kigali and is not delivered yet is forecast no more.
    there = Status.objects.filter(state="in_kigali").count()
    assert Forecast.objects.current().count() == Forecast.objects.count() == under_way - there
    before = Forecast.objects.latest("pk")
    assert timed_one(before.consignment_id) > 0
    after = Forecast.objects.get(consignment=before.consignment_id)
    assert (after.pk > before.pk, after.is_current) == (True, True)


def test_a_day_in_which_nothing_is_under_way_is_no_measurement(network: None) -> None:
    with pytest.raises(RuntimeError, match="nothing is under way"):
        list(measured(1))


def test_it_measures_what_the_project_promises() -> None:
    assert (LIMIT_S, LIMIT_MB, LIMIT_MS) == (10.0, 1.5 * 1024, 50.0)
    assert ROUNDS >= 20
    assert timedelta(hours=640) <= SPAN
