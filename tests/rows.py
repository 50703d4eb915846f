"""Rows that many tests begin with: made once by the portal's own functions, then copied into each test's database."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from django.apps import apps
from django.db import connection, transaction

# The new rows of each table, as PostgreSQL's COPY writes them.
Rows = Mapping[str, bytes]

# In whose name rows come, of whom only a superuser is believed that they are right.
_ROLE = """SELECT set_config('session_replication_role', %s, true) FROM pg_roles WHERE rolname = current_user AND rolsuper"""


def made_by(*builds: Callable[[], object]) -> list[Rows]:
    """What each of ``builds``, run one after the other, adds to the database; nothing of it stays there."""
    found = []
    with transaction.atomic():
        before = _all()
        for build in builds:
            build()
            after = _all()
            found.append({table: b"".join(_new(lines, before.get(table, []))) for table, lines in after.items()})
            before = after
        transaction.set_rollback(True)
    return [{table: rows for table, rows in each.items() if rows} for each in found]


def put(rows: Rows) -> None:
    """Copy them in. What refers to what was checked when they were made, and is not again where one may say so."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(_ROLE, ["replica"])
        for table, lines in rows.items():
            cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.BytesIO(lines))
        cursor.execute(_ROLE, ["origin"])


def _all() -> dict[str, list[bytes]]:
    return {model._meta.db_table: _lines(model._meta.db_table) for model in apps.get_models(include_auto_created=True)}


def _lines(table: str) -> list[bytes]:
    out = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY (SELECT * FROM "{table}") TO STDOUT', out)
    return out.getvalue().splitlines(keepends=True)


def _new(lines: list[bytes], before: list[bytes]) -> list[bytes]:
    known = set(before)
    return [line for line in lines if line not in known]
