"""Quantiles as NumPy's own: of few numbers, and asked for thousands of times, most of the time there goes elsewhere."""

from __future__ import annotations

import numpy as np

from cargo.arrival.log import Floats


def quantiles(seen: Floats, levels: Floats) -> Floats:
    """Those of one number or more, none of them NaN, at each level: on the straight line between the two nearest."""
    ordered, at = np.sort(seen), levels * (len(seen) - 1)
    low = at.astype(np.int64)
    part, first = at - low, ordered[low]
    second = ordered[np.minimum(low + 1, len(seen) - 1)]
    apart = second - first
    return np.asarray(np.where(part < 0.5, first + apart * part, second - apart * (1 - part)), dtype=np.float64)
