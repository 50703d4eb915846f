"""Legs from finished and unfinished trips: what is known comes back, and those who wait count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cargo.arrival.hazards import Counted, Stays, count, cumulative, durations, expected, half_life_of, tail
from cargo.arrival.log import EDGES, Floats
from cargo.arrival.prior import MEDIANS, SPREAD, SPREADS, survival

NEVER = 1e12
SHARES = (np.arange(4000) + 0.5) / 4000
DRAWN: Floats = -np.log(SHARES)


def stays(lasted: Floats, ended: Floats | None = None, began: Floats | None = None) -> Stays:
    is_ended = np.full(len(lasted), True) if ended is None else ended.astype(bool)
    return Stays(began=-lasted if began is None else began, lasted=lasted, ended=is_ended)


def median(found: Stays, half_life: float = NEVER, trips: float = 0.0) -> float:
    counted = count(found, moment=0.0, half_life=half_life)
    return float(np.median(durations(cumulative(counted, expected(survival(60.0), trips)), DRAWN)))


def test_the_middle_of_what_was_seen_comes_back() -> None:
    lasted = 40.0 * np.exp(np.random.default_rng(1).normal(0.0, 0.4, 4000))
    assert median(stays(lasted)) == pytest.approx(40.0, rel=0.05)


def test_those_who_still_wait_make_it_longer() -> None:
    """Of an exponential of mean 50 cut off at 30 hours the ended ones alone would say 13."""
    lasted = np.random.default_rng(2).exponential(50.0, 6000)
    cut = np.minimum(lasted, 30.0)
    assert float(np.median(cut[lasted <= 30.0])) < 14
    counted = count(stays(cut, (lasted <= 30.0).astype(float)), moment=0.0, half_life=NEVER)
    held = np.exp(-cumulative(counted, expected(survival(60.0), 0.0)))
    assert float(np.interp(20.0, EDGES, held)) == pytest.approx(np.exp(-20 / 50), rel=0.05)


def test_a_queue_of_today_tells_before_anyone_has_left_it() -> None:
    old = stays(np.full(200, 8.0), began=np.full(200, -2000.0))
    queue = stays(np.full(40, 48.0), np.zeros(40), began=np.full(40, -48.0))
    both = Stays(
        began=np.concatenate([old.began, queue.began]),
        lasted=np.concatenate([old.lasted, queue.lasted]),
        ended=np.concatenate([old.ended, queue.ended]),
    )
    assert median(old, half_life=240) < 10
    assert median(both, half_life=240) > 40


def test_without_a_stay_the_belief_is_all() -> None:
    nothing = stays(np.empty(0))
    assert median(nothing, trips=3.0) == pytest.approx(60.0, rel=0.05)


@given(st.lists(st.floats(0.0, 5000.0), max_size=20), st.floats(0.0, 4000.0))
def test_durations_are_finite_and_longer_than_what_was_waited(lasted: list[float], waited: float) -> None:
    counted = count(stays(np.array(lasted)), moment=0.0, half_life=1440.0)
    found = durations(cumulative(counted, expected(survival(60.0), 0.3)), DRAWN[::50], waited)
    assert np.isfinite(found).all()
    assert (found >= waited).all()


@given(st.floats(0.1, 1000.0))
def test_more_luck_is_never_shorter(scale: float) -> None:
    counted = count(stays(np.array([scale, 2 * scale, 5 * scale])), moment=0.0, half_life=NEVER)
    found = durations(cumulative(counted, expected(survival(60.0), 1.0)), np.sort(DRAWN))
    assert (np.diff(found) >= 0).all()


DWELL = ("kra_cleared", "pickup_order", "gate_out")
TRANSIT = ("border1_in", "border1_out", "border2_in", "border2_out", "arrived")


@pytest.mark.parametrize(
    ("legs", "mode", "middle", "mean", "late"),
    [(DWELL, 4.5, 8.0, 13.0, 27.0), (TRANSIT, 3.5, 4.0, 5.0, 10.0)],
    ids=["dwell at Mombasa", "transit"],
)
def test_the_legs_together_come_to_the_published_figures(
    legs: tuple[str, ...], mode: float, middle: float, mean: float, late: float
) -> None:
    random, whole = np.random.default_rng(1), np.zeros(len(DRAWN))
    for code in legs:
        belief = expected(survival(MEDIANS[code], SPREADS.get(code, SPREAD)), 1.0)
        whole += durations(cumulative(belief, belief), random.permutation(DRAWN)) / 24
    often, edges = np.histogram(whole, bins=np.arange(0.0, 30.0, 1.5))
    assert abs(float(edges[often.argmax()]) + 0.75 - mode) < 1.5
    assert float(np.median(whole)) == pytest.approx(middle, rel=0.1)
    assert float(whole.mean()) == pytest.approx(mean, rel=0.2)
    assert float(np.quantile(whole, 0.95)) == pytest.approx(late, rel=0.15)


def test_half_of_a_leg_is_over_by_its_median() -> None:
    for median, spread in ((192.0, SPREAD), (40.0, 1.2), (5.0, 0.4)):
        held = survival(median, spread)
        assert float(np.interp(median, EDGES, held)) == pytest.approx(0.5, abs=0.01)
        assert (np.diff(held) <= 0).all()
    assert min(MEDIANS.values()) > 0


def test_the_tail_is_as_heavy_as_the_slowest_were() -> None:
    """Of a power law of 1.5 what lasted 30 times the least holds on for half as long again in the middle."""
    lasted = 20.0 * ((np.arange(400) + 0.5) / 400) ** (-1 / 1.5)
    own = count(stays(lasted), moment=0.0, half_life=NEVER)
    thin, heavy = (cumulative(own, belief) for belief in (expected(survival(60.0), 3.0), tail(own)))
    left = [float(np.median(durations(hazard, DRAWN, 600.0))) - 600.0 for hazard in (thin, heavy)]
    assert 0.3 * 600 < left[1] < 1.2 * 600
    assert left[1] > left[0] or left[0] < 1.2 * 600
    before = float(np.interp(40.0, EDGES, heavy))
    assert before == pytest.approx(float(np.interp(40.0, EDGES, cumulative(own, expected(survival(60.0), 0.0)))))


def test_two_counts_are_one_of_all() -> None:
    one, other = np.array([1.0, 5.0, 80.0]), np.array([5.0, 4000.0])
    both = count(stays(np.concatenate([one, other])), moment=0.0, half_life=NEVER)
    added = count(stays(one), moment=0.0, half_life=NEVER) + count(stays(other), moment=0.0, half_life=NEVER)
    np.testing.assert_allclose(added.ends, both.ends)
    np.testing.assert_allclose(added.risk, both.risk)
    nothing = count(stays(np.empty(0)), moment=0.0, half_life=NEVER)
    assert (float(nothing.ends.sum()), float(nothing.risk.sum())) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("groups", "times"), [([], 2.0), ([1], 2.0), ([30], 2.0), ([20, 30], 1.4), ([70], 1.0), ([40, 50], 1.0)]
)
def test_of_what_few_stays_are_known_of_news_stay_news_for_longer(groups: list[int], times: float) -> None:
    """Of all lanes together, by those that ended of late; who still waits tells nothing of how many there are."""
    known = [stays(np.full(number + 5, 8.0), np.where(np.arange(number + 5) < number, 1.0, 0.0)) for number in groups]
    assert half_life_of(known, moment=0.0, half_life=100.0) == pytest.approx(100.0 * times)


@pytest.mark.parametrize(("moment", "times"), [(-200.0, 1.0), (-100.0, 1.0), (0.0, 1.4), (100.0, 2.0)])
def test_two_hundred_that_ended_long_ago_are_few(moment: float, times: float) -> None:
    ended = stays(np.full(200, 8.0), began=np.full(200, -208.0))
    assert half_life_of([ended], moment=moment, half_life=100.0) == pytest.approx(100.0 * times)


def test_what_ended_a_half_life_ago_counts_half() -> None:
    old, new = (stays(np.array([10.0]), began=np.array([began])) for began in (-110.0, -10.0))
    assert count(new, moment=0.0, half_life=100.0).ends.sum() == pytest.approx(1.0)
    assert count(old, moment=0.0, half_life=100.0).ends.sum() == pytest.approx(0.5)


def test_who_waits_is_at_risk_where_she_has_been_and_nowhere_later() -> None:
    waits = count(stays(np.array([100.0]), np.zeros(1)), moment=0.0, half_life=NEVER)
    assert float(waits.ends.sum()) == 0.0
    assert (waits.risk[EDGES[1:] <= 100.0] > 0.99).all()
    assert (waits.risk[EDGES[:-1] > 100.0] == 0.0).all()


@pytest.mark.parametrize("trips", [0.0, 0.3, 3.0])
def test_a_belief_weighs_as_many_trips_as_it_is_said_to(trips: float) -> None:
    held = survival(60.0)
    found = expected(held, trips)
    assert float(found.ends.sum()) == pytest.approx(trips * (held[0] - held[-1]))
    assert float(found.risk[0]) == pytest.approx(trips * held[0])
    assert (found.ends <= found.risk + 1e-12).all()


def test_where_nothing_is_known_or_believed_a_leg_still_ends() -> None:
    nothing = Counted(np.zeros(len(EDGES) - 1), np.zeros(len(EDGES) - 1))
    hazard = cumulative(nothing, nothing)
    assert (np.diff(hazard) > 0).all()
    found = durations(hazard, DRAWN)
    assert float(found.mean()) == pytest.approx(500.0, rel=0.1)


@pytest.mark.parametrize("waited", [0.0, 10.0, 2999.0, 3000.0, 9000.0])
def test_what_outlasts_every_bin_goes_on_by_its_mean(waited: float) -> None:
    counted = count(stays(np.array([5.0, 6.0, 7.0])), moment=0.0, half_life=NEVER)
    found = durations(cumulative(counted, expected(survival(60.0), 1.0)), np.array([0.0, 400.0, 401.0]), waited)
    assert found[0] >= waited
    assert found[2] - found[1] == pytest.approx(500.0)


def test_stays_are_told_apart_by_node_where_enough_of_several_are_known() -> None:
    lasted, node = np.arange(12.0), np.array([0] * 6 + [1] * 4 + [-1] * 2)
    stays = Stays(began=-lasted, lasted=lasted, ended=lasted > 3, node=node)
    assert [(number, own.lasted.tolist()) for number, own in stays.by_node(5)] == [(0, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0])]
    assert [number for number, _own in stays.by_node(4)] == [0, 1]
    alone = Stays(began=-lasted, lasted=lasted, ended=lasted > 3, node=np.zeros(12, dtype=np.int64))
    assert list(alone.by_node(1)) == list(Stays(began=-lasted, lasted=lasted, ended=lasted > 3).by_node(1)) == []
