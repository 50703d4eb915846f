"""What the portal's processes may do in the database: everything but change the audit and alter tables.

The owner migrates, and restores. The application's own user reads and writes rows; of the journal and its chain it may
only read and add; and it owns the trail of positions, of which it makes and drops partitions by the month.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

APPEND_ONLY = ("liaison_journalentry", "liaison_journallink")
TRAIL = "corridor_position"
_MINE = """
    SELECT c.relname FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
    WHERE c.oid = %s::regclass OR i.inhparent = %s::regclass
"""


@transaction.atomic
def give_rights(*, user: str, password: str) -> None:
    """Make the application's user if need be, give it its password and exactly its rights. May run again."""
    name, database = (connection.ops.quote_name(each) for each in (user, str(connection.settings_dict["NAME"])))
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = %s, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [user, user])
        is_owner, exists = cursor.fetchone() or (False, False)
        if is_owner:
            raise ValueError(f"{user} is who owns the database; the application needs a user of its own")
        options = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
        cursor.execute(f"{'ALTER' if exists else 'CREATE'} ROLE {name} {options} PASSWORD %s", [password])
        cursor.execute(f"GRANT {name} TO CURRENT_USER")
        cursor.execute(f"REVOKE ALL ON DATABASE {database} FROM {name}")
        cursor.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {name}")
        _give_rows(cursor, name)
        _give_trail(cursor, name)


def _give_rows(cursor: CursorWrapper, name: str) -> None:
    rows = "SELECT, INSERT, UPDATE, DELETE ON"
    for statement in (
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        # Of the schema alone, to make partitions in it: the tables that are there are not its own.
        f"GRANT USAGE, CREATE ON SCHEMA public TO {name}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        f"GRANT {rows} ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        # What later migrations make.
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rows} TABLES TO {name}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {name}",
        f"REVOKE ALL ON {', '.join(APPEND_ONLY)}, django_migrations FROM {name}",
        f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {name}",
        f"GRANT SELECT ON django_migrations TO {name}",
    ):
        cursor.execute(statement)


def _give_trail(cursor: CursorWrapper, name: str) -> None:
    cursor.execute(_MINE, [TRAIL, TRAIL])
    for (table,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} OWNER TO {name}")
