"""The stage of every command: one holder, servers of our own or those given, and nothing left of it afterwards."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dj_database_url
import psycopg2  # type: ignore[import-untyped]
import pytest
import redis

from runner.bootstrap import TEST_GROUPS
from runner.children import MARKER, StopRequested, leftovers, spawn
from runner.configuration import Configuration, private_home, read
from runner.console import Refused
from runner.stage import Stage, held, set_up
from tests.runner.conftest import ROOT, forget

GIVEN = {"DATABASE_URL": "postgres://u@db.example/portal", "REDIS_URL": "redis://cache.example:6379/3"}


@pytest.fixture(autouse=True)
def _nothing_left(state: Path) -> Iterator[None]:
    yield
    forget(state / "own")


def project_in(folder: Path, *, with_wheels: bool = True) -> Path:
    """A project whose environment is up to date: with our packages, or with none."""
    root = folder / "project"
    (root / "requirements").mkdir(parents=True)
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").symlink_to(sys.executable)
    if with_wheels:
        (root / ".venv" / "lib").symlink_to(ROOT / ".venv" / "lib")
    for group in TEST_GROUPS:
        (root / "requirements" / f"{group}.txt").touch()
    stamp = dict.fromkeys(TEST_GROUPS, hashlib.sha256(b"").hexdigest())
    (root / ".venv" / "portal-groups.json").write_text(json.dumps(stamp))
    return root


def configuration_of(state: Path, environ: Mapping[str, str], *, with_wheels: bool = True) -> Configuration:
    return read(project_in(state, with_wheels=with_wheels), {"STATE_DIR": str(state / "own"), **environ})


@contextmanager
def staged(configuration: Configuration) -> Iterator[Stage]:
    with held(configuration), set_up(configuration, ["base"], durable=False) as stage:
        yield stage


def left(configuration: Configuration) -> list[int]:
    state = configuration.state
    homes = [private_home(state)] if (state / "home").exists() else []
    return leftovers(state, [state / "postgres", state / "redis", *homes])


def answer_of(stage: Stage) -> tuple[object, object]:
    """What both servers say when they are asked at the addresses of the stage."""
    parts = dj_database_url.parse(stage.database_url)
    connection = psycopg2.connect(host=parts["HOST"], user=parts["USER"], dbname=parts["NAME"])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            found = cursor.fetchone()
    finally:
        connection.close()
    with redis.Redis.from_url(stage.redis_url) as client:
        return found, client.ping()


def test_servers_of_our_own_answer_and_nothing_is_left_of_them(state: Path) -> None:
    configuration = configuration_of(state, {})
    for _start in range(2):
        with staged(configuration) as stage:
            assert answer_of(stage) == (("portal",), True)
            assert len(left(configuration)) >= 2
        assert left(configuration) == []


@pytest.mark.parametrize("failure", [LookupError, StopRequested, KeyboardInterrupt])
def test_however_it_ends_the_servers_are_stopped(state: Path, failure: type[BaseException]) -> None:
    configuration = configuration_of(state, {})
    with pytest.raises(failure), staged(configuration):
        raise failure
    assert left(configuration) == []


def test_servers_that_are_given_are_used_and_none_is_started(state: Path) -> None:
    configuration = configuration_of(state, GIVEN)
    with staged(configuration) as stage:
        assert (stage.database_url, stage.redis_url) == (GIVEN["DATABASE_URL"], GIVEN["REDIS_URL"])
        assert left(configuration) == []
    assert sorted(path.name for path in configuration.state.iterdir()) == ["lock", "log"]


def test_one_at_a_time_holds_the_state_and_the_next_may_when_it_is_done(state: Path) -> None:
    configuration = configuration_of(state, GIVEN)
    with held(configuration), pytest.raises(Refused, match="already running"), held(configuration):
        pass
    with held(configuration):
        assert left(configuration) == []


def test_what_an_earlier_start_left_has_ended_when_the_state_is_held(state: Path) -> None:
    configuration = configuration_of(state, GIVEN)
    stray = spawn(["sleep", "0.7"], env={"PATH": "/usr/bin:/bin", MARKER: str(configuration.state)})
    assert left(configuration) == [stray.pid]
    with held(configuration):
        assert left(configuration) == []
    assert stray.wait() == 0


def test_a_server_that_cannot_be_had_is_refused_and_the_state_set_free(
    state: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configuration = configuration_of(state, {"PORTAL_POSTGRES": "wheel"}, with_wheels=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="no server to be found for DATABASE_URL"), staged(configuration):
        pass
    with held(configuration):
        assert left(configuration) == []
