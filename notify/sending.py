"""Claiming outbox rows with a lease, sending them, and settling each."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from notify.channels import CHANNELS, AddressGone, Channel, PassingFailure, PermanentFailure, Receipt
from notify.health import Outcome, note_outcome
from notify.models import Letter, Notice
from notify.reports import heed_early, numbered
from notify.standing_in import pass_on

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
# No message is begun after this part of the lease, so that a slow server never leads to a second copy.
SENDING = timedelta(minutes=1)
BATCH = 100
MOST_ATTEMPTS = 10
# After so many failures without a success between them the channel itself is down: the rest keeps its attempts.
TRIP = 4
Row = TypeVar("Row", Notice, Letter)
Rows = Sequence[Notice | Letter]


def claim(kind: type[Row], *, at: datetime, limit: int = BATCH, **only: bool | str) -> list[Row]:
    """Take up to ``limit`` due rows for the length of a lease; a crash leaves them to be taken again after it.

    ``only`` narrows them by their columns. What goes as one message is taken whole, also where that is more.
    """
    rows = kind.objects.filter(**only)
    with transaction.atomic():
        due = rows.due(at).select_for_update(skip_locked=True)
        held = list(due.order_by("due_at", "pk")[:limit])
        ids = {row.pk for row in held} | _mates(held, at)
        kind.objects.filter(pk__in=ids).update(lease_until=at + LEASE)
    return list(kind.objects.filter(pk__in=ids).with_words().order_by("pk"))


def _mates(rows: Sequence[Notice | Letter], at: datetime) -> set[int]:
    """All that goes in one message with these."""
    bundles = {(row.person_id, row.channel) for row in rows if isinstance(row, Notice) and row.is_bundled}
    if not bundles:
        return set()
    those = Q()
    for person, channel in bundles:
        those |= Q(person=person, channel=channel)
    due = Notice.objects.filter(those, is_bundled=True).due(at).select_for_update(skip_locked=True)
    return set(due.values_list("pk", flat=True))


def release(rows: Rows) -> None:
    """Give back what was claimed and not tried; another worker's lease is not ours to end."""
    for row in rows:
        type(row).objects.filter(pk=row.pk, state=row.State.DUE, lease_until=row.lease_until).update(lease_until=None)


def send(rows: Iterable[Notice | Letter], *, at: datetime) -> int:
    """Send claimed rows and settle each as soon as its fate is known; returns how many were sent.

    Those for which the lease leaves no time stay as they are and are taken again after it.
    """
    ends = time.monotonic() + SENDING.total_seconds()
    by_channel: dict[str, list[Notice | Letter]] = {}
    for row in rows:
        by_channel.setdefault(row.channel, []).append(row)
    return sum(_send_by(channel, waiting, at=at, ends=ends).sent for channel, waiting in by_channel.items())


def _send_by(channel: str, rows: Rows, *, at: datetime, ends: float) -> Outcome:
    outcome = Outcome()
    with CHANNELS[channel]() as open_channel:
        waiting = list(_messages(_worth_sending(open_channel, rows, outcome, at=at)))
        while waiting and time.monotonic() < ends and outcome.in_a_row < TRIP:
            _deliver(waiting.pop(0), open_channel, outcome, at=at)
    if outcome.in_a_row >= TRIP:
        release([row for message in waiting for row in message])
    note_outcome(channel, outcome, at=at, is_down=outcome.in_a_row >= TRIP)
    return outcome


def _messages(rows: Rows) -> Iterator[Rows]:
    """The rows of each message: one alone, or all bundled ones of a person."""
    bundles: dict[int, list[Notice | Letter]] = {}
    for row in rows:
        if isinstance(row, Notice) and row.is_bundled:
            bundles.setdefault(row.person_id, []).append(row)
        else:
            yield [row]
    for bundle in bundles.values():
        first = bundle[0]
        if isinstance(first, Notice):
            first.bundle = [row for row in bundle if isinstance(row, Notice)] if len(bundle) > 1 else []
        yield bundle


