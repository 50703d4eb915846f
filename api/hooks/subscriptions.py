"""From new events to notifications as DCSA has them: one for each event and subscription whose person may see it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from api.dcsa import taken_by
from api.dcsa_shapes import event_shape
from api.dcsa_standing import standing_events
from api.hooks.kinds import DCSA
from api.hooks.webhooks import BELL, TRIED
from api.models import Webhook, WebhookMessage
from cargo.models import EventMatch
from liaison.bell import ring

BATCH = 500
# Ids are given before their rows are committed, so the mark stays so long behind what was seen.
SETTLED = timedelta(minutes=2)
# Any number that no other lock of the portal has.
_LOCK = 7_305_023


def write_events(*, at: datetime) -> int:
    """Write a notification of each event that was matched since; returns how many. May run twice at any moment."""
    hooks = list(Webhook.objects.running().of_dcsa().select_related("person").order_by("pk"))
    written = sum(_write(hook, at) for hook in hooks)
    if written:
        ring(BELL)
    return written


@transaction.atomic
def _write(hook: Webhook, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    new = EventMatch.objects.filter(pk__gt=hook.after).order_by("pk").values_list("pk", "event_id")
    # What came in before it was made, or longer ago than a message is tried, is history: it is asked for.
    seen = list(new.filter(event__received_at__gte=max(hook.made_at, at - TRIED))[:BATCH])
    told = list(filtered(standing_events(hook.person).filter(pk__in={event for _pk, event in seen}), hook))
    known = WebhookMessage.objects.filter(webhook=hook, event__in=[event.pk for event in told])
    done = set(known.values_list("event_id", flat=True))
    messages = [_message(hook, event, at) for event in told if event.pk not in done]
    made = WebhookMessage.objects.bulk_create(messages, ignore_conflicts=True)
    _move_on(hook, seen[-1][0] if len(seen) == BATCH else 0, at)
    return len(made)


def filtered(rows: QuerySet[Any], hook: Webhook) -> QuerySet[Any]:
    """Those that pass the filters of a subscription, all of them, with all that a shape is made of."""
    rows = narrowed(rows, hook.filters, taken_by(hook.person))
    held: QuerySet[Any] = rows.select_related("node").with_consignments_of(hook.person)  # type: ignore[attr-defined]
    return held.order_by("received_at", "pk")


def narrowed(
    rows: QuerySet[Any], filters: Mapping[str, Any], known: Mapping[str, Callable[[QuerySet[Any], str], QuerySet[Any]]]
) -> QuerySet[Any]:
    """``rows`` by filters as the specification has them: of a list one must fit, of several filters each."""
    for name, said in filters.items():
        rows = known[name](rows, ",".join(said) if isinstance(said, list) else said)
    return rows


def _message(hook: Webhook, event: Any, at: datetime) -> WebhookMessage:
    consignments = [match.consignment for match in event.matches.all()]
    body = json.dumps([event_shape(event, consignments)], ensure_ascii=False)
    about = f"consignment:{min(held.ref for held in consignments)}"
    return WebhookMessage(
        webhook=hook, event=event, kind=DCSA, about=about, body=body, written_at=at, due_at=at, ends_at=at + TRIED
    )


def _move_on(hook: Webhook, up_to: int, at: datetime) -> None:
    """The mark follows what was seen: at once where there is a whole batch, else when it has settled."""
    latest = EventMatch.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = Webhook.objects.filter(pk=hook.pk)
    if up_to:
        rows.update(after=up_to)
    elif hook.ahead_at is None or hook.ahead_at <= at - SETTLED:
        rows.update(after=max(hook.after, min(hook.ahead, latest)), ahead=latest, ahead_at=at)
