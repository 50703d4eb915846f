"""Reading one delivery with its format's reader, whatever the reader does, and noting what could not be read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.db import DatabaseError
from django.utils import timezone

from feeds.facts import MOST_FAULTS, Fault, Reading
from feeds.formats import READERS
from feeds.mappings import reader_settings, without_unfollowed
from feeds.models import Delivery, Quarantine

logger = logging.getLogger(__name__)
EXCERPT_CHARS = 1000


def read_raw(delivery: Delivery) -> Reading:
    """The facts and faults of ``delivery``, as its source's settings and table of codes have them read.

    A reader that fails is a fault of the whole, never an exception.
    """
    source = delivery.source

    def read() -> Reading:
        return _read(source.format, bytes(delivery.raw), reader_settings(source, delivery.received_at))

    return _guarded(read, f"The reader of {source.format} failed on delivery {delivery.pk}")


def read_bytes(format: str, raw: bytes, settings: Mapping[str, str]) -> Reading:
    """What the reader of ``format`` makes of ``raw``, guarded in the same way."""
    return _guarded(lambda: _read(format, raw, settings), f"The reader of {format} failed")


def _read(format: str, raw: bytes, settings: Mapping[str, str]) -> Reading:
    return without_unfollowed(READERS[format](raw, settings), settings)


def _guarded(read: Callable[[], Reading], complaint: str) -> Reading:
    try:
        return read()
    except DatabaseError:
        # That the database is not there says nothing about the file.
        raise
    except Exception as error:
        logger.exception(complaint)
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
    _quarantine(delivery, _not_ignored(delivery, quarantined)[:MOST_FAULTS], at=now)
    count = len(quarantined) + reading.more_faults
    nothing = bool(quarantined) and not accepted
    delivery.state = Delivery.State.QUARANTINED if nothing else Delivery.State.READ
    delivery.reason = quarantined[0].code if nothing else ""
    delivery.facts, delivery.events, delivery.unmatched = len(reading.facts), events, unmatched
    delivery.quarantined, delivery.flags, delivery.read_at = count, list(reading.flags), now
    delivery.save(update_fields=["state", "reason", "facts", "events", "unmatched", "quarantined", "flags", "read_at"])
    return count


def _not_ignored(delivery: Delivery, faults: list[Fault]) -> list[Fault]:
    """The faults without those that staff have looked at and put aside."""
    ignored = set(delivery.quarantines.exclude(ignored_because="").values_list("line", "code"))
    return [fault for fault in faults if (fault.line, fault.code) not in ignored] if ignored else faults


def _quarantine(delivery: Delivery, faults: list[Fault], *, at: datetime) -> None:
    delivery.quarantines.filter(resolved_at__isnull=True).update(resolved_at=at)
    Quarantine.objects.bulk_create(
        Quarantine(
            delivery=delivery,
            source_id=delivery.source_id,
            line=fault.line,
            code=fault.code,
            excerpt=fault.excerpt[:EXCERPT_CHARS].replace("\x00", "\N{SYMBOL FOR NULL}"),
            detail=fault.detail[:EXCERPT_CHARS].replace("\x00", "\N{SYMBOL FOR NULL}"),
            since=at,
        )
        for fault in faults
    )
