"""Distributions as sorted values with their counts: percentiles, a band of confidence, and merging; pure.

Up to ``EXACT`` different values are kept as they are. What has more is rounded to a grid of a hundredth of each value,
so that the figures of any range can be read from those of its days and never from the trips themselves.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

EXACT = 400
# Neighbours on the grid differ by two hundredths, so that a value moves by one at most.
_STEP = math.log(1.02)
# Two-sided 95 % of the normal distribution.
_Z95 = 1.959964
# Under so many trips no two of them bound the median with 95 % confidence.
LEAST_FOR_BAND = 6
_FEW = 60


@dataclass(frozen=True, slots=True)
class Distribution:
    """``counts[i]`` readings of ``values[i]``; values ascend and are never negative."""

    values: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()

    @property
    def n(self) -> int:
        """How many readings there are."""
        return sum(self.counts)

    def percentile(self, share: float) -> float | None:
        """The value that ``share`` of the readings do not exceed, between two neighbours by the line between them.

        None where there is no reading. As PostgreSQL's percentile_cont, and so as most programs count.
        """
        n = self.n
        if not n:
            return None
        place = share * (n - 1)
        low = self._at(math.floor(place))
        return low + (self._at(math.ceil(place)) - low) * (place - math.floor(place))

    def band(self) -> tuple[float, float] | None:
        """Two readings between which the true median lies with 95 % confidence; None where there are too few."""
        ranks = band_ranks(self.n)
        return (self._at(ranks[0]), self._at(ranks[1])) if ranks else None

    def _at(self, rank: int) -> float:
        """The reading of that rank, the smallest being 0."""
        for value, count in zip(self.values, self.counts, strict=True):
            if rank < count:
                return value
            rank -= count
        return self.values[-1]


def distribution_of(values: Iterable[float]) -> Distribution:
    """The distribution of single readings."""
    return _condensed(Counter(values))


def merged(parts: Iterable[Distribution]) -> Distribution:
    """That of all their readings together, whichever way they were parted; where a part is on the grid, nearly."""
    counted: Counter[float] = Counter()
    for part in parts:
        for value, count in zip(part.values, part.counts, strict=True):
            counted[value] += count
    return _condensed(counted)


def _condensed(counted: Mapping[float, int]) -> Distribution:
    if len(counted) > EXACT:
        rounded: Counter[float] = Counter()
        for value, count in counted.items():
            rounded[_on_grid(value)] += count
        counted = rounded
    values = sorted(counted)
    return Distribution(tuple(values), tuple(counted[value] for value in values))


def _on_grid(value: float) -> float:
    """The nearest value of the grid, which is its own nearest."""
    return round(math.exp(round(math.log(value) / _STEP) * _STEP), 9) if value > 0 else 0.0


def band_ranks(n: int) -> tuple[int, int] | None:
    """The ranks, from 0, of the two readings that bound the median with at least 95 % confidence.

    The order statistics of a binomial with p = 1/2: exact for few readings, by the normal distribution for many.
    """
    if n < LEAST_FOR_BAND:
        return None
    if n > _FEW:
        low = max(math.floor((n - _Z95 * math.sqrt(n)) / 2) - 1, 0)
        return low, n - 1 - low
    below, outside = 0.0, 0
    while below + math.comb(n, outside) / 2**n <= 0.025:
        below += math.comb(n, outside) / 2**n
        outside += 1
    return outside - 1, n - outside


def from_arrays(values: Sequence[float] | None, counts: Sequence[int] | None) -> Distribution:
    """A distribution as the database keeps it."""
    return Distribution(tuple(values or ()), tuple(counts or ()))
