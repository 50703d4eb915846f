"""Reckoning what open consignments cost and when they begin to, kept for the worklists until it is reckoned again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from cargo.charges.days import MOMBASA
from cargo.charges.reckoning import Money
from cargo.models import Consignment, Exposure
from cargo.money import goods_of, load_book, moneys
from liaison.bulk import insert_rows

BATCH = 1000
_TYPES = {
    "consignment_id": "bigint",
    "burns_at": "timestamptz",
    "accrued": "numeric",
    "tomorrow": "numeric",
    "reckoned_at": "timestamptz",
}
_AGAIN = ", ".join(f"{name} = excluded.{name}" for name in list(_TYPES)[1:])


def reckon_open(*, at: datetime) -> int:
    """Reckon all that are open, and forget those that are no more; returns how many there are."""
    ids = list(Consignment.objects.open().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        reckon_exposures(ids[start : start + BATCH], at=at)
    Exposure.objects.exclude(consignment__in=Consignment.objects.open()).delete()
    return len(ids)


@transaction.atomic
def reckon_exposures(ids: Sequence[int], *, at: datetime) -> None:
    """Reckon those of these consignments that are open; a handful of queries."""
    rows = list(Consignment.objects.open().filter(pk__any=list(ids)).order_by("pk"))
    found = moneys(goods_of(rows), load_book([row.pk for row in rows]), at=at)
    values = [(pk, burns_at(money), *_amounts(money), at) for pk, money in found.items()]
    insert_rows("cargo_exposure", _TYPES, values, f"ON CONFLICT (consignment_id) DO UPDATE SET {_AGAIN}")


def burns_at(money: Money) -> datetime | None:
    """The end of the last free day of the clock that binds; None where none does."""
    last = money.binding.clock.last_free_on if money.binding else None
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(MOMBASA)) if last else None


def _amounts(money: Money) -> tuple[Decimal | None, Decimal | None]:
    return money.accrued.amount(), money.tomorrow.amount()
