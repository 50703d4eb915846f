"""The timetable of webhooks: the tasks do what they are called, and may be rung at any moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from celery import current_app
from pytest_django import Settings

from api import tasks
from api.hooks.kinds import KINDS
from api.hooks.webhooks import make_webhook
from api.models import WebhookMessage
from cargo.models import Consignment
from liaison.journal import record
from liaison.timetable import ROUTES, TIMETABLE
from tests.conftest import AT, Cast
from tests.fakes.receiver import Receiver
from tests.fakes.serving import serving


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_LOOPBACK = True
    with serving(Receiver()) as server:
        yield server


def test_they_are_rung_and_known() -> None:
    named = {entry["task"] for entry in TIMETABLE.values() if entry["task"].startswith("api.")}
    assert named == {"api.tasks.write_webhooks", "api.tasks.send_webhooks"} <= set(current_app.tasks)
    assert ROUTES["api.tasks.*"] == {"queue": "notifying"}


def test_what_happened_is_written_and_sent_and_again_nothing(
    cast: Cast, consignment: Consignment, receiver: Receiver
) -> None:
    kinds = tuple(KINDS.values())
    person = cast.importer
    _hook, receiver.secret = make_webhook(person=person, url=receiver.url, kinds=kinds, by=person, at=AT)
    for number in range(3):
        record(
            kind="cargo.consignment_amended",
            subject="consignment",
            key=consignment.ref,
            by=None,
            at=AT,
            changed=[str(number)],
        )
    for _time in range(2):
        tasks.write_webhooks()
        tasks.send_webhooks()
    assert [body["data"]["changed"] for _name, body in receiver.taken] == [["0"], ["1"], ["2"]]
    assert set(WebhookMessage.objects.values_list("state", flat=True)) == {"sent"}
