"""What each method would have said, morning after morning, with nothing that was heard later; and how it did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cargo.arrival.baselines import baselines
from cargo.arrival.chains import LONGEST_H, LOST_H, LOST_TIMES, OFTEN
from cargo.arrival.conformal import HORIZONS, Past, horizon, scales, widened
from cargo.arrival.log import COLUMN, Flags, Floats, Ints, Log, Seen, seen
from cargo.arrival.model import Model, Options, Windows, fit, forecast, learn
from cargo.arrival.ways import LEVELS

METHODS = ("B0", "B1", "B1m", "B2", "B3", "C")
PLAIN, SHRUNK = Options(corridor=0.0), Options()
DAY_H = 24.0
WARM_H = 45 * 24.0
# The next morning is no more than so many hours later.
NEXT_H = 36.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Said:
    """Forecasts made: when, of which trip, at which milestone it stood (-1: none), hours left at the levels by each
    method, and the hours left in truth; ``changed`` is when a leg's pace last became another one, as it was seen when
    each was made."""

    moment: Floats
    trip: Ints
    stands: Ints
    left: dict[str, Floats]
    truth: Floats
    changed: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a method did at one horizon: forecasts, mean error of the middle (h), pinball loss (h), the share of
    truths within the window, the mean width of the window (h), and by how much the middle moved in the mean until the
    next morning (h)."""

    method: str
    days_out: str
    n: int
    hits: int
    mae_h: float | None
    pinball: float | None
    coverage: float | None
    width_h: float | None
    moved_h: float | None


