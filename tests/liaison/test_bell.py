"""The bell over a real Redis, and without one."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from celery import Celery
from django.conf import settings as portal_settings
from django.db import transaction

from liaison.bell import ring
from liaison.celery import app as portal_app
from liaison.health import connect

Rung = Callable[[str], list[tuple[str, object]]]


@pytest.fixture
def bell_at() -> Iterator[Callable[[str, str], None]]:
    """Makes a Celery of the test's own, with the portal's routes, the current one."""
    made: list[Celery] = []

    def use(broker: str, prefix: str) -> None:
        app = Celery("bell", broker=broker)
        app.conf.task_routes = portal_settings.CELERY_TASK_ROUTES
        app.conf.broker_transport_options = {
            **portal_settings.CELERY_BROKER_TRANSPORT_OPTIONS,
            "global_keyprefix": prefix,
        }
        app.set_current()
        made.append(app)

    yield use
    portal_app.set_current()
    for app in made:
        app.close()


@pytest.fixture
def rung(transactional_db: None, bell_at: Callable[[str, str], None]) -> Iterator[Rung]:
    """What lies in a queue of the test's own in the portal's Redis: names of tasks and their ids."""
    prefix = f"test-{uuid.uuid4()}:"
    bell_at(portal_settings.CELERY_BROKER_URL, prefix)

    def read(queue: str) -> list[tuple[str, object]]:
        with connect() as redis:
            messages = [json.loads(str(raw)) for raw in reversed(redis.lrange(prefix + queue, 0, -1))]
        return [(m["headers"]["task"], json.loads(base64.b64decode(m["body"]))[1]) for m in messages]

    yield read
    with connect() as redis:
        for key in redis.scan_iter(f"{prefix}*"):
            redis.delete(key)


def test_it_rings_after_the_commit_in_the_queue_of_the_task(rung: Rung) -> None:
    with transaction.atomic():
        ring("cargo.tasks.read_delivery", delivery_id=7)
        ring("notify.tasks.send_due")
        assert rung("deriving") == []
    assert rung("deriving") == [("cargo.tasks.read_delivery", {"delivery_id": 7})]
    assert rung("notifying") == [("notify.tasks.send_due", {})]


def test_a_rolled_back_change_rings_nothing(rung: Rung) -> None:
    with transaction.atomic():
        ring("notify.tasks.send_due")
        transaction.set_rollback(True)
    assert rung("notifying") == []


@pytest.mark.django_db(transaction=True)
def test_without_redis_nobody_waits_and_the_log_says_so(
    bell_at: Callable[[str, str], None], caplog: pytest.LogCaptureFixture
) -> None:
    bell_at("redis://127.0.0.1:1/0", "x:")
    began = time.monotonic()
    with transaction.atomic():
        ring("notify.tasks.send_due")
    assert time.monotonic() - began < 1.5
    assert [record.message.split(":")[0] for record in caplog.records if record.name == "liaison.bell"] == [
        "The bell for notify.tasks.send_due did not ring"
    ]
