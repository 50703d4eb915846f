"""What must never be false of readings and counts is refused by the database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from observatory.models import Due, Reading, Report, Rollup

AT = datetime(2026, 11, 26, tzinfo=UTC)
READING: dict[str, Any] = {
    "subject": "c",
    "subject_id": 1,
    "indicator": "container_dwell_time",
    "day": date(2026, 11, 1),
    "value": Decimal(1),
}
ROLLUP: dict[str, Any] = {
    "indicator": "container_dwell_time",
    "grain": "day",
    "starts_on": date(2026, 11, 1),
    "n": 1,
    "missing": 0,
    "total": 1,
    "base": 0,
    "values": [1.0],
    "counts": [1],
    "p10": 1.0,
    "p50": 1.0,
    "p90": 1.0,
    "counted_at": AT,
}
REPORT: dict[str, Any] = {
    "span": "week",
    "starts_on": date(2026, 11, 16),
    "language": "en",
    "made_at": AT,
    "content": b"%PDF-",
}


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"value": Decimal(-1)}, "reading_value"),
        ({"value": None}, "reading_or_its_fault"),
        ({"fault": "no_start"}, "reading_or_its_fault"),
    ],
)
def test_a_reading_is_never_negative_and_has_a_value_or_a_fault(
    db: None, change: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        Reading.objects.create(**READING | change)


def test_a_subject_has_one_reading_of_a_part(db: None) -> None:
    Reading.objects.create(**READING)
    Reading.objects.create(**READING | {"part": 2})
    with pytest.raises(IntegrityError, match="reading_once"):
        Reading.objects.create(**READING | {"day": date(2026, 11, 2)})


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"grain": "year"}, "rollup_grain_known"),
        ({"n": 0}, "rollup_of_nothing_says_nothing"),
        ({"p10": 2.0}, "rollup_percentiles_in_order"),
        ({"p90": 0.5}, "rollup_percentiles_in_order"),
    ],
)
def test_a_count_of_nothing_says_nothing_and_percentiles_ascend(
    db: None, change: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        Rollup.objects.create(**ROLLUP | change)


def test_each_period_of_a_part_is_counted_once(db: None) -> None:
    Rollup.objects.create(**ROLLUP)
    Rollup.objects.create(**ROLLUP | {"slice": "cargo:roro"})
    Rollup.objects.create(**ROLLUP | {"grain": "month"})
    with pytest.raises(IntegrityError, match="rollup_once"):
        Rollup.objects.create(**ROLLUP)


def test_a_report_and_a_day_that_is_due_are_there_once(db: None) -> None:
    Report.objects.create(**REPORT)
    Report.objects.create(**REPORT | {"language": "fr"})
    with pytest.raises(IntegrityError, match="observatory_report_once"), transaction.atomic():
        Report.objects.create(**REPORT)
    with pytest.raises(IntegrityError, match="report_span_known"), transaction.atomic():
        Report.objects.create(**REPORT | {"span": "year"})
    Due.objects.create(indicator="x", day=date(2026, 11, 1))
    with pytest.raises(IntegrityError, match="due_once"):
        Due.objects.create(indicator="x", day=date(2026, 11, 1))


def test_rows_have_names_for_people_who_look_at_the_database() -> None:
    assert str(Reading(**READING)) == "container_dwell_time 2026-11-01: 1"
    assert str(Rollup(**ROLLUP, slice="cargo:roro")) == "container_dwell_time cargo:roro day 2026-11-01"
    assert str(Report(**REPORT)) == "week 2026-11-16 en"
