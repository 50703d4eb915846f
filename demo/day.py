"""A day of the timetable within a load test: what is rung hourly or more seldom, as often as a day rings it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from celery.schedules import crontab

from liaison.celery import app
from liaison.timetable import apart

# What is rung more often rings by itself while a test lasts.
MOST_A_DAY = 24
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Bell:
    """A task, and when it is rung, in seconds from the beginning."""

    at_s: float
    task: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)


def bells(timetable: Iterable[Mapping[str, Any]], *, seconds: float) -> list[Bell]:
    """A day's rings in so many seconds, in their order, no two tasks at one moment."""
    seldom = [(each, times) for each in timetable if (times := times_a_day(each["schedule"])) <= MOST_A_DAY]
    return sorted(
        (
            Bell(seconds * (ring + apart(number)) / times, each["task"], each.get("kwargs", {}))
            for number, (each, times) in enumerate(seldom)
            for ring in range(times)
        ),
        key=lambda bell: bell.at_s,
    )


def times_a_day(schedule: crontab | float) -> int:
    """How often a day rings it, where every day is alike."""
    if not isinstance(schedule, crontab):
        return round(DAY_S / schedule)
    # Its hours and minutes are attributes of which the types of the package say nothing.
    at: Any = schedule
    return len(at.hour) * len(at.minute)


def ring_each_once(day: Sequence[Bell]) -> None:
    """Each task once: what it takes and keeps the first time is no growth later."""
    for bell in {bell.task: bell for bell in day}.values():
        _ring(bell)


def ring(day: Sequence[Bell]) -> None:
    """Ring them at their moments; returns after the last."""
    began = time.monotonic()
    for bell in day:
        time.sleep(max(0.0, began + bell.at_s - time.monotonic()))
        _ring(bell)


def _ring(bell: Bell) -> None:
    app.send_task(bell.task, kwargs=dict(bell.kwargs))
