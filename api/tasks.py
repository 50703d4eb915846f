"""Webhooks on their timetable: what the journal tells becomes messages, and what is due is sent."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from api.hooks import sending, subscriptions, writing


@shared_task
def write_webhooks() -> None:
    """Write the messages of what happened since."""
    at = timezone.now()
    writing.write_messages(at=at)
    subscriptions.write_events(at=at)


@shared_task
def send_webhooks() -> None:
    """Send until nothing more arrives."""
    while sending.send_due(at=timezone.now()):
        pass
