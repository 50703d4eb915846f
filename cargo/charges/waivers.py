"""Waivers and campaigns: days in which less is asked, or more days are free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Less to pay for the charged days from ``starts_on`` to ``ends_on`` (None for no end): a percentage, or free days.

    ``from_day`` spares only the days of the clock from that number on. ``on_application`` is a campaign that has to
    be asked for: it is shown and never deducted until the office notes it as granted to the consignment.
    """

    name: str
    payee: str
    charge_groups: tuple[str, ...] = ()
    percent: Decimal = Decimal(0)
    free_days: int = 0
    from_day: int = 1
    starts_on: date
    ends_on: date | None = None
    on_application: bool = False
    source: str = ""
    key: int | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the day is among its days, the first and the last included."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def concerns(self, payee: str, charge_groups: Iterable[str]) -> bool:
        """Whether it spares what is charged by rows of these groups."""
        return self.payee == payee and not (self.charge_groups and set(self.charge_groups).isdisjoint(charge_groups))


def best_percent(waivers: Iterable[Waiver], day: date, number: int) -> Decimal:
    """The percentage spared on the ``number``-th day: of several waivers the largest, for they do not add up."""
    spared = [w.percent for w in waivers if not w.on_application and w.holds_on(day) and number >= w.from_day]
    return max(spared, default=Decimal(0))


def added_days(waivers: Iterable[Waiver], start: date) -> int:
    """The free days that are given on top to a clock that starts on a day: of several waivers the longest."""
    return max((w.free_days for w in waivers if not w.on_application and w.holds_on(start)), default=0)
