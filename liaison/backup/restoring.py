"""Brings a backup back: into a database beside the portal's, looked through there, and only then put in its place."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

from liaison.backup import keeping, postgres, vault
from liaison.backup.making import DATABASE, KEYS, counts, plain_text, read_manifest
from liaison.journal import record


class RestoreRefused(Exception):
    """Nothing was put in anything's place; its words say why."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore found: rows in all, the journal's words, and the database that was set aside, if any."""

    rows: int
    journal: str
    set_aside: str = ""


def open_backup(folder: Path, key: bytes) -> dict[str, Any]:
    """The manifest of a backup that is whole and ours. Raises Damaged."""
    told = read_manifest(folder)
    if told.get("signature") != vault.signature(key, plain_text(told)):
        # Which of the two it is, the locked file itself says.
        with (folder / KEYS).open("rb") as locked:
            vault.unlock(key, locked, io.BytesIO())
        raise vault.Damaged("manifest.json has been altered")
    return told


def keys_of(folder: Path, key: bytes) -> dict[str, Any]:
    """The keys that the portal had when the backup was made. Raises Damaged."""
    plain = io.BytesIO()
    with (folder / KEYS).open("rb") as locked:
        vault.unlock(key, locked, plain)
    return cast(dict[str, Any], json.loads(plain.getvalue()))


def restore_backup(*, folder: Path, key: bytes, at: datetime, replace: bool, keep: bool, jobs: int) -> Restored:
    """Restore beside the portal's database and look it through; ``keep`` puts it in its place, else it is dropped.

    ``replace`` lets it take the place of a database that has people in it, which is set aside under another name.
    Raises Damaged, RestoreRefused, ProgramFailed; then everything is as it was.
    """
    told = open_backup(folder, key)
    if keep and not replace and _has_people():
        raise RestoreRefused("The database has people in it; --replace sets it aside and takes the backup instead")
    name = str(connection.settings_dict["NAME"])
    beside = f"{name}_{at:%Y%m%d%H%M%S}_new"
    with _empty_database(beside):
        with _dump_in_clear(folder, key) as dump:
            postgres.run(
                "pg_restore", "--exit-on-error", "--no-owner", f"-j{jobs}", "-d", beside, dump, database=beside
            )
        postgres.run("vacuumdb", "--analyze-only", f"-j{jobs}", database=beside)
        rows = _compare(told["counts"], beside)
        journal = _verify_journal(beside, told["journal"])
        set_aside = _take_place(name, beside, f"{name}_{at:%Y%m%d%H%M%S}_old") if keep else ""
    if keep:
        record(kind="liaison.backup_restored", subject="backup", key=folder.name, by=None, at=at, set_aside=set_aside)
    return Restored(rows, journal, set_aside)


def _has_people() -> bool:
    if "liaison_person" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM liaison_person)")
        return bool((cursor.fetchone() or (False,))[0])


@contextmanager
def _empty_database(name: str) -> Iterator[None]:
    """A database of that name; dropped afterwards, unless it goes by another name by then."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)} WITH (FORCE)")


@contextmanager
def _dump_in_clear(folder: Path, key: bytes) -> Iterator[str]:
    """The dump as a file for as long as it is read: several processes read it at once. Raises Damaged."""
    with tempfile.NamedTemporaryFile(dir=settings.BACKUP_WORK or None, prefix="restore-") as plain:
        with (folder / DATABASE).open("rb") as locked:
            vault.unlock(key, locked, plain)
        plain.flush()
        yield plain.name


def _compare(told: dict[str, int], database: str) -> int:
    found = _counts_in(database)
    wrong = {table for table in told.keys() | found.keys() if told.get(table) != found.get(table)}
    if wrong:
        table = min(wrong)
        raise RestoreRefused(f"{table} has {found.get(table)} rows, not {told.get(table)}; {len(wrong)} tables differ")
    return sum(found.values())


def _counts_in(database: str) -> dict[str, int]:
    session = connection.copy()
    session.settings_dict["NAME"] = database
    try:
        with session.cursor() as cursor:
            return counts(cursor)
    finally:
        session.close()


def _verify_journal(database: str, head: str) -> str:
    """What ``journal_verify`` says in a process of its own, on that database. Raises RestoreRefused."""
    command = [sys.executable, "manage.py", "journal_verify", *([head] if head else [])]
    env = os.environ | {"DATABASE_URL": _address(database)}
    env.pop("DATABASE_URL_FILE", None)
    said = subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if said.returncode != 0:
        raise RestoreRefused((said.stderr.strip().splitlines() or ["journal_verify failed"])[-1])
    return said.stdout.strip()


def _address(database: str) -> str:
    kept = connection.settings_dict
    password = f":{quote(str(kept['PASSWORD']), safe='')}" if kept["PASSWORD"] else ""
    port = f":{kept['PORT']}" if kept["PORT"] else ""
    more = f"?{urlencode(kept['OPTIONS'])}" if kept["OPTIONS"] else ""
    user, host, name = (quote(str(part), safe="") for part in (kept["USER"], kept["HOST"], database))
    return f"postgres://{user}{password}@{host}{port}/{name}{more}"


def _take_place(name: str, beside: str, aside: str) -> str:
    """Both names change in one transaction, asked from a database that is neither."""
    session = connection.copy()
    session.settings_dict["NAME"] = "postgres"
    connection.close()
    names = [connection.ops.quote_name(database) for database in (name, beside, aside)]
    try:
        with session.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)", [[name, beside]]
            )
            cursor.execute("BEGIN")
            cursor.execute(f"ALTER DATABASE {names[0]} RENAME TO {names[2]}")
            cursor.execute(f"ALTER DATABASE {names[1]} RENAME TO {names[0]}")
            cursor.execute("COMMIT")
    finally:
        session.close()
    return aside


def newest(folder: Path) -> Path:
    """The newest backup in a folder of backups. Raises RestoreRefused."""
    names = [child.name for child in folder.iterdir() if keeping.moment_of(child.name)] if folder.is_dir() else []
    if not names:
        raise RestoreRefused(f"There is no backup in {folder}")
    return folder / max(names)
