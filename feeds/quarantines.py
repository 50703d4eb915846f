"""What could not be read: finding it across the sources, counting it by reason, and putting it aside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from feeds.models import Delivery, Quarantine, QuarantineQuerySet
from feeds.reasons import explain
from liaison.journal import record
from liaison.models import Person


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with the number of open parts that bear it."""

    code: str
    words: str
    parts: int


def find(parts: QuarantineQuerySet, *, source: str = "", code: str = "", words: str = "") -> QuarantineQuerySet:
    """Those of ``parts`` of a source (its slug), with a reason, and with ``words`` in their text or file name."""
    if source:
        parts = parts.filter(source__slug=source)
    if code:
        parts = parts.filter(code=code)
    if words:
        named = Q(delivery__file_name__icontains=words)
        parts = parts.filter(Q(excerpt__icontains=words) | Q(detail__icontains=words) | named)
    return parts


def by_reason(parts: QuarantineQuerySet) -> list[Reason]:
    """The reasons of ``parts``, the most frequent first."""
    counted = parts.order_by().values("code").annotate(n=Count("pk")).order_by("-n", "code")
    return [Reason(code, explain(code), n) for code, n in counted.values_list("code", "n")]


@transaction.atomic
def ignore(*, parts: Collection[int], reason: str, by: Person, at: datetime) -> int:
    """Put open ``parts`` (ids) aside for good with a reason; a later reading does not open them again. How many."""
    chosen = Quarantine.objects.open().filter(pk__in=parts).order_by("pk")
    ids = list(chosen.select_for_update().values_list("pk", flat=True))
    if ids:
        Quarantine.objects.filter(pk__in=ids).update(resolved_at=at, resolved_by=by, ignored_because=reason)
        record(
            kind="feeds.parts_ignored", subject="quarantine", key=str(ids[0]), by=by, at=at, parts=ids, reason=reason
        )
    return len(ids)


@transaction.atomic
def hand_out(*, delivery: Delivery, by: Person, at: datetime) -> bytes:
    """The raw bytes of a delivery, noted in the journal."""
    record(kind="feeds.raw_downloaded", subject="delivery", key=str(delivery.pk), by=by, at=at, bytes=delivery.size)
    return bytes(delivery.raw)