def _worth_sending(channel: Channel, rows: Rows, outcome: Outcome, *, at: datetime) -> Rows:
    """Those that are to be sent after all; the others are settled here."""
    pointless = channel.pointless(rows, at=at)
    kept: list[Notice | Letter] = []
    for row in rows:
        if isinstance(row, Notice) and not row.person.is_active:
            _mine(row).update(state=row.State.DROPPED, lease_until=None, error="The account is closed")
        elif row in pointless:
            _refuse([row], pointless[row], outcome, at=at)
        else:
            kept.append(row)
    return kept


def _deliver(message: Rows, channel: Channel, outcome: Outcome, *, at: datetime) -> None:
    row = message[0]
    try:
        receipt = channel.send(row) or Receipt()
    except PermanentFailure as failure:
        outcome.in_a_row = 0
        _refuse(message, str(failure), outcome, at=at)
        if isinstance(failure, AddressGone):
            _end(row, at)
    except Exception as failure:
        if not isinstance(failure, PassingFailure):
            logger.exception("%s %s could not be worded or sent", type(row).__name__, row.pk)
        else:
            outcome.in_a_row += 1
        _put_off(message, failure, outcome, at=at)
    else:
        outcome.in_a_row = 0
        _sent(message, receipt, outcome, at=at)


def _mine(row: Notice | Letter) -> Any:
    return type(row).objects.filter(pk=row.pk, state=row.State.DUE)


def _sent(message: Rows, receipt: Receipt, outcome: Outcome, *, at: datetime) -> None:
    # The price is the message's: the first of its rows bears it.
    paid: dict[str, Any] = {"cost": receipt.cost, "currency": receipt.currency}
    with numbered(message[0].channel, receipt.number):
        for row in message:
            settled = {"state": row.State.SENT, "attempts": row.attempts + 1, "lease_until": None, "sent_at": at}
            settled |= {"error": "", "provider_id": receipt.number, **paid, **row.FORGOTTEN}
            outcome.sent += int(_mine(row).update(**settled))
            paid = {}
    if receipt.number:
        # By itself: what is sent is sent, whatever comes of a report that was there before.
        with numbered(message[0].channel, receipt.number):
            heed_early(message[0], receipt.number, at=at)
    if receipt.currency == settings.SMS_CURRENCY:
        outcome.cost += receipt.cost or Decimal(0)


def _put_off(message: Rows, failure: Exception, outcome: Outcome, *, at: datetime) -> None:
    """Due again later, or refused where that was tried often enough."""
    outcome.failed += 1
    outcome.error = str(failure)[:300]
    if message[0].attempts + 1 >= MOST_ATTEMPTS:
        _refuse(message, str(failure), outcome, at=at)
        return
    rest = failure.rest if isinstance(failure, PassingFailure) else timedelta()
    for row in message:
        attempts = row.attempts + 1
        due_at = at + max(wait_after(attempts), rest)
        # Another worker's lease is not ours to end.
        _mine(row).filter(lease_until=row.lease_until).update(
            attempts=attempts, lease_until=None, due_at=due_at, error=str(failure)[:300]
        )


def _refuse(message: Rows, words: str, outcome: Outcome, *, at: datetime) -> None:
    """Never to be sent by this channel; news for a person goes by another where she has one."""
    for row in message:
        refused = {"state": row.State.REFUSED, "attempts": row.attempts + 1, "lease_until": None, "error": words[:300]}
        with transaction.atomic():
            mine = _mine(row).filter(lease_until=row.lease_until)
            if mine.update(**refused, **row.FORGOTTEN) and isinstance(row, Notice):
                pass_on(row, at=at)
    outcome.refused += len(message)
    outcome.error = words[:300]


def _end(row: Notice | Letter, at: datetime) -> None:
    """Whoever has readers ends the one whose address is no more."""
    if isinstance(row, Letter) and row.reader:
        for name in settings.READER_ENDERS:
            import_string(name)(reader=row.reader, at=at)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 30 s, doubling, six hours at most."""
    return min(timedelta(seconds=30 * 2 ** min(attempts - 1, 10)), timedelta(hours=6))
