"""Keeping the trail of trackers, publishing the notices that are due, and telling subscribers."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from corridor import advisories, telling, trail


@shared_task
def keep_trail() -> None:
    """Make the coming months' parts and thin what is old enough."""
    at = timezone.now()
    trail.ready_months(at=at)
    trail.thin(at=at)


@shared_task
def publish_due() -> None:
    """Publish the notices whose time has come."""
    advisories.publish_due(at=timezone.now())


@shared_task
def tell_subscribers() -> None:
    """Write the letters of what subscribers were not told of yet."""
    telling.tell_subscribers(at=timezone.now())
