"""Counting what comes in and is kept nowhere."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def count(what: str, *, at: datetime, times: int = 1) -> None:
    """So many more of ``what`` (a code word) on that day."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [at.date(), what, times])


_COUNT = """
    INSERT INTO notify_tally (day, what, count) VALUES (%s, %s, %s)
    ON CONFLICT (day, what) DO UPDATE SET count = notify_tally.count + EXCLUDED.count
"""
