"""Real processes of the portal on the test's own database and its own corner of Redis."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as portal
from django.db import connection
from redis import Redis

from feeds.models import Source
from tests.conftest import Cast, source_of
from tests.feeds.test_independence import redis_database
from tests.shape import ROOT

Start = Callable[..., subprocess.Popen[bytes]]


def address_of(database: str) -> str:
    kept = connection.settings_dict
    port = f":{kept['PORT']}" if kept["PORT"] else ""
    return f"postgres://{kept['USER']}@{quote(str(kept['HOST']), safe='')}{port}/{database}"


def waited_for(wanted: Callable[[], bool], seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not wanted():
        time.sleep(0.02)
    return wanted()


@pytest.fixture
def redis_url() -> Iterator[str]:
    url = redis_database(6)
    with Redis.from_url(url) as redis:
        redis.flushdb()
        yield url
        redis.flushdb()


@pytest.fixture
def start(transactional_db: None, redis_url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts a process of ours; all of them are gone afterwards."""
    started: list[subprocess.Popen[bytes]] = []
    given = {"REDIS_URL": redis_url, "SECRET_KEY": portal.SECRET_KEY, "DJANGO_SETTINGS_MODULE": "liaison.settings"}

    def begin(*arguments: str, database: str = "") -> subprocess.Popen[bytes]:
        env = os.environ | given | {"DATABASE_URL": address_of(database or str(connection.settings_dict["NAME"]))}
        with (tmp_path / "log").open("ab") as log:
            command = [sys.executable, *arguments]
            started.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True))
        return started[-1]

    yield begin
    for process in started:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """As kill -9 does, with everything that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


@pytest.fixture
def source(transactional_db: None, cast: Cast) -> Source:
    """A source of the documented CSV; whoever pushes bears ``clerk-token``."""
    return source_of("clerk", "csv_events")
