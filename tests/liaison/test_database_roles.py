"""The application's user on a real PostgreSQL: it does the portal's work, and cannot touch the audit or a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from pytest_django import Settings

from corridor.trail import RULES, ready_months
from liaison.chain import extend, verify
from liaison.database_roles import give_rights
from liaison.journal import record
from liaison.models import JournalEntry, Organization, Person
from tests.conftest import AT, Cast

end_of_trail = RULES[0].remove


@pytest.fixture
def application(cast: Cast) -> Iterator[str]:
    """What follows is done as the application's user; roles are the server's, so the name is this test's own."""
    name = f"app_{uuid4().hex}"
    give_rights(user=name, password="pass")
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {name}")
        yield name
        cursor.execute("RESET ROLE")


def refused(statement: str) -> str:
    with pytest.raises(ProgrammingError) as told, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(told.value).splitlines()[0]


def test_it_does_the_work(application: str, cast: Cast) -> None:
    Organization.objects.create(name="Isoko", kind=Organization.Kind.IMPORTER)
    Person.objects.filter(pk=cast.stranger.pk).update(name="Other")
    record(kind="test.done", subject="test", key="1", by=cast.officer, at=AT)
    assert extend() >= 1
    assert (verify().faults, JournalEntry.objects.latest("pk").kind) == ([], "test.done")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE staged ON COMMIT DROP AS SELECT 1 AS one")


def test_months_of_the_trail_come_and_go_and_it_can_make_nothing_else(application: str) -> None:
    later = AT + timedelta(days=3650)
    made = ready_months(at=later)
    assert (made[0], len(made), ready_months(at=later)) == (f"corridor_position_{later:%Y_%m}", 3, [])
    end_of_trail(later + timedelta(days=40), later)
    assert ready_months(at=later) == made[:1]
    for statement in (
        "CREATE TABLE own (id int)",
        "CREATE FUNCTION own() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE VIEW own AS SELECT 1",
        "CREATE TYPE own AS ENUM ('a')",
    ):
        assert refused(statement) == "permission denied for schema public"
    assert "permission denied for database" in refused("CREATE SCHEMA own")
    for part in ("corridor_position", made[1]):
        assert refused(f"DROP TABLE {part}") == f"must be owner of table {part}"
        assert "must be owner of" in refused(f"ALTER TABLE {part} RENAME TO other")


def test_what_it_owned_before_goes_back_to_the_owner(cast: Cast) -> None:
    name = f"app_{uuid4().hex}"
    give_rights(user=name, password="pass")
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT CREATE ON SCHEMA public TO {name}; ALTER TABLE corridor_position OWNER TO {name}")
    give_rights(user=name, password="pass")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_schema_privilege(%s, 'public', 'CREATE'), relowner::regrole::text = current_user "
            "FROM pg_class WHERE oid = 'corridor_position'::regclass",
            [name],
        )
        assert cursor.fetchone() == (False, True)


@pytest.mark.parametrize("table", ["liaison_journalentry", "liaison_journallink"])
def test_it_cannot_change_the_audit(application: str, table: str) -> None:
    denied = f"permission denied for table {table}"
    assert (
        refused(f"UPDATE {table} SET id = 0" if table.endswith("entry") else f"UPDATE {table} SET number = 0") == denied
    )
    assert refused(f"DELETE FROM {table}") == denied
    assert refused(f"TRUNCATE {table} CASCADE") == denied
    assert refused(f"ALTER TABLE {table} DISABLE TRIGGER ALL") == f"must be owner of table {table}"
    assert refused(f"DROP TRIGGER journal_append_only ON {table}") == f"must be owner of relation {table}"
    assert "permission denied to set parameter" in refused("SET session_replication_role = replica")


def test_it_cannot_alter_tables_or_its_own_rights(application: str) -> None:
    assert refused("ALTER TABLE liaison_person ADD extra int") == "must be owner of table liaison_person"
    assert refused("DROP TABLE liaison_person CASCADE") == "must be owner of table liaison_person"
    assert "permission denied" in refused("DELETE FROM django_migrations")
    function = "liaison_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
    assert refused(f"CREATE OR REPLACE FUNCTION {function}") == "permission denied for schema public"
    assert "permission denied" in refused("CREATE ROLE other")
    assert "permission denied" in refused("SELECT pg_read_file('/etc/passwd')")
    assert "must be superuser" in refused("COPY (SELECT 1) TO PROGRAM 'id'")


def test_giving_rights_again_changes_nothing_and_later_tables_have_them(cast: Cast) -> None:
    name = f"app_{uuid4().hex}"
    give_rights(user=name, password="pass")
    give_rights(user=name, password="other")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later (id int)")
        cursor.execute(
            "SELECT has_table_privilege(%s, 'later', 'UPDATE'), has_table_privilege(%s, 'liaison_journalentry', 'UPDATE'),"
            " rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = %s",
            [name, name, name],
        )
        assert cursor.fetchone() == (True, False, False)


def test_the_command_wants_a_user_that_is_not_the_owner(db: None, settings: Settings) -> None:
    for url, words in (
        ("", "must name a user and a password"),
        ("postgres://app@db/portal", "must name a user and a password"),
        (f"postgres://{connection.settings_dict['USER']}:p@db/portal", "is who owns the database"),
    ):
        settings.DATABASE_APP_URL = url
        with pytest.raises(CommandError, match=words):
            call_command("database_roles")
    settings.DATABASE_APP_URL = f"postgres://app_{uuid4().hex}:pass@db/portal"
    call_command("database_roles")
