"""Remembering for a few minutes what pages ask for again and again; without Redis it is asked for each time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from django.core.cache import cache
from redis.exceptions import RedisError

T = TypeVar("T")


def remembered(key: str, lasts: timedelta, make: Callable[[], T], kind: type[T]) -> T:
    """What is kept under the key, if it is of this kind, else what ``make`` gives, which is kept from now on."""
    with suppress(RedisError):
        kept = cache.get(key)
        if isinstance(kept, kind):
            return kept
    found = make()
    with suppress(RedisError):
        cache.set(key, found, lasts.total_seconds())
    return found


def forgotten(key: str) -> None:
    """Ask for it anew next time."""
    with suppress(RedisError):
        cache.delete(key)


def counted(key: str) -> int:
    """How often ``count_up`` counted; 0 where nothing is known."""
    with suppress(RedisError):
        return int(cache.get(key, 0))
    return 0


def count_up(key: str, lasts: timedelta | None = None) -> None:
    """One more, from one on for the first of that time (None: for ever); not counted without Redis."""
    timeout = lasts.total_seconds() if lasts else None
    with suppress(RedisError):
        if cache.add(key, 1, timeout):
            return
        try:
            cache.incr(key)
        except ValueError:
            # Its time was over a moment ago.
            cache.set(key, 1, timeout)
