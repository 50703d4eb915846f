"""A day of the timetable fits into the time of a soak, and every ring of it reaches its queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from celery.schedules import crontab
from celery.signals import before_task_publish

from demo.day import Bell, bells, ring, ring_each_once, times_a_day
from liaison.timetable import TIMETABLE

ENTRIES = [
    {"task": "often", "schedule": 10.0},
    {"task": "hourly", "schedule": 3600.0, "kwargs": {"channel": "sms"}},
    {"task": "nightly", "schedule": crontab(hour="1", minute="30")},
    {"task": "each quarter", "schedule": crontab(minute="14,29,44,59")},
]


def test_what_is_rung_hourly_or_more_seldom_is_rung_as_often_as_in_a_day() -> None:
    rung = bells(ENTRIES, seconds=48)
    assert Counter(bell.task for bell in rung) == {"hourly": 24, "nightly": 1}
    assert [bell.at_s for bell in rung if bell.task == "hourly"] == [2.0 * hour for hour in range(24)]
    assert {tuple(bell.kwargs.items()) for bell in rung} == {(("channel", "sms"),), ()}


def test_no_two_tasks_of_the_timetable_are_rung_at_one_moment_and_all_in_their_order_within_the_time() -> None:
    rung = bells(TIMETABLE.values(), seconds=900)
    moments = [bell.at_s for bell in rung]
    assert moments == sorted(set(moments))
    assert min(moments) >= 0
    assert max(moments) < 900
    assert {"cargo.tasks.forecast_open", "cargo.tasks.score_forecasts", "liaison.tasks.apply_retention"} <= {
        bell.task for bell in rung
    }


@pytest.mark.parametrize(
    ("schedule", "wanted"),
    [(crontab(minute="20"), 24), (crontab(hour="6", minute="0"), 1), (3600.0, 24), (86_400.0, 1), (30.0, 2880)],
)
def test_how_often_a_day_rings(schedule: crontab | float, wanted: int) -> None:
    assert times_a_day(schedule) == wanted


@pytest.fixture
def published() -> Iterator[list[tuple[str, str]]]:
    """What Celery is given to send, by task and queue."""
    seen: list[tuple[str, str]] = []

    def see(sender: str, routing_key: str, **_said: Any) -> None:
        seen.append((sender, routing_key))

    before_task_publish.connect(see)
    yield seen
    before_task_publish.disconnect(see)


def test_each_is_rung_once_before_and_at_its_moment_meanwhile(published: list[tuple[str, str]]) -> None:
    beat, late = Bell(0.0, "liaison.tasks.heartbeat", {"queue": "reports"}), Bell(0.01, "tickets.tasks.close_silent")
    again = Bell(0.02, beat.task, beat.kwargs)
    heard = [(bell.task, "reports") for bell in (beat, late, again)]
    ring_each_once([beat, late, again])
    assert sorted(published) == sorted(heard[:2])
    published.clear()
    ring([beat, late, again])
    assert published == heard
