"""When the pace of a leg has changed, and by how much: older stays are then counted at the pace of today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cargo.arrival.hazards import Stays
from cargo.arrival.log import Floats

# Changes are looked for so long ago, and no more than so many.
_AGO_H = np.array([84.0, 56.0, 35.0, 21.0, 14.0, 9.0, 6.0, 3.0]) * 24.0
_MOST = 3
# What the pace may have become: from a fifth to eight times as long, evenly by ratio.
_TIMES: Floats = np.linspace(np.log(0.2), np.log(8.0), 65)
# Before a change is seen: it is unlikely, and when there is one it is within a factor of two or so.
_ODDS = 0.05
_SPREAD = 0.7
_FEWEST = 8
# A change by more than a quarter is one after which former forecasts tell little of later ones.
_MUCH = 0.25
_SHORTEST_H = 0.5
_NARROWEST = 0.12
# A quarter and three quarters of a logistic bell are so many of its scales apart.
_QUARTILES = 2 * np.log(3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Stays that began before ``since`` would now last ``times`` as long."""

    since: float
    times: float


def changes(groups: Sequence[Stays], *, moment: float) -> list[Change]:
    """The changes of pace that the stays of several lanes in one leg show together, the plainest first."""
    found: list[Change] = []
    while len(found) < _MOST:
        likely = {
            float(since): sum((_seen(group, float(since)) for group in groups), np.zeros(len(_TIMES)))
            for since in moment - _AGO_H
        }
        since = max(likely, key=lambda ago: _evidence(likely[ago]))
        if _evidence(likely[since]) * _ODDS < 1.0:
            break
        found.append(Change(since=since, times=_expected(likely[since])))
        groups = [at_pace(group, found[-1:]) for group in groups]
    return found


def _seen(stays: Stays, since: float) -> Floats:
    """How much better each pace explains what began since than the pace of before does, as logarithms."""
    before = stays.ended & (stays.began < since) & (stays.began + stays.lasted > since - 2 * _AGO_H[0])
    after = stays.began >= since
    if before.sum() < _FEWEST or not after.any():
        return np.zeros(len(_TIMES))
    first, middle, third = np.quantile(np.log(np.maximum(stays.lasted[before], _SHORTEST_H)), [0.25, 0.5, 0.75])
    scale = max(float(third - first) / _QUARTILES, _NARROWEST)
    off = (np.log(np.maximum(stays.lasted[after], _SHORTEST_H)) - middle) / scale
    shifted = off[None, :] - np.concatenate([[0.0], _TIMES])[:, None] / scale
    held = -np.logaddexp(0.0, shifted)
    likely = np.where(stays.ended[after][None, :], held - np.logaddexp(0.0, -shifted), held).sum(axis=1)
    return np.asarray(likely[1:] - likely[0], dtype=np.float64)


def _weighed(likely: Floats) -> Floats:
    believed = np.exp(-((_TIMES / _SPREAD) ** 2) / 2)
    return np.asarray(believed / believed.sum() * np.exp(np.minimum(likely, 500.0)), dtype=np.float64)


def _evidence(likely: Floats) -> float:
    """By how much likelier what was seen is with a change than without."""
    return float(_weighed(likely).sum()) if likely.any() else 0.0


def _expected(likely: Floats) -> float:
    """How many times as long stays are to be expected to last since."""
    weighed = _weighed(likely)
    return float(np.exp((weighed * _TIMES).sum() / weighed.sum()))


def at_pace(stays: Stays, found: Sequence[Change]) -> Stays:
    """The stays as long as they would be today; those that ended keep the moment of their end."""
    times = np.ones(len(stays.began))
    for change in found:
        times[stays.ended & (stays.began < change.since)] *= change.times
    lasted = stays.lasted * times
    return Stays(began=stays.began + stays.lasted - lasted, lasted=lasted, ended=stays.ended, node=stays.node)


def paced(by_lane: Mapping[int, Stays], *, moment: float) -> tuple[dict[int, Stays], list[Change]]:
    """The stays of each lane in one leg, at the pace of today, and the changes that led to it."""
    found = changes(list(by_lane.values()), moment=moment)
    return {lane: at_pace(stays, found) for lane, stays in by_lane.items()}, found


def latest(found: Iterable[Change]) -> float:
    """Since when the pace is much another one; minus infinity where it always was."""
    return max((change.since for change in found if abs(np.log(change.times)) >= _MUCH), default=-np.inf)
