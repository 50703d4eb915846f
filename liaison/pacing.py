"""Tasks that count much take a small share of a worker's time, however much there is: what they count is older then.

On little data they run as often as the timetable rings; on a million rows one that takes twenty seconds runs every few
minutes, and pages, deliveries and notices go on beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from django.core.cache import cache

T = TypeVar("T")

# Of the time that passes; what is done within so many seconds is never held back, and none rests for longer
# than the longest.
SHARE = 0.05
SHORT_S, LONGEST_REST_S = 3.0, 600.0
# What changes by the week is counted so often where counting it takes long.
KEPT_S = 3600


def paced(task: Callable[[], None]) -> Callable[[], None]:
    """Have a task without arguments rest after each run, for as long as its share of the time asks.

    A ring that comes while it rests does nothing; one that fails does not rest.
    """
    key = f"resting:{task.__module__}.{task.__name__}"

    @wraps(task)
    def run() -> None:
        if cache.get(key):
            return
        began = time.monotonic()
        task()
        took_s = time.monotonic() - began
        if took_s > SHORT_S:
            cache.set(key, True, timeout=min(took_s * (1 / SHARE - 1), LONGEST_REST_S))

    return run


def counted_seldom(key: str, count: Callable[[], T]) -> T:
    """What ``count`` gives; where that took long, what it gave at most an hour ago. Never None."""
    kept = cache.get(key)
    if kept is not None:
        return cast("T", kept)
    began = time.monotonic()
    found = count()
    if time.monotonic() - began > SHORT_S:
        cache.set(key, found, timeout=KEPT_S)
    return found
