"""Opens and closes the portal's own cases, estimates what is at risk, and closes what nobody objects to."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from tickets import resolving, risks, stalls


@shared_task
def watch_stalls() -> None:
    """Open a ticket for what has stalled, and close those of what has moved on."""
    at = timezone.now()
    stalls.open_stalled(at=at)
    stalls.close_moved(at=at)


@shared_task
def estimate_risks() -> None:
    """What a day more costs, for every open ticket."""
    risks.estimate_risks(at=timezone.now())


@shared_task
def close_silent() -> None:
    """Close what was resolved a fortnight ago."""
    resolving.close_silent(at=timezone.now())
