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


def keep(beginnings: Mapping[str, Rows]) -> None:
    """Have the rows of each beginning in a schema of its name, with a function that copies them to where they belong."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        unchecked = "SET session_replication_role = replica" if cursor.fetchone() == (True,) else ""
        for name, rows in beginnings.items():
            cursor.execute(f'CREATE SCHEMA "{name}"')
            for table, lines in rows.items():
                cursor.execute(f'CREATE TABLE "{name}"."{table}" (LIKE public."{table}")')
                cursor.copy_expert(f'COPY "{name}"."{table}" FROM STDIN', io.BytesIO(lines))
            copies = " ".join(f'INSERT INTO "{table}" SELECT * FROM "{name}"."{table}";' for table in rows)
            body = f"LANGUAGE plpgsql {unchecked} AS $$ BEGIN {copies} END $$"
            cursor.execute(f'CREATE FUNCTION "{name}".put() RETURNS void {body}')


def put_kept(name: str) -> None:
    """As ``put``, of rows that are kept: a third of the work."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{name}".put()')


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
