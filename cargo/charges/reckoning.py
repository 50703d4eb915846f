"""What a consignment owes at a moment: every clock with its bill, the binding one first, and the totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from cargo.charges.amounts import Owed, together
from cargo.charges.bills import Bill, Line
from cargo.charges.clocks import Clock, Track, clocks_of
from cargo.charges.days import AS_IT_COSTS_MOST, KIGALI, MOMBASA, Counting
from cargo.charges.tariff import Rate
from cargo.charges.waivers import Waiver


@dataclass(frozen=True, eq=False)
class Charge:
    """How one clock stands on a day of its place; its sums are counted when they are first asked for, and kept.

    Two are the same only if they are one, so that what is said of one is quickly looked up by it.
    """

    bill: Bill
    today: date
    is_binding: bool

    @cached_property
    def clock(self) -> Clock:
        """The clock that it is of."""
        return self.bill.clock

    @cached_property
    def days_left(self) -> int | None:
        """The free days after today; negative once it costs, None where that is not known or it has stopped."""
        last_free = self.clock.last_free_on
        return (last_free - self.today).days if last_free and self.clock.is_running else None

    @cached_property
    def accrued(self) -> Owed:
        """What is owed today."""
        return self.bill.owed(self.lines)

    @cached_property
    def tomorrow(self) -> Owed:
        """What tomorrow adds."""
        return self.bill.tomorrow(self.today)

    @property
    def per_day(self) -> Owed:
        """What the first day after the free ones costs."""
        free = self.clock.free_days
        return self.bill.priced(free + 1).owed if free is not None and self.clock.starts_on else Owed()

    @cached_property
    def lines(self) -> list[Line]:
        """The days so far by what they cost."""
        return self.bill.lines(self.today)

    def expected(self, chances: Mapping[date, Decimal]) -> Owed:
        """What will be owed in the end, by how probable it is on later days that the goods are there."""
        return together([self.accrued, *self.bill.later(self.today, chances)]) if chances else self.accrued

    @property
    def is_confirmed(self) -> bool:
        """Whether the office has confirmed every row that it rests on; an estimate until then."""
        used = [line.row for line in self.lines if line.row]
        free = [self.clock.free] if self.clock.free else []
        return bool(free) and all(row.confidence == "confirmed" for row in [*free, *used])


@dataclass(frozen=True)
class Money:
    """What is owed on ``today`` (a day at Mombasa), what tomorrow adds, and the clocks, the binding one first."""

    today: date
    charges: tuple[Charge, ...]

    @cached_property
    def accrued(self) -> Owed:
        """What is owed today in all."""
        return together(charge.accrued for charge in self.charges)

    @cached_property
    def tomorrow(self) -> Owed:
        """What tomorrow adds in all."""
        return together(charge.tomorrow for charge in self.charges)

    @property
    def binding(self) -> Charge | None:
        """The clock that costs first, or has cost longest."""
        return next((charge for charge in self.charges if charge.is_binding), None)

    def expected(self, chances: Mapping[date, Decimal]) -> Owed:
        """What all clocks will have cost in the end, by how probable it is on later days that the goods are there."""
        return together(charge.expected(chances) for charge in self.charges)


def reckon(
    tracks: Iterable[Track],
    rows: Sequence[Rate],
    waivers: Sequence[Waiver] = (),
    *,
    today: date,
    in_kigali: date | None = None,
    counting: Counting = AS_IT_COSTS_MOST,
) -> Money:
    """The money of goods on a day, one of Mombasa; ``in_kigali`` is the day there where that is another one."""
    days = {MOMBASA: today, KIGALI: in_kigali or today}
    clocks = [clock for track in tracks for clock in clocks_of(track, rows, waivers, counting)]
    running = [clock for clock in clocks if clock.is_running and clock.last_free_on]
    binding = min(running, key=lambda clock: clock.last_free_on or date.max, default=None)
    bills = [Bill(clock, rows, waivers) for clock in sorted(clocks, key=lambda clock: _order(clock, binding))]
    return Money(today, tuple(Charge(bill, days[bill.clock.zone], bill.clock is binding) for bill in bills))


def _order(clock: Clock, binding: Clock | None) -> tuple[bool, bool, date]:
    return clock is not binding, not clock.is_running, clock.last_free_on or date.max
