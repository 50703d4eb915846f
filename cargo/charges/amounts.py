"""Sums in several currencies, what is missing from them, and rates of exchange by their day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

USD = "USD"


@dataclass(frozen=True, slots=True, order=True)
class Lack:
    """Why a figure is not known: a ``code`` for which cargo.charge_words has the words, whose it is, and detail."""

    code: str
    payee: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """Sums by currency, and what could not be counted; with ``lacks`` the sums are the least that is owed."""

    sums: Mapping[str, Decimal] = field(default_factory=dict)
    lacks: tuple[Lack, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.lacks

    def amount(self, currency: str = USD) -> Decimal | None:
        """The sum in one currency; None where nothing but what is missing could be owed."""
        known = self.sums.get(currency, Decimal(0))
        return None if self.lacks and not known else known

    def less(self, other: Owed) -> Owed:
        """What has come on top of ``other``, which was counted on an earlier day of the same clock."""
        sums = {currency: amount - other.sums.get(currency, Decimal(0)) for currency, amount in self.sums.items()}
        return Owed({currency: amount for currency, amount in sums.items() if amount}, self.lacks)


def together(parts: Iterable[Owed]) -> Owed:
    """All of them: sums by currency added, each lack named once."""
    sums: dict[str, Decimal] = {}
    lacks: list[Lack] = []
    for part in parts:
        for currency, amount in part.sums.items():
            sums[currency] = sums[currency] + amount if currency in sums else amount
        lacks += part.lacks
    return Owed(sums, tuple(dict.fromkeys(lacks)) if lacks else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """How much of a currency one US dollar bought on a day, and who says so."""

    currency: str
    per_usd: Decimal
    on: date
    source: str


@dataclass(frozen=True, slots=True)
class Converted:
    """An amount in another currency at the rate of its day."""

    amount: Decimal
    rate: Exchange


def convert(amount: Decimal, currency: str, rates: Iterable[Exchange], on: date) -> Converted | None:
    """US dollars in ``currency`` at the latest rate that was known on the day; None where none was."""
    known = [rate for rate in rates if rate.currency == currency and rate.on <= on]
    rate = max(known, key=lambda rate: rate.on, default=None)
    return Converted(amount * rate.per_usd, rate) if rate else None
