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


@settings(max_examples=40, deadline=None)
@given(VALUES.filter(bool), st.floats(0, 1), st.floats(0, 1))
def test_percentiles_ascend_and_lie_among_the_readings(values: list[float], one: float, other: float) -> None:
    spread = distribution_of(values)
    low, high = (spread.percentile(share) for share in sorted((one, other)))
    assert low is not None
    assert high is not None
    assert min(values) <= low <= high + 1e-9 <= max(values) + 1e-6
    assert (spread.percentile(0), spread.percentile(1)) == (min(values), max(values))


@settings(max_examples=40, deadline=None)
@given(VALUES)
def test_values_ascend_each_once_and_their_counts_are_those_of_the_readings(values: list[float]) -> None:
    spread = distribution_of(values)
    assert list(spread.values) == sorted(set(values))
    assert list(spread.counts) == [values.count(value) for value in spread.values]
    assert spread.n == len(values)


@settings(max_examples=40, deadline=None)
@given(VALUES)
def test_a_band_is_of_readings_and_holds_the_median(values: list[float]) -> None:
    spread = distribution_of(values)
    band, median = spread.band(), spread.percentile(0.5)
    assert (band is None) is (len(values) < 6)
    if band and median is not None:
        assert band[0] in values
        assert band[1] in values
        assert band[0] <= median <= band[1]


@pytest.mark.parametrize("n", range(6, 130, 3))
def test_ranks_are_readings_and_more_readings_do_not_widen_their_share(n: int) -> None:
    ranks, more = band_ranks(n), band_ranks(4 * n)
    assert ranks is not None
    assert more is not None
    assert 0 <= ranks[0] < ranks[1] <= n - 1
    assert (more[1] - more[0]) / (4 * n) < (ranks[1] - ranks[0]) / n


def test_up_to_the_limit_every_value_is_kept_and_beyond_it_none_moves_by_more_than_a_hundredth() -> None:
    values = [100 + number / 10 for number in range(EXACT)]
    assert distribution_of(values).values == tuple(values)
    beyond = distribution_of([*values, 140.0])
    assert len(beyond.values) < EXACT
    assert beyond.n == EXACT + 1
    assert beyond.values[0] == pytest.approx(100, rel=0.0101)
    assert beyond.values[-1] == pytest.approx(140, rel=0.0101)
    assert (
        distribution_of(value for value, n in zip(beyond.values, beyond.counts, strict=True) for _one in range(n))
        == beyond
    )


def test_a_part_on_the_grid_stays_nearly_what_the_whole_would_say() -> None:
    many, few = [100 + number / 10 for number in range(EXACT + 1)], [50.25, 99.9, 333.3]
    parted, whole = merged([distribution_of(many), distribution_of(few)]), distribution_of([*many, *few])
    assert parted.n == whole.n
    for share in (0.0, 0.1, 0.5, 0.9, 1.0):
        assert parted.percentile(share) == pytest.approx(whole.percentile(share), rel=0.0101)


def test_nought_stays_nought_on_the_grid() -> None:
    spread = distribution_of([0.0] * 5 + [1 + number / 7 for number in range(EXACT)])
    assert (spread.values[0], spread.counts[0]) == (0.0, 5)


@settings(max_examples=30, deadline=None)
@given(st.lists(VALUES, min_size=2, max_size=4))
def test_the_order_of_parts_does_not_matter(parts: list[list[float]]) -> None:
    spreads = [distribution_of(part) for part in parts]
    assert merged(spreads) == merged(reversed(spreads)) == merged([merged(spreads[:1]), merged(spreads[1:])])
