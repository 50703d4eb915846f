"""Reckoning what goods on which a clock may run cost, now and by their forecasts, kept until reckoned again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from cargo.charges.reckoning import Money
from cargo.models import Consignment, Exposure, Forecast
from cargo.money import goods_of, load_book, moneys
from cargo.outlooks import outlook
from liaison.bulk import insert_rows

BATCH = 1000
_TYPES = {
    "consignment_id": "bigint",
    "burns_at": "timestamptz",
    "accrued": "numeric",
    "tomorrow": "numeric",
    "expected": "numeric",
    "clock": "text",
    "miss_chance": "float8",
    "reckoned_at": "timestamptz",
}
_AGAIN = ", ".join(f"{name} = excluded.{name}" for name in list(_TYPES)[1:])


def reckon_costing(*, at: datetime) -> int:
    """Reckon all on which a clock may run, and forget those on which none does; returns how many there are."""
    ids = list(Consignment.objects.costing().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        reckon_exposures(ids[start : start + BATCH], at=at)
    Exposure.objects.exclude(consignment__in=Consignment.objects.costing()).delete()
    return len(ids)


@transaction.atomic
def reckon_exposures(ids: Sequence[int], *, at: datetime) -> None:
    """Reckon those of these consignments on which a clock may run; a handful of queries."""
    rows = list(Consignment.objects.costing().filter(pk__any=list(ids)).order_by("pk"))
    found = moneys(goods_of(rows), load_book([row.pk for row in rows]), at=at)
    ahead = {each.consignment_id: each for each in Forecast.objects.current().filter(consignment__any=list(found))}
    values = [
        (pk, burns_at(money), *_amounts(money), *_foretold(money, ahead.get(pk), at), at) for pk, money in found.items()
    ]
    insert_rows("cargo_exposure", _TYPES, values, f"ON CONFLICT (consignment_id) DO UPDATE SET {_AGAIN}")


def burns_at(money: Money) -> datetime | None:
    """The end of the last free day of the clock that binds, at its place; None where none does."""
    clock = money.binding.clock if money.binding else None
    last = clock.last_free_on if clock else None
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(clock.zone)) if clock and last else None


def _amounts(money: Money) -> tuple[Decimal | None, Decimal | None]:
    return money.accrued.amount(), money.tomorrow.amount()


def _foretold(money: Money, forecast: Forecast | None, at: datetime) -> tuple[Decimal | None, str, float | None]:
    """What it will have come to, and the clock that is likeliest to be missed of those that cost nothing yet."""
    found = outlook(money, forecast, at=at)
    worst = max(found.chances, key=lambda number: found.chances[number], default=None)
    expected = found.expected.amount() if found.expected else None
    return expected, money.charges[worst].clock.name if worst is not None else "", found.chances.get(worst or 0)
