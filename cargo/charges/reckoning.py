"""What a consignment owes at a moment: every clock with its bill, the binding one first, and the totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cargo.charges.amounts import Owed, together
from cargo.charges.bills import Bill, Line
from cargo.charges.clocks import Clock, Track, clocks_of
from cargo.charges.days import AS_IT_COSTS_MOST, MOMBASA, Counting, day_of
from cargo.charges.tariff import Rate
from cargo.charges.waivers import Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """How one clock stands on a day. ``per_day`` is what its first day after the free ones costs.

    ``days_left`` are the free days after today; negative once it costs, None where that is not known.
    """

    clock: Clock
    is_binding: bool
    days_left: int | None
    accrued: Owed
    tomorrow: Owed
    per_day: Owed
    lines: tuple[Line, ...]

    @property
    def is_confirmed(self) -> bool:
        """Whether the office has confirmed every row that it rests on; an estimate until then."""
        used = [line.row for line in self.lines if line.row]
        free = [self.clock.free] if self.clock.free else []
        return bool(free) and all(row.confidence == "confirmed" for row in [*free, *used])


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What is owed on ``today`` (a day at Mombasa), what tomorrow adds, and the clocks, the binding one first."""

    today: date
    charges: tuple[Charge, ...]
    accrued: Owed
    tomorrow: Owed

    @property
    def binding(self) -> Charge | None:
        """The clock that costs first, or has cost longest."""
        return next((charge for charge in self.charges if charge.is_binding), None)


def reckon(
    tracks: Iterable[Track],
    rows: Sequence[Rate],
    waivers: Sequence[Waiver] = (),
    *,
    at: datetime,
    counting: Counting = AS_IT_COSTS_MOST,
) -> Money:
    """The money of goods at a moment. Days are those of Mombasa, where these clocks run."""
    today = day_of(at, MOMBASA)
    clocks = [clock for track in tracks for clock in clocks_of(track, rows, waivers, counting)]
    running = [clock for clock in clocks if clock.is_running and clock.last_free_on]
    binding = min(running, key=lambda clock: clock.last_free_on or date.max, default=None)
    ordered = sorted(clocks, key=lambda clock: _order(clock, binding))
    charges = tuple(_charge(Bill(c, rows, waivers), today, is_binding=c is binding) for c in ordered)
    return Money(
        today=today,
        charges=charges,
        accrued=together(charge.accrued for charge in charges),
        tomorrow=together(charge.tomorrow for charge in charges),
    )


def _order(clock: Clock, binding: Clock | None) -> tuple[bool, bool, date]:
    return clock is not binding, not clock.is_running, clock.last_free_on or date.max


def _charge(bill: Bill, today: date, *, is_binding: bool) -> Charge:
    clock, last_free = bill.clock, bill.clock.last_free_on
    return Charge(
        clock=clock,
        is_binding=is_binding,
        days_left=(last_free - today).days if last_free and clock.is_running else None,
        accrued=bill.accrued(today),
        tomorrow=bill.tomorrow(today),
        per_day=bill.priced(clock.free_days + 1).owed if clock.free_days is not None and clock.starts_on else Owed(),
        lines=tuple(bill.lines(today)),
    )


def expected_in_all(bills: Iterable[Bill], today: date, chances: Mapping[date, Decimal]) -> Owed:
    """What all clocks will have cost in the end by one distribution of when the goods leave."""
    return together(bill.expected(today, chances) for bill in bills)
