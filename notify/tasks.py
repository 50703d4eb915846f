"""The notifying queue: sends whatever is due, however often it is rung."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from notify.models import Letter, Notice
from notify.outbox import Row, claim, send


@shared_task
def send_due() -> None:
    """Claim and send batch by batch until nothing is due.

    Somebody waits for a letter, so these go first; news for subscribers, which may be many, go last.
    """
    while _send_batch(Letter, is_news=False) or _send_batch(Notice) or _send_batch(Letter, is_news=True):
        pass


def _send_batch(kind: type[Row], **only: bool) -> bool:
    rows = claim(kind, at=timezone.now(), **only)
    send(rows, at=timezone.now())
    return bool(rows)
