"""Writing outbox rows, claiming them with a lease, sending them, and settling each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from liaison.bell import ring
from liaison.models import JournalEntry, Person
from notify.channels import CHANNELS, PassingFailure, PermanentFailure
from notify.models import Notice

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
BATCH = 100
MOST_ATTEMPTS = 10
Deliver = Callable[[Notice], None]


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the journal and the ids of the people who are to hear of it."""

    entry: JournalEntry
    people: frozenset[int]


def fan_out(told: Iterable[Told], *, at: datetime) -> int:
    """Write one row per entry, person and channel in the caller's transaction; returns how many were asked for.

    The inbox needs no sending: its rows are there at once. Writing the same again changes nothing.
    """
    rows = [
        _row(item.entry, person, channel, at)
        for item in told
        for person in sorted(item.people)
        for channel in Notice.Channel.values
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    if rows:
        ring(settings.OUTBOX_BELL)
    return len(rows)


def _row(entry: JournalEntry, person: int, channel: str, at: datetime) -> Notice:
    is_inbox = channel == Notice.Channel.INBOX
    return Notice(
        person_id=person,
        entry=entry,
        channel=channel,
        kind=entry.kind,
        data={**entry.data, "key": entry.key},
        state=Notice.State.SENT if is_inbox else Notice.State.DUE,
        sent_at=at if is_inbox else None,
        due_at=at,
    )


def claim(*, at: datetime, limit: int = BATCH) -> list[Notice]:
    """Take up to ``limit`` due rows for the length of a lease; a crash leaves them to be taken again after it."""
    with transaction.atomic():
        due = Notice.objects.due(at).order_by("due_at").select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:limit])
        Notice.objects.filter(pk__in=ids).update(lease_until=at + LEASE)
    return list(Notice.objects.filter(pk__in=ids).select_related("person").order_by("pk"))


def send(notices: Iterable[Notice], *, at: datetime) -> int:
    """Send claimed rows and settle each as soon as its fate is known; returns how many were sent."""
    sent = 0
    by_channel: dict[str, list[Notice]] = {}
    for notice in notices:
        by_channel.setdefault(notice.channel, []).append(notice)
    for channel, rows in by_channel.items():
        with CHANNELS[channel]() as open_channel:
            for notice in rows:
                sent += _settle(notice, open_channel.send, at=at)
    return sent


def _settle(notice: Notice, deliver: Deliver, *, at: datetime) -> bool:
    mine = Notice.objects.filter(pk=notice.pk, state=Notice.State.DUE)
    attempts = notice.attempts + 1
    try:
        deliver(notice)
    except Exception as failure:
        if not isinstance(failure, PassingFailure | PermanentFailure):
            logger.exception("Notice %s could not be worded or sent", notice.pk)
        refused = isinstance(failure, PermanentFailure) or attempts >= MOST_ATTEMPTS
        mine.update(
            state=Notice.State.REFUSED if refused else Notice.State.DUE,
            attempts=attempts,
            lease_until=None,
            due_at=at + wait_after(attempts),
            error=str(failure)[:300],
        )
        return False
    return bool(mine.update(state=Notice.State.SENT, attempts=attempts, lease_until=None, sent_at=at, error=""))


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 30 s, doubling, six hours at most."""
    return min(timedelta(seconds=30 * 2.0 ** (attempts - 1)), timedelta(hours=6))


def mark_read(*, person: Person, at: datetime) -> int:
    """Everything in the person's inbox is read now; returns how many were not."""
    return Notice.objects.visible_to(person).inbox().filter(read_at__isnull=True).update(read_at=at)
