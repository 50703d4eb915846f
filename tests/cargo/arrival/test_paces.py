"""When the pace of a leg has changed: seen soon where it is great, never where nothing happened."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cargo.arrival.hazards import Stays
from cargo.arrival.log import Floats
from cargo.arrival.paces import Change, Likely, Paced, at_pace, changes, latest, likely, of_all, paced_legs

DAY = 24.0
NOW = 200 * DAY


def stays(times: float, since: float, seed: int = 1, median: float = 40.0, n: int = 400) -> Stays:
    """Stays begun over 200 days, of which those from ``since`` on last so many times as long; cut off now."""
    random = np.random.default_rng(seed)
    began = np.sort(random.uniform(0, NOW, n))
    lasts = median * np.exp(random.normal(0, 0.5, n)) * np.where(began >= since, times, 1.0)
    ended = began + lasts <= NOW
    return Stays(began=began, lasted=np.where(ended, lasts, NOW - began), ended=ended)


def paced(by_lane: dict[int, Stays], *, moment: float, kinds: int) -> Paced:
    """The same of one leg alone."""
    return paced_legs({"leg": by_lane}, moment=moment, kinds=kinds)["leg"]


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
    today, found = paced({0: mixed}, moment=NOW, kinds=9)
    assert float(np.median(today[0].lasted[mixed.began < NOW - 21 * DAY])) == pytest.approx(40.0, rel=0.4)
    assert NOW - 36 * DAY <= latest(found) <= NOW


def test_lanes_show_a_change_together() -> None:
    both = {lane: stays(3.0, NOW - 9 * DAY, seed=lane, median=20.0 + 60.0 * lane, n=60) for lane in (0, 1)}
    today, found = paced(both, moment=NOW, kinds=9)
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
    today, _found = paced({0: own}, moment=NOW, kinds=9)
    assert np.isfinite(today[0].lasted).all()
    assert (today[0].lasted >= 0).all()


def _floats(values: np.ndarray) -> Floats:
    return values.astype(np.float64)


NOTHING = Stays(began=np.empty(0), lasted=np.empty(0), ended=np.empty(0, dtype=bool))


def test_without_stays_or_lanes_there_is_no_change() -> None:
    assert changes([], moment=NOW) == []
    assert changes([NOTHING, NOTHING], moment=NOW) == []
    assert paced({}, moment=NOW, kinds=9) == ({}, [])
    today, found = paced({3: NOTHING}, moment=NOW, kinds=9)
    assert ([len(each) for each in (today[3].began, today[3].lasted, today[3].ended)], found) == ([0, 0, 0], [])


@pytest.mark.parametrize("n", [1, 3, 7])
def test_a_few_stays_before_are_too_few_to_tell(n: int) -> None:
    few = Stays(
        began=np.concatenate([np.full(n, NOW - 40 * DAY), np.full(30, NOW - 5 * DAY)]),
        lasted=np.concatenate([np.full(n, 10.0), np.full(30, 90.0)]),
        ended=np.ones(n + 30, dtype=bool),
    )
    assert changes([few], moment=NOW) == []


def test_those_who_wait_show_a_change_before_anyone_is_through() -> None:
    """Sixty have gone on within ten hours or so each; of those who came since nobody has, for days."""
    random = np.random.default_rng(4)
    began = np.concatenate([random.uniform(NOW - 60 * DAY, NOW - 10 * DAY, 60), np.full(12, NOW - 3 * DAY)])
    lasted = np.concatenate([10.0 * np.exp(random.normal(0, 0.3, 60)), np.full(12, 3 * DAY)])
    found = changes([Stays(began=began, lasted=lasted, ended=began < NOW - 9 * DAY)], moment=NOW)
    assert NOW - 9 * DAY <= found[0].since <= NOW - 3 * DAY
    assert found[0].times > 2.0
    assert np.prod([change.times for change in found]) > 2.0


@pytest.mark.parametrize(
    ("found", "lasted"),
    [
        ([], [10.0, 10.0, 10.0]),
        ([Change(since=100.0, times=2.0)], [20.0, 10.0, 10.0]),
        # A stay that began at the very moment is of the new pace.
        ([Change(since=0.0, times=2.0)], [10.0, 10.0, 10.0]),
        ([Change(since=100.0, times=2.0), Change(since=50.0, times=3.0)], [60.0, 10.0, 10.0]),
        ([Change(since=300.0, times=0.5)], [5.0, 5.0, 10.0]),
        ([Change(since=300.0, times=0.5), Change(since=100.0, times=2.0)], [10.0, 5.0, 10.0]),
    ],
)
def test_each_change_counts_for_what_began_before_it(found: list[Change], lasted: list[float]) -> None:
    own = Stays(began=np.array([0.0, 100.0, 200.0]), lasted=np.full(3, 10.0), ended=np.array([True, True, False]))
    today = at_pace(own, found)
    assert today.lasted.tolist() == lasted
    assert (today.began + today.lasted).tolist() == [10.0, 110.0, 210.0]
    assert own.lasted.tolist() == [10.0, 10.0, 10.0]


@pytest.mark.parametrize(
    ("found", "since"),
    [
        ([], -np.inf),
        ([Change(since=5.0, times=1.2)], -np.inf),
        ([Change(since=5.0, times=0.85)], -np.inf),
        ([Change(since=5.0, times=1.3)], 5.0),
        ([Change(since=5.0, times=0.7)], 5.0),
        ([Change(since=5.0, times=3.0), Change(since=9.0, times=1.1)], 5.0),
        ([Change(since=5.0, times=3.0), Change(since=9.0, times=0.5)], 9.0),
    ],
)
def test_only_a_great_change_makes_former_forecasts_old(found: list[Change], since: float) -> None:
    assert latest(found) == since


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(-1e5, 1e5))
def test_it_does_not_matter_from_when_hours_are_counted(seed: int, offset: float) -> None:
    own = stays(2.5, NOW - 14 * DAY, seed, n=80)
    later = Stays(began=own.began + round(offset), lasted=own.lasted, ended=own.ended)
    here, there = changes([own], moment=NOW), changes([later], moment=NOW + round(offset))
    assert [change.times for change in here] == pytest.approx([change.times for change in there])
    assert [change.since + round(offset) for change in here] == pytest.approx([change.since for change in there])


def test_what_a_trip_shows_in_two_lanes_is_shown_once() -> None:
    """Those by rail are among their kind's trips too: they are counted at the pace of today, and prove nothing again."""
    own, kinds = stays(2.0, NOW - 14 * DAY), 9
    once, found = paced({0: own}, moment=NOW, kinds=kinds)
    twice, same = paced({0: own, kinds: own}, moment=NOW, kinds=kinds)
    assert found == same
    np.testing.assert_array_equal(once[0].lasted, twice[0].lasted)
    np.testing.assert_array_equal(twice[0].lasted, twice[kinds].lasted)
    alone, seen_so = paced({kinds: own}, moment=NOW, kinds=kinds)
    assert seen_so == found
    np.testing.assert_array_equal(alone[kinds].lasted, once[0].lasted)


