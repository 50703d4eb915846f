"""The journal: news travels upward as rows that whoever stands above reads and marks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from liaison.bulk import copy_rows, next_ids
from liaison.models import JournalEntry, JournalMark, Person
from liaison.origins import origin

_COLUMNS = "id kind subject key by_id at origin data".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing worth telling: a dotted ``kind``, what it is about, and plain data."""

    kind: str
    subject: str
    key: str
    data: dict[str, Any] = field(default_factory=dict)


def record(*, kind: str, subject: str, key: str, by: Person | None, at: datetime, **data: Any) -> JournalEntry:
    """Write one entry; call it inside the transaction of the change that it tells of."""
    return JournalEntry.objects.create(kind=kind, subject=subject, key=key, by=by, at=at, origin=origin(), data=data)


def record_many(news: Sequence[News], *, by: Person | None, at: datetime) -> list[int]:
    """Write many entries with one statement; returns their ids in the order given."""
    ids = next_ids("liaison_journalentry", len(news))
    person, came_from = by.pk if by else None, origin()
    rows = [
        (pk, item.kind, item.subject, item.key, person, at, came_from, json.dumps(item.data))
        for pk, item in zip(ids, news, strict=True)
    ]
    copy_rows("liaison_journalentry", _COLUMNS, rows)
    return ids


def unmarked(*, reader: str, kinds: Sequence[str]) -> QuerySet[JournalEntry]:
    """The entries of ``kinds`` that ``reader`` has not marked yet, oldest first."""
    mine = JournalMark.objects.filter(reader=reader, entry=OuterRef("pk"))
    return JournalEntry.objects.filter(~Exists(mine), kind__in=kinds).order_by("id")


def mark(entries: Iterable[JournalEntry], *, reader: str) -> None:
    """Note that ``reader`` has dealt with ``entries``; marking twice changes nothing."""
    JournalMark.objects.bulk_create(
        (JournalMark(reader=reader, entry=entry) for entry in entries), ignore_conflicts=True
    )
