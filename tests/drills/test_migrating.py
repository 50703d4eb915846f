"""A migration killed while it makes an index beside the work: run again it ends as if nothing had been."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from demo.own_database import using
from liaison.indexes import IndexConcurrently
from tests.drills.conftest import Start, kill, waited_for
from tests.shape import ROOT

INDEXES = ("organization_email_trigrams", "organization_phone_trigrams", "person_phone_trigrams")


@pytest.fixture
def database(transactional_db: None) -> Iterator[str]:
    """One that stands before the migration."""
    name = f"migrating_{uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    with using(name):
        call_command("migrate", "liaison", "0005", verbosity=0)
    yield name
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def asked(database: str, statement: str) -> list[tuple[object, ...]]:
    with closing(connection.copy()) as session:
        session.settings_dict["NAME"] = database
        with session.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())


def indexes(database: str) -> dict[str, bool]:
    """Whether each is whole."""
    names = "', '".join(INDEXES)
    found = asked(
        database,
        f"SELECT indexrelid::regclass::text, indisvalid FROM pg_index WHERE indexrelid::regclass::text IN ('{names}')",
    )
    return {str(name): bool(is_whole) for name, is_whole in found}


@pytest.mark.slow
def test_killed_in_the_middle_and_run_again(start: Start, database: str) -> None:
    with closing(connection.copy()) as writer:
        writer.settings_dict["NAME"] = database
        with writer.cursor() as cursor:
            # An index is made beside the work, and waits for whoever is in the middle of it.
            cursor.execute("BEGIN; LOCK TABLE liaison_person IN ROW EXCLUSIVE MODE")
            process = start("manage.py", "migrate", "liaison", "0006", database=database)
            assert waited_for(lambda: indexes(database).get("person_phone_trigrams") is False)
            kill(process)
            asked(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%'")
    assert indexes(database) == dict.fromkeys(INDEXES[:2], True) | {INDEXES[2]: False}
    with using(database):
        call_command("migrate", "liaison", "0006", verbosity=0)
    assert indexes(database) == dict.fromkeys(INDEXES, True)


def test_what_no_transaction_holds_together_can_be_run_again() -> None:
    """A migration without one makes its indexes by the operation that clears away what was left of them."""
    loose = [
        str(path.relative_to(ROOT))
        for path in ROOT.glob("*/migrations/*.py")
        if "atomic = False" in (text := path.read_text()) and "AddIndexConcurrently" in text
    ]
    # It made tables, too, and is applied wherever the portal runs.
    assert loose == ["cargo/migrations/0008_finding.py"]
    assert IndexConcurrently.atomic is False
