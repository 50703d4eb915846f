"""A migration killed in the middle: run again it ends as if nothing had been."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddConstraint
from django.db.migrations.state import ProjectState
from django.db.models import CheckConstraint, Index

from demo.own_database import using
from liaison.indexes import IndexConcurrently
from tests.drills.conftest import Start, kill, waited_for
from tests.shape import ROOT


@pytest.fixture
def database(transactional_db: None) -> Iterator[str]:
    """An empty one."""
    name = f"migrating_{uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield name
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def count(database: str, what: str) -> int:
    with closing(connection.copy()) as session:
        session.settings_dict["NAME"] = database
        with session.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {what}")
            return int((cursor.fetchone() or (0,))[0])


@pytest.mark.slow
def test_killed_in_the_middle_and_run_again(start: Start, database: str) -> None:
    with closing(connection.copy()) as other:
        other.settings_dict["NAME"] = database
        with other.cursor() as cursor:
            # What somebody else makes meanwhile holds the migration up in the middle of its own.
            cursor.execute("BEGIN; CREATE TABLE liaison_journalentry ()")
            process = start("manage.py", "migrate", "liaison", database=database)
            waiting = f"pg_stat_activity WHERE datname = '{database}' AND wait_event_type = 'Lock'"
            assert waited_for(lambda: count(database, waiting) == 1)
            kill(process)
            cursor.execute("ROLLBACK")
    # Nothing of it, or all of it: whatever the dead one's session came to do.
    assert waited_for(lambda: count(database, "pg_stat_activity WHERE datname = current_database()") == 1)
    assert count(database, "pg_class WHERE relname LIKE 'liaison_%'") == 0
    with using(database):
        call_command("migrate", "liaison", verbosity=0)
        assert "liaison_journalentry" in connection.introspection.table_names()
    assert count(database, "django_migrations WHERE app = 'liaison'") > 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_half_an_index_that_was_made_beside_the_work_is_made_anew() -> None:
    def is_whole() -> list[bool]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('person_half')")
            return [whole for (whole,) in cursor.fetchall()]

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_content_type (app_label, model) VALUES ('drill', 'a'), ('drill', 'b')")
        with pytest.raises(IntegrityError):
            cursor.execute("CREATE UNIQUE INDEX CONCURRENTLY person_half ON django_content_type ((app_label))")
    assert is_whole() == [False]
    operation = IndexConcurrently("contenttype", Index(fields=["app_label"], name="person_half"))
    before = ProjectState.from_apps(apps)
    after = before.clone()
    operation.state_forwards("contenttypes", after)
    for _time in range(2):
        with connection.schema_editor(atomic=False) as editor:
            operation.database_forwards("contenttypes", editor, before, after)
        assert is_whole() == [True]
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX person_half")
        cursor.execute("DELETE FROM django_content_type WHERE app_label = 'drill'")


# What holds a row or more for each consignment: to look through one of these takes minutes.
LARGE = {"consignment", "unit", "event", "eventmatch", "milestone", "status", "forecast", "exposure"}


def test_a_large_table_is_looked_through_only_after_a_check_was_made_not_valid() -> None:
    changed = [
        (name, operation)
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        for operation in migration.operations
        if app == "cargo" and not migration.replaces and getattr(operation, "model_name", "").lower() in LARGE
    ]
    checks = [(name, each) for name, each in changed if isinstance(each, AddConstraint) and _is_check(each)]
    assert [name for name, each in checks if not isinstance(each, AddConstraintNotValid)] == []
    looked = {each.name for _name, each in changed if isinstance(each, ValidateConstraint)}
    assert {each.constraint.name for _name, each in checks} == looked
    both = {name for name, _each in checks} & {name for name, each in changed if isinstance(each, ValidateConstraint)}
    assert both == set()


def _is_check(added: AddConstraint) -> bool:
    return isinstance(added.constraint, CheckConstraint)


def test_what_no_transaction_holds_together_can_be_run_again() -> None:
    """A migration without one makes its indexes by the operation that clears away what was left of them."""
    loose = [
        str(path.relative_to(ROOT)) for path in ROOT.glob("*/migrations/*.py") if "AddIndexConc" in path.read_text()
    ]
    assert loose == []
