"""Sources that hang, sign us out or never end delay no other: a real worker of the pulling queue, and real sockets."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings as portal
from django.db import connection
from django.utils import timezone
from redis import Redis

from feeds.models import Delivery, Source
from feeds.pull import ITEM_S
from feeds.tasks import pull_due
from runner.processes import WORKERS
from tests.feeds.conftest import Desk, Partner, pulled
from tests.shape import ROOT

HANGING, HEALTHY = 6, 3
SOON_S = 15
GIGABYTE = 1024**3


def redis_database(number: int) -> str:
    """The test's own database in the portal's Redis."""
    url = portal.REDIS_URL
    return f"{url.rpartition('=')[0]}={number}" if "db=" in url else f"{url.rpartition('/')[0]}/{number}"


@pytest.fixture
def broker(bell_at: Callable[[str, str], None]) -> Iterator[str]:
    """Where this test's own tasks lie; nothing of them is left afterwards."""
    url = redis_database(7)
    bell_at(as_broker(url), "")
    yield url
    with Redis.from_url(url) as redis:
        redis.flushdb()


def as_broker(url: str) -> str:
    """Celery's spelling of it."""
    path, _query, number = url.partition("?db=")
    return f"redis+socket://{path.removeprefix('unix://')}?virtual_host={number}" if number else url


@pytest.fixture
def worker(transactional_db: None, broker: str) -> Iterator[subprocess.Popen[bytes]]:
    """The portal's own worker of the pulling queue, on the test's database."""
    kept = connection.settings_dict
    port = f":{kept['PORT']}" if kept["PORT"] else ""
    database = f"postgres://{kept['USER']}@{quote(str(kept['HOST']), safe='')}{port}/{kept['NAME']}"
    given = {"DATABASE_URL": database, "REDIS_URL": broker, "SECRET_KEY": portal.SECRET_KEY}
    (process,) = (process for process in WORKERS if process.name == "worker-pulling")
    command = process.command(sys.executable, host="127.0.0.1", port=0)
    running = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    yield running
    running.kill()
    running.wait()


def give(desk: Desk) -> None:
    """A healthy source's file, or what another one does instead."""
    if "hang" in desk.path:
        desk.server.closing.wait(60)
        desk.close_connection = True
    elif "html" in desk.path:
        desk.say(b"<!DOCTYPE html><html>Please sign in</html>")
    elif "huge" in desk.path:
        desk.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % GIGABYTE)
        for _ in range(GIGABYTE // 2**20):
            desk.wfile.write(b"x" * 2**20)
    else:
        desk.say(desk.path.encode())


def waited_for(wanted: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if wanted():
            return True
        time.sleep(0.1)
    return wanted()


@pytest.mark.slow
def test_sources_that_hang_or_never_end_delay_no_other(worker: subprocess.Popen[bytes], partner: Partner) -> None:
    partner.give = give
    assert waited_for(lambda: _is_at_work(partner), 60)
    due = timezone.now()
    names = [f"hang-{n}" for n in range(HANGING)] + ["html", "huge"] + [f"good-{n}" for n in range(HEALTHY)]
    for number, name in enumerate(names):
        # The longest due, so the first to be sent, are those that hang.
        source = pulled(name, f"{partner.url}/{name}")
        Source.objects.filter(pk=source.pk).update(due_at=due - timedelta(seconds=100 - number))
    began = time.monotonic()
    pull_due()
    good = Delivery.objects.filter(source__slug__startswith="good-")
    assert waited_for(lambda: good.count() == HEALTHY, SOON_S)
    assert time.monotonic() - began < SOON_S < ITEM_S
    assert waited_for(lambda: Source.objects.get(slug="huge").failures == 1, SOON_S)
    assert "larger than" in Source.objects.get(slug="huge").last_error
    assert waited_for(lambda: Delivery.objects.filter(source__slug="html").exists(), SOON_S)
    assert Source.objects.filter(slug__startswith="hang-", last_tried_at=None).count() == HANGING


def _is_at_work(partner: Partner) -> bool:
    """Whether the worker pulls what it is sent."""
    source = Source.objects.filter(slug="first").first() or pulled("first", f"{partner.url}/first")
    Source.objects.filter(pk=source.pk).update(due_at=timezone.now())
    pull_due()
    return waited_for(lambda: Delivery.objects.filter(source=source).exists(), 2)
