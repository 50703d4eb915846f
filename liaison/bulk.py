"""Writing many rows with one statement where the ORM would cost more than the database itself."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Lookup, Model
from django.db.models.sql.compiler import SQLCompiler


@Field.register_lookup
@ForeignKey.register_lookup
class AnyOf(Lookup[Any]):
    """``column__any=[…]``: as ``__in``, for ids by the hundred; they go to the database as one array."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """``column = ANY(array)``."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*params, list(self.rhs))


def insert_rows(table: str, types: Mapping[str, str], rows: Sequence[Sequence[Any]], conflict: str = "") -> int:
    """Insert ``rows``, whose values stand in the order of ``types`` (column to PostgreSQL type).

    ``conflict`` is an ON CONFLICT clause; where none is needed ``copy_rows`` is faster. Returns how many rows were
    written. Names are the caller's own, never input.
    """
    if not rows:
        return 0
    arrays = ", ".join(f"%s::{kind}[]" for kind in types.values())
    sql = f"INSERT INTO {table} ({', '.join(types)}) SELECT * FROM unnest({arrays}) {conflict}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])
        return int(cursor.rowcount)


def update_rows(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Save these fields of rows of one model: what ``bulk_update`` does, at a tenth of its price.

    The database reads each value as its column's type; one that does not fit is an error.
    """
    if not rows:
        return
    meta = rows[0]._meta
    key = meta.pk.column
    known = {field.name: field for field in meta.concrete_fields}
    columns = {known[name].column: known[name].attname for name in fields}
    given = [{key: row.pk, **{column: getattr(row, name) for column, name in columns.items()}} for row in rows]
    sql = (
        f"UPDATE {meta.db_table} AS kept SET {', '.join(f'{column} = given.{column}' for column in columns)} "
        f"FROM json_populate_recordset(NULL::{meta.db_table}, %s) AS given WHERE kept.{key} = given.{key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(given, default=str)])


def next_ids(table: str, count: int) -> list[int]:
    """As many new ids of ``table``, ascending."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [number for (number,) in cursor.fetchall()]


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Add ``rows``, none of which is there yet. Names are the caller's own, never input."""
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", copy_text(rows))


def copy_text(rows: Iterable[Sequence[object]]) -> io.StringIO:
    """The rows in PostgreSQL's COPY text format; a list is an array of words that need no quotes."""
    return io.StringIO(
        "".join("\t".join([_WRITERS.get(type(each), _field)(each) for each in row]) + "\n" for row in rows)
    )


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": None})


def _field(value: object) -> str:
    if isinstance(value, str):
        # What needs an escape is a backslash or cannot be printed.
        return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)
    if value is None:
        return "\\N"
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, list):
        return "{" + ",".join(value) + "}"
    return str(value)


def _moment(value: datetime) -> str:
    if value.tzinfo is not UTC:
        return value.isoformat()
    # A third of the time.
    return _MOMENT % (value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)


_MOMENT = "%04d-%02d-%02d %02d:%02d:%02d.%06d+00"
# By its very type, where nothing else need be asked.
_WRITERS: dict[type, Callable[[Any], str]] = {datetime: _moment, int: str, float: str, bool: str}
