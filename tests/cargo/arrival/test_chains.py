"""Ways and legs: what is not reported is left out, a stay is measured or not, clocks run backwards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cargo.arrival.chains import (
    ABOARD,
    ARRIVED,
    BY_RAIL,
    EXPORT,
    FUEL,
    GENERAL,
    LONGEST_H,
    LOST_H,
    OUTWARD,
    brings_empties,
    chain_of,
    furthest,
    lost_in,
    onward,
    stays_beyond,
    stays_in,
    times_along,
    way_of,
)
from cargo.arrival.log import seen
from cargo.arrival.prior import SPREAD, SPREADS
from tests.cargo.arrival.corridors import Corridor
from tests.cargo.arrival.test_log import NOW, log_of

NAN = float("nan")


def test_a_milestone_that_nobody_reports_is_no_part_of_the_way() -> None:
    corridor = Corridor(trips=80, days=100)
    now = seen(corridor.log(), corridor.until)
    chain = chain_of("container", now, np.arange(80))
    assert chain.nodes == (
        "registered", "vessel_departed", "vessel_arrived", "discharged", "kra_cleared", "gate_out",
        "border1_in", "border1_out", "border2_in", "border2_out", ARRIVED,
    )  # fmt: skip
    assert (chain.reported[1:] > 0.9).all()
    # What is left out is part of the leg that passes over it.
    assert chain.medians.sum() == pytest.approx(chain_of("container", now, np.empty(0, dtype=np.int64)).medians.sum())


def test_without_any_trip_the_way_is_the_whole_one() -> None:
    now = seen(log_of((0, "registered", 1, 1)), NOW)
    nobody = np.empty(0, dtype=np.int64)
    assert chain_of("roro", now, nobody).nodes == (*GENERAL, ARRIVED)
    assert chain_of("liquid_bulk", now, nobody).nodes == (*FUEL, ARRIVED)


def test_the_furthest_milestone_counts_whatever_is_missing_before_it() -> None:
    times = np.array([[NAN, NAN, NAN], [1.0, NAN, NAN], [NAN, 2.0, NAN], [1.0, NAN, 3.0]])
    assert furthest(times).tolist() == [-1, 0, 1, 2]


def test_stays() -> None:
    times = np.array(
        [
            [900.0, 910.0, NAN],  # ended
            [980.0, NAN, NAN],  # waits
            [900.0, NAN, 930.0],  # its end was not told
            [NAN, 940.0, NAN],  # its beginning was not told
            [950.0, 900.0, NAN],  # clocks run backwards
            [950.0, 949.5, NAN],  # a little, which is rounding
            [NOW - LONGEST_H - 1, NAN, NAN],  # an event was lost
        ]
    )
    found = stays_in(times, 0, NOW)
    assert found.lasted.tolist() == [10.0, 20.0, 0.0]
    assert found.ended.tolist() == [True, False, True]
    assert found.began.tolist() == [900.0, 980.0, 950.0]


@pytest.mark.parametrize(
    ("waited", "counts"), [(0.0, True), (LOST_H, True), (LOST_H + 1, False), (LONGEST_H, False), (-5.0, True)]
)
def test_in_a_leg_that_nearly_all_leave_soon_who_waits_for_a_month_is_lost(waited: float, counts: bool) -> None:
    ended = [[100.0 + number, 110.0 + number] for number in range(20)]
    found = stays_in(np.array([*ended, [NOW - waited, NAN]]), 0, NOW)
    assert len(found.lasted) == 20 + counts
    if counts:
        assert found.lasted[-1] == max(waited, 0.0)


def test_in_a_slow_leg_who_waits_for_two_months_still_waits() -> None:
    ended = [[100.0, 100.0 + 25 * 24.0]] * 20
    times = np.array([*ended, [NOW - 60 * 24.0, NAN], [NOW - LONGEST_H - 1, NAN]])
    assert stays_in(times, 0, NOW).ended.tolist() == [True] * 20 + [False]


@pytest.mark.parametrize(("back", "lasted"), [(0.0, [0.0]), (1.0, [0.0]), (1.001, []), (500.0, [])])
def test_a_clock_may_run_back_for_an_hour(back: float, lasted: list[float]) -> None:
    assert stays_in(np.array([[600.0, 600.0 - back]]), 0, NOW).lasted.tolist() == lasted


@pytest.mark.parametrize(
    ("reported", "waited", "counts"),
    [
        (1.0, 150.0, True),
        (0.96, 150.0, True),
        (0.9, 95.0, False),
        (0.9, 85.0, True),
        (0.7, 150.0, False),
        (0.7, 60.0, True),
        (0.5, 80.0, False),
    ],
)
def test_where_ends_are_often_not_reported_who_waits_long_has_gone_on(
    reported: float, waited: float, counts: bool
) -> None:
    """Stays of 1 to 100 hours: of the seventy in a hundred that report their end, 77 have done so within 77 hours."""
    ended = [[100.0, 100.0 + number] for number in range(1, 101)]
    found = stays_in(np.array([*ended, [NOW - waited, NAN]]), 0, NOW, reported=reported)
    assert len(found.lasted) == 100 + counts
    assert stays_in(np.array([[NOW - waited, NAN]]), 0, NOW, reported=reported).lasted.tolist() == [waited]


@pytest.mark.parametrize(
    ("later", "waited_h", "is_lost"), [(4, 700, False), (5, 700, True), (5, 290, False), (4, 721, True)]
)
def test_who_is_overtaken_by_five_while_it_waits_much_longer_than_nearly_all_is_lost(
    later: int, waited_h: float, is_lost: bool
) -> None:
    """Nearly all leave within a hundred hours. Where nobody leaves who came later the place may be shut."""
    before = [[NOW - waited_h - 200.0 - number, NOW - waited_h - 100.0 - number] for number in range(30)]
    after = [[NOW - 150.0, NOW - 50.0]] * later
    times = np.array([*before, *after, [NOW - waited_h, NAN]])
    assert lost_in(times, 0, NOW).tolist() == [False] * (30 + later) + [is_lost]
    assert len(stays_in(times, 0, NOW).lasted) == 30 + later + (not is_lost)


def test_how_many_arrivals_are_told_is_seen_by_those_that_are_lost_before_it() -> None:
    """Of forty that leave the last border thirty are told to have arrived, and ten for weeks are not."""
    told = [(trip, "border2_out", NOW - 3000.0 + trip, NOW) for trip in range(40)]
    told += [(trip, "arrived_kigali", NOW - 2995.0 + trip, NOW) for trip in range(30)]
    chain = chain_of("container", seen(log_of(*told), NOW), np.arange(40))
    assert chain.nodes[-2:] == ("border2_out", ARRIVED)
    assert chain.reported[-1] == pytest.approx(32 / 42)


def test_no_milestone_lies_before_one_that_it_follows() -> None:
    times = np.array([[0.0, 5.0, 3.0, NAN, 9.0], [NAN, NAN, 2.0, 1.0, NAN], [8.0, 1.0, 2.0, 3.0, 4.0]])
    # Who is registered only when the goods have long moved has not waited since then.
    right = np.array([[0.0, 5.0, 5.0, NAN, 9.0], [NAN, NAN, 2.0, 2.0, NAN], [8.0, 1.0, 2.0, 3.0, 4.0]])
    np.testing.assert_array_equal(onward(times), right)


def test_nobody_has_no_stay() -> None:
    found = stays_in(np.empty((0, 3)), 1, NOW)
    assert [len(each) for each in (found.began, found.lasted, found.ended)] == [0, 0, 0]
    assert furthest(np.empty((0, 3))).tolist() == []


TIMES = st.lists(st.lists(st.one_of(st.just(NAN), st.floats(0, NOW)), min_size=3, max_size=3), min_size=1, max_size=20)


@settings(max_examples=40)
@given(TIMES, st.integers(0, 1))
def test_no_stay_is_negative_or_of_one_who_was_not_there(rows: list[list[float]], leg: int) -> None:
    times = np.array(rows)
    found = stays_in(times, leg, NOW)
    assert (found.lasted >= 0).all()
    assert set(found.began) <= set(times[:, leg][~np.isnan(times[:, leg])])
    assert int(found.ended.sum()) <= int((~np.isnan(times[:, leg + 1])).sum())
    still = found.began[~found.ended] + found.lasted[~found.ended]
    assert still.tolist() == pytest.approx([NOW] * len(still))


@settings(max_examples=40)
@given(TIMES)
def test_behind_the_furthest_milestone_nothing_is_known(rows: list[list[float]]) -> None:
    times = np.array(rows)
    for own, last in zip(times, furthest(times), strict=True):
        assert np.isnan(own[last + 1 :]).all()
        assert last < 0 or not np.isnan(own[last])


def test_along_a_way_the_arrival_is_its_last_milestone() -> None:
    now = seen(log_of((0, "gate_out", 1, 1), (0, "delivered", 9, 9), (1, "gate_out", 2, 2)), NOW)
    found = times_along(("gate_out", ARRIVED), now)
    np.testing.assert_array_equal(found, [[1.0, 9.0], [2.0, NAN]])


@pytest.mark.parametrize("lane", ["container", "roro", "dry_bulk", "liquid_bulk", "liquid_bulk/ago"])
def test_the_medians_of_a_way_are_the_same_whichever_milestones_are_left_out(lane: str) -> None:
    now = seen(log_of(*((number, "gate_out", 1, 1) for number in range(9))), NOW)
    some, whole = chain_of(lane, now, np.arange(9)), chain_of(lane, now, np.empty(0, dtype=np.int64))
    assert some.medians.sum() == pytest.approx(whole.medians.sum())
    assert len(some.medians) == len(some.spreads) == len(some.nodes) - 1
    assert (some.spreads >= SPREAD).all()
    assert (some.spreads <= max(SPREADS.values())).all()
    assert (some.medians > 0).all()
    assert (some.nodes[0], some.nodes[-1]) == ("registered", ARRIVED)


def test_those_by_rail_have_a_milestone_that_the_others_have_not() -> None:
    nobody = np.empty(0, dtype=np.int64)
    now = seen(log_of((0, "railed_to_icd", 1, 1)), NOW)
    road, rail = (chain_of(lane, now, nobody).nodes for lane in ("container", "container" + BY_RAIL))
    assert [code for code in rail if code not in road] == ["railed_to_icd"]
    assert [code for code in rail if code != "railed_to_icd"] == list(road)
    assert now.railed.tolist() == [True]


def test_what_comes_after_the_arrival() -> None:
    log = log_of(
        (0, "arrived_kigali", 10, 10), (0, "delivered", 30, 30), (0, "empty_returned", 130, 130),
        (1, "arrived_kigali", 980, 980), (1, "delivered", 990, 990),
        (2, "delivered", 970, 970), (2, "empty_returned", 999, 1001),
        (3, "gate_out", 5, 5),
    )  # fmt: skip
    now = seen(log, NOW)
    delivery, empty = stays_beyond(now, np.arange(4))
    assert (delivery.lasted.tolist(), delivery.ended.tolist()) == ([20.0, 10.0], [True, True])
    # Who has not brought it back is still counted; what is told later is not known.
    assert (empty.lasted.tolist(), empty.ended.tolist()) == ([100.0, 10.0, 30.0], [True, False, False])
    found = [
        brings_empties(lane, now, np.array(rows)) for lane, rows in (("container", [3]), ("roro", [3]), ("roro", [0]))
    ]
    assert found == [True, False, True]


def test_an_export_goes_its_own_way_through_the_port_aboard() -> None:
    log = log_of(
        (0, "export_loaded", 10, 10), (0, "export_at_port", 90, 90), (0, "export_aboard", 190, 190),
        (1, "export_loaded", 20, 20), (1, "export_departed", 220, 220),
        (2, "export_loaded", 900, 900),
    )  # fmt: skip
    now, rows = seen(log, NOW), np.arange(3)
    # Whose loading was not told of is aboard when the ship departs.
    assert np.nan_to_num(now.arrived, nan=-1).tolist() == [190.0, 220.0, -1.0]
    assert way_of(EXPORT) == [*OUTWARD, ABOARD]
    chain, whole = chain_of(EXPORT, now, rows), chain_of(EXPORT, now, np.empty(0, dtype=np.int64))
    assert (chain.nodes[0], chain.nodes[-1]) == ("registered", ABOARD)
    assert (whole.nodes, len(whole.medians)) == (tuple(way_of(EXPORT)), len(OUTWARD))
    assert chain.medians.sum() == pytest.approx(whole.medians.sum())
    assert not brings_empties(EXPORT, now, rows)
