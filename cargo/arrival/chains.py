"""The legs of each way: which milestones follow one another, where a trip stands, and its stays in each leg."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cargo.arrival.hazards import Stays
from cargo.arrival.log import COLUMN, Flags, Floats, Ints, Seen
from cargo.arrival.prior import MEDIANS, SPREAD, SPREADS
from cargo.arrival.quantiles import quantiles

_WAY = ["border1_in", "border1_out", "border2_in", "border2_out"]
_SEA = ["registered", "vessel_departed", "vessel_arrived"]
_PORT = ["vessel_berthed", "discharged", "kra_cleared", "pickup_order"]
GENERAL = [*_SEA, *_PORT, "gate_out", *_WAY]
RAIL = [*_SEA, *_PORT, "railed_to_icd", "gate_out", *_WAY]
# How the lane of those is named that are known to go by rail.
BY_RAIL = " by rail"
FUEL = [*_SEA, "discharged_kot", "pipeline_in", "at_depot", "loading_order", "loaded", *_WAY]
ARRIVED = "arrived"
# Exports of all kinds are one lane, which ends aboard a ship.
EXPORT = "export"
OUTWARD = [
    "registered", "export_released", "export_loaded", "export_border2_in", "export_border2_out", "export_border1_in",
    "export_border1_out", "export_at_port",
]  # fmt: skip
ABOARD = "export_aboard"
# What comes after the arrival, of cargo that brings an empty back.
BEYOND = ("arrived_kigali", "delivered", "empty_returned")
# A stay without news for longer is an event that was lost, not somebody who waits.
LONGEST_H = 90 * 24.0
# By then it is taken for lost where it is scored, and in a leg that nearly all leave much sooner.
LOST_H = 30 * 24.0
# Who waits so many times as long as nearly all is lost before that where so many that came later have gone on: where a
# border is shut nobody has.
LOST_TIMES = 3.0
_NEARLY_ALL: Floats = np.array([0.95])
_OVERTAKEN = 5
# A milestone that fewer trips report is left out of the way.
_REPORTED = 0.5
# Where fewer report the end of a leg, who waits there may have gone on.
OFTEN = 0.95
# Trips' weight behind the belief that a milestone is reported.
_BELIEF = 2.0
# A clock that runs back by more is wrong, and its leg is not measured.
_SLACK_H = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chain:
    """A way: its milestones in order (the last one is the arrival), and the share of trips that report each."""

    nodes: tuple[str, ...]
    reported: Floats

    @property
    def medians(self) -> Floats:
        """The published median of each leg; what is not reported on the way is part of the next leg."""
        return np.array([sum(MEDIANS[node] for node in leg) for leg in self._parts()])

    @property
    def spreads(self) -> Floats:
        """The published spread of each leg, that of its parts by their lengths."""
        return np.array(
            [
                np.average([SPREADS.get(node, SPREAD) for node in leg], weights=[MEDIANS[node] for node in leg])
                for leg in self._parts()
            ]
        )

    def _parts(self) -> list[list[str]]:
        """For each leg the milestones of the whole way that it leads over, by its end's."""
        is_fuel, is_rail = {"discharged_kot", "at_depot"} & {*self.nodes}, "railed_to_icd" in self.nodes
        is_export = self.nodes[-1] == ABOARD
        every = way_of(EXPORT) if is_export else [*(FUEL if is_fuel else RAIL if is_rail else GENERAL), ARRIVED]
        ends = [every.index(node) for node in self.nodes]
        return [every[begin + 1 : end + 1] for begin, end in pairwise(ends)]


def times_along(nodes: tuple[str, ...], seen: Seen) -> Floats:
    """A row per trip, a column per milestone of the way."""
    ends = (ARRIVED, ABOARD)
    return np.column_stack([seen.arrived if node in ends else seen.times[:, COLUMN[node]] for node in nodes])


def onward(times: Floats) -> Floats:
    """The same with no milestone before one that it follows: where a clock runs back the later one is right. The first,
    the registration, moves nothing and may come last."""
    moves = times[:, 1:]
    moves = np.where(np.isnan(moves), np.nan, np.fmax.accumulate(moves, axis=1))
    return np.column_stack([times[:, :1], moves])


