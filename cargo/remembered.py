"""Remembering for a while what pages ask for again and again; without Redis it is asked for each time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar, cast
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

T = TypeVar("T")
# What this process keeps, with the edition of it: Redis knows which edition holds, and nothing else.
_KEPT: dict[str, tuple[str, object]] = {}


def remembered(key: str, lasts: timedelta, make: Callable[[], T]) -> T:
    """What ``make`` gave when this process last asked, until somebody has it forgotten; whoever asks changes nothing.

    The edition is taken before it is made: whoever has it forgotten meanwhile ends what is made of the older.
    """
    edition = ""
    with suppress(RedisError):
        edition = cache.get_or_set(key, lambda: uuid4().hex, lasts.total_seconds()) or ""
    kept_edition, kept = _KEPT.get(key, ("", None))
    if edition and kept_edition == edition:
        return cast("T", kept)
    found = make()
    _KEPT[key] = edition, found
    return found


def forgotten(key: str) -> None:
    """Ask for it anew next time, everywhere; once more when what is being written can be read."""
    _end(key)
    transaction.on_commit(lambda: _end(key))


def _end(key: str) -> None:
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
