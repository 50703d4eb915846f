"""Where every delivery comes in, however it came: stored raw, once, and its reader woken."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from feeds.models import Delivery, Source
from liaison.bell import ring
from liaison.models import Person

# The formats that say how all stands now, and nothing of what has happened.
SNAPSHOTS = frozenset({"schedule", "status"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """The stored delivery, and whether the same content had come from this source before."""

    delivery: Delivery
    is_duplicate: bool


def receive(
    *,
    source: Source,
    raw: bytes,
    at: datetime,
    file_name: str = "",
    content_type: str = "",
    is_history: bool = False,
    by: Person | None = None,
    note: str = "",
) -> Receipt:
    """Store ``raw`` as a delivery of ``source``, unless the same bytes are there already.

    Of SNAPSHOTS the same bytes are stored again once others came between: the source is back where it was.
    ``is_history`` marks a back-fill: it is read like any other, but nobody is told of it. ``by`` is the person who
    brought it, ``note`` what she added for the office alone.
    """
    kept = {
        "received_at": at,
        "file_name": _in_one_line(file_name)[:255],
        "content_type": _in_one_line(content_type)[:120],
        "raw": raw,
        "size": len(raw),
        "is_history": is_history,
        "by": by,
        "note": _storable(note)[:200],
    }
    with transaction.atomic():
        delivery, is_new = _stored(source, hashlib.sha256(raw).hexdigest(), kept)
        Source.objects.filter(pk=source.pk).update(last_success_at=at)
        if is_new:
            ring(settings.DELIVERY_BELL, delivery_id=delivery.pk)
    return Receipt(delivery, not is_new)


def _stored(source: Source, digest: str, kept: dict[str, Any]) -> tuple[Delivery, bool]:
    """The delivery of these bytes, and whether it is new.

    A source that says how things stand says so again where something else came since under the same name, or, of a
    new name, at all. Of two who bring it at once the key lets one store it.
    """
    deliveries = Delivery.objects.defer("raw")
    delivery, is_new = deliveries.get_or_create(source=source, content_key=digest, defaults=kept)
    if is_new or source.format not in SNAPSHOTS:
        return delivery, is_new
    came = deliveries.filter(source=source).order_by("-received_at", "-pk")
    last = came.filter(file_name=kept["file_name"]).first() or came[0]
    if last.size == kept["size"] and bytes(last.raw) == kept["raw"]:
        return last, False
    key = hashlib.sha256(f"{digest} after {last.pk}".encode()).hexdigest()
    return deliveries.get_or_create(source=source, content_key=key, defaults=kept)


def _in_one_line(text: str) -> str:
    """Without control characters, so that it may stand in a header and in a log."""
    return "".join(letter for letter in _storable(text) if letter.isprintable())


def _storable(text: str) -> str:
    # The name of a file on a disk need not be text.
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
