"""What the forecast means for money: how likely each clock comes to cost, and what all will have cost in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cargo.arrival.decisions import Window, chance_after, chances_by_day
from cargo.charges.amounts import Owed, together
from cargo.charges.days import MOMBASA
from cargo.charges.reckoning import Charge, Money
from cargo.charges.tariff import EXPORT
from cargo.models import Forecast, Foretold

_CENT, _HOUR = Decimal("0.01"), timedelta(hours=1)
# The clocks that the gate stops; the line's runs on until the empty is back. An export's stop aboard the ship,
# which is what its forecast is of.
_AT_GATE = frozenset(["port_storage", "depot_storage", "customs_warehouse", "line_export"])
# What runs in Kigali stops with the release there, which nobody foretells.
_IN_KIGALI = "kigali_warehouse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What will have been owed in the end as far as can be foretold (None: not at all), whether that is the least, and
    by the number of each charge how likely it comes to cost."""

    expected: Owed | None
    is_least: bool
    chances: Mapping[int, float]

    @property
    def percent(self) -> Mapping[int, int]:
        """The same chances in hundredths."""
        return {number: round(100 * chance) for number, chance in self.chances.items()}

    def told_chance(self, number: int) -> float | None:
        """One of them as programs are told it, in thousandths; None where it is not known."""
        chance = self.chances.get(number)
        return None if chance is None else round(chance, 3)


UNKNOWN = Outlook(expected=None, is_least=False, chances={})


def outlook(money: Money, forecast: Forecast | Foretold | None, *, at: datetime) -> Outlook:
    """The outlook of goods whose forecast holds now; empty without one."""
    if forecast is None or not any(charge.clock.is_running for charge in money.charges):
        return UNKNOWN
    ends, left_h = _ends(forecast, at), _left_h(money.today, at)
    windows = [_window(charge, ends) for charge in money.charges]
    expected = [
        charge.expected(
            chances_by_day(window, today=money.today, left_h=left_h, free=charge.days_left) if window else {}
        )
        for charge, window in zip(money.charges, windows, strict=True)
    ]
    chances = {
        number: chance
        for number, (charge, window) in enumerate(zip(money.charges, windows, strict=True))
        if (chance := _chance(charge, window, money.today, left_h)) is not None
    }
    is_known = any(window is not None for window in windows)
    return Outlook(
        expected=_rounded(together(expected)) if is_known else None,
        is_least=_is_least(money.charges, windows, ends),
        chances=chances,
    )


class _Ends(NamedTuple):
    """The hours until the arrival, until the gate, and until the empty is back; None where that is not foretold."""

    arrival: Window
    gate: Window | None
    empty: Window | None


def _ends(forecast: Forecast | Foretold, at: datetime) -> _Ends:
    arrival = _hours(forecast.p10, forecast.p50, forecast.p90, at)
    gate = empty = None
    if forecast.gate_p10 and forecast.gate_p50 and forecast.gate_p90:
        gate = _hours(forecast.gate_p10, forecast.gate_p50, forecast.gate_p90, at)
    if forecast.empty_p10 and forecast.empty_p50 and forecast.empty_p90:
        empty = _hours(forecast.empty_p10, forecast.empty_p50, forecast.empty_p90, at)
    return _Ends(arrival, gate, empty)


def _hours(low: datetime, middle: datetime, high: datetime, at: datetime) -> Window:
    return Window(
        max((low - at) / _HOUR, 0.0),
        max((middle - at) / _HOUR, 0.0),
        max((high - at) / _HOUR, 0.0),
    )


def _window(charge: Charge, ends: _Ends) -> Window | None:
    """Hours until what stops the clock; None where it has stopped, or nobody can say."""
    clock = charge.clock
    if not clock.is_running or clock.name == _IN_KIGALI:
        return None
    if clock.case.regime == EXPORT:
        return ends.arrival
    if clock.name in _AT_GATE:
        return ends.gate
    return ends.empty or ends.arrival


@lru_cache(maxsize=8)
def _left_h(today: date, at: datetime) -> float:
    """How many hours are left of today at Mombasa."""
    end = datetime.combine(today + timedelta(days=1), time(), ZoneInfo(MOMBASA))
    return max((end - at) / _HOUR, 0.0)


def _chance(charge: Charge, window: Window | None, today: date, left_h: float) -> float | None:
    """How likely it still runs after its last free day; nothing is foretold of what costs already."""
    last = charge.clock.last_free_on
    if window is None or last is None or last < today:
        return None
    return chance_after(window, left_h + 24.0 * (last - today).days)


def _is_least(charges: Sequence[Charge], windows: Sequence[Window | None], ends: _Ends) -> bool:
    """Whether a clock runs of which it is not known when it stops, or only that it does not before the arrival."""
    return any(
        charge.clock.is_running and (window is None or (ends.empty is None and charge.clock.name not in _AT_GATE))
        for charge, window in zip(charges, windows, strict=True)
    )


def _rounded(owed: Owed) -> Owed:
    return Owed({currency: amount.quantize(_CENT) for currency, amount in owed.sums.items()}, owed.lacks)
