"""Quantiles are NumPy's, to the last bit."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cargo.arrival.quantiles import quantiles

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)
LEVELS = st.lists(st.floats(0, 1), min_size=1, max_size=4)


@given(seen=NUMBERS, levels=LEVELS)
def test_they_are_those_of_numpy(seen: list[float], levels: list[float]) -> None:
    found = quantiles(np.array(seen), np.array(levels))
    assert found.tolist() == np.quantile(np.array(seen), levels).tolist()


def test_what_was_seen_stays_in_its_order() -> None:
    seen = np.array([3.0, 1.0, 2.0])
    assert (quantiles(seen, np.array([0.5])).tolist(), seen.tolist()) == ([2.0], [3.0, 1.0, 2.0])
