"""What the portal's processes may do in the database: everything but change the audit and alter tables.

The owner migrates, and restores. The application's own user reads and writes rows; of the journal and its chain it may
only read and add. It makes neither tables nor functions: the months of the trail of positions come and go by functions
of the owner's that do this alone.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

APPEND_ONLY = ("liaison_journalentry", "liaison_journallink")
FUNCTIONS = ("corridor_ready_month(date)", "corridor_end_months(date)")
_OWNED = """
    SELECT relname FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relowner = %s::regrole
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
        _take_tables(cursor, name)
        _give_rows(cursor, name)


def _give_rows(cursor: CursorWrapper, name: str) -> None:
    rows = "SELECT, INSERT, UPDATE, DELETE ON"
    for statement in (
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"REVOKE ALL ON SCHEMA public FROM {name}",
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        f"GRANT {rows} ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        # What later migrations make.
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rows} TABLES TO {name}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {name}",
        f"REVOKE ALL ON {', '.join(APPEND_ONLY)}, django_migrations FROM {name}",
        f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {name}",
        f"GRANT SELECT ON django_migrations TO {name}",
        f"GRANT EXECUTE ON FUNCTION {', '.join(FUNCTIONS)} TO {name}",
    ):
        cursor.execute(statement)


def _take_tables(cursor: CursorWrapper, name: str) -> None:
    """Up to an earlier version it owned the trail."""
    cursor.execute(_OWNED, [name])
    for (table,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} OWNER TO CURRENT_USER")
