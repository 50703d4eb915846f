"""When a yearly volume reaches a goal, by the growth of the years that were published; pure.

Growth is the mean of the yearly logarithmic growths, and its spread is their standard deviation: for k years ahead the
middle is last · exp(k · mean), and the band that holds eight in ten is that times exp(± 1.2816 · spread · √k). With two
growths only there is no spread that could be trusted, and no band is given. Nothing of one firm or season is in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean, stdev

_Z80 = 1.2816
# What is older than this tells little of today's trade.
LATEST_YEARS = 5
_LEAST_GROWTHS = 3
_FARTHEST = 25.0


@dataclass(frozen=True, slots=True)
class Ahead:
    """A year's volume as expected; the band is None where too few years are known."""

    year: int
    middle: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The growth a year in percent and from how many growths; the days on which a year up to them reaches the goal.

    ``earliest`` and ``latest`` are those of the band; None where it never does within 25 years.
    """

    growth: float
    years: int
    ahead: list[Ahead]
    reached_on: date | None
    earliest: date | None
    latest: date | None


def outlook(yearly: Mapping[int, float], goal: float, *, years: int = 3) -> Outlook | None:
    """The outlook from the latest years that follow each other; None where there are fewer than three of them."""
    run = _latest_run(yearly)
    if len(run) < 3:
        return None
    growths = [math.log(later / earlier) for earlier, later in pairwise(run.values())]
    mean = fmean(growths)
    spread = stdev(growths) if len(growths) >= _LEAST_GROWTHS else None
    last_year, last = list(run.items())[-1]

    def reached(sign: float) -> date | None:
        if sign and spread is None:
            return None
        return _reached(last_year, math.log(goal / last), mean, sign * _Z80 * (spread or 0.0))

    return Outlook(
        growth=100 * (math.exp(mean) - 1),
        years=len(growths),
        ahead=[_ahead(last_year, last, mean, spread, k) for k in range(1, years + 1)],
        reached_on=reached(0),
        earliest=reached(1),
        latest=reached(-1),
    )


def _latest_run(yearly: Mapping[int, float]) -> dict[int, float]:
    run: dict[int, float] = {}
    for year in sorted(yearly, reverse=True):
        if len(run) == LATEST_YEARS or (run and year + 1 not in run) or yearly[year] <= 0:
            break
        run[year] = yearly[year]
    return dict(sorted(run.items()))


def _ahead(last_year: int, last: float, mean: float, spread: float | None, k: int) -> Ahead:
    middle = last * math.exp(k * mean)
    if spread is None:
        return Ahead(last_year + k, middle, None, None)
    away = math.exp(_Z80 * spread * math.sqrt(k))
    return Ahead(last_year + k, middle, middle / away, middle * away)


def _reached(last_year: int, distance: float, mean: float, away: float) -> date | None:
    """The day by which k years have passed with k · mean + away · √k = distance, for the first k that is so."""
    steps = round(_FARTHEST * 365)
    for step in range(steps + 1):
        k = step / 365
        if k * mean + away * math.sqrt(k) >= distance - 1e-9:
            return date(last_year + step // 365, 12, 31) + timedelta(days=step % 365)
    return None
