"""The distribution of arrivals: simulated ways of each lane, of which those count that fit what was already waited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from cargo.arrival import etas
from cargo.arrival.chains import (
    BEYOND,
    BY_RAIL,
    Chain,
    brings_empties,
    chain_of,
    furthest,
    onward,
    stays_beyond,
    stays_in,
    times_along,
)
from cargo.arrival.hazards import Counted, Stays, count, cumulative, durations, expected, half_life_of, tail
from cargo.arrival.likeness import likeness, together
from cargo.arrival.log import CODES, COLUMN, Flags, Floats, Ints, Log, Seen
from cargo.arrival.paces import Change, latest, of_kinds, paced_legs
from cargo.arrival.prior import MEDIANS, TRIPS, survival
from cargo.arrival.ways import CALLED, EMPTY, LEVELS, Lane, Table

_MOST_LAG_H = 72.0
_MOST_TRIPS = 4000
# A change of pace explains a forecast that moved for so long.
_NEWS_H = 21 * 24.0
# A node of which fewer stays in a leg are known is not told apart, nor are those by rail of which fewer arrived.
_FEWEST_AT = 5
# The number of the draws that all legs of a way have in common.
_TRIP = 10_000
Pair = tuple[str, str]
# The number of a lane, of a leg of it, and a node.
At = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a fit may be told: the half-life of news in hours, the trips' weight of the corridor behind a lane (zero:
    none, no nodes, each leg by itself, next to nothing of the published figures) and of the lane behind a node, draws,
    and their seed."""

    half_life: float = 60 * 24.0
    corridor: float = 6.0
    lane: float = 10.0
    draws: int = 2000
    seed: int = 20_260_701


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """What was learnt until ``moment``, by lane: those of the ``kinds`` of cargo, and, so many numbers behind each,
    that of those by rail."""

    moment: float
    kinds: int
    lanes: Mapping[int, Lane]
    options: Options


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Windows:
    """Forecasts: hours left at the ``LEVELS``, the number of the lane's milestone at which each stands (-1: nothing is
    known) and the column of its ``code`` (-1), the class of the ship's foretold arrival where that was used (else -1),
    hours waited without news there (or since the ship was foretold), within how many hours nearly all and half of all
    had news, the ``share`` of all that had news sooner, how likely it comes to wait longer than nearly all, and the
    trips learnt from.
    ``gate`` are the hours left to the port's gate at the levels, NaN where that is passed or not known of the lane;
    ``empty`` those until the empty is back, NaN where such cargo brings none back. Of exports what is ``left`` ends
    aboard a ship, and the gate is that into the port."""

    lane: Ints
    left: Floats
    stands: Ints
    code: Ints
    by_eta: Ints
    waited: Floats
    usual: Floats
    typical: Floats
    share: Floats
    stall: Floats
    trips: Ints
    gate: Floats
    empty: Floats

    @property
    def is_late(self) -> Flags:
        """Whether it has waited longer than nearly all."""
        return np.asarray(self.waited > self.usual)

    def milestone(self, number: int, model: Model) -> str:
        """The milestone from which the forecast with this number counts; empty where nothing is known."""
        stands = int(self.stands[number])
        lane = model.lanes.get(int(self.lane[number]))
        return lane.chain.nodes[stands] if lane and stands >= 0 else ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Learnt:
    """What was counted until ``moment``: each lane's way, the stays in its legs (of all nodes, and of each) and in
    those after the arrival (of lanes that bring empties back), how the pace of legs has changed, how ``alike`` the legs
    of one trip are, how many trips arrived, how late each milestone is told, and how far off ships were."""

    moment: float
    kinds: int
    chains: Mapping[int, Chain]
    counted: Mapping[int, list[Counted]]
    by_node: Mapping[At, Counted]
    beyond: Mapping[int, list[Counted]]
    paces: Mapping[Pair, list[Change]]
    alike: float
    arrived: Mapping[int, int]
    lags: Floats
    missed: list[Floats]

    @property
    def changed(self) -> float:
        """Since when the pace of some leg is much another one."""
        return max((latest(found) for found in self.paces.values()), default=-np.inf)


