"""When the pace of a leg has changed, and by how much: older stays are then counted at the pace of today."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from cargo.arrival.hazards import Stays
from cargo.arrival.log import Floats
from cargo.arrival.quantiles import quantiles

# Changes are looked for so long ago, and no more than so many.
_AGO_H = np.array([84.0, 56.0, 35.0, 21.0, 14.0, 9.0, 6.0, 3.0]) * 24.0
_MOST = 3
# What the pace may have become: from a fifth to eight times as long, evenly by ratio.
_TIMES: Floats = np.linspace(np.log(0.2), np.log(8.0), 65)
# Before a change is seen: it is unlikely (as a logarithm), and when there is one it is within a factor of two or so.
_ODDS = math.log(0.05)
_SPREAD = 0.7
_FEWEST = 8
# A leg shows a change that makes what was seen in it likelier by this, as a logarithm.
_SHOWS = 0.5
# Before it is seen that all legs change together: that is rarer still, and so many of them must show it.
_ODDS_OF_ALL, _FEWEST_LEGS = math.log(0.02), 3
# A change by more than a quarter is one after which former forecasts tell little of later ones.
_MUCH = 0.25
_SHORTEST_H = 0.5
_NARROWEST = 0.12
_QUARTERS: Floats = np.array([0.25, 0.5, 0.75])
# A quarter and three quarters of a logistic bell are so many of its scales apart.
_QUARTILES = 2 * np.log(3.0)
# For each moment the logarithms by which each of _TIMES is likelier since then than the pace of before.
Likely = Mapping[float, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Stays that began before ``since`` would now last ``times`` as long."""

    since: float
    times: float


def likely(groups: Sequence[Stays], *, moment: float) -> Likely:
    """How much better each pace explains the stays of several lanes in one leg, were it that since each moment."""
    return {
        float(since): np.sum([np.zeros(len(_TIMES)), *(_seen(group, float(since)) for group in groups)], axis=0)
        for since in moment - _AGO_H
    }


def of_all(legs: Sequence[Likely]) -> list[Change]:
    """The change of pace of all legs where that explains what they show better than a change of each by itself; as a
    rule there is none. The short legs show it soon, and what is foretold hangs on the long ones."""
    if not legs:
        return []
    whole = {since: np.sum([leg[since] for leg in legs], axis=0) for since in legs[0]}
    since = max(whole, key=lambda ago: _evidence(whole[ago]))
    apart = sum(max(0.0, *(_evidence(told) + _ODDS for told in leg.values())) for leg in legs)
    if _evidence(whole[since]) + _ODDS_OF_ALL <= apart:
        return []
    times = _expected(whole[since])
    show = sum(float(np.interp(np.log(times), _TIMES, leg[since])) > _SHOWS for leg in legs)
    return [Change(since=since, times=times)] if show >= _FEWEST_LEGS else []


def changes(
    groups: Sequence[Stays], *, moment: float, known: Sequence[Change] = (), first: Likely | None = None
) -> list[Change]:
    """The changes of pace that the stays of several lanes in one leg show together, the plainest first, behind those of
    all legs that are ``known``; ``first`` is what they show before, where that was counted."""
    found = list(known)
    groups = [at_pace(group, found) for group in groups]
    shown = first if first is not None and not known else likely(groups, moment=moment)
    while len(found) < _MOST:
        since = max(shown, key=lambda ago: _evidence(shown[ago]))
        if _evidence(shown[since]) + _ODDS < 0.0:
            break
        found.append(Change(since=since, times=_expected(shown[since])))
        groups = [at_pace(group, found[-1:]) for group in groups]
        shown = likely(groups, moment=moment)
    return found


def _seen(stays: Stays, since: float) -> Floats:
    """How much better each pace explains what began since than the pace of before does, as logarithms."""
    before = stays.ended & (stays.began < since) & (stays.began + stays.lasted > since - 2 * _AGO_H[0])
    after = stays.began >= since
    if before.sum() < _FEWEST or not after.any():
        return np.zeros(len(_TIMES))
    first, middle, third = quantiles(np.log(np.maximum(stays.lasted[before], _SHORTEST_H)), _QUARTERS)
    scale = max(float(third - first) / _QUARTILES, _NARROWEST)
    off = (np.log(np.maximum(stays.lasted[after], _SHORTEST_H)) - middle) / scale
    shifted = off[None, :] - np.concatenate([[0.0], _TIMES])[:, None] / scale
    held = -np.logaddexp(0.0, shifted)
    likely = np.where(stays.ended[after][None, :], held - np.logaddexp(0.0, -shifted), held).sum(axis=1)
    return np.asarray(likely[1:] - likely[0], dtype=np.float64)


def _weighed(likely: Floats) -> Floats:
    """How likely each pace is by what was seen and by what was believed before, as logarithms: of many stays no number
    holds it otherwise."""
    believed = -((_TIMES / _SPREAD) ** 2) / 2
    return np.asarray(likely + believed - np.logaddexp.reduce(believed), dtype=np.float64)


def _evidence(likely: Floats) -> float:
    """By how much likelier what was seen is with a change than without, as a logarithm."""
    return float(np.logaddexp.reduce(_weighed(likely))) if likely.any() else -math.inf


def _expected(likely: Floats) -> float:
    """How many times as long stays are to be expected to last since."""
    weighed = _weighed(likely)
    return float(np.exp(np.average(_TIMES, weights=np.exp(weighed - weighed.max()))))


def at_pace(stays: Stays, found: Sequence[Change]) -> Stays:
    """The stays as long as they would be today; those that ended keep the moment of their end."""
    times = np.ones(len(stays.began))
    for change in found:
        times[stays.ended & (stays.began < change.since)] *= change.times
    lasted = stays.lasted * times
    return Stays(began=stays.began + stays.lasted - lasted, lasted=lasted, ended=stays.ended, node=stays.node)


Leg = TypeVar("Leg")
Paced = tuple[dict[int, Stays], list[Change]]


def paced_legs(legs: Mapping[Leg, Mapping[int, Stays]], *, moment: float, kinds: int) -> dict[Leg, Paced]:
    """For each leg the stays of each lane at the pace of today, and the changes that led to it.

    Lanes from the number ``kinds`` on are of trips that those before them have too, and show nothing more.
    """
    own = {leg: of_kinds(by_lane, kinds) for leg, by_lane in legs.items()}
    first = {leg: likely(groups, moment=moment) for leg, groups in own.items()}
    known = of_all(list(first.values()))
    found = {leg: changes(own[leg], moment=moment, known=known, first=first[leg]) for leg in legs}
    return {
        leg: ({lane: at_pace(stays, found[leg]) for lane, stays in by_lane.items()}, found[leg])
        for leg, by_lane in legs.items()
    }


def of_kinds(by_lane: Mapping[int, Stays], kinds: int) -> list[Stays]:
    """A leg's stays of each lane, those by rail, which are among their kind's too, where no kind has the leg."""
    return [stays for lane, stays in by_lane.items() if lane < kinds] or list(by_lane.values())


def latest(found: Iterable[Change]) -> float:
    """Since when the pace is much another one; minus infinity where it always was."""
    return max((change.since for change in found if abs(np.log(change.times)) >= _MUCH), default=-np.inf)
