"""What the running portal holds: memory of its processes, connections, how long work waits; and whether that grows."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Min

from demo.measuring import Result
from feeds.models import Delivery
from liaison.celery import app
from liaison.health import connect
from runner.children import leftovers
from runner.stage import homes_of

MOST_MB = 1536.0
# Calm is so many looks in a row at which no task had been worked at for longer than a moment.
CALM, LOOK_S, MOMENT_S = 5, 3.0, 1.0
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Footprint:
    """One look at the portal."""

    memory_mb: float
    connections: float
    queued: float
    waiting_s: float


def look(*, at: datetime) -> Footprint:
    """What it holds now. Shared memory is shared out among its sharers, so that the sum is what the machine gives."""
    state = settings.STATE_DIR
    memory = sum(_pss_kb(pid) for pid in leftovers(state, [*homes_of(state), *given_homes()])) / 1024
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        (connections,) = cursor.fetchone() or (0,)
    oldest = Delivery.objects.filter(state=Delivery.State.STORED).aggregate(first=Min("received_at"))["first"]
    return Footprint(memory, connections, _queued(), max(0.0, (at - oldest).total_seconds()) if oldest else 0.0)


def given_homes() -> list[Path]:
    """The folders in which the servers of the portal work, also ones that it was given; none of a server elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone() or (0,)
    homes = []
    for pid in (backend, connect().info("server")["process_id"]):
        with suppress(OSError):
            homes.append(Path(f"/proc/{pid}/cwd").readlink())
    return homes


def _queued() -> int:
    return sum(int(str(connect().llen(queue))) for queue in settings.QUEUES)


def wait_for_rest(*, most_s: float) -> float:
    """Wait until the workers have nothing to do but what the timetable rings every few seconds; how long that took.

    What has just been loaded is counted, forecast and told of first, and a portal that runs has that behind it.
    """
    began, calm, known = time.monotonic(), 0, 0
    while calm < CALM and time.monotonic() - began < most_s:
        tasks = app.control.inspect(timeout=LOOK_S).active() or {}
        # One that does not answer in time is busy.
        known = max(known, len(tasks))
        calm = 0 if len(tasks) < known or _queued() or _is_long(chain.from_iterable(tasks.values())) else calm + 1
    return time.monotonic() - began


def _is_long(tasks: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one of them has been worked at for longer than a moment."""
    since = time.time() - MOMENT_S
    return any((task["time_start"] or since) <= since for task in tasks)


def _pss_kb(pid: int) -> int:
    try:
        found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def results(looks: Sequence[Footprint]) -> Iterator[Result]:
    """The most memory against its limit, and of each figure its last third against its first."""
    if not looks:
        return
    most = max(each.memory_mb for each in looks)
    yield Result("memory_all_processes", round(most, 1), "MB", MOST_MB, round(most / MOST_MB, 4))
    third = max(1, len(looks) // 3)
    for name in asdict(looks[0]):
        values = [float(getattr(each, name)) for each in looks]
        first, last = (sum(part) / third for part in (values[:third], values[-third:]))
        yield Result(f"growth_{name}", round(last, 2), name, round(first, 2), round(last / first, 4) if first else last)
