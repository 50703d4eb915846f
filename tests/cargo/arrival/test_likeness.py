"""Whether the legs of a trip go together, and draws that do."""

from __future__ import annotations

import numpy as np
import pytest

from cargo.arrival.likeness import bell, evenly, likeness, together
from cargo.arrival.log import Floats


def ways(*, shared: float = 0.0, tides: float = 0.0, lost: float = 0.0, trips: int = 400) -> Floats:
    """Eight legs of spread 0.5, those of a trip and those of a time with a share of their own in common."""
    random = np.random.default_rng(3)
    logs = random.normal(0, 0.5, (trips, 8)) + random.normal(0, shared, trips)[:, None]
    logs += tides * np.sin(np.arange(trips) / 20)[:, None]
    times = np.cumsum(np.column_stack([np.arange(trips) * 12.0, np.exp(logs)]), axis=1)
    times[random.random(times.shape) < lost] = np.nan
    return times


def test_legs_by_themselves_are_not_alike() -> None:
    assert likeness([ways()]) == 0.0
    assert likeness([ways(lost=0.3)]) == 0.0


@pytest.mark.parametrize("lost", [0.0, 0.3])
def test_legs_of_slow_trips_are_alike(lost: float) -> None:
    """A common spread of 0.5 beside one of 0.5 is a half of the whole."""
    assert likeness([ways(shared=0.5, lost=lost)]) == pytest.approx(0.5, abs=0.08)


def test_what_all_share_at_a_time_is_no_trips_own() -> None:
    assert likeness([ways(tides=0.7)]) == 0.0


def test_nothing_known_tells_nothing() -> None:
    assert likeness([]) == 0.0
    assert likeness([np.empty((0, 9)), np.full((1, 9), 5.0), np.full((3, 9), np.nan)]) == 0.0


def test_draws_go_together_and_stay_evenly_spread() -> None:
    random = np.random.default_rng(5)
    of_trip, one, two = (random.permutation((np.arange(2000) + 0.5) / 2000) for _ in range(3))
    drawn = [together(shares, of_trip, 0.5) for shares in (one, two)]
    assert np.sort(drawn[0]).tolist() == np.sort(one).tolist()
    assert np.corrcoef(bell(drawn[0]), bell(drawn[1]))[0, 1] == pytest.approx(0.5, abs=0.06)


def test_shares_in_the_order_of_the_values() -> None:
    assert evenly(np.array([30.0, 10.0, 20.0, 40.0])).tolist() == [0.625, 0.125, 0.375, 0.875]
