"""Telling people when money begins to burn: before the last free day ends, and once charges have begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from cargo.charges.amounts import Lack, together
from cargo.charges.days import MOMBASA
from cargo.models import Consignment, Exposure
from cargo.money import goods_of, load_book, moneys
from cargo.telling import people_told, with_watchers
from liaison.journal import News, record_many
from liaison.models import JournalEntry
from notify.outbox import fan_out

BURNS = "cargo.money_burns"
# So long before the last free day is over people are told.
AHEAD = timedelta(hours=48)
# What began longer ago is no news: an old load, or a portal that stood still.
BEHIND = timedelta(hours=24)
BATCH = 500


class _Row(NamedTuple):
    """What an exposure says, with the consignment that it is of."""

    pk: int
    ref: str
    consignee: int
    held_by: str
    next_step: str
    burns_at: datetime
    accrued: Decimal | None
    tomorrow: Decimal | None


_COLUMNS = (
    "pk", "consignment__ref", "consignment__consignee_id", "consignment__status__held_by",
    "consignment__status__next_step", "burns_at", "accrued", "tomorrow",
)  # fmt: skip


def tell_burning(*, at: datetime) -> int:
    """Tell the parties of what is about to cost, and of what has begun to; each once. Returns how many outbox rows."""
    near = Exposure.objects.filter(burns_at__gt=at - BEHIND, burns_at__lte=at + AHEAD).order_by("pk")
    rows = [_Row(*row) for row in near.values_list(*_COLUMNS)]
    return sum(_tell(rows[start : start + BATCH], at) for start in range(0, len(rows), BATCH))


@transaction.atomic
def _tell(rows: Sequence[_Row], at: datetime) -> int:
    # Those who tell of the same consignments take turns.
    list(Consignment.objects.filter(pk__any=[row.pk for row in rows]).order_by("pk").select_for_update(no_key=True))
    told = _told([row.ref for row in rows])
    fresh = [row for row in rows if _mark(row.ref, _when(row, at)) not in told]
    lacks = _lacks([row.pk for row in fresh], at)
    people = people_told({row.pk: row.consignee for row in fresh}, at, may_see_money=True)
    people = with_watchers(people, {row.pk: row.ref for row in fresh})
    entries = record_many([_news(row, lacks[row.pk], at) for row in fresh], by=None, at=at)
    return fan_out({entry: people[row.pk] for entry, row in zip(entries, fresh, strict=True)}, at=at)


def _mark(ref: str, data: Mapping[str, object]) -> tuple[str, object, object]:
    """Told once for each last free day before it, and once after."""
    return ref, data["last_free_on"], data["has_begun"]


def _told(refs: Sequence[str]) -> set[tuple[str, object, object]]:
    entries = JournalEntry.objects.filter(subject="consignment", key__any=list(refs), kind=BURNS)
    return {_mark(key, data) for key, data in entries.values_list("key", "data")}


def _when(row: _Row, at: datetime) -> dict[str, object]:
    """The last free day, and whether it is over; Kigali's midnight lies on the same day at Mombasa."""
    last = row.burns_at.astimezone(ZoneInfo(MOMBASA)).date() - timedelta(days=1)
    return {"last_free_on": last.isoformat(), "has_begun": row.burns_at <= at}


def _lacks(consignments: Sequence[int], at: datetime) -> dict[int, list[Lack]]:
    """Why something of what is owed or comes to it tomorrow is unknown, by the consignment's id."""
    if not consignments:
        return {}
    rows = list(Consignment.objects.filter(pk__any=list(consignments)))
    found = moneys(goods_of(rows), load_book(consignments), at=at)
    return {pk: list(together([money.accrued, money.tomorrow]).lacks) for pk, money in found.items()}


def _news(row: _Row, lacks: Sequence[Lack], at: datetime) -> News:
    data = {
        "ref": row.ref,
        **_when(row, at),
        "accrued": "" if row.accrued is None else str(row.accrued),
        "tomorrow": "" if row.tomorrow is None else str(row.tomorrow),
        "currency": "USD",
        "lacks": [[lack.code, lack.payee, lack.detail] for lack in lacks],
        "held_by": row.held_by,
        "next_step": row.next_step,
    }
    return News(kind=BURNS, subject="consignment", key=row.ref, data=data)
