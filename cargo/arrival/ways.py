"""Simulated ways of a lane from each state: when the next thing is heard, what is left, and what has fitted a wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from cargo.arrival.chains import OFTEN, Chain
from cargo.arrival.hazards import durations
from cargo.arrival.log import Floats
from cargo.arrival.quantiles import quantiles

CALLED = "vessel_arrived"
# The milestones that stop the clocks of the port: the gate, or the depot's for fuel. Exports come in by the gate.
GATES = ("gate_out", "loaded", "export_at_port")
# The end of a way that is the empty's return, and not one of its milestones.
EMPTY = -2
# Who has heard nothing for longer than this share of all did is late.
LATE = 0.95
LEVELS = np.array([0.1, 0.5, 0.9])
# Fewer simulated ways than these that fit say nothing: the wait is then extended from the leg's own hazard.
_FEWEST = 60
# Waits that so few simulated ways or so small a share of the wait tell apart are counted as one.
_TOGETHER, _FINE = 8, 40.0
# A ship that is overdue by more than any ship was stays so with this mean.
_OVERDUE_H = 36.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Simulated ways from one state, in the order of when the next thing is heard (``heard``), with what is left of the
    way (``rest``, from the state's beginning). ``leg`` is the cumulative hazard of the leg under way, ``after`` what
    comes behind that leg. Where the leg's end is often not told (``is_lossy``), who waits on has not stayed in it."""

    heard: Floats
    rest: Floats
    leg: Floats | None
    after: Floats
    exponentials: Floats
    is_lossy: bool = False
    known: dict[int, Floats] = field(default_factory=dict)

    @property
    def usual(self) -> float:
        """Within how many hours nearly all have news."""
        return float(self.heard[int(LATE * (len(self.heard) - 1))])

    @property
    def typical(self) -> float:
        """Within how many hours half have news."""
        return float(self.heard[(len(self.heard) - 1) // 2])

    def stalls(self, waited: Floats) -> Floats:
        """How likely each, having waited so long, comes to wait longer than nearly all."""
        size = len(self.heard)
        beyond = size - np.searchsorted(self.heard, self.usual, side="right")
        there = size - np.searchsorted(self.heard, waited, side="right")
        return np.asarray(np.where(waited > self.usual, 1.0, beyond / np.maximum(there, 1)), dtype=np.float64)

    def passed(self, waited: Floats) -> Floats:
        """Which share of all had news sooner than each that has waited so long without."""
        return np.asarray(np.searchsorted(self.heard, waited) / len(self.heard), dtype=np.float64)

    def quantiles(self, waited: Floats) -> Floats:
        """A row of ``LEVELS`` quantiles of the hours left, for each time waited without news."""
        start = np.searchsorted(self.heard, waited, side="right")
        left = np.empty((len(waited), len(LEVELS)))
        fits = len(self.heard) - start >= _FEWEST
        firsts, place = np.unique(start[fits] // _TOGETHER * _TOGETHER, return_inverse=True)
        left[fits] = np.array([self._rest(int(first)) for first in firsts]).reshape(-1, len(LEVELS))[place]
        if self.is_lossy:
            # As if it had waited for as long as there are ways that tell.
            last = len(self.heard) - _FEWEST
            left[~fits] = self._rest(last) - self.heard[last] + waited[~fits][:, None]
            return np.maximum(left - waited[:, None], 0.0)
        longs, place = np.unique(np.exp(np.rint(np.log(waited[~fits]) * _FINE) / _FINE), return_inverse=True)
        extended = [quantiles(self._extended(float(since)), LEVELS) + since for since in longs]
        left[~fits] = np.array(extended).reshape(-1, len(LEVELS))[place]
        return np.maximum(left - waited[:, None], 0.0)

    def _rest(self, first: int) -> Floats:
        """The quantiles of the whole of the ways that are heard of last, from this one on."""
        if first not in self.known:
            self.known[first] = quantiles(self.rest[first:], LEVELS)
        return self.known[first]

    def _extended(self, waited: float) -> Floats:
        """What is left for those that have waited longer than almost any simulated way."""
        if self.leg is None:
            return self.exponentials * _OVERDUE_H + self.after
        return durations(self.leg, self.exponentials, waited) - waited + self.after


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lane:
    """A lane's simulated ways: when each milestone is ``reached`` and when the next thing is ``heard`` from it on, and
    how far off the ships' foretold arrivals are by class. ``places`` are the cumulative hazards of a leg at a node of
    which enough is known, by both. ``beyond`` is how long after the arrival the empty is back (none: NaN). ``paces``
    are the legs whose pace changed of late, with how many times as long they take. Tables are made when they are first
    asked for."""

    chain: Chain
    hazards: list[Floats]
    exponentials: list[Floats]
    reached: Floats
    heard: Floats
    missed: list[Floats]
    trips: int
    places: Mapping[tuple[int, int], Floats]
    beyond: Floats
    paces: Mapping[int, float]
    made: dict[tuple[str, int, int, int], Table] = field(default_factory=dict)

    @property
    def gate(self) -> int:
        """The number of the milestone that stops the port's clocks; -1 where none is reported."""
        return next((self.chain.nodes.index(code) for code in GATES if code in self.chain.nodes), -1)

    @property
    def has_empties(self) -> bool:
        """Whether an empty comes back in the end."""
        return not np.isnan(self.beyond[:1]).any()

    def standing(self, leg: int, end: int = -1, node: int = -1) -> Table:
        """The ways from the milestone that begins the leg (at the node, where that is known) to that of the number
        ``end`` (or EMPTY), the last by rule. Only the leg under way is of a node: where those ahead begin is not known
        yet."""
        key = ("leg", leg, end, node)
        if key not in self.made:
            hazard = self.places.get((leg, node), self.hazards[leg])
            drawn, next_at = self.exponentials[leg], self.reached[leg + 1]
            lasts = durations(hazard, drawn) if (leg, node) in self.places else next_at - self.reached[leg]
            after = self._until(end) - next_at
            heard, is_lossy = lasts + self.heard[leg + 1] - next_at, bool(self.chain.reported[leg + 1] < OFTEN)
            self.made[key] = _table(heard, lasts + after, hazard, after, drawn, is_lossy=is_lossy)
        return self.made[key]

    def at_sea(self, group: int, end: int = -1) -> Table:
        """The ways from the ship's foretold arrival, said with a lead of this class."""
        if ("sea", group, end, -1) not in self.made:
            called, off = self.chain.nodes.index(CALLED), self.missed[group]
            self.made["sea", group, end, -1] = _table(
                self.heard[called] - self.reached[called] + off,
                self._until(end) - self.reached[called] + off,
                None,
                self._until(end) - self.reached[called],
                self.exponentials[0],
            )
        return self.made["sea", group, end, -1]

    def _until(self, end: int) -> Floats:
        return np.asarray(self.reached[-1] + self.beyond if end == EMPTY else self.reached[end], dtype=np.float64)

    def pace_ahead(self, stands: int) -> tuple[str, float]:
        """The leg ahead whose pace changed most of late, by the milestone that ends it, and how many times as long it
        takes; empty and 1 where none did."""
        ahead = {leg: times for leg, times in self.paces.items() if leg >= stands}
        most = max(ahead, key=lambda leg: abs(np.log(ahead[leg])), default=None)
        return ("", 1.0) if most is None else (self.chain.nodes[most + 1], ahead[most])


def _table(
    heard: Floats, rest: Floats, leg: Floats | None, after: Floats, exponentials: Floats, *, is_lossy: bool = False
) -> Table:
    by = np.argsort(heard)
    return Table(heard=heard[by], rest=rest[by], leg=leg, after=after, exponentials=exponentials, is_lossy=is_lossy)
