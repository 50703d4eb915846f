"""Writing outbox rows, claiming them with a lease, sending them, and settling each."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from liaison.bell import ring
from liaison.models import Person
from notify.channels import CHANNELS, AddressGone, PassingFailure, PermanentFailure
from notify.models import Letter, Notice

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
# No message is begun after this part of the lease, so that a slow server never leads to a second copy.
SENDING = timedelta(minutes=1)
BATCH = 100
MOST_ATTEMPTS = 10
Row = TypeVar("Row", Notice, Letter)


def fan_out(told: Mapping[int, Collection[int]], *, at: datetime, due_at: datetime | None = None) -> int:
    """Write one row per journal entry, person and channel in the caller's transaction; returns how many were new.

    ``told`` gives for each entry's id the ids of the people who are to hear of it, ``due_at`` when they are to, where
    that is not at once. The inbox needs no sending: its rows are there at once. Writing the same again changes nothing.
    """
    pairs = [(entry, person) for entry, people in told.items() for person in sorted(people)]
    with connection.cursor() as cursor:
        cursor.execute(_FAN_OUT, [due_at or at, at, [entry for entry, _ in pairs], [person for _, person in pairs]])
        written = int(cursor.rowcount)
    if written:
        ring(settings.OUTBOX_BELL)
    return written


_FAN_OUT = """
    INSERT INTO notify_notice (entry_id, person_id, channel, state, due_at, sent_at, attempts, error)
    SELECT t.entry_id, t.person_id, c.channel, c.state, %s,
        CASE c.state WHEN 'sent' THEN %s::timestamptz END, 0, ''
    FROM unnest(%s::bigint[], %s::bigint[]) AS t (entry_id, person_id)
    CROSS JOIN (VALUES ('email', 'due'), ('inbox', 'sent')) AS c (channel, state)
    ON CONFLICT (entry_id, person_id, channel) DO NOTHING
"""


def call_off(entries: Collection[int]) -> int:
    """Send no more of these entries what is not being sent yet; returns how many rows."""
    waiting = Notice.objects.filter(entry__in=entries, state=Notice.State.DUE, attempts=0, lease_until__isnull=True)
    return waiting.update(state=Notice.State.REFUSED, error="Called off before it was due")


def claim(kind: type[Row], *, at: datetime, limit: int = BATCH, **only: bool) -> list[Row]:
    """Take up to ``limit`` due rows for the length of a lease; a crash leaves them to be taken again after it.

    ``only`` narrows them by their columns.
    """
    rows = kind.objects.filter(**only)
    with transaction.atomic():
        due = rows.due(at).order_by("due_at").select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:limit])
        rows.filter(pk__in=ids).update(lease_until=at + LEASE)
    return list(rows.filter(pk__in=ids).with_words().order_by("pk"))


def send(rows: Iterable[Notice | Letter], *, at: datetime) -> int:
    """Send claimed rows and settle each as soon as its fate is known; returns how many were sent.

    Those for which the lease leaves no time stay as they are and are taken again after it.
    """
    sent = 0
    ends = time.monotonic() + SENDING.total_seconds()
    by_channel: dict[str, list[Notice | Letter]] = {}
    for row in rows:
        by_channel.setdefault(row.channel, []).append(row)
    for channel, waiting in by_channel.items():
        with CHANNELS[channel]() as open_channel:
            for row in waiting:
                if time.monotonic() < ends:
                    sent += _settle(row, open_channel.send, at=at)
    return sent


def _settle(row: Notice | Letter, deliver: Callable[[Notice | Letter], None], *, at: datetime) -> bool:
    mine = type(row).objects.filter(pk=row.pk, state=row.State.DUE)
    attempts = row.attempts + 1
    try:
        deliver(row)
    except Exception as failure:
        if not isinstance(failure, PassingFailure | PermanentFailure):
            logger.exception("%s %s could not be worded or sent", type(row).__name__, row.pk)
        refused = isinstance(failure, PermanentFailure) or attempts >= MOST_ATTEMPTS
        rest = failure.rest if isinstance(failure, PassingFailure) else timedelta()
        # Another worker's lease is not ours to end.
        mine.filter(lease_until=row.lease_until).update(
            state=row.State.REFUSED if refused else row.State.DUE,
            attempts=attempts,
            lease_until=None,
            due_at=at + max(wait_after(attempts), rest),
            error=str(failure)[:300],
            **(row.FORGOTTEN if refused else {}),
        )
        if isinstance(failure, AddressGone):
            _end(row, at)
        return False
    settled = {"state": row.State.SENT, "attempts": attempts, "lease_until": None, "sent_at": at, "error": ""}
    return bool(mine.update(**settled, **row.FORGOTTEN))


def _end(row: Notice | Letter, at: datetime) -> None:
    """Whoever has readers ends the one whose address is no more."""
    if isinstance(row, Letter) and row.reader:
        for name in settings.READER_ENDERS:
            import_string(name)(reader=row.reader, at=at)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 30 s, doubling, six hours at most."""
    return min(timedelta(seconds=30 * 2 ** min(attempts - 1, 10)), timedelta(hours=6))


def mark_read(*, person: Person, at: datetime) -> int:
    """Everything in the person's inbox is read now; returns how many were not."""
    return Notice.objects.visible_to(person).inbox().filter(read_at__isnull=True).update(read_at=at)
