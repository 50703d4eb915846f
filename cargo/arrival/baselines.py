"""The simple forecasts that the model must beat: the mean less what has elapsed, and rolling quantiles."""

from __future__ import annotations

import numpy as np

from cargo.arrival.chains import chain_of, furthest, times_along
from cargo.arrival.log import Floats, Ints, Log, Seen
from cargo.arrival.quantiles import quantiles
from cargo.arrival.ways import LEVELS

ROLLING_H = 90 * 24.0
_FEWEST = 5
# Where nothing is known at all: ten, twenty-five and sixty days of a whole way.
_UNKNOWN_H = np.array([10.0, 25.0, 60.0]) * 24.0
# Ten and ninety of a hundred of a bell, in standard deviations.
_BELL = np.array([-1.2816, 0.0, 1.2816])


def baselines(log: Log, now: Seen) -> dict[str, Floats]:
    """B0, B1 and B1m of every trip: hours left at LEVELS, from the time that trips of its lane took.

    B0 and B1 count the lane's whole way, from the first milestone that is known of a trip; B1m, which is harder to
    beat, counts from the milestone that the trip has reached.
    """
    found = {name: np.tile(_UNKNOWN_H, (len(now.lane), 1)) for name in ("B0", "B1", "B1m")}
    for number, name in enumerate(log.lanes):
        rows = np.flatnonzero(now.lane == number)
        if not len(rows):
            continue
        times = times_along(chain_of(name, now, rows).nodes, now)[rows]
        first = np.where(np.isnan(times).all(1), -1, np.argmax(~np.isnan(times), 1))
        last = furthest(times)
        for state in range(times.shape[1] - 1):
            _fill(found, rows, times, state, mine=first == state, names=("B0", "B1"), moment=now.moment)
            _fill(found, rows, times, state, mine=last == state, names=("", "B1m"), moment=now.moment)
    return found


def _fill(
    found: dict[str, Floats],
    rows: Ints,
    times: Floats,
    state: int,
    *,
    mine: np.ndarray,
    names: tuple[str, str],
    moment: float,
) -> None:
    """Write the forecasts of the trips ``mine`` by how long trips took from ``state`` on: by mean, and by quantiles."""
    taken = times[:, -1] - times[:, state]
    whole = ~np.isnan(taken) & (taken >= 0)
    if whole.sum() < _FEWEST or not mine.any():
        return
    recent = whole & (times[:, -1] > moment - ROLLING_H)
    used = recent if recent.sum() >= _FEWEST else whole
    elapsed = (moment - times[mine, state])[:, None]
    mean, rolling = names
    if mean:
        found[mean][rows[mine]] = np.maximum(taken[whole].mean() + _BELL * taken[whole].std() - elapsed, 0.0)
    found[rolling][rows[mine]] = np.maximum(quantiles(taken[used], LEVELS) - elapsed, 0.0)