def legs_of(times: list[float], since: float, seed: int = 1) -> list[list[Stays]]:
    """Six legs, short and long, each a lane's; four begin a day."""
    medians = [6.0, 10.0, 60.0, 8.0, 90.0, 5.0]
    return [
        [stays(factor, since, 10 * seed + number, median=median, n=800)]
        for number, (median, factor) in enumerate(zip(medians, times, strict=True))
    ]


def shown(legs: list[list[Stays]]) -> list[Likely]:
    return [likely(groups, moment=NOW) for groups in legs]


@pytest.mark.parametrize("seed", range(3))
def test_that_all_legs_change_is_seen_by_the_short_ones_before_the_long_ones_can_show_it(seed: int) -> None:
    legs = legs_of([2.0] * 6, NOW - 4 * DAY, seed)
    [change] = of_all(shown(legs))
    assert change.times == pytest.approx(2.0, rel=0.25)
    assert NOW - 10 * DAY < change.since < NOW
    # The leg of ninety hours alone has no stay yet that says so.
    assert changes(legs[4], moment=NOW) == []
    named = dict(enumerate({0: group} for [group] in legs))
    today, found = paced_legs(named, moment=NOW, kinds=1)[4]
    assert found[0] == change
    assert np.median(today[0].lasted[today[0].ended]) == pytest.approx(180, rel=0.3)


@pytest.mark.parametrize("often", [1, 50])
def test_however_much_shows_it_the_change_is_the_same(often: int) -> None:
    legs = [{since: often * told for since, told in leg.items()} for leg in shown(legs_of([2.0] * 6, NOW - 20 * DAY))]
    [change] = of_all(legs)
    assert change.times == pytest.approx(1.9, abs=0.05)
    assert [each.since for each in changes([NOTHING], moment=NOW, first=legs[0])] == [change.since]


@pytest.mark.parametrize("times", [[1.0] * 6, [5.0, 1.0, 1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 2.0, 1.0, 2.0, 1.0]])
def test_where_not_all_change_each_is_looked_at_by_itself(times: list[float]) -> None:
    for ago in (3, 8, 20):
        assert of_all(shown(legs_of(times, NOW - ago * DAY))) == []
    assert of_all([]) == []
    assert of_all(shown([[NOTHING]] * 6)) == []
