"""A worker that is at a long task is heard all the same: its main process speaks for it meanwhile."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import redis
from celery.bootsteps import StartStopStep
from celery.worker import state
from django.conf import settings

from liaison.health import beat

EVERY_S = 20
# Who is at one task for longer hangs, and is not spoken for.
LONGEST_TASK_S = 3 * 3600


class Pulse(StartStopStep):
    """In the main process, which waits for the processes that work and is never kept by a task."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, parent: Any) -> None:
        """Begin with the consumer, at its timer."""
        self.timer = parent.timer.call_repeatedly(EVERY_S, speak)

    def stop(self, parent: Any) -> None:
        """End with it."""
        self.timer.cancel()


def speak() -> None:
    """Beat for the queues whose tasks are being done. One that rests answers the timetable's own task (tasks.py)."""
    since = time.time() - LONGEST_TASK_S
    busy: set[str] = set()
    # Where a task comes or goes meanwhile, the next beat tells.
    with suppress(RuntimeError):
        busy = {
            request.delivery_info.get("routing_key")
            for request in state.active_requests
            if request.time_start and request.time_start > since
        }
    for queue in sorted(busy & set(settings.QUEUES)):
        with suppress(redis.RedisError):
            beat(queue)
