"""The bell: wakes a worker after the commit. Losing every ring loses nothing, a timetable rings again."""

from __future__ import annotations

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def ring(task: str, **ids: int | str) -> None:
    """Send ``task`` (its dotted name) with plain ids once the current transaction has committed."""
    transaction.on_commit(partial(_send, task, ids))


def _send(task: str, ids: dict[str, int | str]) -> None:
    try:
        current_app.send_task(task, kwargs=ids, ignore_result=True, retry=False)
    except (OperationalError, ConnectionError) as error:
        logger.warning("The bell for %s did not ring: %s. The timetable will.", task, error)
