"""Makes a backup: the database as it is at one moment, and the keys without which parts of it cannot be read."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from liaison.backup import keeping, postgres, vault
from liaison.journal import record
from liaison.models import Person

DATABASE, KEYS, MANIFEST = "database.locked", "keys.locked", "manifest.json"
KEPT_KEYS = ("SECRET_KEY", "SECRET_KEY_FALLBACKS", "VAPID_PRIVATE_KEY")
_PART = ".part-"
_LOCK = 7_301_013
_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname
"""


class BackupRefused(Exception):
    """No backup was made; its words say why."""


def make_backup(*, folders: list[Path], key: bytes, by: Person | None, at: datetime) -> Path:
    """Make one in the first folder, copy it to the others, let old ones go in all; returns where it lies.

    Raises BackupRefused (there is no such folder, or one is being made), ProgramFailed, OSError; whatever stands in a
    folder then is whole.
    """
    name = keeping.name_of(at)
    with _alone() as session:
        made = _fill(session, folders[0], name, key, at)
    for folder in folders[1:]:
        _copy(made, folder)
    for folder in folders:
        _let_go(folder)
    size = sum(file.stat().st_size for file in made.iterdir())
    record(kind="liaison.backup_made", subject="backup", key=name, by=by, at=at, bytes=size, copies=len(folders))
    return made


@contextmanager
def _alone() -> Iterator[BaseDatabaseWrapper]:
    """A session of its own, at one moment of the database, that no other backup has at the same time."""
    session = connection.copy()
    try:
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            if cursor.fetchone() != (True,):
                raise BackupRefused("Another backup is being made")
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield session
    finally:
        session.close()


def _fill(session: BaseDatabaseWrapper, folder: Path, name: str, key: bytes, at: datetime) -> Path:
    _need(folder)
    for left in folder.glob(f"{_PART}*"):
        shutil.rmtree(left)
    part = folder / f"{_PART}{name}"
    part.mkdir(mode=0o700)
    try:
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone() or ("",)
            # One process writes what is locked at once: the database never lies on the disk in clear.
            with postgres.output_of("pg_dump", "-Fc", "-Z1", f"--snapshot={snapshot}") as dump:
                _lock_into(part / DATABASE, key, dump)
            counted = counts(cursor)
            head = _head(cursor)
        kept = {name: getattr(settings, name) for name in KEPT_KEYS}
        _lock_into(part / KEYS, key, io.BytesIO(json.dumps(kept).encode()))
        _write_manifest(part, key, {"made_at": at.isoformat(), "counts": counted, "journal": head})
        part.rename(folder / name)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    _settle(folder)
    return folder / name


def counts(cursor: CursorWrapper) -> dict[str, int]:
    """How many rows each table has, those of partitions with the whole."""
    cursor.execute(_TABLES)
    tables = [str(table) for (table,) in cursor.fetchall()]
    each = [f"SELECT '{table}', count(*) FROM {connection.ops.quote_name(table)}" for table in tables]
    cursor.execute(" UNION ALL ".join(each) or "SELECT '', 0 WHERE false")
    return {str(table): int(number) for table, number in cursor.fetchall()}


def _head(cursor: CursorWrapper) -> str:
    """The newest link of the journal's chain, as ``journal_verify`` takes it; empty when there is none."""
    cursor.execute("SELECT number, encode(digest, 'hex') FROM liaison_journallink ORDER BY number DESC LIMIT 1")
    found = cursor.fetchone()
    return f"{found[0]}:{found[1]}" if found else ""


def _lock_into(path: Path, key: bytes, plain: vault.Readable) -> None:
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
        vault.lock(key, plain, out)
        out.flush()
        os.fsync(out.fileno())


def _write_manifest(part: Path, key: bytes, told: dict[str, Any]) -> None:
    """The files with sizes and digests, so that a copy is checked without the key; signed, so that it is ours."""
    files = {
        file.name: {"bytes": file.stat().st_size, "sha256": digest_of(file)} for file in sorted(part.glob("*.locked"))
    }
    content = told | {"files": files}
    signed = content | {"signature": vault.signature(key, plain_text(content))}
    with (part / MANIFEST).open("x") as out:
        json.dump(signed, out, indent=1, sort_keys=True)
        out.flush()
        os.fsync(out.fileno())


def plain_text(content: dict[str, Any]) -> bytes:
    """What of a manifest is signed: one spelling of its content."""
    return json.dumps({name: part for name, part in content.items() if name != "signature"}, sort_keys=True).encode()


def digest_of(file: Path) -> str:
    """SHA-256 of what is on the disk, in hexadecimal digits."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a backup says of itself. Raises Damaged when that cannot be read or a file is not as it says."""
    try:
        told = cast(dict[str, Any], json.loads((folder / MANIFEST).read_text()))
        if told["files"].keys() != {DATABASE, KEYS}:
            raise vault.Damaged(f"manifest.json tells of other files than {DATABASE} and {KEYS}")
        for name, file in told["files"].items():
            if (size := (folder / name).stat().st_size) != file["bytes"]:
                raise vault.Damaged(f"{name} has {size} bytes, not {file['bytes']}: it is cut off or not whole yet")
            if digest_of(folder / name) != file["sha256"]:
                raise vault.Damaged(f"{name} has been altered")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise vault.Damaged(f"{folder} is no whole backup: {error}") from error
    return told


def _need(folder: Path) -> None:
    if not folder.is_dir():
        raise BackupRefused(f"{folder} is not there: a backup goes only to a folder that somebody has made")


def _copy(made: Path, folder: Path) -> None:
    _need(folder)
    part = folder / f"{_PART}{made.name}"
    shutil.rmtree(part, ignore_errors=True)
    try:
        # Contents alone: what is mounted from elsewhere often takes no owners and modes.
        shutil.copytree(made, part, copy_function=shutil.copyfile)
        read_manifest(part)
        part.rename(folder / made.name)
    except BaseException:
        # Else each night that fails would leave its half there.
        shutil.rmtree(part, ignore_errors=True)
        raise


def _let_go(folder: Path) -> None:
    names = [child.name for child in folder.iterdir() if child.is_dir()]
    days, weeks, months = settings.BACKUP_KEEP
    for name in keeping.superseded(names, days=days, weeks=weeks, months=months):
        shutil.rmtree(folder / name)


def _settle(folder: Path) -> None:
    """Make the folder's own list of names last through a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
