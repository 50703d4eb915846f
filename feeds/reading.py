"""Reading one delivery with its format's reader, whatever the reader does, and noting what could not be read."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from feeds.facts import MOST_FAULTS, Fault, Reading
from feeds.formats import READERS
from feeds.models import Delivery, Quarantine

logger = logging.getLogger(__name__)
EXCERPT_CHARS = 1000


def read_raw(delivery: Delivery) -> Reading:
    """The facts and faults of ``delivery``; a reader that fails is a fault of the whole, never an exception."""
    source = delivery.source
    try:
        return READERS[source.format](bytes(delivery.raw), source.settings)
    except Exception as error:
        logger.exception("The reader of %s failed on delivery %s", source.format, delivery.pk)
        return Reading(faults=(Fault(code="reader_failed", detail=f"{type(error).__name__}: {error}"[:300]),))


def settle(
    delivery: Delivery, *, reading: Reading, accepted: int, faults: Iterable[Fault], events: int, unmatched: int
) -> int:
    """Write down what became of ``delivery``; returns how many faults it has.

    ``faults`` are those that the reading keeps and those of whoever took its facts; the reading's others are counted
    with them. ``accepted`` counts the facts that were taken, new or known; where there is none the whole is
    quarantined. The faults of an earlier reading count as resolved.
    """
    now = timezone.now()
    quarantined = list(faults)
    # A file of a million bad rows is one trouble, not a million: the first are shown, all are counted.
    _quarantine(delivery, quarantined[:MOST_FAULTS], at=now)
    count = len(quarantined) + reading.more_faults
    nothing = bool(quarantined) and not accepted
    delivery.state = Delivery.State.QUARANTINED if nothing else Delivery.State.READ
    delivery.reason = quarantined[0].code if nothing else ""
    delivery.facts, delivery.events, delivery.unmatched = len(reading.facts), events, unmatched
    delivery.quarantined, delivery.flags, delivery.read_at = count, list(reading.flags), now
    delivery.save(update_fields=["state", "reason", "facts", "events", "unmatched", "quarantined", "flags", "read_at"])
    return count


def _quarantine(delivery: Delivery, faults: list[Fault], *, at: datetime) -> None:
    delivery.quarantines.filter(resolved_at__isnull=True).update(resolved_at=at)
    Quarantine.objects.bulk_create(
        Quarantine(
            delivery=delivery,
            line=fault.line,
            code=fault.code,
            excerpt=fault.excerpt[:EXCERPT_CHARS].replace("\x00", "\N{SYMBOL FOR NULL}"),
            detail=fault.detail[:EXCERPT_CHARS].replace("\x00", "\N{SYMBOL FOR NULL}"),
            since=at,
        )
        for fault in faults
    )
