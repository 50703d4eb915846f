"""Whoever is at a long task is heard; whoever rests, hangs or is of another house is not spoken for."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from celery.worker import state
from pytest_django import Settings

from liaison.celery import app
from liaison.health import HEARTBEAT_KEY, beat, connect, forget_beats, late_queues
from liaison.pulse import EVERY_S, LONGEST_TASK_S, Pulse, speak


class Request:
    """As Celery keeps one that its pool has begun."""

    def __init__(self, queue: str, age_s: float | None) -> None:
        self.delivery_info = {"exchange": "", "routing_key": queue}
        self.time_start = None if age_s is None else time.time() - age_s


@pytest.fixture
def queues(settings: Settings) -> Iterator[list[str]]:
    """Some of this test's own."""
    settings.QUEUES = [f"{name}-{uuid.uuid4().hex}" for name in "abc"]
    yield settings.QUEUES
    settings.REDIS_URL = settings.CACHES["default"]["LOCATION"]
    forget_beats()


def test_a_worker_at_a_long_task_is_heard_and_one_that_hangs_is_not(
    queues: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, c = queues
    others = f"others-{a}"
    asked = [Request(a, 900), Request(b, LONGEST_TASK_S + 1), Request(b, None), Request(others, 1)]
    monkeypatch.setattr(state, "active_requests", asked)
    speak()
    assert late_queues() == [b, c]
    with connect() as redis:
        assert redis.keys(HEARTBEAT_KEY.format(queue=others)) == []
    # One that rests is heard by what the timetable has it do, and by nothing else: a dead timetable is noticed.
    monkeypatch.setattr(state, "active_requests", [])
    forget_beats()
    speak()
    beat(c)
    assert late_queues() == [a, b]


def test_without_redis_it_goes_on(queues: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "active_requests", [Request(queues[0], 1)])
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    speak()


class Timer:
    """Celery's, as much of it as is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.is_cancelled = False

    def call_repeatedly(self, *asked: Any) -> Timer:
        self.asked.append(asked)
        return self

    def cancel(self) -> None:
        self.is_cancelled = True


def test_every_worker_of_ours_has_it_from_its_consumer_on() -> None:
    assert "liaison.pulse:Pulse" in app.steps["consumer"]
    parent: Any = type("Consumer", (), {"timer": Timer()})()
    step = Pulse(parent)
    step.start(parent)
    step.stop(parent)
    assert (parent.timer.asked, parent.timer.is_cancelled) == ([(EVERY_S, speak)], True)
