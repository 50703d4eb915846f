"""The corridor's timetable: keeping the trail of trackers, and settling how things stand as time passes."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from corridor import days, settling, trail


@shared_task
def keep_trail() -> None:
    """Make the coming months' parts and thin what is old enough."""
    at = timezone.now()
    trail.ready_months(at=at)
    trail.thin(at=at)


@shared_task
def settle_standings() -> None:
    """What was announced begins, what has an end is over, and what nobody repeats grows stale."""
    settling.settle_standings(at=timezone.now())


@shared_task
def keep_day() -> None:
    """Keep the picture of the day so far; the last one of a day stays."""
    days.keep_day(at=timezone.now())
