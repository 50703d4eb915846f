"""The notifying queue: sends whatever is due, however often it is rung."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from notify.models import Letter, Notice
from notify.outbox import Row, claim, send


@shared_task
def send_due() -> None:
    """Claim and send batch by batch until nothing is due; somebody waits for a letter, so these go first."""
    while _send_batch(Letter) or _send_batch(Notice):
        pass


def _send_batch(kind: type[Row]) -> bool:
    rows = claim(kind, at=timezone.now())
    send(rows, at=timezone.now())
    return bool(rows)
