"""The workers' heartbeat, one a queue, the journal's chain, and the retention timetable."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from liaison import chain, retention
from liaison.health import beat


@shared_task
def heartbeat(*, queue: str) -> None:
    """Runs in the worker of ``queue`` and says that it is alive."""
    beat(queue)


@shared_task
def extend_chain() -> None:
    """Link the journal's new entries."""
    chain.extend()


@shared_task
def apply_retention() -> None:
    """Take out what has met its purpose."""
    retention.apply(at=timezone.now())
