"""What the codes of a source mean: the table that staff keep beside a format's own, and what a reader is told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from feeds.facts import Fault, Reading
from feeds.models import CodeMapping, Quarantine, Source
from liaison.journal import record
from liaison.models import Person

# The faults that a line in the source's table mends.
UNKNOWN = ("unknown_code", "unknown_kind")
MOST_CODES = 200


def reader_settings(
    source: Source, received_at: datetime, *, instead: Mapping[str, str | None] | None = None
) -> dict[str, str]:
    """What a reader is told: the source's settings, ``code_<CODE>`` for each code of its table, ``received_at`` (ISO).

    A code that staff do not follow is there with an empty kind. ``instead`` stands for what the table says of its
    codes, as ``set_mapping`` would have it: None takes a line out.
    """
    table: dict[str, str | None] = {**dict(source.mappings.values_list("code", "kind")), **(instead or {})}
    codes = {f"code_{code}": kind for code, kind in table.items() if kind is not None}
    return source.settings | codes | {"received_at": received_at.isoformat()}


def without_unfollowed(reading: Reading, settings: Mapping[str, str]) -> Reading:
    """The reading without the faults of codes that staff do not follow; it then says that there are such."""
    kept = tuple(fault for fault in reading.faults if not _is_unfollowed(fault, settings))
    if len(kept) == len(reading.faults):
        return reading
    return replace(reading, faults=kept, flags=tuple(sorted({*reading.flags, "not_followed"})))


def _is_unfollowed(fault: Fault, settings: Mapping[str, str]) -> bool:
    return fault.code in UNKNOWN and settings.get(f"code_{fault.detail}") == ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code of a source: how many open parts wait for its meaning, and what staff said of it, if anything."""

    code: str
    parts: int
    mapping: CodeMapping | None


def codes_seen(source: Source) -> list[Code]:
    """The codes that wait for a meaning, the most frequent first, then those that staff gave one."""
    parts = Quarantine.objects.open().filter(source=source, code__in=UNKNOWN).exclude(detail="").order_by()
    waiting = Counter(dict(parts.values_list("detail").annotate(n=Count("pk")).order_by("-n", "detail")[:MOST_CODES]))
    said = {mapping.code: mapping for mapping in source.mappings.select_related("by").order_by("code")}
    every = [code for code, _n in waiting.most_common()] + [code for code in said if code not in waiting]
    return [Code(code=code, parts=waiting[code], mapping=said.get(code)) for code in every]


@transaction.atomic
def set_mapping(*, source: Source, code: str, kind: str | None, note: str = "", by: Person, at: datetime) -> bool:
    """Let ``code`` of ``source`` mean ``kind``, nothing that is followed ("") or what its format says (None).

    Returns whether that changed anything. What was read before stays as it is until it is read again.
    """
    Source.objects.select_for_update().get(pk=source.pk)
    before = CodeMapping.objects.filter(source=source, code=code).first()
    if (before.kind, before.note) == (kind, note) if before else kind is None:
        return False
    if kind is None:
        CodeMapping.objects.filter(source=source, code=code).delete()
    else:
        said = {"kind": kind, "note": note, "by": by, "changed_at": at}
        CodeMapping.objects.update_or_create(source=source, code=code, defaults=said)
    was = before.kind if before else None
    record(
        kind="feeds.mapping_set", subject="source", key=source.slug, by=by, at=at, code=code, meaning=kind, before=was
    )
    return True


@transaction.atomic
def set_reading(*, source: Source, has_false_z: bool, time_zone: str, by: Person, at: datetime) -> bool:
    """How the times of ``source`` are read: whether its Z is false, and the zone of a place that has none.

    Returns whether that changed anything.
    """
    kept = Source.objects.select_for_update().get(pk=source.pk)
    said = {"false_z": "1" if has_false_z else "", "time_zone": time_zone}
    before = {name: kept.setting(name) for name in said}
    if before == said:
        return False
    others = {name: value for name, value in kept.settings.items() if name not in said}
    kept.settings = others | {name: value for name, value in said.items() if value}
    kept.save(update_fields=["settings"])
    record(kind="feeds.reading_set", subject="source", key=source.slug, by=by, at=at, before=before, **said)
    return True