def learn(log: Log, now: Seen, options: Options) -> Learnt:
    """Count what was known at the moment of ``now``, which was seen in ``log``."""
    lanes = _lanes(log, now)
    rows = {number: mine for number, (_name, mine) in lanes.items()}
    chains = {number: chain_of(name, now, mine) for number, (name, mine) in lanes.items()}
    shares = _draws(options.seed, options.draws, -1)
    counted, by_node, paces = _count_legs(
        chains, {number: _thinned(mine) for number, mine in rows.items()}, now, options, kinds=len(log.lanes)
    )
    return Learnt(
        moment=now.moment,
        kinds=len(log.lanes),
        chains=chains,
        counted=counted,
        by_node=by_node,
        beyond={
            number: [count(stays, moment=now.moment, half_life=options.half_life) for stays in stays_beyond(now, mine)]
            for number, (name, mine) in lanes.items()
            if brings_empties(name, now, mine)
        },
        paces=paces,
        alike=likeness(
            onward(times_along(chain.nodes, now)[_thinned(rows[number])])
            for number, chain in chains.items()
            if number < len(log.lanes)
        ),
        arrived={number: int((~np.isnan(now.arrived[mine])).sum()) for number, mine in rows.items()},
        lags=_lags(log, now.moment),
        missed=etas.errors(
            log, now.times[:, etas.CALLED], moment=now.moment, half_life=options.half_life, shares=shares
        ),
    )


def _lanes(log: Log, now: Seen) -> dict[int, tuple[str, Ints]]:
    """The name and the trips of each lane: of each kind of cargo all, and once more those that went by rail."""
    found = {number: (name, np.flatnonzero(now.lane == number)) for number, name in enumerate(log.lanes)}
    for number, (name, rows) in list(found.items()):
        railed = rows[now.railed[rows]]
        if (~np.isnan(now.arrived[railed])).sum() >= _FEWEST_AT:
            found[number + len(log.lanes)] = name + BY_RAIL, railed
    return {number: (name, rows) for number, (name, rows) in found.items() if len(rows)}


