"""From the journal to messages: once for each entry and webhook, in its order, and nothing older than the webhook."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.hooks import writing
from api.hooks.kinds import KINDS
from api.hooks.webhooks import delete_webhook, make_webhook, remove_messages
from api.hooks.writing import READER, visible_among, write_messages
from api.models import Webhook, WebhookMessage
from cargo.models import Consignment
from liaison.journal import record
from liaison.models import JournalEntry, JournalMark
from tests.conftest import AT, Cast
from tests.tickets.conftest import opened
from tickets.categories import load_categories
from tickets.conversation import Saying, say

NOW = timezone.now()
URL = "https://erp.firm.example/hook"


def hook_of(cast: Cast, part: str = "importer", *kinds: str) -> Webhook:
    person = cast.people()[part]
    return make_webhook(person=person, url=URL, kinds=kinds or tuple(KINDS.values()), by=person, at=NOW)[0]


def happened(consignment: Consignment, kind: str = "cargo.consignment_amended", **facts: Any) -> JournalEntry:
    return record(kind=kind, subject="consignment", key=consignment.ref, by=None, at=AT, **facts)


def test_without_a_webhook_nothing_is_read_nor_marked(cast: Cast, consignment: Consignment) -> None:
    happened(consignment)
    with CaptureQueriesContext(connection) as queries:
        assert write_messages(at=NOW) == 0
    assert (len(queries) <= 4, JournalMark.objects.filter(reader=READER).count()) == (True, 0)


def test_each_webhook_is_told_once_whoever_else_is(cast: Cast, consignment: Consignment) -> None:
    hooks = [hook_of(cast), hook_of(cast), hook_of(cast, "agent"), hook_of(cast, "officer")]
    entries = [happened(consignment, changed=["goods"]), happened(consignment, changed=["vessel"])]
    assert [write_messages(at=NOW), write_messages(at=NOW)] == [8, 0]
    for hook in hooks:
        assert list(hook.messages.order_by("pk").values_list("entry", flat=True)) == [entry.pk for entry in entries]
    assert JournalMark.objects.filter(reader=READER, entry__in=[entry.pk for entry in entries]).count() == 2
    assert WebhookMessage.objects.values_list("about", flat=True).distinct().get() == f"consignment:{consignment.ref}"


def test_more_than_a_batch_is_written_batch_by_batch(
    cast: Cast, consignment: Consignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BATCH", 3)
    hook = hook_of(cast)
    entries = [happened(consignment).pk for _each in range(7)]
    assert write_messages(at=NOW) == 7
    assert list(hook.messages.order_by("pk").values_list("entry", flat=True)) == entries


def test_many_entries_cost_as_many_queries_as_few(cast: Cast, consignment: Consignment) -> None:
    hook_of(cast), hook_of(cast, "agent")
    costs = []
    for count in (2, 40):
        for _each in range(count):
            happened(consignment)
        with CaptureQueriesContext(connection) as queries:
            assert write_messages(at=NOW) == 2 * count
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 20


def test_what_is_settled_is_not_looked_at_again(cast: Cast, consignment: Consignment) -> None:
    hook = hook_of(cast)
    last = happened(consignment)
    write_messages(at=NOW)
    hook.refresh_from_db()
    assert hook.after < last.pk
    write_messages(at=timezone.now() + timedelta(hours=2))
    hook.refresh_from_db()
    assert hook.after >= last.pk
    happened(consignment)
    assert write_messages(at=timezone.now() + timedelta(hours=2)) == 1


def test_what_is_said_in_a_ticket_reaches_those_who_read_it(cast: Cast, consignment: Consignment) -> None:
    load_categories()
    ticket = opened(cast, consignment)
    mine, agents, strangers = hook_of(cast), hook_of(cast, "agent"), hook_of(cast, "stranger")
    say(ticket=ticket, saying=Saying(text="Look"), by=cast.officer, at=NOW)
    say(ticket=ticket, saying=Saying(text="Secret", kind="note"), by=cast.officer, at=NOW)
    write_messages(at=NOW)
    for hook in (mine, agents):
        assert list(hook.messages.values_list("kind", "about")) == [("ticket.replied", f"ticket:{ticket.ref}")]
    assert strangers.messages.count() == 0
    assert [body for body in WebhookMessage.objects.values_list("body", flat=True) if "Secret" in body] == []


def test_who_is_suspended_is_told_nothing(cast: Cast, consignment: Consignment) -> None:
    hook_of(cast)
    cast.importer.is_active = False
    cast.importer.save(update_fields=["is_active"])
    happened(consignment)
    assert write_messages(at=NOW) == 0


def test_what_of_some_things_is_visible(cast: Cast, consignment: Consignment) -> None:
    load_categories()
    ticket = opened(cast, consignment)
    things = [("consignment", consignment.ref), ("ticket", ticket.ref), ("consignment", "RW99-1"), ("person", "1")]
    assert visible_among(things, cast.importer) == set(things[:2])
    assert visible_among(things, cast.officer) == set(things[:2])
    assert visible_among(things, cast.stranger) == set()
    assert visible_among([], cast.officer) == set()


def test_an_ended_webhook_takes_its_messages_along_and_old_ones_are_forgotten(
    cast: Cast, consignment: Consignment
) -> None:
    hook, other = hook_of(cast), hook_of(cast, "agent")
    happened(consignment)
    write_messages(at=NOW)
    delete_webhook(webhook=hook, by=cast.importer, at=NOW)
    assert WebhookMessage.objects.get().webhook == other
    assert [remove_messages(NOW, NOW), remove_messages(NOW + timedelta(days=1), NOW)] == [0, 1]
