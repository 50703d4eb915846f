"""The tests' databases: migrated once for all workers, copied for whoever needs one more, emptied after who commits."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import TransactionTestCase

# What `migrate` writes by itself.
_KEPT = {model._meta.db_table for model in (ContentType, Permission)}
_with_all_tables = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def template_of(run: str) -> str:
    """The name of the migrated, empty database of a test run."""
    return f"test_template_{run[:12]}"


@contextmanager
def in_turn(folder: Path) -> Iterator[None]:
    """One worker after the other."""
    with (folder / "databases.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_there(name: str) -> bool:
    """Whether the server has such a database."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def copy(of: str, name: str) -> None:
    """A database as another is, to which nobody is connected."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')


def url_of(name: str) -> str:
    """Its address, for another process."""
    kept = connection.settings_dict
    host = quote(str(kept["HOST"]), safe="")
    port = f":{kept['PORT']}" if kept["PORT"] else ""
    return f"postgres://{kept['USER']}@{host}{port}/{name}"


def drop(name: str) -> None:
    """Remove it, if it is there."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def empty(case: Any) -> None:
    """What a test committed goes from the tables that hold anything: emptying all takes longer than most tests.

    Foreign keys and triggers sleep meanwhile, which only a superuser may order; others empty every table.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        is_super = cursor.fetchone() == (True,)
        if is_super:
            cursor.execute("SET LOCAL session_replication_role = replica")
            tables = sorted(set(connection.introspection.django_table_names(include_views=False)) - _KEPT)
            cursor.execute(" UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM \"{t}\")" for t in tables))
            for (table,) in cursor.fetchall():
                cursor.execute(f'DELETE FROM "{table}"')
    if not is_super:
        _with_all_tables(case)
