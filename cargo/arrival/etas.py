"""How far off the word on a ship's arrival is, by how long before it was said."""

from __future__ import annotations

import numpy as np

from cargo.arrival.log import COLUMN, Floats, Ints, Log

# Said less than 2.5, less than 7, and more days before.
_LEADS_H = np.array([60.0, 168.0])
CLASSES = len(_LEADS_H) + 1
# Before any ship was seen: quantiles of a bell whose spread in hours grows with the lead, as so many ships.
_SPREADS_H = (10.0, 24.0, 40.0)
_BELL = np.array([-1.64, -1.04, -0.67, -0.39, -0.13, 0.13, 0.39, 0.67, 1.04, 1.64])
_BELIEF = 5.0
_LONGEST_H = 20 * 24.0


def lead_class(lead: Floats) -> Ints:
    """The class of words said ``lead`` hours before what they foretold."""
    return np.searchsorted(_LEADS_H, lead, side="right").astype(np.int64)


def errors(log: Log, called: Floats, *, moment: float, half_life: float, shares: Floats) -> list[Floats]:
    """For each class of lead the errors (actual less foretold, hours) at these shares, recent ones counting more."""
    said = (log.eta_known <= moment) & ~np.isnan(called[log.eta_trip])
    error = called[log.eta_trip] - log.eta_at
    said &= (np.abs(error) <= _LONGEST_H) & (called[log.eta_trip] > log.eta_known)
    group = lead_class(log.eta_at - log.eta_known)
    weight = np.exp2(-(moment - called[log.eta_trip]) / half_life / 2)
    return [
        _quantiles(
            np.concatenate([error[said & (group == number)], _BELL * spread]),
            np.concatenate([weight[said & (group == number)], np.full(len(_BELL), _BELIEF / len(_BELL))]),
            shares,
        )
        for number, spread in enumerate(_SPREADS_H)
    ]


def _quantiles(values: Floats, weights: Floats, shares: Floats) -> Floats:
    by = np.argsort(values)
    before = np.cumsum(weights[by]) - weights[by] / 2
    return np.asarray(np.interp(shares * weights.sum(), before, values[by]), dtype=np.float64)


CALLED = COLUMN["vessel_arrived"]
