"""Dated tariff rows, and which of them holds for a box on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from cargo.charges.amounts import Lack

IMPORT, EXPORT = "transit_import", "transit_export"
# In Rwanda the goods are in transit no more.
LOCAL = "import"
FREE, PER_DAY, BY_WEIGHT = "day", "/container/day", "/kg/day"
NO_FREE_TIME = "no_free_time"


@dataclass(frozen=True, slots=True)
class Box:
    """A container as tariffs tell them apart: its length in feet and DRY, REEFER or SPECIAL."""

    length: int
    kind: str = "DRY"


_LENGTHS = {"2": 20, "4": 40, "L": 45}
_KINDS = {"G": "DRY", "V": "DRY", "R": "REEFER", "H": "REEFER"}


@lru_cache(maxsize=200)
def box_of(size_type: str) -> Box | None:
    """The box of an ISO 6346 size and type code (``22G1``, ``45R1``); None where it says no length that we know."""
    code = size_type.strip().upper()
    if len(code) != 4 or code[0] not in _LENGTHS:
        return None
    return Box(_LENGTHS[code[0]], _KINDS.get(code[2], "SPECIAL"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One row of the tariff. ``rate`` is a price, a number of free days or a percentage, as ``unit`` says.

    ``day_from`` and ``day_to`` (the last day, None for no end) are days of the clock, or days after the free ones
    where ``counts_from`` is ``free``. ``places`` and ``destinations`` are empty where the row holds everywhere.
    ``container`` is the tariff's own word: ``20``, ``20/40``, ``40REEFER``, empty for whatever it is.
    """

    payee: str
    charge_group: str
    item: str
    regime: str = "all"
    places: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    goods: str = ""
    container: str = ""
    unit: str
    counts_from: str = ""
    day_from: int | None = None
    day_to: int | None = None
    rate: Decimal
    currency: str
    effective_from: date | None = None
    effective_to: date | None = None
    source: str
    confidence: str = "sourced"
    note: str = ""
    key: int | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is in force; both its days belong to it, and a day that is not said is no limit."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )

    def fits_box(self, box: Box | None) -> bool:
        """Whether it is meant for such a box; of a box whose size is not known only what is said of all sizes is."""
        sizes = self.container.split("/") if self.container else []
        if not sizes:
            return True
        if box is None:
            return len(sizes) > 1
        return str(box.length) in sizes or f"{box.length}{box.kind}" in sizes

    def edges(self, free_days: int) -> set[int]:
        """The days of the clock on which its band begins, and on which it has just ended."""
        offset = free_days if self.counts_from == "free" else 0
        return {n + offset for n in (self.day_from, self.day_to and self.day_to + 1) if n}

    def covers(self, number: int, free_days: int) -> bool:
        """Whether the ``number``-th day of the clock lies in its band."""
        day = number - free_days if self.counts_from == "free" else number
        return (self.day_from is None or self.day_from <= day) and (self.day_to is None or day <= self.day_to)


class Free(NamedTuple):
    """The days that cost nothing: those of the tariff, and a waiver's on top."""

    days: int
    added: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a rate is asked for: who is paid, for goods of which regime, where, in which box, going where."""

    payee: str
    charge_group: str
    regime: str = IMPORT
    place: str = ""
    destination: str = "RW"
    box: Box | None = None
    goods: str = ""

    def fits(self, row: Rate, day: date) -> bool:
        """Whether the row holds for it on the day, whatever the size of the box."""
        return (
            row.charge_group == self.charge_group
            and row.payee == self.payee
            and row.goods == self.goods
            and row.regime in ("all", self.regime)
            and (not row.places or self.place in row.places)
            and (not row.destinations or self.destination in row.destinations)
            and row.holds_on(day)
        )


def free_row(case: Case, rows: Iterable[Rate], day: date) -> Rate | Lack:
    """The row that says how many days are free for a clock that is judged by the rows of ``day``."""
    found = [row for row in rows if row.unit == FREE and case.fits(row, day)]
    return _only(case, _closest(row for row in found if row.fits_box(case.box)), NO_FREE_TIME)


def day_row(case: Case, rows: Iterable[Rate], day: date, *, number: int, free: Free) -> Rate | Lack:
    """The row that prices the ``number``-th day of a clock by the rows of ``day``.

    Bands that count from the clock's start were written for a free time that ends where they begin; after any other
    free time they say nothing, and days on top do not move them. Those that count the days after the free ones begin
    after these too.
    """
    fits = [row for row in rows if case.fits(row, day)]
    found = [row for row in fits if row.unit.endswith(PER_DAY)]
    by_weight = None if found else _by_weight(fits)
    if by_weight:
        return Lack("by_weight", case.payee, f"{by_weight.currency} {_plain(by_weight.rate)}")
    return _day_row(case, found, number=number, free=free)


def _day_row(case: Case, found: Sequence[Rate], *, number: int, free: Free) -> Rate | Lack:
    if case.box is None and not all(row.fits_box(None) for row in _closest(found)):
        return Lack("size_unknown", case.payee)
    fitting = _closest(row for row in found if row.fits_box(case.box))
    if _first_band(fitting) not in (None, free.days + 1):
        return Lack("bands_of_other_free_time", case.payee)
    return _only(case, [row for row in fitting if row.covers(number, sum(free))], "no_rate")


def _by_weight(rows: Iterable[Rate]) -> Rate | None:
    """The latest row that prices a day by the kilogram."""
    found = [row for row in rows if row.unit.endswith(BY_WEIGHT)]
    return max(found, key=lambda row: row.effective_from or date.min, default=None)


def _first_band(rows: Iterable[Rate]) -> int | None:
    """The day of the clock on which the first band begins; None where none counts from the start."""
    return min((row.day_from for row in rows if row.day_from and row.counts_from != "free"), default=None)


def _closest(rows: Iterable[Rate]) -> list[Rate]:
    """Those that are said of just this case rather than of many; bands rather than one price for any day."""
    found = list(rows)
    best = max((_closeness(row) for row in found), default=None)
    return [row for row in found if _closeness(row) == best]


def _closeness(row: Rate) -> tuple[bool, bool, bool, bool]:
    return row.regime != "all", bool(row.destinations), bool(row.places), row.day_from is not None


def _plain(rate: Decimal) -> str:
    """A figure without the noughts with which the database keeps it."""
    return f"{rate.normalize():f}"


def _only(case: Case, rows: Sequence[Rate], nothing: str) -> Rate | Lack:
    """The one row, or why there is none: ``nothing`` is said, or several rows disagree."""
    if not rows:
        return Lack(nothing, case.payee)
    if len({(row.rate, row.currency) for row in rows}) > 1:
        told = sorted(rows, key=lambda row: row.rate)
        return Lack("rows_disagree", case.payee, f"{told[0].currency} {_plain(told[0].rate)}–{_plain(told[-1].rate)}")
    return max(rows, key=lambda row: (row.confidence == "confirmed", row.effective_from or date.min))
