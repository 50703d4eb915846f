"""Where every delivery comes in, however it came: stored raw, once, and its reader woken."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from feeds.models import Delivery, Source
from liaison.bell import ring
from liaison.models import Person


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
        delivery, is_new = Delivery.objects.defer("raw").get_or_create(
            source=source, content_key=hashlib.sha256(raw).hexdigest(), defaults=kept
        )
        Source.objects.filter(pk=source.pk).update(last_success_at=at)
        if is_new:
            ring(settings.DELIVERY_BELL, delivery_id=delivery.pk)
    return Receipt(delivery, not is_new)


def _in_one_line(text: str) -> str:
    """Without control characters, so that it may stand in a header and in a log."""
    return "".join(letter for letter in _storable(text) if letter.isprintable())


def _storable(text: str) -> str:
    # The name of a file on a disk need not be text.
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
