"""The bill of one clock: its days by band, what they come to by a day, tomorrow, and by a chance of still standing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from cargo.charges.amounts import Lack, Owed, together
from cargo.charges.clocks import Clock
from cargo.charges.tariff import Free, Rate, day_row
from cargo.charges.waivers import Waiver, best_percent

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Days of a clock, the first and last numbers included, that are priced alike; ``each`` is after any waiver.

    ``row`` is None where the tariff has no price for them, and ``lack`` says why.
    """

    first: int
    last: int
    quantity: int
    row: Rate | None
    percent: Decimal
    lack: Lack | None

    @property
    def each(self) -> Decimal | None:
        """The price of one day for one container."""
        return None if self.row is None else self.row.rate * (HUNDRED - self.percent) / HUNDRED

    @property
    def days(self) -> int:
        """How many days it is."""
        return self.last - self.first + 1

    @property
    def owed(self) -> Owed:
        """What they come to for all containers."""
        if self.each is None or self.row is None:
            return Owed(lacks=(self.lack,) if self.lack else ())
        return Owed({self.row.currency: self.each * self.days * self.quantity})


@dataclass(frozen=True, slots=True)
class Bill:
    """A clock with the rows and waivers by which it is priced."""

    clock: Clock
    rows: Sequence[Rate]
    waivers: Sequence[Waiver] = ()

    def priced(self, number: int) -> Line:
        """One charged day by itself."""
        return self._line(number, number)

    def lines(self, day: date) -> list[Line]:
        """All days that have been charged by ``day``, those that are priced alike together."""
        free, counted = self.clock.free_days, self.clock.days_by(day)
        if free is None or counted <= free:
            return []
        edges = sorted({free + 1, counted + 1} | {e for e in self._edges() if free < e <= counted})
        return [self._line(first, after - 1) for first, after in pairwise(edges)]

    def accrued(self, day: date) -> Owed:
        """What is owed on ``day`` for the days so far; not known where the start or the free time is not."""
        return self.owed(self.lines(day))

    def owed(self, lines: Iterable[Line]) -> Owed:
        """What these of its days come to; not known where the start or the free time is not."""
        if self.clock.starts_on is None or self.clock.free is None:
            return Owed(lacks=self.clock.lacks)
        return together(line.owed for line in lines)

    def tomorrow(self, day: date) -> Owed:
        """What the day after ``day`` adds."""
        return self.adds(day + timedelta(days=1))

    def adds(self, day: date) -> Owed:
        """What ``day`` itself adds to what was owed on the day before."""
        clock = self.clock
        if clock.starts_on is None or clock.free_days is None:
            return Owed(lacks=clock.lacks)
        before, counted = clock.days_by(day - timedelta(days=1)), clock.days_by(day)
        if counted == before or counted <= clock.free_days:
            return Owed()
        return self.priced(counted).owed

    def expected(self, day: date, chances: Mapping[date, Decimal]) -> Owed:
        """What will be owed in the end: what is owed on ``day``, and each later day by its chance of being reached."""
        return together([self.accrued(day), *self.later(day, chances)])

    def later(self, day: date, chances: Mapping[date, Decimal]) -> list[Owed]:
        """What each day after ``day`` adds, by its chance of being reached.

        ``chances`` says for days after ``day`` how probable it is that the goods are still there; on days that it
        does not name they are taken to be gone.
        """
        last_free = self.clock.last_free_on
        if last_free is None:
            return []
        return [
            Owed({c: amount * chance for c, amount in added.sums.items()}, added.lacks if chance else ())
            for after, chance in sorted(chances.items())
            if after > day and after > last_free
            for added in [self.adds(after)]
        ]

    def by_quantile(self, quantiles: Mapping[int, date]) -> dict[int, Owed]:
        """What will be owed if the goods leave on the day of each quantile (10, 50, 90) of when they leave."""
        return {quantile: self.accrued(day) for quantile, day in quantiles.items()}

    def _line(self, first: int, last: int) -> Line:
        clock = self.clock
        if clock.starts_on is None or clock.free is None:
            raise ValueError("a clock that has not started has no days")
        day = clock.counting.day(clock.starts_on, first)
        free = Free(int(clock.free.rate), clock.added_days)
        row = day_row(clock.case, self.rows, clock.rated_on or day, number=first, free=free)
        percent = best_percent(self._waivers(), day, first)
        if isinstance(row, Lack) and percent == HUNDRED:
            return Line(first=first, last=last, quantity=clock.quantity, row=None, percent=percent, lack=None)
        return Line(
            first=first,
            last=last,
            quantity=clock.quantity,
            row=None if isinstance(row, Lack) else row,
            percent=percent,
            lack=row if isinstance(row, Lack) else None,
        )

    def _rows(self) -> list[Rate]:
        case = self.clock.case
        return [row for row in self.rows if (row.payee, row.charge_group) == (case.payee, case.charge_group)]

    def _waivers(self) -> list[Waiver]:
        clock = self.clock
        return [waiver for waiver in self.waivers if waiver.concerns(clock.case.payee, clock.groups)]

    def _edges(self) -> set[int]:
        """The days of the clock on which a price may change: a band, a row or a waiver begins, or has just ended."""
        clock = self.clock
        if clock.starts_on is None or clock.free_days is None:
            return set()
        numbers, spans = set[int](), list[tuple[date | None, date | None]]()
        for row in self._rows():
            numbers |= row.edges(clock.free_days)
            spans.append((row.effective_from, row.effective_to))
        for waiver in self._waivers():
            numbers.add(waiver.from_day)
            spans.append((waiver.starts_on, waiver.ends_on))
        days = [day for starts, ends in spans for day in (starts, ends and ends + timedelta(days=1)) if day]
        return numbers | {clock.counting.number(clock.starts_on, day) for day in days}
