"""The observatory's timetable: figures are counted as news comes in, forecasts once they are scored, reports made."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from observatory import counting


@shared_task
def count() -> None:
    """Count what changed since the last time."""
    counting.count(at=timezone.now())


@shared_task
def count_forecasts() -> None:
    """Count the forecasts that were scored."""
    counting.count_forecasts(at=timezone.now())
