"""The workers' heartbeat, one a queue."""

from __future__ import annotations

from celery import shared_task

from liaison.health import beat


@shared_task
def heartbeat(*, queue: str) -> None:
    """Runs in the worker of ``queue`` and says that it is alive."""
    beat(queue)
