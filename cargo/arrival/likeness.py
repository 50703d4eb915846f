"""How alike the legs of one trip are: who is slow is slow throughout, more than those that go at the same time."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import NormalDist

import numpy as np

from cargo.arrival.log import Floats

# What is seen counts as much as it is plainly more than luck, which is so many standard errors.
_LUCK = 2.0
# It is reckoned to so much, so that windows stand still.
_STEP = 0.02
_MOST = 0.8


def likeness(ways: Iterable[Floats]) -> float:
    """The correlation of the legs of one trip, from 0 (each leg by itself), of the ``ways`` of several lanes: a row per
    trip with the times of its milestones.

    Where all that go at the same time are slow, that is the time's doing and no trip's own: what a leg shares with the
    other legs of the next trip is taken off.
    """
    shared, pairs = 0.0, 0.0
    for times in ways:
        scores = _scores(np.diff(times[np.argsort(np.fmin.reduce(times, axis=1, initial=np.inf))], axis=1))
        known = (~np.isnan(scores)).astype(np.float64)
        held = np.nan_to_num(scores)
        own, apart = _crossed(known, known), _crossed(known[:-1], known[1:])
        if own and apart:
            shared += _crossed(held, held) - own * _crossed(held[:-1], held[1:]) / apart
            pairs += own / 2
    if not pairs:
        return 0.0
    found, luck = shared / pairs / 2, _LUCK * np.sqrt(2 / pairs)
    kept = found * (1 - (luck / found) ** 2) if found > luck else 0.0
    return float(min(np.rint(kept / _STEP) * _STEP, _MOST))


def _crossed(one: Floats, other: Floats) -> float:
    """The sum of the products of each leg of a row with every other leg of the other's row."""
    return float((one.sum(1) * other.sum(1)).sum() - (one * other).sum())


def _scores(lasted: Floats) -> Floats:
    """Each column by rank as on a bell of mean 0 and spread 1; NaN where nothing is known."""
    found = np.full_like(lasted, np.nan)
    for leg in range(lasted.shape[1]):
        known = np.flatnonzero(~np.isnan(lasted[:, leg]))
        found[known, leg] = bell(evenly(lasted[known, leg]))
    return found


def evenly(values: Floats) -> Floats:
    """Shares from 0 to 1 in the order of the values, evenly spread."""
    return np.asarray((np.argsort(np.argsort(values)) + 0.5) / max(len(values), 1), dtype=np.float64)


def bell(shares: Floats) -> Floats:
    """The values of a bell of mean 0 and spread 1 at these shares."""
    return np.asarray(np.interp(shares, _SHARES, _VALUES), dtype=np.float64)


def together(shares: Floats, of_trip: Floats, alike: float) -> Floats:
    """Shares of a leg that go with those of the whole trip by so much, evenly spread as before."""
    return evenly(np.sqrt(alike) * bell(of_trip) + np.sqrt(1 - alike) * bell(shares))


_SHARES: Floats = (np.arange(4000) + 0.5) / 4000
_VALUES: Floats = np.array([NormalDist().inv_cdf(share) for share in _SHARES.tolist()])
