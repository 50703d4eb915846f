"""Keeping the trail of trackers: parts for the months to come, and thinning."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from corridor import trail


@shared_task
def keep_trail() -> None:
    """Make the coming months' parts and thin what is old enough."""
    at = timezone.now()
    trail.ready_months(at=at)
    trail.thin(at=at)
