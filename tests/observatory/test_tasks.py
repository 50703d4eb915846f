"""The observatory's timetable: each task does its part at the hour it is, and a machine that cannot print says so."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from cargo.models import Consignment, Forecast
from liaison.timetable import TIMETABLE
from observatory import tasks
from observatory.models import Reading, Report, Rollup
from observatory.reports import due


def test_what_stands_today_is_counted_by_the_clock(consignment: Consignment) -> None:
    before = timezone.now()
    tasks.count()
    row = Rollup.objects.get(indicator="under_way", grain="day", slice="")
    assert before <= row.counted_at <= timezone.now()
    assert (row.starts_on, row.n, row.p50) == (timezone.localdate(row.counted_at), 1, 1.0)


def test_forecasts_are_counted_by_their_own_task(consignment: Consignment) -> None:
    at = datetime(2026, 11, 20, 6, tzinfo=UTC)
    Forecast.objects.create(
        consignment=consignment, made_at=at, p10=at, p50=at, p90=at + timedelta(days=3), days_out="1-3", trips=9,
        fingerprint="x", reason="trips", is_snapshot=True, arrived_at=at, is_hit=True,
    )  # fmt: skip
    tasks.count()
    assert not Reading.objects.filter(subject="f").exists()
    tasks.count_forecasts()
    assert sorted(Reading.objects.filter(subject="f").values_list("indicator", "value")) == [
        ("forecast_error", Decimal(0)),
        ("forecast_hit_rate", Decimal(1)),
    ]


def test_of_nothing_no_report_is_made(db: None) -> None:
    tasks.make_reports()
    assert not Report.objects.exists()


def test_a_machine_that_cannot_print_says_what_it_lacks_and_makes_no_report(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    span, starts_on = next(iter(due(timezone.localdate())))
    Rollup.objects.create(
        indicator="container_dwell_time", grain=span, starts_on=starts_on, n=0, missing=1, total=0, base=0, values=[],
        counts=[], counted_at=timezone.now(),
    )  # fmt: skip
    # As where the library was never installed.
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with caplog.at_level(logging.ERROR, logger="observatory.tasks"):
        tasks.make_reports()
    (said,) = [record for record in caplog.records if record.name == "observatory.tasks"]
    assert said.levelname == "ERROR"
    assert said.getMessage().startswith("Reports cannot be printed: WeasyPrint found no Pango.")
    assert not Report.objects.exists()


def test_each_task_has_its_hour() -> None:
    named = {entry["task"] for entry in TIMETABLE.values()}
    ours = {task.name for task in (tasks.count, tasks.count_forecasts, tasks.make_reports)}
    assert {name for name in named if name.startswith("observatory.")} == ours
