"""The notifying queue: sends whatever is due, however often it is rung."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from notify.outbox import claim, send


@shared_task
def send_due() -> None:
    """Claim and send batch by batch until nothing is due."""
    while notices := claim(at=timezone.now()):
        send(notices, at=timezone.now())
