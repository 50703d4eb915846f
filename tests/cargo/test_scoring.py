"""Forecasts scored when the truth is known, the replay kept, the command, and the report card."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client
from django.utils import timezone

from cargo import tasks
from cargo.arrival.conformal import HORIZONS
from cargo.arrival.log import CODES
from cargo.models import Consignment, Event, Forecast, ForecastScore
from cargo.scoring import kept_factors, replay_past, score_forecasts
from feeds.intake import receive
from feeds.models import Source
from liaison.models import Person
from observatory.portal_state import portal_state
from tests.cargo.test_forecasting import BOXES, past
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast

As = Callable[[Person | None], Client]
KIGALI = "rw-city-kigali"


def said(consignment: Consignment, made: float, low: float, high: float, **more: Any) -> Forecast:
    """A snapshot made so many hours ago, of a window from and to so many hours ago."""
    now = timezone.now()
    p10, p90 = now - timedelta(hours=low), now - timedelta(hours=high)
    return Forecast.objects.create(
        consignment=consignment, made_at=now - timedelta(hours=made), p10=p10, p50=p10 + (p90 - p10) / 2, p90=p90,
        days_out="1-3", trips=9, fingerprint="x", reason="trips", is_current=False, is_snapshot=True,
        simple_p50=p10, **more,
    )  # fmt: skip


def scores(basis: str = "said") -> dict[tuple[str, str], tuple[int, int]]:
    rows = ForecastScore.objects.filter(basis=basis)
    return {(row.method, row.days_out): (row.hits, row.n) for row in rows}


def test_hits_and_misses(consignment: Consignment, clerk: Source) -> None:
    hit, early, late = said(consignment, 90, 60, 40), said(consignment, 90, 45, 20), said(consignment, 90, 80, 70)
    assert score_forecasts(at=timezone.now()) == 0
    take_in(clerk, csv(*(row("arrived_kigali", 50, box=number, node=KIGALI) for number in BOXES)))
    assert score_forecasts(at=timezone.now()) == 3
    found = dict(Forecast.objects.values_list("pk", "is_hit"))
    assert found == {hit.pk: True, early.pk: False, late.pk: False}
    assert scores() == {("C", "1-3"): (1, 3), ("C", "all"): (1, 3), ("B1", "1-3"): (0, 3), ("B1", "all"): (0, 3)}
    assert score_forecasts(at=timezone.now()) == 0


def test_a_truth_that_is_set_right_is_scored_again(consignment: Consignment, clerk: Source) -> None:
    said(consignment, 90, 60, 40)
    take_in(clerk, csv(row("delivered", 20, node=KIGALI)))
    score_forecasts(at=timezone.now())
    assert scores()["C", "all"] == (0, 1)
    take_in(clerk, csv(row("arrived_kigali", 50, node=KIGALI)))
    assert score_forecasts(at=timezone.now()) == 1
    assert scores()["C", "all"] == (1, 1)


def test_a_window_that_is_over_without_arrival_is_a_miss_and_one_that_is_not_does_not_count(
    consignment: Consignment,
) -> None:
    said(consignment, 90, 60, 40)
    said(consignment, 90, 60, -40)
    score_forecasts(at=timezone.now())
    assert scores()["C", "all"] == (0, 1)


def as_it_happened() -> None:
    """Every event was received an hour after it happened."""
    Event.objects.update(received_at=F("occurred_at") + timedelta(hours=1))


def test_the_replay_is_kept_and_the_same_again(cast: Cast, clerk: Source) -> None:
    past(cast, clerk, 20)
    as_it_happened()
    at = timezone.now()
    n = replay_past(at=at)
    assert n > 50
    assert scores("replayed")["C", "all"][1] == n
    before = list(ForecastScore.objects.order_by("method", "days_out").values_list("hits", "mae_h", "factor"))
    assert replay_past(at=at) == n
    assert list(ForecastScore.objects.order_by("method", "days_out").values_list("hits", "mae_h", "factor")) == before
    assert ForecastScore.objects.filter(method="C", factor__gt=0).count() == 6
    assert all(row.moved_h is not None for row in ForecastScore.objects.filter(days_out="all"))
    kept = ForecastScore.objects.get(method="C", days_out="1-3")
    ForecastScore.objects.filter(pk=kept.pk).update(factor=1.5, leg_factors={"gate_out": 2.5})
    factors = kept_factors()[:, HORIZONS.index("1-3")].tolist()
    assert factors == [2.5 if code == "gate_out" else 1.5 for code in (*CODES, "")]


def test_factors_that_were_never_kept_change_no_window(db: None) -> None:
    assert set(kept_factors().ravel().tolist()) == {1.0}
    assert kept_factors().shape == (len(CODES) + 1, len(HORIZONS))


def test_how_steadily_a_window_stands_is_kept_beside_how_it_did(consignment: Consignment) -> None:
    for made, low, high in ((162, 150, 130), (90, 60, 40), (66, 56, 40), (42, 40, 30)):
        said(consignment, made, low, high)
    score_forecasts(at=timezone.now())
    # The first was not followed by a next morning; from the fiftieth hour ago to the 48th, and from there to the 35th.
    assert ForecastScore.objects.get(method="C", days_out="all").moved_h == pytest.approx(7.5)
    assert ForecastScore.objects.get(method="B1", days_out="all").moved_h is None


def backtest(*options: str) -> str:
    out = StringIO()
    call_command("forecast_backtest", *options, stdout=out)
    return out.getvalue()


def test_the_command_prints_every_method_and_horizon(cast: Cast, clerk: Source) -> None:
    past(cast, clerk, 12)
    as_it_happened()
    found = json.loads(backtest("--json"))
    horizons = ["0-1", "1-3", "3-7", "7-14", "14+", "all"]
    assert [(row["method"], row["days_out"]) for row in found["scores"]] == [
        (method, days_out) for method in ("B0", "B1", "B1m", "B2", "B3", "C") for days_out in horizons
    ]
    whole = found["scores"][-1]
    assert whole["n"] == found["n"] > 20
    assert set(whole) == {"method", "days_out", "n", "hits", "mae_h", "pinball", "coverage", "width_h", "moved_h"}
    lines = backtest().splitlines()
    assert lines[1].split() == ["method", "days", "out", "n", "MAE", "h", "pinball", "coverage", "width", "h"]
    assert len(lines) == 2 + 36


def test_of_one_upload_of_history_there_is_a_backtest_too(cast: Cast, clerk: Source) -> None:
    past(cast, clerk, 12)
    day = (timezone.now() - timedelta(days=52)).date().isoformat()
    whole = json.loads(backtest("--json"))["n"]
    assert whole > 20
    assert 0 < json.loads(backtest("--json", "--until", day))["n"] < whole


def test_the_command_knows_no_such_date_and_no_event(db: None) -> None:
    for text in ("yesterday", "2026-13-01"):
        with pytest.raises(CommandError, match="is no date"):
            backtest("--since", text)
    with pytest.raises(CommandError, match="2026-11-20 is not before 2026-06-02: give an earlier --since"):
        backtest("--since", "2026-11-20", "--until", "2026-06-01")
    assert "0 forecasts" in backtest()


def test_tasks_forecast_what_a_delivery_told_and_the_state_counts_it(consignment: Consignment, clerk: Source) -> None:
    delivery = receive(source=clerk, raw=csv(row("gate_out", 5)), at=timezone.now()).delivery
    tasks.forecast_delivery(delivery_id=delivery.pk)
    assert Forecast.objects.count() == 0
    tasks.read_delivery(delivery_id=delivery.pk)
    tasks.forecast_delivery(delivery_id=delivery.pk)
    assert portal_state(timezone.now())["forecasts"] == 1
    tasks.forecast_open()
    tasks.forecast_again()
    tasks.score_forecasts()
    assert portal_state(timezone.now())["forecasts"] == 2
    before: datetime = Forecast.objects.current().get().made_at
    call_command("rebuild", stdout=StringIO())
    assert Forecast.objects.current().get().made_at == before


def test_the_report_card(cast: Cast, as_person: As) -> None:
    client = as_person(None)
    assert "No forecast has been scored yet." in client.get("/forecasts/").content.decode()
    at = timezone.now()
    for days_out in ("1-3", "all"):
        for method, hits in (("C", 30), ("B1", 20)):
            ForecastScore.objects.create(
                basis="said", method=method, days_out=days_out, hits=hits, n=60, mae_h=12.5, width_h=40.0, moved_h=3.25,
                since=at - timedelta(days=60), until=at,
            )  # fmt: skip
    page = " ".join(client.get("/forecasts/").content.decode().split())
    assert "50 %" in page
    assert "38–62 %" in page
    assert "12.5" in page
    assert [name in page for name in ("Moves a day, hours", ">3.3<")] == [True, True]
    assert "As replayed over past events" not in page
