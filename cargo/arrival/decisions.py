"""What a window means for money: how likely goods are still there on a day; pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

# A longer wait than this is not counted on.
MOST_DAYS = 120
_SMALLEST_H = 0.25


@dataclass(frozen=True, slots=True)
class Window:
    """Hours left at ten, fifty and ninety of a hundred, in this order."""

    low: float
    middle: float
    high: float


def chance_after(window: Window, hours: float) -> float:
    """How likely it lasts longer than so many hours.

    Straight between the three levels that are known; beyond the last it falls as fast as it did on the way there.
    """
    low = max(window.low, 0.0)
    middle, high = max(window.middle, low), max(window.high, window.middle, low)
    if hours < low:
        return 1.0 - 0.1 * max(hours, 0.0) / low
    if hours < middle:
        return 0.9 - 0.4 * (hours - low) / (middle - low)
    if hours < high:
        return 0.5 - 0.4 * (hours - middle) / (high - middle)
    scale = max(high - middle, _SMALLEST_H) / math.log(5.0)
    return 0.1 * math.exp(-(hours - high) / scale)


def chances_by_day(window: Window, *, today: date, left_h: float, free: int | None = None) -> dict[date, Decimal]:
    """For each day after ``today``, of which ``left_h`` hours are left, how likely it is still there when it begins.

    The first ``free`` of these days are not asked for.
    """
    found: dict[date, Decimal] = {}
    for number in range(max(free or 0, 0), MOST_DAYS):
        chance = chance_after(window, left_h + 24.0 * number)
        if chance < 0.001:
            break
        found[today + timedelta(days=number + 1)] = Decimal(str(round(chance, 4)))
    return found
