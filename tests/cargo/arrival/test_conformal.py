"""Windows that are set right by how former ones did, by horizon."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cargo.arrival.conformal import (
    _BELIEF,
    HALF_LIFE_H,
    HORIZONS,
    HORIZONS_H,
    WANTED,
    Past,
    _quantile,
    horizon,
    scales,
    widened,
)
from cargo.arrival.log import CODES, COLUMN

NOWHERE, GATE, BORDER = -1, COLUMN["gate_out"], COLUMN["border1_in"]


def past(truth: np.ndarray, known: float = 0.0, stands: int = NOWHERE, changed: float = -np.inf) -> Past:
    left = np.tile([90.0, 100.0, 110.0], (len(truth), 1))
    made, where = np.full(len(truth), known), np.full(len(truth), stands)
    return Past(made=made, stands=where, left=left, truth=truth, known=made, changed=np.full(len(truth), changed))


def both(one: Past, other: Past) -> Past:
    return Past(**{name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in Past.__slots__})


NOBODY = past(np.empty(0))


def test_without_a_past_windows_stay() -> None:
    assert scales(NOBODY, 0.0).tolist() == [[1.0] * len(HORIZONS)] * (len(CODES) + 1)


def test_too_narrow_windows_are_stretched_at_their_horizon_alone() -> None:
    found = scales(past(100 + np.random.default_rng(1).uniform(-30, 30, 4000)), 0.0)[NOWHERE]
    assert found[horizon(np.array([100.0]))[0]] == pytest.approx(2.4, abs=0.15)
    assert sorted(found)[:4] == [1.0] * 4


def test_too_wide_ones_are_drawn_in_a_little() -> None:
    assert scales(past(np.full(4000, 100.0)), 0.0).min() == 0.85


def test_what_is_long_past_counts_less() -> None:
    wild = 100 + np.random.default_rng(1).uniform(-30, 30, 1000)
    assert scales(past(wild, known=-300 * 24), 0.0).max() < scales(past(wild), 0.0).max()


def test_a_stretched_window_keeps_its_middle_and_begins_after_now() -> None:
    left = np.array([[5.0, 10.0, 15.0], [150.0, 160.0, 170.0]])
    factors = np.array([[9.0, 1.0, 9.0, 9.0, 9.0], [3.0, 1.0, 2.0, 1.0, 1.0]])
    assert widened(left, np.array([-1, 1]), factors).tolist() == [[0.0, 10.0, 25.0], [140.0, 160.0, 180.0]]
    assert widened(left, np.array([0, 0]), factors)[:, 0].tolist() == [0.0, 70.0]


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
    found = widened(left, np.zeros(len(left), dtype=np.int64), np.array([factors]))
    assert (np.diff(found, axis=1) >= 0).all()
    np.testing.assert_array_equal(found[:, 1], left[:, 1])
    assert (found >= 0).all()


@given(st.lists(st.floats(0, 3000), min_size=1, max_size=200), st.floats(0, 1e4))
def test_factors_stay_within_bounds_whatever_happened(truth: list[float], age: float) -> None:
    found = scales(past(np.array(truth), known=-age), 0.0)
    assert (found >= 0.85).all()
    assert (found <= 4.0).all()


def test_what_was_said_before_it_was_seen_that_the_pace_changed_counts_less() -> None:
    """Not only what was said before the change: until it was seen, windows were what they had been."""
    wild = 100 + np.random.default_rng(1).uniform(-30, 30, 1000)
    knew, knew_not = past(wild, changed=-300.0), past(wild, changed=-5000.0)
    assert scales(knew_not, 0.0, changed=-300.0).max() < scales(knew, 0.0, changed=-300.0).max()
    # A change is never dated to the day, so a date a few days off is that of the same change.
    assert scales(past(wild, changed=-400.0), 0.0, changed=-300.0).max() == scales(knew, 0.0, changed=-300.0).max()
    assert scales(knew_not, 0.0).max() == scales(past(wild), 0.0).max()


def test_a_leg_whose_windows_are_too_narrow_gets_a_factor_of_its_own() -> None:
    random = np.random.default_rng(2)
    calm = past(100 + random.uniform(-12.5, 12.5, 3000), stands=GATE)
    wild = past(100 + random.uniform(-40, 40, 1000), stands=BORDER)
    number = horizon(np.array([100.0]))[0]
    found = scales(both(calm, wild), 0.0)[:, number]
    assert found[GATE] < found[NOWHERE] < found[BORDER]
    # Of a leg of which nothing was scored the whole horizon tells.
    assert found[COLUMN["border2_in"]] == found[NOWHERE]
    one, other = (widened(each.left, each.stands, scales(both(calm, wild), 0.0)) for each in (calm, wild))
    for each, own in ((one, calm), (other, wild)):
        held = (own.truth >= each[:, 0]) & (own.truth <= each[:, 2])
        assert float(held.mean()) == pytest.approx(WANTED, abs=0.06)


def test_of_few_in_a_leg_the_whole_horizon_tells() -> None:
    calm = past(np.full(3000, 100.0) + np.linspace(-12.5, 12.5, 3000), stands=GATE)
    few = past(np.full(3, 500.0), stands=BORDER)
    found = scales(both(calm, few), 0.0)[:, horizon(np.array([100.0]))[0]]
    assert found[BORDER] == pytest.approx(found[NOWHERE], rel=0.15)


def test_each_horizon_has_a_name_and_begins_where_the_one_before_ends() -> None:
    assert len(HORIZONS) == len(HORIZONS_H) + 1
    edges = np.concatenate([[0.0], HORIZONS_H])
    assert horizon(edges).tolist() == list(range(len(HORIZONS)))
    assert horizon(HORIZONS_H - 1e-6).tolist() == list(range(len(HORIZONS_H)))


def scored(scores: list[float], weight: float = 1.0) -> float:
    return _quantile(np.array(scores), np.full(len(scores), weight), _BELIEF)


@pytest.mark.parametrize(
    ("scores", "factor"),
    [
        ([], 1.0),
        # One that was far off moves it by little.
        ([9.0], 1.04),
        ([9.0] * 3, 1.12),
        # As many as are believed, and all of them far off: the four fifths lie among them.
        ([9.0] * 300, 4.0),
        ([2.0] * 3000, 2.0),
        ([0.0] * 3000, 0.85),
        ([0.9] * 30_000, 0.9),
        # Just the wanted share within.
        ([0.5] * 800 + [3.0] * 200, 1.0),
    ],
)
def test_by_how_much_windows_would_have_had_to_be_wider(scores: list[float], factor: float) -> None:
    assert scored(scores) == pytest.approx(factor, abs=0.001)


@settings(max_examples=40)
@given(st.lists(st.floats(0, 10), max_size=60), st.floats(0, 3), st.floats(0, 40))
def test_who_was_further_off_gets_no_narrower_a_window(scores: list[float], more: float, weight: float) -> None:
    assert scored([score + more for score in scores], weight) >= scored(scores, weight) - 1e-12


@settings(max_examples=40)
@given(st.permutations([0.2, 0.7, 1.0, 1.1, 1.9, 2.5, 5.0, 8.0]))
def test_the_order_of_the_past_does_not_matter(scores: list[float]) -> None:
    assert scored(scores, 100.0) == scored(sorted(scores), 100.0)


@settings(max_examples=20)
@given(st.integers(0, 1000), st.floats(1.2, 3.0))
def test_stretched_windows_hold_what_was_wanted(seed: int, spread: float) -> None:
    """With far more forecasts than belief the factor gives the share that was asked for, on the same past."""
    off = np.random.default_rng(seed).uniform(-10 * spread, 10 * spread, 6000)
    own = past(100 + off)
    found = widened(own.left, own.stands, scales(own, 0.0))
    held = (own.truth >= found[:, 0]) & (own.truth <= found[:, 2])
    assert float(held.mean()) == pytest.approx(WANTED, abs=0.03)


def test_half_a_life_later_it_counts_half() -> None:
    """A thousand of today weigh as two thousand of a half-life ago."""
    off = 100 + np.random.default_rng(3).uniform(-30, 30, 1000)
    now, before = scales(past(off), 0.0), scales(past(np.repeat(off, 2), known=-HALF_LIFE_H), 0.0)
    np.testing.assert_allclose(before, now)


def test_what_came_too_soon_counts_like_what_came_too_late() -> None:
    early, late = (scales(past(np.full(2000, 100.0 + off)), 0.0).max() for off in (-25.0, 25.0))
    assert early == late == pytest.approx(2.5)


def test_a_window_without_a_width_gets_one() -> None:
    left = np.full((2, 3), 50.0)
    twice, nowhere = np.full((1, 5), 2.0), np.array([0, 0])
    assert widened(left, nowhere, twice).tolist() == [[50.0, 50.0, 51.0]] * 2
    assert widened(np.empty((0, 3)), nowhere[:0], twice).shape == (0, 3)
