"""Writing many rows with one statement where the ORM would cost more than the database itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def insert_rows(table: str, types: Mapping[str, str], rows: Sequence[Sequence[Any]], conflict: str = "") -> int:
    """Insert ``rows``, whose values stand in the order of ``types`` (column to PostgreSQL type).

    ``conflict`` is an ON CONFLICT clause. Returns how many rows were written. Names are the caller's own, never input.
    """
    if not rows:
        return 0
    arrays = ", ".join(f"%s::{kind}[]" for kind in types.values())
    sql = f"INSERT INTO {table} ({', '.join(types)}) SELECT * FROM unnest({arrays}) {conflict}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])
        return int(cursor.rowcount)


def next_ids(table: str, count: int) -> list[int]:
    """As many new ids of ``table``, ascending."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [number for (number,) in cursor.fetchall()]
