"""The plain forecasts: by hand on few trips."""

from __future__ import annotations

import numpy as np
import pytest

from cargo.arrival.baselines import ROLLING_H, baselines
from cargo.arrival.log import seen
from tests.cargo.arrival.test_log import NOW, log_of

Rows = list[tuple[int, str, float, float]]


def trips(*lasted: float, since: float = 500.0) -> Rows:
    """Trips from the gate to Kigali that took so long, and one (the last) that left the gate ten hours ago."""
    rows: Rows = []
    for number, hours in enumerate(lasted):
        rows += [(number, "gate_out", since, since), (number, "arrived_kigali", since + hours, since + hours)]
    return [*rows, (len(lasted), "gate_out", NOW - 10, NOW - 10)]


def test_mean_and_quantiles_less_what_has_elapsed() -> None:
    log = log_of(*trips(100, 110, 120, 130, 140))
    found = {name: left[-1].tolist() for name, left in baselines(log, seen(log, NOW)).items()}
    assert found["B0"][1] == 110
    assert found["B1"] == found["B1m"] == [94.0, 110.0, 126.0]


def test_old_trips_do_not_roll_on_while_new_ones_are_enough() -> None:
    now = 10_000.0
    old = trips(*[500.0] * 6, since=now - ROLLING_H - 600)[:-1]
    new = [(row[0] + 6, row[1], row[2] + now - NOW, row[3] + now - NOW) for row in trips(*[100.0] * 5)]
    log = log_of(*old, *new)
    found = baselines(log, seen(log, now))
    assert found["B1"][-1][1] == 90
    assert found["B0"][-1][1] > 200


def test_few_trips_say_nothing() -> None:
    log = log_of(*trips(100, 110))
    assert {tuple(left[-1]) for left in baselines(log, seen(log, NOW)).values()} == {(240.0, 600.0, 1440.0)}


def test_nothing_is_left_of_what_should_have_been_there() -> None:
    log = log_of(*trips(1, 2, 3, 4, 5))
    assert np.array_equal(baselines(log, seen(log, NOW))["B1m"][-1], [0.0, 0.0, 0.0])


@pytest.mark.parametrize(("count", "is_known"), [(4, False), (5, True), (6, True)])
def test_five_trips_are_enough(count: int, is_known: bool) -> None:
    log = log_of(*trips(*[100.0] * count))
    found = baselines(log, seen(log, NOW))
    assert {name: float(left[-1][1]) for name, left in found.items()} == dict.fromkeys(
        ("B0", "B1", "B1m"), 90.0 if is_known else 600.0
    )


def test_who_is_further_on_has_less_left_by_what_is_reached_alone() -> None:
    """From the gate a hundred hours, from the border forty; the trip was at the border an hour ago."""
    rows: Rows = []
    for number in range(6):
        rows += [(number, "gate_out", 500, 500), (number, "border1_in", 560, 560), (number, "arrived_kigali", 600, 600)]
    log = log_of(*rows, (6, "gate_out", NOW - 90, NOW - 90), (6, "border1_in", NOW - 1, NOW - 1))
    found = {name: left[-1].tolist() for name, left in baselines(log, seen(log, NOW)).items()}
    assert found == {"B0": [10.0] * 3, "B1": [10.0] * 3, "B1m": [39.0] * 3}


def test_of_whom_nothing_is_known_nothing_is_said() -> None:
    log = log_of((1, "gate_out", NOW + 5, NOW + 5))
    found = baselines(log, seen(log, NOW))
    assert {name: left.tolist() for name, left in found.items()} == dict.fromkeys(
        ("B0", "B1", "B1m"), [[240.0, 600.0, 1440.0]] * 2
    )


def test_levels_are_in_order_whatever_the_trips_took() -> None:
    log = log_of(*trips(3, 900, 1, 40, 41, 420, 77))
    for left in baselines(log, seen(log, NOW)).values():
        assert (np.diff(left, axis=1) >= 0).all()
        assert (left >= 0).all()
