"""What each method would have said, morning after morning, with nothing that was heard later; and how it did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cargo.arrival.baselines import baselines
from cargo.arrival.chains import LONGEST_H
from cargo.arrival.conformal import HORIZONS, Past, horizon, scales, widened
from cargo.arrival.log import COLUMN, Floats, Ints, Log, Seen, seen
from cargo.arrival.model import LEVELS, Options, fit, forecast, learn

METHODS = ("B0", "B1", "B1m", "B2", "B3", "C")
PLAIN, SHRUNK = Options(corridor=0.0), Options()
DAY_H = 24.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Said:
    """Forecasts made: when, of which trip, hours left at the levels by each method, and the hours left in truth."""

    moment: Floats
    trip: Ints
    left: dict[str, Floats]
    truth: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a method did at one horizon: forecasts, mean error of the middle (h), pinball loss (h), the share of
    truths within the window, and the mean width of the window (h)."""

    method: str
    days_out: str
    n: int
    hits: int
    mae_h: float | None
    pinball: float | None
    coverage: float | None
    width_h: float | None


def replay(log: Log, *, since: float, until: float, step: float = DAY_H) -> Said:
    """Forecast every trip under way, at ``since`` and every ``step`` hours.

    Kept are the forecasts that are ripe: whose windows (of B3 and C) were over by ``until``, whether the trip had
    arrived or not. Those of trips that arrived alone would leave out the latest. Who is not there yet arrives at
    ``until`` at the earliest, and is scored by that.
    """
    truth = seen(log, until).arrived
    told = _told(log)
    parts: list[Said] = []
    for moment in np.arange(since, until, step):
        now = seen(log, float(moment))
        known = ~np.isnan(now.times).all(1)
        is_heard = now.moment - np.fmax.reduce(now.times, axis=1, initial=-np.inf) <= LONGEST_H
        rows = np.flatnonzero(known & is_heard & np.isnan(now.arrived) & ~(truth <= moment))
        if len(rows):
            parts.append(_morning(log, now, rows, truth, _past(parts, told, float(moment))))
    return _ripe(_join(parts), until)


def _ripe(said: Said, until: float) -> Said:
    left = until - said.moment
    ripe = np.maximum(said.left["B3"][:, 2], said.left["C"][:, 2]) <= left
    return Said(
        moment=said.moment[ripe],
        trip=said.trip[ripe],
        left={method: rows[ripe] for method, rows in said.left.items()},
        truth=np.where(np.isnan(said.truth), left, said.truth)[ripe],
    )


def _told(log: Log) -> Floats:
    """When each trip's arrival came to be known."""
    told = np.full(len(log.lane), np.inf)
    ends = (log.code == COLUMN["arrived_kigali"]) | (log.code == COLUMN["delivered"])
    np.minimum.at(told, log.trip[ends], log.known[ends])
    return told


def _past(parts: list[Said], told: Floats, moment: float) -> Past:
    """The forecasts made so far of trips whose arrival is known by now."""
    if not parts:
        return Past(left=np.empty((0, len(LEVELS))), truth=np.empty(0), known=np.empty(0))
    trip = np.concatenate([part.trip for part in parts])
    is_known = told[trip] <= moment
    left = np.concatenate([part.left["B3"] for part in parts])[is_known]
    truth = np.concatenate([part.truth for part in parts])[is_known]
    return Past(left=left, truth=truth, known=told[trip][is_known])


def _morning(log: Log, now: Seen, rows: Ints, truth: Floats, past: Past) -> Said:
    simple = {name: left[rows] for name, left in baselines(log, now).items()}
    learnt = learn(log, now, SHRUNK)
    plain, shrunk = (forecast(fit(learnt, options), now.of(rows)).left for options in (PLAIN, SHRUNK))
    calibrated = widened(shrunk, scales(past, now.moment))
    left = simple | {"B2": plain, "B3": shrunk, "C": calibrated}
    return Said(moment=np.full(len(rows), now.moment), trip=rows, left=left, truth=truth[rows] - now.moment)


def latest_factors(said: Said, moment: float) -> Floats:
    """By what the windows of each horizon must be stretched, after the forecasts said and now true or not."""
    known = said.moment + said.truth
    return scales(Past(left=said.left["B3"], truth=said.truth, known=known), moment)


def _join(parts: list[Said]) -> Said:
    if not parts:
        nothing = np.empty((0, len(LEVELS)))
        return Said(
            moment=np.empty(0),
            trip=np.empty(0, dtype=np.int64),
            left=dict.fromkeys(METHODS, nothing),
            truth=np.empty(0),
        )
    return Said(
        moment=np.concatenate([part.moment for part in parts]),
        trip=np.concatenate([part.trip for part in parts]),
        left={method: np.concatenate([part.left[method] for part in parts]) for method in METHODS},
        truth=np.concatenate([part.truth for part in parts]),
    )


def score(said: Said) -> list[Score]:
    """Each method at each horizon, by the days out that the method itself said, and over all."""
    return [
        _score(method, name, said.left[method][mine], said.truth[mine])
        for method in METHODS
        for name, mine in _groups(horizon(said.left[method][:, 1]))
    ]


def _groups(groups: Ints) -> Iterator[tuple[str, np.ndarray]]:
    yield from ((name, groups == number) for number, name in enumerate(HORIZONS))
    yield "all", np.full(len(groups), True)


def _score(method: str, days_out: str, left: Floats, truth: Floats) -> Score:
    if not len(truth):
        return Score(
            method=method, days_out=days_out, n=0, hits=0, mae_h=None, pinball=None, coverage=None, width_h=None
        )
    hits = (left[:, 0] <= truth) & (truth <= left[:, 2])
    return Score(
        method=method,
        days_out=days_out,
        n=len(truth),
        hits=int(hits.sum()),
        mae_h=float(np.abs(left[:, 1] - truth).mean()),
        pinball=float(pinball(left, truth).mean()),
        coverage=float(hits.mean()),
        width_h=float((left[:, 2] - left[:, 0]).mean()),
    )


def pinball(left: Floats, truth: Floats) -> Floats:
    """The loss of each forecast, the mean over the levels."""
    over = truth[:, None] - left
    return np.asarray(np.maximum(LEVELS * over, (LEVELS - 1) * over).mean(axis=1), dtype=np.float64)
