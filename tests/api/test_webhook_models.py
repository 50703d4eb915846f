"""Webhooks and their messages: what the database refuses, and whose they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from api.models import Webhook, WebhookMessage
from liaison.journal import record
from liaison.models import AnonymousUser
from tests.conftest import AT, Cast

Make = Callable[..., Any]


@pytest.fixture
def hook(cast: Cast) -> Make:
    def make(**more: Any) -> Webhook:
        values: dict[str, Any] = {
            "person": cast.importer,
            "url": "https://erp.firm.example/hook",
            "kinds": ["consignment.moved"],
            "secret": "sealed",
            "after": 0,
            "made_at": AT,
        }
        return Webhook.objects.create(**{**values, **more})

    return make


@pytest.fixture
def message(hook: Make) -> Make:
    def make(**more: Any) -> WebhookMessage:
        values: dict[str, Any] = {
            "webhook": more.get("webhook") or hook(),
            "kind": "consignment.moved",
            "about": "consignment:RW26-000001",
            "body": "{}",
            "written_at": AT,
            "due_at": AT,
            "ends_at": AT + timedelta(days=1),
        }
        return WebhookMessage.objects.create(**{**values, **more})

    return make


def refused(make: Make, constraint: str, **more: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make(**more)


@pytest.mark.parametrize(
    ("constraint", "more"),
    [
        ("webhook_has_address", {"url": ""}),
        ("webhook_has_kinds", {"kinds": []}),
        ("webhook_has_secret", {"secret": ""}),
        ("webhook_pause_has_time", {"pause": "owner"}),
        ("webhook_pause_has_time", {"pause": "bored", "paused_at": AT}),
        ("webhook_pause_has_time", {"pause": "", "paused_at": AT}),
    ],
)
def test_a_webhook_that_makes_no_sense_is_refused(hook: Make, constraint: str, more: dict[str, Any]) -> None:
    refused(hook, constraint, **more)


@pytest.mark.parametrize(
    ("constraint", "more"),
    [
        ("webhook_message_state_known", {"state": "lost"}),
        ("webhook_message_sent_has_time", {"state": "sent"}),
        ("webhook_message_is_about", {"about": ""}),
    ],
)
def test_a_message_that_makes_no_sense_is_refused(message: Make, constraint: str, more: dict[str, Any]) -> None:
    refused(message, constraint, **more)


def test_one_webhook_is_told_of_one_entry_once(hook: Make, message: Make) -> None:
    entry = record(kind="cargo.consignment_moved", subject="consignment", key="X", by=None, at=AT)
    mine, other = hook(), hook()
    message(webhook=mine, entry=entry)
    refused(message, "webhook_message_once", webhook=mine, entry=entry)
    message(webhook=other, entry=entry)
    # Tests are of no entry, and there may be many.
    message(webhook=mine), message(webhook=mine)
    assert WebhookMessage.objects.count() == 4


def test_each_message_has_a_name_of_its_own(message: Make) -> None:
    names = {message().name for _each in range(5)}
    assert (len(names), {len(name) for name in names}, all(name.startswith("msg_") for name in names)) == (
        5,
        {36},
        True,
    )


def test_those_that_run_are_active_and_of_somebody_who_is(hook: Make, cast: Cast) -> None:
    running = hook()
    hook(pause="owner", paused_at=AT)
    hook(pause="gone", paused_at=AT)
    hook(person=cast.stranger)
    cast.stranger.is_active = False
    cast.stranger.save(update_fields=["is_active"])
    assert list(Webhook.objects.running()) == [running]


def test_they_are_seen_by_their_own_person_alone(hook: Make, message: Make, cast: Cast) -> None:
    mine, theirs = hook(), hook(person=cast.stranger)
    first, second = message(webhook=mine), message(webhook=theirs)
    seen = {
        part: (list(Webhook.objects.visible_to(person)), list(WebhookMessage.objects.visible_to(person)))
        for part, person in cast.people().items()
    }
    assert seen == {
        **{part: ([], []) for part in cast.people()},
        "importer": ([mine], [first]),
        "stranger": ([theirs], [second]),
    }
    nobody = AnonymousUser()
    assert (list(Webhook.objects.visible_to(nobody)), list(WebhookMessage.objects.visible_to(nobody))) == ([], [])


def test_they_go_with_their_person(hook: Make, message: Make, cast: Cast) -> None:
    message(webhook=hook(person=cast.official))
    kept = message()
    cast.official.membership_set.all().delete()
    cast.official.delete()
    assert list(WebhookMessage.objects.all()) == [kept]
    assert str(kept) == f"consignment.moved of consignment:RW26-000001 to {kept.webhook_id}"
    assert str(kept.webhook) == f"https://erp.firm.example/hook of {cast.importer.pk}"
