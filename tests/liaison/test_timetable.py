"""What is rung when: not all of it at once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from celery.schedules import crontab

from liaison.ringing import Ringer
from liaison.timetable import TIMETABLE, _spread


def rung(entries: dict[str, dict[str, Any]], started: datetime, seconds: int) -> Counter[int]:
    """How many of those at intervals are rung in each second from the start."""
    found: Counter[int] = Counter()
    for entry in entries.values():
        due = entry["last_run_at"] + timedelta(seconds=entry["schedule"])
        while due < started + timedelta(seconds=seconds):
            found[int((due - started).total_seconds())] += 1
            due += timedelta(seconds=entry["schedule"])
    return found


def test_what_is_rung_at_intervals_is_spread_over_them() -> None:
    started = datetime(2026, 11, 27, tzinfo=UTC)
    given = {name: entry for name, entry in TIMETABLE.items() if isinstance(entry["schedule"], float)}
    at_once = {name: dict(entry, last_run_at=started) for name, entry in given.items()}
    spread = {name: {"schedule": entry["schedule"]} for name, entry in given.items()}
    _spread(spread, started)
    # None is rung later than one interval after the start.
    assert all(
        timedelta(0) <= started - row["last_run_at"] < timedelta(seconds=row["schedule"]) for row in spread.values()
    )
    assert max(rung(at_once, started, 120).values()) > 20
    assert max(rung(spread, started, 120).values()) <= 6


def test_what_says_when_it_was_last_rung_and_what_goes_by_the_clock_stay_as_they_are() -> None:
    started, first = datetime(2026, 11, 27, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    entries: dict[str, dict[str, Any]] = {
        "now": {"schedule": 10.0, "last_run_at": first},
        "clock": {"schedule": "06:00"},
    }
    _spread(entries, started)
    assert entries == {"now": {"schedule": 10.0, "last_run_at": first}, "clock": {"schedule": "06:00"}}


@pytest.mark.parametrize(
    ("queues", "niceness"), [(["pulling"], 5), (["reports"], 10), (["deriving", "reports"], 10), (None, 10)]
)
def test_a_worker_leaves_the_processor_to_pages(queues: list[str] | None, niceness: int) -> None:
    code = (
        "import os; from liaison.celery import yield_to_pages; before = os.nice(0); "
        f"yield_to_pages(options={{'queues': {queues}}}); print(os.nice(0) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == niceness


def test_who_rings_knows_the_whole_timetable_and_loads_no_app() -> None:
    code = (
        "from liaison.ringing import app; from django.apps import apps; from liaison.logs import LineFormatter; "
        "app.loader.init_worker(); app.finalize(); app.log.setup(); import logging; "
        "line = logging.getLogger().handlers[0].formatter; "
        "print(apps.ready, isinstance(line, LineFormatter), sorted(app.conf.beat_schedule), "
        "[name for name in app.tasks if not name.startswith('celery.')], "
        "app.amqp.router.route({}, 'liaison.tasks.make_backup')['queue'].name)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"False True {sorted(TIMETABLE)} [] pulling"


def test_after_a_stop_what_is_overdue_is_spread_again_and_the_rest_keeps_its_time(tmp_path: Path) -> None:
    app = Celery("test", set_as_current=False)
    started = datetime.now(UTC)
    app.conf.beat_schedule = {
        f"every-ten-{number}": {"task": "t", "schedule": 10.0, "last_run_at": started - timedelta(seconds=number)}
        for number in range(5)
    } | {
        "hourly": {"task": "t", "schedule": 3600.0, "last_run_at": started - timedelta(seconds=5)},
        "at-once": {"task": "t", "schedule": 60.0, "last_run_at": datetime(2026, 1, 1, tzinfo=UTC)},
        "clock": {"task": "t", "schedule": crontab(hour="6", minute="0")},
    }
    before = Ringer(app=app, schedule_filename=str(tmp_path / "beat"))
    a_while_ago, yesterday = started - timedelta(minutes=7), started - timedelta(days=1, seconds=1)
    for name, entry in before.schedule.items():
        entry.last_run_at = yesterday if name == "clock" else a_while_ago
    before.close()
    after = Ringer(app=app, schedule_filename=str(tmp_path / "beat"))
    found = {name: entry.last_run_at for name, entry in after.schedule.items() if not name.startswith("celery.")}
    after.close()
    spread = {name: given["last_run_at"] for name, given in app.conf.beat_schedule.items() if "ten" in name}
    assert found == {
        **spread,
        "hourly": a_while_ago,
        "at-once": datetime(2026, 1, 1, tzinfo=UTC),
        "clock": yesterday,
    }


def test_it_says_as_little_as_it_is_told_to() -> None:
    code = (
        "from liaison.ringing import app; import logging; app.log.setup(loglevel='ERROR'); "
        "print(logging.getLogger().level == logging.ERROR, app.conf.beat_scheduler)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True liaison.ringing:Ringer"
