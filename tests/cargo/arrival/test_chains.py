"""Ways and legs: what is not reported is left out, a stay is measured or not, clocks run backwards."""

from __future__ import annotations

import numpy as np
import pytest

from cargo.arrival.chains import ARRIVED, FUEL, GENERAL, LONGEST_H, chain_of, furthest, stays_in
from cargo.arrival.log import seen
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
