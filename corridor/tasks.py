"""The corridor's timetable: the trail, how things stand, the day's picture, notices that are due, subscribers."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from corridor import advisories, days, settling, telling, trail


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


@shared_task
def publish_due() -> None:
    """Publish the notices whose time has come."""
    advisories.publish_due(at=timezone.now())


@shared_task
def tell_subscribers() -> None:
    """Write the letters of what subscribers were not told of yet."""
    telling.tell_subscribers(at=timezone.now())
