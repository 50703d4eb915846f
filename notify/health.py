"""How each channel is doing: what it sent and failed to send, whether it rests, and who may send by it now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.backends.utils import CursorWrapper

from notify.budget import forget_spent
from notify.kinds import CHANNELS
from notify.models import ChannelState

# How many may send by one channel at a time: none takes the workers of another.
AT_A_TIME = {"email": 3}
FEW = 2
STEP = timedelta(minutes=5)
REST, LONGEST_REST = timedelta(seconds=15), timedelta(minutes=5)
# Any number that no other lock of the portal has.
_LOCK = 7_305_100


@dataclass(slots=True)
class Outcome:
    """What became of a batch; ``in_a_row`` counts the failures since the last success."""

    sent: int = 0
    failed: int = 0
    refused: int = 0
    cost: Decimal = Decimal(0)
    in_a_row: int = 0
    error: str = ""


def note_outcome(channel: str, outcome: Outcome, *, at: datetime, is_down: bool) -> None:
    """Add a batch to what the channel did, and let it rest where it is down: longer each time, five minutes at most.

    A trial after a rest that fails is enough to see that it still is.
    """
    start = datetime.fromtimestamp(at.timestamp() // STEP.total_seconds() * STEP.total_seconds(), tz=at.tzinfo)
    counted: list[int | Decimal] = [outcome.sent, outcome.failed, outcome.refused, outcome.cost]
    if any(counted):
        with connection.cursor() as cursor:
            cursor.execute(_TALLY, [channel, start, *counted])
    if outcome.cost:
        forget_spent(at=at)
    held = ChannelState.objects.filter(channel=channel).first() or ChannelState(channel=channel)
    if outcome.sent:
        held.sent_at = at
    if outcome.sent and not is_down:
        held.failures, held.rests_until = 0, None
    if outcome.failed or outcome.refused:
        held.failed_at, held.error = at, outcome.error
    if is_down or (held.rests_until is not None and outcome.in_a_row and not outcome.sent):
        held.failures += 1
        held.rests_until = at + min(REST * 2 ** min(held.failures - 1, 10), LONGEST_REST)
    # Whether an administrator has stopped it is not this one's to say.
    ChannelState.objects.update_or_create(channel=channel, defaults=_noted(held))


def _noted(held: ChannelState) -> dict[str, object]:
    return {name: getattr(held, name) for name in ("sent_at", "failed_at", "error", "failures", "rests_until")}


_TALLY = """
    INSERT INTO notify_channeltally AS t (channel, starts_at, sent, failed, refused, cost)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (channel, starts_at) DO UPDATE SET sent = t.sent + excluded.sent, failed = t.failed + excluded.failed,
        refused = t.refused + excluded.refused, cost = t.cost + excluded.cost
"""


def may_send(channel: str, *, at: datetime) -> int:
    """How many rows may be tried now: all (0), one after a rest as a trial (1), or none (-1)."""
    held = ChannelState.objects.filter(channel=channel).first()
    if held is None or (held.rests_until is None and not held.is_stopped):
        return 0
    return -1 if held.is_stopped or (held.rests_until and held.rests_until > at) else 1


@contextmanager
def turn(channel: str) -> Iterator[bool]:
    """Whether the caller has one of the channel's turns; it is given back at the end, by PostgreSQL where we die."""
    first = _LOCK + 10 * CHANNELS.index(channel)
    slots = range(first, first + AT_A_TIME.get(channel, FEW))
    with connection.cursor() as cursor:
        slot = next((slot for slot in slots if _taken(cursor, slot)), None)
    try:
        yield slot is not None
    finally:
        if slot is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [slot])


def _taken(cursor: CursorWrapper, slot: int) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [slot])
    (taken,) = cursor.fetchone() or (False,)
    return bool(taken)
