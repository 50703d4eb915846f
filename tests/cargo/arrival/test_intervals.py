"""Wilson's interval, by published values and by what must hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cargo.arrival.intervals import wilson


@pytest.mark.parametrize(
    ("hits", "n", "wanted"),
    [(0, 0, (0.0, 1.0)), (0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0)), (81, 263, (0.2553, 0.3662))],
)
def test_known_values(hits: int, n: int, wanted: tuple[float, float]) -> None:
    assert wilson(hits, n) == pytest.approx(wanted, abs=1e-4)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_it_holds_the_share_and_stays_within_all(pair: tuple[int, int]) -> None:
    hits, n = pair
    low, high = wilson(hits, n)
    assert -1e-12 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1 + 1e-12


PAIRS = st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=40)
@given(PAIRS)
def test_hits_and_misses_are_each_others_mirror(pair: tuple[int, int]) -> None:
    hits, n = pair
    low, high = wilson(hits, n)
    assert wilson(n - hits, n) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@settings(max_examples=40)
@given(PAIRS, st.integers(2, 50))
def test_more_of_the_same_makes_it_surer(pair: tuple[int, int], times: int) -> None:
    hits, n = pair
    few, many = wilson(hits, n), wilson(hits * times, n * times)
    assert many[1] - many[0] < few[1] - few[0]


@pytest.mark.parametrize("n", [1, 2, 30, 10_000])
def test_never_is_not_surely_never_and_always_not_surely_always(n: int) -> None:
    (never_low, never_high), (always_low, always_high) = wilson(0, n), wilson(n, n)
    assert (never_low, always_high) == pytest.approx((0.0, 1.0), abs=1e-12)
    assert 0 < never_high < 1
    assert always_low == pytest.approx(1 - never_high)
