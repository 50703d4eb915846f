"""The deriving queue: one delivery by its bell, whatever waits by timetable, and nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.utils.timezone import now
from pytest_django import DjangoCaptureOnCommitCallbacks

from cargo import tasks
from cargo.models import Consignment, Event
from cargo.reading import MOST_ATTEMPTS, Outcome, read_delivery
from feeds.intake import receive
from feeds.models import Delivery, Source
from notify.models import Notice
from tests.cargo.test_deriving import at_once
from tests.cargo.test_reading import csv, row
from tests.feeds.edi import box, one


def store(source: Source, *rows: str) -> int:
    return receive(source=source, raw=csv(*rows), at=now()).delivery.pk


def states() -> list[tuple[str, int]]:
    return list(Delivery.objects.order_by("pk").values_list("state", "attempts"))


@pytest.fixture
def stopper(gate: Source) -> int:
    """A stored delivery on which the reader stops each time: its source's settings are not what they should be."""
    Source.objects.filter(pk=gate.pk).update(settings={"node": {"slug": "ke-port-mombasa"}})
    return receive(source=gate, raw=one("BGM+36+D1+9", *box()), at=now()).delivery.pk


def test_the_task_reads_the_delivery_that_the_bell_names(clerk: Source, consignment: Consignment) -> None:
    first, _second = store(clerk, row("gate_out", 1)), store(clerk, row("sealed", 2))
    for _ in range(2):
        tasks.read_delivery.apply(kwargs={"delivery_id": first}, throw=True)
    assert states() == [("read", 1), ("stored", 0)]
    assert list(Event.objects.values_list("kind", flat=True)) == ["gate_out"]


def test_a_delivery_that_is_there_no_more_is_no_trouble(db: None) -> None:
    tasks.read_delivery(delivery_id=0)
    assert Delivery.objects.count() == 0


def test_whatever_waits_is_read_without_a_bell(clerk: Source, consignment: Consignment) -> None:
    for hours in range(1, 4):
        store(clerk, row("weighed", hours))
    tasks.read_stored()
    assert states() == [("read", 1)] * 3
    tasks.read_stored()
    assert (states(), Event.objects.count()) == ([("read", 1)] * 3, 3)


def test_the_oldest_are_read_first_and_no_more_than_a_batch(
    clerk: Source, consignment: Consignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "BATCH", 2)
    for hours in range(1, 4):
        store(clerk, row("weighed", hours))
    tasks.read_stored()
    assert [state for state, _attempts in states()] == ["read", "read", "stored"]


def test_what_is_put_off_is_left_until_it_is_due(clerk: Source) -> None:
    pk = store(clerk, row("gate_out", 1))
    Delivery.objects.update(retry_at=now() + timedelta(minutes=1))
    tasks.read_stored()
    assert states() == [("stored", 0)]
    Delivery.objects.filter(pk=pk).update(retry_at=now())
    tasks.read_stored()
    assert states() == [("read", 1)]


def test_a_delivery_that_stops_its_reader_holds_up_no_other_and_is_given_up_at_last(
    stopper: int, clerk: Source, consignment: Consignment, caplog: pytest.LogCaptureFixture
) -> None:
    store(clerk, row("gate_out", 1))
    tasks.read_stored()
    assert states() == [("stored", 1), ("read", 1)]
    assert [record.message for record in caplog.records if record.name == "cargo.tasks"] == [
        f"Delivery {stopper} could not be read"
    ]
    assert Delivery.objects.get(pk=stopper).retry_at > now()
    for _ in range(MOST_ATTEMPTS):
        Delivery.objects.update(retry_at=now())
        tasks.read_stored()
    given_up = Delivery.objects.get(pk=stopper)
    assert (given_up.state, given_up.reason, given_up.attempts) == ("quarantined", "reader_failed", MOST_ATTEMPTS)


def test_what_was_given_up_is_read_after_the_mending(stopper: int, consignment: Consignment) -> None:
    Delivery.objects.update(attempts=MOST_ATTEMPTS)
    tasks.read_stored()
    Source.objects.update(settings={"node": "ke-port-mombasa"})
    assert read_delivery(stopper) == Outcome()
    assert read_delivery(stopper, again=True) == Outcome(facts=1, events=1)
    assert Delivery.objects.values_list("state", "reason").get() == ("read", "")


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_delivery_read_it_once(clerk: Source, consignment: Consignment) -> None:
    pk = store(clerk, row("gate_out", 1), row("sealed", 2))
    at_once(
        [lambda: tasks.read_delivery(delivery_id=pk), lambda: tasks.read_delivery(delivery_id=pk), tasks.read_stored]
    )
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.events, delivery.unmatched) == ("read", 2, 0)
    assert (Event.objects.count(), Notice.objects.count()) == (2, 4)


def test_bells_and_timetable_name_tasks_that_there_are() -> None:
    timetable = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    named = {settings.DELIVERY_BELL, settings.OUTBOX_BELL} | timetable
    current_app.loader.import_default_modules()
    assert named - set(current_app.tasks) == set()


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("cargo.tasks.read_delivery", "deriving"),
        ("cargo.tasks.read_stored", "deriving"),
        ("feeds.tasks.pull_source", "pulling"),
        ("notify.tasks.send_due", "notifying"),
    ],
)
def test_none_starves_another(task: str, queue: str) -> None:
    assert current_app.amqp.router.route({}, task)["queue"].name == queue


def test_a_delivery_rings_its_own_bell_once(
    clerk: Source, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as rings:
        pks = [store(clerk, row("gate_out", 1)) for _ in range(2)]
    assert pks[0] == pks[1]
    assert [ring.args for ring in rings] == [(settings.DELIVERY_BELL, {"delivery_id": pks[0]})]  # type: ignore[attr-defined]
