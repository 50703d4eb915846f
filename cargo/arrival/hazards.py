"""How long a leg lasts, from finished and unfinished trips: hazards by time waited, as Kaplan and Meier count them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from cargo.arrival.log import EDGES, Flags, Floats, Ints

_WIDTHS = np.diff(EDGES)
_MIDDLES = (EDGES[1:] + EDGES[:-1]) / 2
# Nothing is so sure to end that no luck outlasts it.
_SUREST = 1 - 1e-6
# Beyond the last edge a leg goes on with this mean.
_TAIL_H = 500.0
# The tail is what the slowest of so great a share did; its power is believed with the weight of so many ends, and its
# shape with that of so many trips.
_TAIL_SHARE, _TAIL_POWER, _TAIL_BELIEF, _TAIL_TRIPS = 0.15, 2.0, 3.0, 1.5
_LEAST_RISK = 1e-6
# Where fewer ends of a leg are known, each by its weight, it is looked further back, at most so many times as far.
_ENOUGH, _FURTHEST = 70.0, 2.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stays:
    """Stays in one leg: when each began, how long it lasted or has lasted so far, whether it has ended, and the node at
    which it began (None or -1: not known)."""

    began: Floats
    lasted: Floats
    ended: Flags
    node: Ints | None = None

    def by_node(self, fewest: int) -> Iterator[tuple[int, Stays]]:
        """The stays of each node of which at least so many are known; none where all are of one."""
        if self.node is None:
            return
        nodes, counts = np.unique(self.node, return_counts=True)
        for node in nodes[(counts >= fewest) & (nodes >= 0) & (counts < len(self.node))].tolist():
            mine = self.node == node
            yield node, Stays(began=self.began[mine], lasted=self.lasted[mine], ended=self.ended[mine])


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """In each bin of time waited the weighted ends, and the stays that were at risk of them."""

    ends: Floats
    risk: Floats

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.ends + other.ends, self.risk + other.risk)


def count(stays: Stays, *, moment: float, half_life: float) -> Counted:
    """Ends and stays at risk, each weighted by how long ago it was: a queue tells before anyone has left it.

    Who still waits is at risk in the bins that it has waited through.
    """
    bins = np.clip(np.searchsorted(EDGES, stays.lasted, side="right") - 1, 0, len(_WIDTHS) - 1)
    size = len(_WIDTHS)
    # What was waited through counts by the moment in each bin's middle, the end by its own moment.
    through = _weights(stays.began, moment, half_life)
    waited = np.flip(np.cumsum(np.flip(np.bincount(bins, weights=through, minlength=size))))
    waited = np.exp2(_MIDDLES / half_life) * np.concatenate([waited[1:], [0.0]])
    weights = _weights(_ends(stays), moment, half_life)
    ends = np.bincount(bins[stays.ended], weights=weights, minlength=size).astype(np.float64)
    return Counted(ends, waited + ends)


def half_life_of(groups: Iterable[Stays], *, moment: float, half_life: float) -> float:
    """After how long news of a leg counts half: later than the rule where few stays in it, of all lanes, are known."""
    known = sum(float(_weights(_ends(stays), moment, half_life).sum()) for stays in groups)
    return half_life * float(np.clip(_ENOUGH / max(known, 1.0), 1.0, _FURTHEST))


def _ends(stays: Stays) -> Floats:
    return np.asarray((stays.began + stays.lasted)[stays.ended], dtype=np.float64)


def _weights(when: Floats, moment: float, half_life: float) -> Floats:
    return np.asarray(np.exp2(-(moment - when) / half_life), dtype=np.float64)


def expected(survival: Floats, trips: float) -> Counted:
    """What so many trips would count if their survival at the edges were this: the form in which a belief is added."""
    return Counted(trips * -np.diff(survival), trips * survival[:-1])


def tail(counted: Counted) -> Counted:
    """The belief that what lasts longest ends by a power of the time, as many as were seen to: with few at risk a leg
    seems to end for sure where the last one did, or by the thin tail of what was believed."""
    held = np.exp(-np.cumsum(counted.ends / np.maximum(counted.risk, _LEAST_RISK)))
    is_late = (held < _TAIL_SHARE) & (EDGES[:-1] > 0)
    ratios = np.zeros(len(_WIDTHS))
    ratios[1:] = np.log(EDGES[2:] / EDGES[1:-1])
    power = (counted.ends[is_late].sum() + _TAIL_BELIEF) / (
        (counted.risk * ratios)[is_late].sum() + _TAIL_BELIEF / _TAIL_POWER
    )
    risk = np.where(is_late, _TAIL_TRIPS, 0.0)
    return Counted(risk * -np.expm1(-power * ratios), risk)


def cumulative(counted: Counted, belief: Counted) -> Floats:
    """The cumulative hazard at the edges, of what was counted together with the belief."""
    risk = counted.risk + belief.risk
    tail = 1 - np.exp(-_WIDTHS / _TAIL_H)
    share = np.divide(counted.ends + belief.ends, risk, out=tail, where=risk > 1e-6)
    return np.concatenate([[0.0], np.cumsum(-np.log1p(-np.minimum(share, _SUREST)))])


def durations(cumulated: Floats, exponentials: Floats, waited: float = 0.0) -> Floats:
    """Durations of the leg for draws of a standard exponential, given that it has lasted ``waited`` hours."""
    base = float(np.interp(waited, EDGES, cumulated)) if waited < EDGES[-1] else float(cumulated[-1])
    wanted = base + exponentials
    over = np.maximum(wanted - cumulated[-1], 0.0) * _TAIL_H
    return np.asarray(np.maximum(np.interp(wanted, cumulated, EDGES), waited) + over, dtype=np.float64)
