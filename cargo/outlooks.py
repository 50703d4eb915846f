"""What the forecast means for money: how likely each clock comes to cost, and what all will have cost in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from cargo.arrival.decisions import Window, chance_after, chances_by_day
from cargo.charges.amounts import Owed, together
from cargo.charges.days import MOMBASA
from cargo.charges.reckoning import Charge, Money
from cargo.charges.tariff import EXPORT
from cargo.models import Forecast

_CENT = Decimal("0.01")
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


UNKNOWN = Outlook(expected=None, is_least=False, chances={})


def outlook(money: Money, forecast: Forecast | None, *, at: datetime) -> Outlook:
    """The outlook of goods whose forecast holds now; empty without one."""
    if forecast is None:
        return UNKNOWN
    windows = [_window(charge, forecast, at) for charge in money.charges]
    left_h = _left_h(money.today, at)
    expected = [
        charge.expected(
            chances_by_day(window, today=money.today, left_h=left_h, free=charge.days_left) if window else {}
        )
        for charge, window in zip(money.charges, windows, strict=True)
    ]
    runs = [charge.clock.is_running for charge in money.charges]
    chances = {
        number: chance
        for number, (charge, window) in enumerate(zip(money.charges, windows, strict=True))
        if (chance := _chance(charge, window, money.today, left_h)) is not None
    }
    is_known = any(runs) and any(window is not None for window in windows)
    return Outlook(
        expected=_rounded(together(expected)) if is_known else None,
        is_least=_is_least(money.charges, windows, forecast),
        chances=chances,
    )


def _window(charge: Charge, forecast: Forecast, at: datetime) -> Window | None:
    """Hours until what stops the clock; None where it has stopped, or nobody can say."""
    if not charge.clock.is_running or charge.clock.name == _IN_KIGALI:
        return None
    if charge.clock.case.regime == EXPORT:
        return _hours((forecast.p10, forecast.p50, forecast.p90), at)
    if charge.clock.name not in _AT_GATE:
        return _hours(_empty(forecast) or (forecast.p10, forecast.p50, forecast.p90), at)
    if forecast.gate_p10 and forecast.gate_p50 and forecast.gate_p90:
        return _hours((forecast.gate_p10, forecast.gate_p50, forecast.gate_p90), at)
    return None


def _empty(forecast: Forecast) -> tuple[datetime, datetime, datetime] | None:
    """When the empty is back; None where that is not foretold."""
    if forecast.empty_p10 and forecast.empty_p50 and forecast.empty_p90:
        return forecast.empty_p10, forecast.empty_p50, forecast.empty_p90
    return None


def _hours(moments: tuple[datetime, datetime, datetime], at: datetime) -> Window:
    low, middle, high = (max((moment - at) / timedelta(hours=1), 0.0) for moment in moments)
    return Window(low, middle, high)


def _left_h(today: date, at: datetime) -> float:
    """How many hours are left of today at Mombasa."""
    end = datetime.combine(today + timedelta(days=1), time(), ZoneInfo(MOMBASA))
    return max((end - at) / timedelta(hours=1), 0.0)


def _chance(charge: Charge, window: Window | None, today: date, left_h: float) -> float | None:
    """How likely it still runs after its last free day; nothing is foretold of what costs already."""
    last = charge.clock.last_free_on
    if window is None or last is None or last < today:
        return None
    return chance_after(window, left_h + 24.0 * (last - today).days)


def _is_least(charges: Sequence[Charge], windows: Sequence[Window | None], forecast: Forecast) -> bool:
    """Whether a clock runs of which it is not known when it stops, or only that it does not before the arrival."""
    return any(
        charge.clock.is_running and (window is None or (charge.clock.name not in _AT_GATE and _empty(forecast) is None))
        for charge, window in zip(charges, windows, strict=True)
    )


def _rounded(owed: Owed) -> Owed:
    return Owed({currency: amount.quantize(_CENT) for currency, amount in owed.sums.items()}, owed.lacks)
