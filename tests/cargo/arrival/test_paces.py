"""When the pace of a leg has changed: seen soon where it is great, never where nothing happened."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cargo.arrival.hazards import Stays
from cargo.arrival.log import Floats
from cargo.arrival.paces import at_pace, changes, latest, paced

DAY = 24.0
NOW = 200 * DAY


def stays(times: float, since: float, seed: int = 1, median: float = 40.0, n: int = 400) -> Stays:
    """Stays begun over 200 days, of which those from ``since`` on last so many times as long; cut off now."""
    random = np.random.default_rng(seed)
    began = np.sort(random.uniform(0, NOW, n))
    lasts = median * np.exp(random.normal(0, 0.5, n)) * np.where(began >= since, times, 1.0)
    ended = began + lasts <= NOW
    return Stays(began=began, lasted=np.where(ended, lasts, NOW - began), ended=ended)


@pytest.mark.parametrize("times", [0.4, 2.0, 4.0])
def test_a_great_change_is_seen_within_a_fortnight(times: float) -> None:
    found = changes([stays(times, NOW - 14 * DAY)], moment=NOW)
    assert np.prod([change.times for change in found]) == pytest.approx(times, rel=0.35)
    assert all(change.since >= NOW - 22 * DAY for change in found)


@pytest.mark.parametrize("seed", range(8))
def test_no_change_is_seen_where_there_is_none(seed: int) -> None:
    found = changes([stays(1.0, 0.0, seed)], moment=NOW)
    assert np.prod([change.times for change in found]) == pytest.approx(1.0, abs=0.3)


def test_what_came_and_went_leaves_the_pace_of_before() -> None:
    """Three weeks at thrice the time, over since three weeks."""
    before, during = stays(1.0, 0.0), stays(3.0, NOW - 42 * DAY, seed=2)
    after = stays(1.0, 0.0, seed=3)
    parts = [(before, 0, NOW - 42 * DAY), (during, NOW - 42 * DAY, NOW - 21 * DAY), (after, NOW - 21 * DAY, NOW)]
    chosen = [(part, (part.began >= low) & (part.began < high) & part.ended) for part, low, high in parts]
    mixed = Stays(
        began=np.concatenate([part.began[mine] for part, mine in chosen]),
        lasted=np.concatenate([part.lasted[mine] for part, mine in chosen]),
        ended=np.concatenate([part.ended[mine] for part, mine in chosen]),
    )
    today, found = paced({0: mixed}, moment=NOW)
    assert float(np.median(today[0].lasted[mixed.began < NOW - 21 * DAY])) == pytest.approx(40.0, rel=0.4)
    assert NOW - 36 * DAY <= latest(found) <= NOW


def test_lanes_show_a_change_together() -> None:
    both = {lane: stays(3.0, NOW - 9 * DAY, seed=lane, median=20.0 + 60.0 * lane, n=60) for lane in (0, 1)}
    today, found = paced(both, moment=NOW)
    assert latest(found) >= NOW - 15 * DAY
    for lane, own in both.items():
        old = own.ended & (own.began < NOW - 30 * DAY)
        assert float(np.median(today[lane].lasted[old] / own.lasted[old])) == pytest.approx(3.0, rel=0.5)


def test_those_who_still_wait_and_the_moment_of_an_end_stay() -> None:
    own = stays(3.0, NOW - 14 * DAY)
    today = at_pace(own, changes([own], moment=NOW))
    np.testing.assert_allclose(today.began + today.lasted, own.began + own.lasted)
    np.testing.assert_array_equal(today.lasted[~own.ended], own.lasted[~own.ended])


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(0, NOW), st.floats(0, 2000), st.booleans()), max_size=40))
def test_whatever_is_seen_the_pace_is_a_number(rows: list[tuple[float, float, bool]]) -> None:
    began, lasted, ended = (np.array([row[number] for row in rows]) for number in range(3))
    own = Stays(began=began.astype(np.float64), lasted=_floats(lasted), ended=ended.astype(bool))
    today, _found = paced({0: own}, moment=NOW)
    assert np.isfinite(today[0].lasted).all()
    assert (today[0].lasted >= 0).all()


def _floats(values: np.ndarray) -> Floats:
    return values.astype(np.float64)
