"""Windows that are set right by how former ones did, by horizon."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cargo.arrival.conformal import HORIZONS, Past, horizon, scales, widened

NOBODY = Past(made=np.empty(0), left=np.empty((0, 3)), truth=np.empty(0), known=np.empty(0))


def past(truth: np.ndarray, known: float = 0.0) -> Past:
    left = np.tile([90.0, 100.0, 110.0], (len(truth), 1))
    return Past(made=np.full(len(truth), known), left=left, truth=truth, known=np.full(len(truth), known))


def test_without_a_past_windows_stay() -> None:
    assert scales(NOBODY, 0.0).tolist() == [1.0] * len(HORIZONS)


def test_too_narrow_windows_are_stretched_at_their_horizon_alone() -> None:
    found = scales(past(100 + np.random.default_rng(1).uniform(-30, 30, 4000)), 0.0)
    assert found[horizon(np.array([100.0]))[0]] == pytest.approx(2.4, abs=0.15)
    assert sorted(found)[:4] == [1.0] * 4


def test_too_wide_ones_are_drawn_in_a_little() -> None:
    assert min(scales(past(np.full(4000, 100.0)), 0.0)) == 0.85


def test_what_is_long_past_counts_less() -> None:
    wild = 100 + np.random.default_rng(1).uniform(-30, 30, 1000)
    assert max(scales(past(wild, known=-300 * 24), 0.0)) < max(scales(past(wild), 0.0))


def test_a_stretched_window_keeps_its_middle_and_begins_after_now() -> None:
    left = np.array([[5.0, 10.0, 15.0], [150.0, 160.0, 170.0]])
    factors = np.array([3.0, 1.0, 2.0, 1.0, 1.0])
    assert widened(left, factors).tolist() == [[0.0, 10.0, 25.0], [140.0, 160.0, 180.0]]


def test_horizons() -> None:
    assert horizon(np.array([0.0, 23.9, 24.0, 71.0, 72.0, 200.0, 336.0])).tolist() == [0, 0, 1, 1, 2, 3, 4]


@given(
    st.lists(st.tuples(st.floats(0, 2000), st.floats(0, 500), st.floats(0, 500)), min_size=1, max_size=30),
    st.lists(st.floats(0.85, 4.0), min_size=5, max_size=5),
)
def test_a_stretched_window_is_in_order_and_holds_its_middle(
    windows: list[tuple[float, float, float]], factors: list[float]
) -> None:
    left = np.array([[max(middle - low, 0.0), middle, middle + high] for middle, low, high in windows])
    found = widened(left, np.array(factors))
    assert (np.diff(found, axis=1) >= 0).all()
    np.testing.assert_array_equal(found[:, 1], left[:, 1])
    assert (found >= 0).all()


@given(st.lists(st.floats(0, 3000), min_size=1, max_size=200), st.floats(0, 1e4))
def test_factors_stay_within_bounds_whatever_happened(truth: list[float], age: float) -> None:
    found = scales(past(np.array(truth), known=-age), 0.0)
    assert (found >= 0.85).all()
    assert (found <= 4.0).all()


def test_what_was_said_before_the_pace_changed_counts_less() -> None:
    wild = 100 + np.random.default_rng(1).uniform(-30, 30, 1000)
    assert max(scales(past(wild), 0.0, changed=1.0)) < max(scales(past(wild), 0.0, changed=-1.0))
    assert max(scales(past(wild), 0.0, changed=-1.0)) == max(scales(past(wild), 0.0))
