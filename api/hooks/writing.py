"""From the journal to messages: one for each entry and webhook whose person may see what it is about, never two."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min

from api.hooks.kinds import KINDS, body_of
from api.hooks.webhooks import BELL, TRIED
from api.models import Webhook, WebhookMessage
from cargo.models import Consignment
from liaison.bell import ring
from liaison.journal import mark, unmarked
from liaison.models import JournalEntry, Person
from tickets.models import Ticket

logger = logging.getLogger(__name__)
READER = "api.webhooks"
BATCH = 500
# After so long no transaction is still open that wrote an entry before.
_SETTLED = timedelta(hours=1)
# Any number that no other lock of the portal has.
_LOCK = 7_305_022


def write_messages(*, at: datetime) -> int:
    """Write the messages of all entries that nobody was told of yet; returns how many. May run twice at any moment."""
    written, after = 0, 0
    while True:
        seen, messages = _write_batch(at, after)
        written += messages
        if len(seen) < BATCH:
            break
        after = seen[-1].pk
    if written:
        ring(BELL)
    return written


@transaction.atomic
def _write_batch(at: datetime, after: int) -> tuple[list[JournalEntry], int]:
    with connection.cursor() as cursor:
        # In turns, so that the messages about one thing are written in its order.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    hooks = list(Webhook.objects.running().of_portal().select_related("person").order_by("pk"))
    if not hooks:
        return [], 0
    begin = max(after, min(hook.after for hook in hooks))
    seen = list(unmarked(reader=READER, kinds=list(KINDS)).filter(pk__gt=begin)[:BATCH])
    messages = [message for hook in hooks for message in _messages(hook, seen, at)]
    made = WebhookMessage.objects.bulk_create(messages, ignore_conflicts=True)
    mark(seen, reader=READER)
    if len(seen) < BATCH:
        _move_on(at)
    return seen, len(made)


def _move_on(at: datetime) -> None:
    """All is told up to here: what is older need not be looked at again."""
    rows = JournalEntry.objects.filter(recorded_at__lt=at - _SETTLED).order_by("-pk")
    settled = rows.values_list("pk", flat=True).first() or 0
    if settled > (Webhook.objects.running().of_portal().aggregate(least=Min("after"))["least"] or 0):
        Webhook.objects.running().of_portal().filter(after__lt=settled).update(after=settled)


def _messages(hook: Webhook, seen: Sequence[JournalEntry], at: datetime) -> Iterable[WebhookMessage]:
    wanted = [entry for entry in seen if entry.pk > hook.after and KINDS[entry.kind] in hook.kinds]
    if not wanted:
        return
    visible = visible_among({(entry.subject, entry.key) for entry in wanted}, hook.person)
    for entry in wanted:
        if (entry.subject, entry.key) not in visible:
            continue
        yield WebhookMessage(
            webhook=hook,
            entry=entry,
            kind=KINDS[entry.kind],
            about=f"{entry.subject}:{entry.key}"[:60],
            body=body_of(
                kind=KINDS[entry.kind],
                subject=entry.subject,
                key=entry.key,
                data=entry.data,
                at=entry.at,
                portal=settings.PORTAL_URL,
            ),
            written_at=at,
            due_at=at,
            ends_at=at + TRIED,
        )


def visible_among(things: Iterable[tuple[str, str]], person: Person) -> set[tuple[str, str]]:
    """Those of some consignments and tickets that the person may see just now."""
    wanted = set(things)
    found: set[tuple[str, str]] = set()
    if refs := [key for subject, key in wanted if subject == "consignment"]:
        rows = Consignment.objects.visible_to(person).filter(ref__in=refs)
        found |= {("consignment", ref) for ref in rows.values_list("ref", flat=True)}
    if refs := [key for subject, key in wanted if subject == "ticket"]:
        found |= {
            ("ticket", ref)
            for ref in Ticket.objects.visible_to(person).filter(ref__in=refs).values_list("ref", flat=True)
        }
    return found