def way_of(lane: str) -> list[str]:
    """All milestones of a lane's way that may be reported."""
    if lane == EXPORT:
        return [*OUTWARD, ABOARD]
    return [*(RAIL if lane.endswith(BY_RAIL) else FUEL if lane.startswith("liquid_bulk") else GENERAL), ARRIVED]


def chain_of(lane: str, seen: Seen, rows: Ints) -> Chain:
    """The way of a lane as its trips report it."""
    every = tuple(way_of(lane))
    known = ~np.isnan(times_along(every, seen)[rows])
    passed = np.zeros_like(known)
    passed[:, :-1] = np.flip(np.logical_or.accumulate(np.flip(known, 1), 1), 1)[:, 1:]
    reported = ((known & passed).sum(0) + _BELIEF) / (passed.sum(0) + _BELIEF)
    kept = reported >= _REPORTED
    kept[0] = kept[-1] = True
    nodes = tuple(node for node, keep in zip(every, kept, strict=True) if keep)
    # Nothing follows an arrival by which to know that it was not told.
    times = times_along(nodes, seen)[rows]
    there = (~np.isnan(times[:, -1])).sum() + _BELIEF
    reported[-1] = there / (there + lost_in(times, len(nodes) - 2, seen.moment).sum())
    return Chain(nodes=nodes, reported=reported[kept])


def furthest(times: Floats) -> Ints:
    """The number of the last milestone known of each trip; -1 for none."""
    known = ~np.isnan(times)
    last = times.shape[1] - 1 - np.argmax(np.flip(known, 1), 1)
    return np.where(known.any(1), last, -1)


def _waits_in(times: Floats, leg: int) -> Flags:
    """Who was heard of last at the beginning of a leg."""
    return np.asarray(np.isnan(times[:, leg + 1]) & (furthest(times) == leg))


def lost_in(times: Floats, leg: int, moment: float) -> Flags:
    """Who has waited in a leg for so long that it has left without a word: much longer than nearly all, and overtaken
    by several that came later or silent for a month; or for three months."""
    began, lasted = times[:, leg], times[:, leg + 1] - times[:, leg]
    is_ended = lasted >= -_SLACK_H
    longest = LOST_TIMES * float(quantiles(lasted[is_ended], _NEARLY_ALL)[0]) if is_ended.any() else LONGEST_H
    later = is_ended.sum() - np.searchsorted(np.sort(began[is_ended]), began, side="right")
    patience = np.where(later >= _OVERTAKEN, longest, max(longest, LOST_H))
    return np.asarray(_waits_in(times, leg) & (moment - began > np.minimum(patience, LONGEST_H)))


def stays_in(times: Floats, leg: int, moment: float, *, nodes: Ints | None = None, reported: float = 1.0) -> Stays:
    """The stays in one leg: ended ones, and those of trips that were heard of last at its beginning.

    A trip that skipped the report of either end says nothing, nor does one whose clocks run backwards. ``nodes`` are
    those at which the trips began the leg. Where the leg's end is often not ``reported``, who has waited long has more
    likely left without a word than not, and says nothing either.
    """
    began, ended = times[:, leg], times[:, leg + 1]
    lasted, waited = ended - began, moment - began
    is_ended = lasted >= -_SLACK_H
    waits = _waits_in(times, leg) & ~lost_in(times, leg, moment)
    if reported < OFTEN and is_ended.any():
        waits &= waited <= float(quantiles(lasted[is_ended], np.array([1 / (2 - reported)]))[0])
    counted = ~np.isnan(began) & (is_ended | waits)
    length = np.where(is_ended, np.maximum(lasted, 0.0), waited)
    return Stays(
        began=began[counted],
        lasted=np.maximum(length[counted], 0.0),
        ended=is_ended[counted],
        node=None if nodes is None else nodes[counted],
    )


def stays_beyond(seen: Seen, rows: Ints) -> list[Stays]:
    """The stays in the legs after the arrival: to the delivery, and from there until the empty is back."""
    times = times_along(BEYOND, seen)[rows]
    return [stays_in(times, leg, seen.moment) for leg in range(len(BEYOND) - 1)]


def brings_empties(lane: str, seen: Seen, rows: Ints) -> bool:
    """Whether empties come back from such cargo."""
    return lane.startswith("container") or bool((~np.isnan(seen.times[rows, COLUMN["empty_returned"]])).any())