def replay(log: Log, *, since: float, until: float, step: float = DAY_H) -> Said:
    """Forecast every trip under way, at ``since`` and every ``step`` hours.

    Kept are the forecasts that are ripe: whose windows (of B3 and C) were over by ``until``, whether the trip had
    arrived or not. Those of trips that arrived alone would leave out the latest. Who is not there yet arrives at
    ``until`` at the earliest, and is scored by that; of whom nothing was heard for a month by then, nothing is scored,
    nor of those that are ``_gone``.
    """
    truth = seen(log, until).arrived
    told = _told(log)
    parts: list[Said] = []
    # What came before counts for nothing but the windows' calibration, which is not new on the first day either.
    for moment in np.arange(since - step * (WARM_H // step), until, step):
        now = seen(log, float(moment))
        known = ~np.isnan(now.times).all(1)
        rows = np.flatnonzero(known & _is_heard(now, LONGEST_H) & np.isnan(now.arrived) & ~(truth <= moment))
        if len(rows):
            parts.append(_morning(log, now, rows, truth, parts, told))
    end = seen(log, until)
    under_way = np.flatnonzero(~np.isnan(end.times).all(1) & np.isnan(end.arrived))
    model = fit(learn(log, end, SHRUNK), SHRUNK)
    gone = _gone(model, under_way, forecast(model, end.of(under_way)))
    return _ripe(_join([part for part in parts if part.moment[0] >= since]), end, gone)


def _ripe(said: Said, end: Seen, gone: Ints) -> Said:
    left = end.moment - said.moment
    is_lost = np.isnan(said.truth) & (~_is_heard(end, LOST_H)[said.trip] | np.isin(said.trip, gone))
    ripe = (np.maximum(said.left["B3"][:, 2], said.left["C"][:, 2]) <= left) & ~is_lost
    return Said(
        moment=said.moment[ripe],
        trip=said.trip[ripe],
        stands=said.stands[ripe],
        left={method: rows[ripe] for method, rows in said.left.items()},
        truth=np.where(np.isnan(said.truth), left, said.truth)[ripe],
        changed=said.changed[ripe],
    )


def _told(log: Log) -> Floats:
    """When each trip's arrival came to be known."""
    told = np.full(len(log.lane), np.inf)
    ends = (log.code == COLUMN["arrived_kigali"]) | (log.code == COLUMN["delivered"])
    np.minimum.at(told, log.trip[ends], log.known[ends])
    return told


def _past(parts: list[Said], told: Floats, now: Seen, gone: Ints) -> Past:
    """The forecasts made so far whose windows are over: who has not arrived though it is, is late by now at least.
    Of those that are ``gone`` nothing more will be told.

    Those that arrived early count no sooner than those that do not: else the early ones would count alone.
    """
    said = _join(parts)
    trip, made, left = said.trip, said.moment, said.left["B3"]
    is_there = told[trip] <= now.moment
    over = made + left[:, 2]
    # A day is given to be told of an arrival.
    late = (over + DAY_H <= now.moment) & _is_heard(now, LOST_H)[trip] & ~np.isin(trip, gone)
    counts = np.where(is_there, over <= now.moment, late)
    known = np.where(is_there, np.maximum(over, told[trip]), over + DAY_H)
    truth = np.where(is_there, said.truth, now.moment - made)
    return Past(
        made=made[counts],
        stands=said.stands[counts],
        left=left[counts],
        truth=truth[counts],
        known=known[counts],
        changed=said.changed[counts],
    )


def _is_heard(now: Seen, longest: float) -> Flags:
    """Of whom something was heard within so many hours; the others' events were lost.

    A registration is no news of goods that had moved before: of history it comes last.
    """
    registered, moved = now.times[:, 0], np.fmax.reduce(now.times[:, 1:], axis=1)
    return np.asarray(now.moment - np.where(np.isnan(moved), registered, moved) <= longest)


def _gone(model: Model, rows: Ints, made: Windows) -> Ints:
    """The trips that are silent for much longer than nearly all, where many arrivals are never told."""
    lossy = [number for number, lane in model.lanes.items() if lane.chain.reported[-1] < OFTEN]
    return rows[np.isin(made.lane, lossy) & (made.waited > LOST_TIMES * made.usual)]


def _morning(log: Log, now: Seen, rows: Ints, truth: Floats, parts: list[Said], told: Floats) -> Said:
    simple = {name: left[rows] for name, left in baselines(log, now).items()}
    learnt = learn(log, now, SHRUNK)
    model = fit(learnt, SHRUNK)
    plain, shrunk = forecast(fit(learnt, PLAIN), now.of(rows)), forecast(model, now.of(rows))
    past = _past(parts, told, now, _gone(model, rows, shrunk))
    calibrated = widened(shrunk.left, shrunk.code, scales(past, now.moment, changed=learnt.changed))
    left = simple | {"B2": plain.left, "B3": shrunk.left, "C": calibrated}
    every = np.ones(len(rows))
    return Said(
        moment=every * now.moment,
        trip=rows,
        stands=shrunk.code,
        left=left,
        truth=truth[rows] - now.moment,
        changed=every * learnt.changed,
    )


def latest_factors(said: Said, moment: float) -> Floats:
    """By what the windows of each leg and horizon must be stretched, after the forecasts said and now true or not."""
    known = said.moment + said.truth
    past = Past(
        made=said.moment, stands=said.stands, left=said.left["B3"], truth=said.truth, known=known, changed=said.changed
    )
    return scales(past, moment, changed=float(said.changed.max(initial=-np.inf)))


def _join(parts: list[Said]) -> Said:
    if not parts:
        nothing = np.empty((0, len(LEVELS)))
        return Said(
            moment=np.empty(0),
            trip=np.empty(0, dtype=np.int64),
            stands=np.empty(0, dtype=np.int64),
            left=dict.fromkeys(METHODS, nothing),
            truth=np.empty(0),
            changed=np.empty(0),
        )
    return Said(
        moment=np.concatenate([part.moment for part in parts]),
        trip=np.concatenate([part.trip for part in parts]),
        stands=np.concatenate([part.stands for part in parts]),
        left={method: np.concatenate([part.left[method] for part in parts]) for method in METHODS},
        truth=np.concatenate([part.truth for part in parts]),
        changed=np.concatenate([part.changed for part in parts]),
    )


def score(said: Said) -> list[Score]:
    """Each method at each horizon, by the days out that the method itself said, and over all."""
    return [
        _score(method, name, said.left[method][mine], said.truth[mine], moves[mine])
        for method in METHODS
        for moves in [_moves(said, said.left[method][:, 1])]
        for name, mine in _groups(horizon(said.left[method][:, 1]))
    ]


def _moves(said: Said, middle: Floats) -> Floats:
    """By how much the middle of each forecast moved until the next morning; NaN where there is none."""
    by = np.lexsort((said.moment, said.trip))
    step, moved = np.diff(said.moment[by]), np.abs(np.diff((said.moment + middle)[by]))
    is_next = (np.diff(said.trip[by]) == 0) & (step <= NEXT_H)
    found = np.full(len(middle), np.nan)
    found[by[:-1]] = np.where(is_next, moved, np.nan)
    return found


def _groups(groups: Ints) -> Iterator[tuple[str, np.ndarray]]:
    yield from ((name, groups == number) for number, name in enumerate(HORIZONS))
    yield "all", np.full(len(groups), True)


def _score(method: str, days_out: str, left: Floats, truth: Floats, moves: Floats) -> Score:
    hits = (left[:, 0] <= truth) & (truth <= left[:, 2])
    return Score(
        method=method,
        days_out=days_out,
        n=len(truth),
        hits=int(hits.sum()),
        mae_h=_mean(np.abs(left[:, 1] - truth)),
        pinball=_mean(pinball(left, truth)),
        coverage=_mean(hits),
        width_h=_mean(left[:, 2] - left[:, 0]),
        moved_h=_mean(moves[~np.isnan(moves)]),
    )


def _mean(values: Floats | Flags) -> float | None:
    return float(values.mean()) if len(values) else None


def pinball(left: Floats, truth: Floats) -> Floats:
    """The loss of each forecast, the mean over the levels."""
    over = truth[:, None] - left
    return np.asarray(np.maximum(LEVELS * over, (LEVELS - 1) * over).mean(axis=1), dtype=np.float64)
