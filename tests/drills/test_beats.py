"""Timetables killed and doubled, readers killed, and a delivery that kills whoever reads it: each is read once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from cargo.models import Event
from cargo.tasks import read_stored
from feeds.intake import receive
from feeds.models import Delivery, Source
from liaison.chain import extend, verify
from tests.conftest import AT
from tests.drills.conftest import Start, kill, waited_for
from tests.drills.test_web import body

# The portal's timetable with one line, rung as fast as beat can.
BEAT = """
from liaison.ringing import app
app.conf.beat_schedule = {"read": {"task": "cargo.tasks.read_stored", "schedule": 0.2}}
app.conf.beat_max_loop_interval = 0.1
app.Beat(loglevel="ERROR", schedule="SCHEDULE", pidfile=None).run()
"""
# The reader of the deriving queue; whoever reads the poison dies as by the kernel's hand.
WORKER = """
import os, signal, django; django.setup()
from cargo import reading
whole = reading.read_raw
def read(delivery):
    if b"POISON" in bytes(delivery.raw): os.kill(os.getpid(), signal.SIGKILL)
    return whole(delivery)
reading.read_raw = read
from liaison.celery import app
app.worker_main(["worker", "-Q", "deriving", "-c", "1", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"])
"""


def states() -> dict[str, int]:
    return {state: Delivery.objects.filter(state=state).count() for state in ("stored", "read", "quarantined")}


@pytest.mark.slow
def test_two_beats_one_of_them_killed_a_reader_killed_and_a_poison(
    start: Start, source: Source, tmp_path: Path
) -> None:
    for number in range(6):
        receive(source=source, raw=body(number), at=AT)
    poison = receive(source=source, raw=b"POISON" + body(7), at=AT).delivery
    # It has killed its readers before: the next attempt is its last.
    Delivery.objects.filter(pk=poison.pk).update(attempts=4)
    beats = [start("-c", BEAT.replace("SCHEDULE", str(tmp_path / name))) for name in ("one", "two")]
    worker = start("-c", WORKER)
    assert waited_for(lambda: states()["read"] >= 2, 20)
    kill(beats[0])
    assert waited_for(lambda: states() == {"stored": 1, "read": 6, "quarantined": 0}, 20)
    # Its reader died of it and it was put off; then it is given up to a clerk. The others were read meanwhile.
    assert waited_for(
        lambda: Delivery.objects.filter(pk=poison.pk, attempts=5, retry_at__gt=timezone.now()).exists(), 20
    )
    Delivery.objects.filter(pk=poison.pk).update(retry_at=AT)
    assert waited_for(lambda: states() == {"stored": 0, "read": 6, "quarantined": 1}, 20)
    poison.refresh_from_db()
    assert (poison.reason, poison.attempts) == ("reader_failed", 5)
    assert Event.objects.count() == 6
    assert worker.poll() is None
    kill(worker)


def test_a_clock_that_jumps_a_day_ahead_and_back_reads_everything_once(db: None, source: Source) -> None:
    """The order of things is the database's, not the clock's: what was done in the future is done."""
    for number in range(3):
        receive(source=source, raw=body(number), at=AT)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        read_stored()
        extend()
        receive(source=source, raw=body(3), at=timezone.now())
    receive(source=source, raw=body(0), at=timezone.now())
    read_stored()
    read_stored()
    extend()
    assert (states(), Event.objects.count()) == ({"stored": 0, "read": 4, "quarantined": 0}, 4)
    assert verify().faults == []
