"""The private Redis, with the machine's program and with the wheel's."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from runner import redis_server
from runner.children import end
from runner.configuration import private_home
from runner.console import Refused
from tests.runner.conftest import ROOT, configured, forget


def opened(state: Path, origin: str = "", *, durable: bool = True) -> redis_server.RedisServer:
    program = redis_server.find_program(ROOT, origin)
    if program is None:
        pytest.skip(f"no Redis of this origin here: {origin}")
    return redis_server.open_server(configured(state), program, durable=durable)


@contextlib.contextmanager
def running(server: redis_server.RedisServer) -> Iterator[subprocess.Popen[bytes]]:
    child = redis_server.start(server)
    try:
        redis_server.wait_until_ready(server, child)
        yield child
    finally:
        end(child, signal.SIGTERM, 10)


def client(server: redis_server.RedisServer) -> redis.Redis:
    return redis.Redis.from_url(server.url, decode_responses=True)


@pytest.mark.parametrize("origin", ["machine", "wheel"])
def test_what_was_written_survives_a_kill(state: Path, origin: str) -> None:
    server = opened(state, origin)
    with running(server) as child, client(server) as talk:
        talk.set("kept", "42")
        talk.config_set("appendfsync", "always")
        talk.set("last", "43")
        child.kill()
        child.wait()
    with running(server), client(server) as talk:
        assert talk.mget("kept", "last") == ["42", "43"]


def test_it_listens_on_its_socket_alone(state: Path) -> None:
    server = opened(state)
    with running(server), client(server) as talk:
        assert talk.config_get("port") == {"port": "0"}
        assert talk.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert server.socket.stat().st_mode & 0o077 == 0
        assert server.socket.parent.stat().st_mode & 0o077 == 0


def test_in_tests_nothing_is_written_down(state: Path) -> None:
    server = opened(state, durable=False)
    with running(server), client(server) as talk:
        talk.set("forgotten", "1")
    with running(server), client(server) as talk:
        assert talk.dbsize() == 0


def test_a_folder_with_a_space_and_a_quote_in_its_name(state: Path) -> None:
    strange = state / 'our "own" state'
    strange.mkdir()
    server = opened(strange)
    try:
        with running(server), client(server) as talk:
            assert talk.config_get("dir") == {"dir": str(strange / "redis")}
        assert server.socket == private_home(strange) / "redis-socket" / "redis.sock"
    finally:
        forget(strange)


def test_a_server_that_does_not_start_says_why(state: Path) -> None:
    server = opened(state)
    server.log.write_text("")
    (server.data / "appendonly.aof").mkdir()
    (server.data / "appendonlydir").touch()
    child = redis_server.start(server)
    with pytest.raises(Refused, match=r"Redis did not start\.\n.*redis\.log:"):
        redis_server.wait_until_ready(server, child)
