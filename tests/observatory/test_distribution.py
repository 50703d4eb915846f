"""Percentiles, confidence bands and merging: the same as counting every reading, within a hundredth where there are many."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observatory.distribution import EXACT, Distribution, band_ranks, distribution_of, from_arrays, merged

VALUES = st.lists(st.floats(min_value=0, max_value=5000).map(lambda value: round(value, 2)), max_size=60)


@settings(max_examples=50)
@given(VALUES.filter(bool), st.sampled_from([0.1, 0.5, 0.9]))
def test_percentiles_are_those_of_the_readings(values: list[float], share: float) -> None:
    assert distribution_of(values).percentile(share) == pytest.approx(float(np.quantile(values, share)), abs=1e-9)


@settings(max_examples=50)
@given(st.lists(VALUES, max_size=6))
def test_parts_put_together_are_the_whole(parts: list[list[float]]) -> None:
    whole = distribution_of(value for part in parts for value in part)
    assert merged(map(distribution_of, parts)) == whole
    assert from_arrays(list(whole.values), list(whole.counts)) == whole


def test_of_very_many_each_is_right_within_a_hundredth_however_they_were_parted() -> None:
    values = [0.0, *(math.exp(number / 200) for number in range(3 * EXACT))]
    whole = distribution_of(values)
    assert whole.n == len(values)
    assert len(whole.values) <= EXACT
    thirds = [distribution_of(values[start::3]) for start in range(3)]
    assert merged(thirds) == whole == merged([whole])
    for share in (0.1, 0.5, 0.9):
        assert whole.percentile(share) == pytest.approx(float(np.quantile(values, share)), rel=0.011)


def test_of_nothing_nothing_is_said() -> None:
    nothing = Distribution()
    assert (nothing.n, nothing.percentile(0.5), nothing.band()) == (0, None, None)
    assert from_arrays(None, None) == merged([]) == distribution_of([]) == nothing


def test_one_trip_has_no_band_and_six_have_their_ends() -> None:
    assert distribution_of([7.0]).percentile(0.9) == 7.0
    assert [band_ranks(n) for n in (0, 1, 5)] == [None, None, None]
    assert band_ranks(6) == (0, 5)
    assert distribution_of([1, 2, 3, 4, 5, 6]).band() == (1, 6)


@pytest.mark.parametrize("n", [6, 9, 20, 60, 61, 500])
def test_the_band_holds_the_median_in_95_of_100(n: int) -> None:
    """The chance that the median lies between the two ranks, by the binomial distribution."""
    ranks = band_ranks(n)
    assert ranks is not None
    low, high = ranks
    assert low + high == n - 1
    chance = sum(math.comb(n, k) for k in range(low + 1, high + 1)) / 2**n
    assert chance >= 0.95
    if low + 1 < high - 1:
        closer = sum(math.comb(n, k) for k in range(low + 3, high - 1)) / 2**n
        assert closer < 0.95
    assert statistics.median(range(n)) >= low
