"""Windows set right by how former ones did: split-conformal, by leg and days out, rolling, and quick after a shock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cargo.arrival.log import CODES, Floats, Ints

# Days out by which forecasts are scored and calibrated: 0–1, 1–3, 3–7, 7–14 and more.
HORIZONS_H = np.array([24.0, 72.0, 168.0, 336.0])
HORIZONS = ("0-1", "1-3", "3-7", "7-14", "14+")
WANTED = 0.8
# News of how forecasts did counts half after so long.
HALF_LIFE_H = 14 * 24.0
# The weight of the belief that the windows are right as they are, in forecasts.
_BELIEF = 300.0
# Forecasts made before it was seen that a leg's pace changed count so much less: the model knows of the change by now.
_BEFORE = 0.05
# When a change began is seen no more exactly than to so many hours.
_VAGUE_H = 10 * 24.0
# The weight of the belief that a leg's windows are as right as all of their horizon.
_BELIEF_LEG = 300.0
_MOST = 4.0
_LEAST = 0.85
_NARROWEST_H = 0.5
# Of the believed scores WANTED lie evenly below one, the rest between one and the most.
_BELIEVED_AT, _BELIEVED = np.array([0.0, 1.0, _MOST]), np.array([0.0, WANTED, 1.0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Past:
    """Forecasts whose windows are over: when they were made, the column of the milestone where each stood (-1: none),
    hours left at the levels and in truth, when the truth came to be known, and when, as was seen when they were made,
    the pace of a leg had last become another one."""

    made: Floats
    stands: Ints
    left: Floats
    truth: Floats
    known: Floats
    changed: Floats


def horizon(middle: Floats) -> Ints:
    """The number in HORIZONS of a forecast by its middle."""
    return np.searchsorted(HORIZONS_H, middle, side="right").astype(np.int64)


def scales(past: Past, moment: float, *, changed: float = -np.inf) -> Floats:
    """By leg (a row for each code where it begins, the last one for none) and horizon the factor of the window's two
    sides with which it would have held WANTED of the truths.

    ``changed`` is when the pace of a leg last became another one.
    """
    middle = past.left[:, 1]
    group = horizon(middle)
    knew = past.changed >= changed - _VAGUE_H
    weights = np.exp2(-(moment - past.known) / HALF_LIFE_H) * np.where(knew, 1.0, _BEFORE)
    early = (middle - past.truth) / np.maximum(middle - past.left[:, 0], _NARROWEST_H)
    late = (past.truth - middle) / np.maximum(past.left[:, 2] - middle, _NARROWEST_H)
    off = np.maximum(early, late)
    every = [_quantile(off[group == number], weights[group == number], _BELIEF) for number in range(len(HORIZONS))]
    found = np.tile(every, (len(CODES) + 1, 1))
    for stands, number in np.unique(np.column_stack([past.stands, group]), axis=0).tolist():
        mine = (past.stands == stands) & (group == number)
        found[stands, number] *= _quantile(off[mine] / every[number], weights[mine], _BELIEF_LEG)
    return np.asarray(np.clip(found, _LEAST, _MOST), dtype=np.float64)


def _quantile(scores: Floats, weights: Floats, belief: float) -> float:
    """The WANTED quantile of the scores among as many believed ones, whose own is one.

    Between two scores the believed ones go on, so that a single one, however far off, moves it by little.
    """
    by = np.argsort(scores)
    values, held = scores[by], np.cumsum(weights[by])
    wanted = WANTED * (weights.sum() + belief)
    index = int(np.searchsorted(held + belief * np.interp(values, _BELIEVED_AT, _BELIEVED), wanted - 1e-9))
    before = float(held[index - 1]) if index else 0.0
    found = float(np.interp((wanted - before) / belief, _BELIEVED, _BELIEVED_AT))
    return float(np.clip(min([found, *values[index : index + 1]]), _LEAST, _MOST))


def widened(left: Floats, stands: Ints, factors: Floats) -> Floats:
    """The windows with their sides scaled, each as its leg and horizon wants."""
    factor = factors[stands, horizon(left[:, 1])]
    middle = left[:, 1]
    low = middle - (middle - left[:, 0]) * factor
    high = middle + np.maximum(left[:, 2] - middle, _NARROWEST_H) * factor
    return np.column_stack([np.maximum(low, 0.0), middle, high])
