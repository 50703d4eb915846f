"""Readiness: every reason why the portal cannot do its work."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from feeds.models import Source
from liaison.health import (
    HEARTBEAT_KEY,
    HEARTBEAT_MAX_AGE_S,
    OUTBOX_MAX_AGE_S,
    beat,
    connect,
    forget_beats,
    parts,
    troubles,
)
from liaison.journal import record
from liaison.tasks import heartbeat
from notify.models import Letter, Notice
from notify.outbox import fan_out
from tests.conftest import AT, Cast, source_of


@pytest.fixture
def queues(settings: Settings) -> Iterator[list[str]]:
    """Queues that no other test knows."""
    settings.QUEUES = [f"{name}-{uuid.uuid4().hex}" for name in ("pulling", "deriving")]
    yield settings.QUEUES
    settings.REDIS_URL = settings.CACHES["default"]["LOCATION"]
    forget_beats()


def readiness() -> tuple[int, object]:
    answer = Client().get("/readyz")
    assert answer.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    return answer.status_code, answer.json()


def overdue(cast: Cast, seconds: float, **values: object) -> None:
    entry = record(kind="cargo.consignment_moved", subject="consignment", key="k", by=None, at=AT)
    fan_out({entry.pk: [cast.importer.pk]}, at=AT)
    due_at = timezone.now() - timedelta(seconds=seconds)
    Notice.objects.filter(channel="email").update(due_at=due_at, **values)


def test_the_process_answers_without_asking_anything(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok\n", "text/plain")
    assert Client().post("/healthz").status_code == 405


def test_ready_when_every_worker_beats(db: None, queues: list[str]) -> None:
    for queue in queues:
        heartbeat(queue=queue)
    assert readiness() == (200, {"ready": True, "reasons": []})
    assert Client().post("/readyz").status_code == 405


def test_a_worker_that_does_not_beat(db: None, queues: list[str]) -> None:
    beat(queues[1])
    assert readiness() == (503, {"ready": False, "reasons": [f"Worker {queues[0]}: no heartbeat"]})
    with connect() as redis:
        redis.set(HEARTBEAT_KEY.format(queue=queues[1]), time.time() - HEARTBEAT_MAX_AGE_S - 1)
    assert troubles() == [f"Worker {queue}: no heartbeat" for queue in queues]


def test_heartbeats_of_an_earlier_run_are_forgotten(db: None, queues: list[str]) -> None:
    for queue in queues:
        beat(queue)
    forget_beats()
    assert troubles() == [f"Worker {queue}: no heartbeat" for queue in queues]
    with connect() as redis:
        assert redis.keys(HEARTBEAT_KEY.format(queue=queues[0])) == []


def test_no_redis(db: None, queues: list[str], settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert readiness() == (503, {"ready": False, "reasons": ["Redis: ConnectionError"]})


def test_an_old_unsent_row(cast: Cast, queues: list[str]) -> None:
    for queue in queues:
        beat(queue)
    overdue(cast, OUTBOX_MAX_AGE_S + 30)
    status, found = readiness()
    assert status == 503
    assert found in overdue_by_30_s()


def test_an_old_unsent_letter(db: None, queues: list[str]) -> None:
    for queue in queues:
        beat(queue)
    due_at = timezone.now() - timedelta(seconds=OUTBOX_MAX_AGE_S + 30)
    Letter.objects.create(address="keza@firm.example", subject="s", body="b", due_at=due_at)
    status, found = readiness()
    assert status == 503
    assert found in overdue_by_30_s()
    Letter.objects.update(state="refused", body="")
    assert readiness() == (200, {"ready": True, "reasons": []})


def overdue_by_30_s() -> list[object]:
    """What is said of it, whatever second it is said in."""
    return [
        {"ready": False, "reasons": [f"Outbox: the oldest unsent row is {seconds} s overdue"]}
        for seconds in range(OUTBOX_MAX_AGE_S + 15, OUTBOX_MAX_AGE_S + 60)
    ]


@pytest.mark.parametrize(
    ("seconds", "values"),
    [(OUTBOX_MAX_AGE_S - 30, {}), (-60, {}), (9999, {"state": "sent", "sent_at": AT}), (9999, {"state": "refused"})],
)
def test_rows_that_are_no_trouble(cast: Cast, queues: list[str], seconds: float, values: dict[str, object]) -> None:
    for queue in queues:
        beat(queue)
    overdue(cast, seconds, **values)
    assert troubles() == []


def test_migrations_that_wait(db: None, queues: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'notify'")
    status, found = readiness()
    assert status == 503
    assert found == {
        "ready": False,
        "reasons": ["PostgreSQL: migrations are waiting", *(f"Worker {queue}: no heartbeat" for queue in queues)],
    }


def test_a_database_that_refuses(db: None, queues: list[str]) -> None:
    for queue in queues:
        beat(queue)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notify_notice RENAME TO elsewhere")
    assert troubles() == ["PostgreSQL: ProgrammingError"]


def shown() -> list[str]:
    """What the public page says of each part, in its order."""
    answer = Client().get("/status/")
    assert answer.status_code == 200
    return [" ".join(cell.split()) for cell in re.findall(r"<td>(.*?)</td>", answer.content.decode(), re.DOTALL)]


def test_everybody_is_told_how_the_portal_is_and_nothing_of_whom(cast: Cast, queues: list[str]) -> None:
    unknown = "Unknown just now"
    assert shown() == ["As it should be", "As it should be", unknown, unknown, "Behind its time"]
    for queue in queues:
        heartbeat(queue=queue)
    overdue(cast, OUTBOX_MAX_AGE_S + 60)
    source_of("kept-secret", "codeco")
    Source.objects.update(silent_at=AT)
    Source.objects.create(slug="well", name="Well", format="dcsa")
    assert shown() == [
        "As it should be", "Behind its time", "Behind its time (1 of 2 sources are silent)", unknown, "As it should be"
    ]  # fmt: skip
    assert "kept-secret" not in Client().get("/status/").content.decode()


def test_a_part_that_is_away_hides_no_other(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert shown()[-1] == "Does not answer"
    monkeypatch.setattr("liaison.health._STANDING", "SELECT nothing FROM nowhere")
    with transaction.atomic():
        told = [part.state for part in parts()]
        transaction.set_rollback(True)
    assert told == ["away", "unknown", "unknown", "unknown", "away"]