def _thinned(rows: Ints) -> Ints:
    """Of very many trips every so manyth: more would not say more."""
    return rows[:: max(len(rows) // _MOST_TRIPS, 1)]


def fit(learnt: Learnt, options: Options) -> Model:
    """Simulate the ways of every lane from what was learnt."""
    pooled = _pool(learnt)
    lanes = {}
    for number, chain in learnt.chains.items():
        hazards = _hazards(chain, learnt.counted[number], pooled, options)
        lanes[number] = _lane(number, hazards, learnt, options)
    return Model(moment=learnt.moment, kinds=learnt.kinds, lanes=lanes, options=options)


def _lags(log: Log, moment: float) -> Floats:
    """How long after it happened each milestone is told, in the middle; what came much later came as history."""
    late = log.known - log.at
    told = (log.known <= moment) & (late >= 0.0) & (late <= _MOST_LAG_H)
    found = np.zeros(len(CODES))
    for code in np.unique(log.code[told]):
        found[code] = np.median(late[told & (log.code == code)])
    return found


def _count_legs(
    chains: Mapping[int, Chain], rows: Mapping[int, Ints], now: Seen, options: Options, *, kinds: int
) -> tuple[dict[int, list[Counted]], dict[At, Counted], dict[Pair, list[Change]]]:
    """What each lane's stays in each of its legs count, at the pace of today, also node by node; and the changes."""
    legs: dict[Pair, dict[int, Stays]] = {}
    for number, chain in chains.items():
        mine = rows[number]
        times = onward(times_along(chain.nodes, now)[mine])
        for leg, pair in enumerate(pairwise(chain.nodes)):
            nodes, reported = now.nodes[mine, COLUMN[pair[0]]], float(chain.reported[leg + 1])
            stays = stays_in(times, leg, now.moment, nodes=nodes, reported=reported)
            legs.setdefault(pair, {})[number] = stays
    today = paced_legs(legs, moment=now.moment, kinds=kinds)
    half_lives = {
        pair: half_life_of(of_kinds(stays, kinds), moment=now.moment, half_life=options.half_life)
        for pair, (stays, _found) in today.items()
    }
    counted: dict[int, list[Counted]] = {number: [] for number in chains}
    by_node: dict[At, Counted] = {}
    for number, chain in chains.items():
        for leg, pair in _legs(chain):
            stays, half_life = today[pair][0][number], half_lives[pair]
            counted[number].append(count(stays, moment=now.moment, half_life=half_life))
            for node, own in stays.by_node(_FEWEST_AT):
                by_node[number, leg, node] = count(own, moment=now.moment, half_life=half_life)
    return counted, by_node, {pair: found for pair, (_stays, found) in today.items()}


def _pool(learnt: Learnt) -> dict[Pair, Counted]:
    """The same leg of all lanes together; trips by rail, which are among their kind's too, are counted there alone, and
    by themselves only in the legs that no kind has."""
    pooled: dict[Pair, Counted] = {}
    by_rail: dict[Pair, Counted] = {}
    for number, chain in learnt.chains.items():
        found = pooled if number < learnt.kinds else by_rail
        for pair, own in zip(pairwise(chain.nodes), learnt.counted[number], strict=True):
            found[pair] = found[pair] + own if pair in found else own
    return by_rail | pooled


def _hazards(chain: Chain, counted: list[Counted], pooled: Mapping[Pair, Counted], options: Options) -> list[Floats]:
    """The cumulative hazard of each leg: its own trips, drawn towards the corridor's, drawn towards published ones."""
    found = []
    pairs = zip(chain.nodes, chain.nodes[1:], strict=False)
    beliefs = [survival(*shape) for shape in zip(chain.medians.tolist(), chain.spreads.tolist(), strict=True)]
    for own, pair, published in zip(counted, pairs, beliefs, strict=True):
        if not options.corridor:
            found.append(cumulative(own, expected(published, 0.3)))
            continue
        corridor = np.exp(-cumulative(pooled[pair], expected(published, TRIPS)))
        belief = expected(corridor, options.corridor)
        found.append(cumulative(own, belief + tail(own + belief)))
    return found


def _places(number: int, hazards: list[Floats], learnt: Learnt, options: Options) -> dict[tuple[int, int], Floats]:
    """The cumulative hazard of each leg at each node that is told apart: its own stays, drawn towards the lane's."""
    found = {}
    for (lane, leg, node), own in learnt.by_node.items() if options.corridor else ():
        if lane == number:
            belief = expected(np.exp(-hazards[leg]), options.lane)
            found[leg, node] = cumulative(own, belief + tail(own + belief))
    return found


@lru_cache(maxsize=100)
def _draws(seed: int, draws: int, number: int) -> Floats:
    """Evenly spread shares in an order of each leg's own, the same in every fit, so that windows stand still."""
    return np.random.default_rng((seed, number + 1)).permutation((np.arange(draws) + 0.5) / draws)


@lru_cache(maxsize=100)
def _exponentials(seed: int, draws: int, leg: int, alike: float = 0.0) -> Floats:
    shares = _draws(seed, draws, 2 * leg + 1)
    if alike:
        shares = together(shares, _draws(seed, draws, _TRIP), alike)
    return np.asarray(-np.log(shares), dtype=np.float64)


def _lane(number: int, hazards: list[Floats], learnt: Learnt, options: Options) -> Lane:
    chain = learnt.chains[number]
    alike = learnt.alike if options.corridor else 0.0
    exponentials = [_exponentials(options.seed, options.draws, leg, alike) for leg in range(len(hazards))]
    lengths = [durations(hazard, drawn) for hazard, drawn in zip(hazards, exponentials, strict=True)]
    reached = np.vstack([np.zeros(options.draws), np.cumsum(lengths, axis=0)])
    heard = _heard(chain, reached, learnt.lags, options)
    return Lane(
        chain=chain, hazards=hazards, exponentials=exponentials, reached=reached, heard=heard,
        missed=learnt.missed, trips=learnt.arrived[number], paces=_paces(chain, learnt),
        places=_places(number, hazards, learnt, options), beyond=_beyond(learnt.beyond.get(number, []), options),
    )  # fmt: skip


def _beyond(counted: list[Counted], options: Options) -> Floats:
    """How long after the arrival the empty is back, of each simulated way; NaN where none comes back."""
    lasts = np.zeros(options.draws) if counted else np.full(options.draws, np.nan)
    for leg, (own, code) in enumerate(zip(counted, BEYOND[1:], strict=False)):
        hazard = cumulative(own, expected(survival(MEDIANS[code]), TRIPS))
        lasts = lasts + durations(hazard, _exponentials(options.seed, options.draws, len(CODES) + leg))
    return lasts


def _paces(chain: Chain, learnt: Learnt) -> dict[int, float]:
    since = learnt.moment - _NEWS_H
    news = {leg: [each for each in learnt.paces[pair] if each.since >= since] for leg, pair in _legs(chain)}
    times = {leg: float(np.prod([change.times for change in found])) for leg, found in news.items() if found}
    return {leg: each for leg, each in times.items() if not 0.8 < each < 1.25}


def _legs(chain: Chain) -> Iterator[tuple[int, Pair]]:
    return enumerate(pairwise(chain.nodes))


def _heard(chain: Chain, reached: Floats, lags: Floats, options: Options) -> Floats:
    """When the next thing is heard from each milestone on: the earliest of all that follow and are told."""
    told = np.full_like(reached, np.inf)
    for number, node in enumerate(chain.nodes):
        is_told = _draws(options.seed, options.draws, 2 * number + 2) < chain.reported[number]
        told[number] = np.where(is_told, reached[number] + lags[COLUMN.get(node, COLUMN["arrived_kigali"])], np.inf)
    told[-1] = reached[-1]
    return np.flip(np.minimum.accumulate(np.flip(told, 0), 0), 0)


def forecast(model: Model, now: Seen) -> Windows:
    """The windows of all trips in ``now``; of those that have arrived, and of a lane unknown, they mean nothing."""
    size = len(now.lane)
    by_rail = now.lane + model.kinds
    taken = np.where(now.railed & np.isin(by_rail, list(model.lanes)), by_rail, now.lane)
    made = Windows(
        lane=taken,
        left=np.full((size, len(LEVELS)), np.nan),
        stands=np.full(size, -1),
        code=np.full(size, -1),
        by_eta=np.full(size, -1),
        waited=np.full(size, np.nan),
        usual=np.full(size, np.nan),
        typical=np.full(size, np.nan),
        share=np.full(size, np.nan),
        stall=np.full(size, np.nan),
        trips=np.zeros(size, dtype=np.int64),
        gate=np.full((size, len(LEVELS)), np.nan),
        empty=np.full((size, len(LEVELS)), np.nan),
    )
    for number, lane in model.lanes.items():
        rows = np.flatnonzero(taken == number)
        if len(rows):
            _forecast_lane(lane, now, rows, made)
    return made


def _forecast_lane(lane: Lane, now: Seen, rows: Ints, made: Windows) -> None:
    times = onward(times_along(lane.chain.nodes, now)[rows])
    last = np.minimum(furthest(times), len(lane.hazards) - 1)
    waited = np.where(last < 0, 0.0, now.moment - times[np.arange(len(rows)), np.maximum(last, 0)])
    sea = _at_sea(lane.chain, last, now, rows)
    made.stands[rows], made.by_eta[rows], made.trips[rows] = last, sea, lane.trips
    made.code[rows] = np.where(last < 0, -1, np.array([COLUMN.get(code, -1) for code in lane.chain.nodes])[last])
    nodes = _nodes(lane, now, rows, last)
    for state, node in np.unique(np.column_stack([last, nodes])[sea < 0], axis=0).tolist():
        mine, leg = (last == state) & (nodes == node) & (sea < 0), max(state, 0)
        _fill(made, rows[mine], lane.standing(leg, node=node), waited[mine])
        if state < lane.gate:
            made.gate[rows[mine]] = lane.standing(leg, lane.gate, node).quantiles(waited[mine])
        if lane.has_empties:
            made.empty[rows[mine]] = lane.standing(leg, EMPTY, node).quantiles(waited[mine])
    for group in np.unique(sea[sea >= 0]):
        mine = sea == group
        overdue = now.moment - now.eta[rows[mine]]
        _fill(made, rows[mine], lane.at_sea(int(group)), overdue)
        if lane.gate > 0:
            made.gate[rows[mine]] = lane.at_sea(int(group), lane.gate).quantiles(overdue)
        if lane.has_empties:
            made.empty[rows[mine]] = lane.at_sea(int(group), EMPTY).quantiles(overdue)


def _nodes(lane: Lane, now: Seen, rows: Ints, last: Ints) -> Ints:
    """The node at which each stands; -1 where that is not known, or not told apart from others in its leg."""
    found = np.full(len(rows), -1)
    for leg, node in lane.places:
        there = (last == leg) & (now.nodes[rows, COLUMN[lane.chain.nodes[leg]]] == node)
        found[there] = node
    return found


def _fill(made: Windows, rows: Ints, table: Table, waited: Floats) -> None:
    made.left[rows] = table.quantiles(waited)
    made.waited[rows], made.usual[rows], made.typical[rows] = waited, table.usual, table.typical
    made.stall[rows], made.share[rows] = table.stalls(waited), table.passed(waited)


def _at_sea(chain: Chain, last: Ints, now: Seen, rows: Ints) -> Ints:
    """The class of the ship's foretold arrival where one is known and the ship has not come; else -1."""
    if CALLED not in chain.nodes:
        return np.full(len(rows), -1)
    before = (last < chain.nodes.index(CALLED)) & ~np.isnan(now.eta[rows])
    return np.where(before, etas.lead_class(now.eta_lead[rows]), -1)
