"""Whether the public page has anything new to show: asked by every reader every few seconds, so it is nearly free."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.cache import cache
from django.db import connection

# So long an answer serves everybody.
_KEPT_S = 1
# What the page shows, by table and the column that tells of a change. Each has few rows, or an index on the column.
_SHOWN = (
    ("corridor_standing", "changed_at"),
    # What is announced changes no standing yet.
    ("corridor_condition", "id"),
    ("corridor_wait", "measured_at"),
    ("corridor_vesselcall", "changed_at"),
    ("corridor_advisory", "published_at"),
    ("corridor_advisory", "withdrawn_at"),
)


def state_tag(at: datetime, *, is_asked_again: bool = False) -> str:
    """Another text whenever the page would show something else; with each minute, as ages go on.

    A page that asks by itself whether there is anything new may hear a second late; whoever opens it does not.
    """
    minute = f"{at:%Y%m%d%H%M}"
    kept = cache.get("corridor-state") if is_asked_again else None
    if kept is None:
        kept = hashlib.blake2b(repr(_changes()).encode(), digest_size=8).hexdigest()
        cache.set("corridor-state", kept, _KEPT_S)
    return f"{minute}-{kept}"


def _changes() -> tuple[object, ...]:
    latest = ", ".join(f"(SELECT max({column}) FROM {table})" for table, column in _SHOWN)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {latest}")
        return tuple(cursor.fetchone() or ())
