"""PostgreSQL's programs are those of the server's version, are told where it is, and say why they fail."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url
import pytest
from django.db import connection

from liaison.backup.postgres import ProgramFailed, _environment, _major, _program, output_of, run
from liaison.backup.restoring import _address


def script(folder: Path, says: str, name: str = "tool") -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{says}\n")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(
    ("says", "major"),
    [
        ("pg_dump (PostgreSQL) 16.4 (Debian 16.4-1.pgdg120+2)", 16),
        ("pg_dump (PostgreSQL) 18beta1", 18),
        ("pg_restore (PostgreSQL) 9.6.24", 9),
        ("pg_dump 17", 0),
        ("", 0),
    ],
)
def test_a_programs_version_is_read_from_what_it_says(tmp_path: Path, says: str, major: int) -> None:
    assert _major(script(tmp_path, f"echo '{says}'")) == major


def test_a_program_older_than_the_server_is_passed_over(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    newer = script(tmp_path, "echo 'pg_dump (PostgreSQL) 99.1'", "pg_dump")
    assert _program("pg_dump") == str(newer)
    script(tmp_path, "echo 'pg_dump (PostgreSQL) 9.6'", "pg_dump")
    assert _program("pg_dump") != str(newer)
    with pytest.raises(ProgramFailed, match=r"no_such_tool of PostgreSQL .* is not on this machine"):
        _program("no_such_tool")


def test_what_fails_says_why_in_its_first_line(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    version = 'if [ "$1" = --version ]; then echo "tool (PostgreSQL) 99.1"; exit; fi\n'
    script(tmp_path, f"{version}echo first >&2; echo second >&2; exit 3")
    with pytest.raises(ProgramFailed, match=r"^tool failed: first$"):
        run("tool", database="x")
    with pytest.raises(ProgramFailed, match=r"^tool failed: first$"), output_of("tool"):
        pass
    script(tmp_path, f"{version}exit 3")
    with pytest.raises(ProgramFailed, match=r"^tool failed: exit code 3$"):
        run("tool", database="x")
    script(tmp_path, f'{version}printf "%s" "$PGDATABASE" "$1"')
    with output_of("tool", "-x") as out:
        assert out.read() == f"{connection.settings_dict['NAME']}-x".encode()


def test_who_stops_reading_leaves_no_program_behind(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    version = 'if [ "$1" = --version ]; then echo "tool (PostgreSQL) 99.1"; exit; fi\n'
    script(tmp_path, f"{version}echo $$; exec sleep 60")
    numbers: list[int] = []

    def stop() -> None:
        with output_of("tool") as out:
            numbers.append(int(out.readline()))
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        stop()
    assert not Path(f"/proc/{numbers[0]}").exists()


def test_a_program_is_told_where_the_database_is_and_nothing_else_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret")
    told = _environment()
    assert {name for name in told if not name.startswith("PG")} == {"PATH", "LANG"}
    assert told["PGDATABASE"] == connection.settings_dict["NAME"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"USER": "a@b:c/d"},
        {"PASSWORD": "p@ss:/?#%é"},
        {"PASSWORD": "", "PORT": ""},
        {"HOST": "/var/run/postgresql"},
        {"OPTIONS": {"sslmode": "require", "options": "-c jit=off"}},
    ],
)
def test_the_address_of_a_database_says_what_djangos_settings_say(
    changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        {"HOST": "db", "PORT": 5432, "USER": "portal", "PASSWORD": "p", "OPTIONS": {}} | changes
    ).items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    read: Any = dj_database_url.parse(_address("portal?new"))
    names = ("HOST", "PORT", "USER", "PASSWORD")
    assert [read[name] for name in names] == [connection.settings_dict[name] for name in names]
    assert (read["NAME"], read.get("OPTIONS", {})) == ("portal?new", connection.settings_dict["OPTIONS"])
