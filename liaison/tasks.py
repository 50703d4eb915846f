"""The workers' heartbeat, one a queue, and the journal's chain."""

from __future__ import annotations

from celery import shared_task

from liaison import chain
from liaison.health import beat


@shared_task
def heartbeat(*, queue: str) -> None:
    """Runs in the worker of ``queue`` and says that it is alive."""
    beat(queue)


@shared_task
def extend_chain() -> None:
    """Link the journal's new entries."""
    chain.extend()
