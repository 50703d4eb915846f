"""The observatory's timetable: figures are counted as news comes in, forecasts once they are scored, reports made."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from liaison.pacing import paced
from observatory import counting, readers, reports
from observatory.printing import PrintingFailed

logger = logging.getLogger(__name__)


@shared_task
@paced
def count() -> None:
    """Count what changed since the last time."""
    counting.count(at=timezone.now())


@shared_task
@paced
def count_forecasts() -> None:
    """Count the forecasts that were scored."""
    counting.count_forecasts(at=timezone.now())


@shared_task
def make_reports() -> None:
    """Make the reports of the week and month that are over and tell readers, or say what this machine lacks."""
    try:
        reports.make_due(at=timezone.now())
        readers.tell_readers(at=timezone.now())
    except PrintingFailed as error:
        logger.error("%s", error)
