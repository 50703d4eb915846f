"""A database of a benchmark's own beside the portal's, on the same server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection

PREFIX = "portal_bench_"


def name_of(consignments: int) -> str:
    """The name of the database that holds a set of so many consignments."""
    return f"{PREFIX}{consignments}"


def exists(name: str) -> bool:
    """Whether the server has such a database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def create(name: str) -> None:
    """Make it anew, empty, with the portal's tables; an old one of that name goes."""
    drop(name)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    with using(name):
        call_command("migrate", interactive=False, verbosity=0)


def drop(name: str) -> None:
    """Remove it, if it is there. Raises ValueError for a database that is no benchmark's."""
    if not name.startswith(PREFIX):
        raise ValueError(f"{name} is not a benchmark's database")
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def using(name: str) -> Iterator[None]:
    """All that this process asks of the database goes to ``name`` meanwhile."""
    settings = connection.settings_dict
    before = settings["NAME"]
    connection.close()
    settings["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        settings["NAME"] = before
