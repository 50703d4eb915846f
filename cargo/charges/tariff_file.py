"""Reading the tariff's file, a CSV of dated rows with their sources, into values and rates."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

from cargo.charges.tariff import Rate
from cargo.charges.waivers import Waiver

CAMPAIGN = "storage_waiver"
_NUMBERS = ("day_from", "day_to")
_DAYS = ("effective_from", "effective_to")


def read_tariff(text: str) -> list[dict[str, Any]]:
    """The rows of the file by column; what is empty and no text is None.

    Raises ValueError, KeyError or decimal.InvalidOperation where a row is not in the file's form.
    """
    return [_row(row) for row in csv.DictReader(StringIO(text))]


def _row(row: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {name: value.strip() for name, value in row.items()}
    values |= {name: int(values[name]) if values[name] else None for name in _NUMBERS}
    values |= {name: date.fromisoformat(values[name]) if values[name] else None for name in _DAYS}
    values["rate"] = Decimal(values["rate"]) if values["rate"] else None
    return values


def rate_of(values: Mapping[str, Any]) -> Rate | None:
    """The rate that a row says; None where it has no figure."""
    if values["rate"] is None:
        return None
    return Rate(
        payee=values["payee"],
        charge_group=values["charge_group"],
        item=values["item"],
        regime=values["regime"],
        places=tuple(values["place"].split()),
        destinations=tuple(values["destination"].split()),
        goods=values["goods"],
        container=values["container"],
        unit=values["unit"],
        counts_from=values["counts_from"],
        day_from=values["day_from"],
        day_to=values["day_to"],
        rate=values["rate"],
        currency=values["currency"],
        effective_from=values["effective_from"],
        effective_to=values["effective_to"],
        source=values["source_url"],
        confidence=values["confidence"],
        note=values["note"],
        key=values.get("id"),
    )


def campaign_of(values: Mapping[str, Any]) -> Waiver | None:
    """The campaign that a row tells of; each had to be applied for. None for any other row."""
    if values["charge_group"] != CAMPAIGN or values["effective_from"] is None or values["rate"] is None:
        return None
    return Waiver(
        name=values["item"],
        payee=values["payee"],
        charge_groups=("storage",),
        percent=values["rate"],
        from_day=values["day_from"] or 1,
        starts_on=values["effective_from"],
        ends_on=values["effective_to"],
        on_application=True,
        source=values["source_url"],
    )
