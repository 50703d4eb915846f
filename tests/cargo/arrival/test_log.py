"""What is seen at a moment: nothing that was told later, nothing withdrawn, and clocks that are wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cargo.arrival.log import COLUMN, Log, seen
from tests.cargo.arrival.corridors import Corridor, facts

NOW = 1000.0


def log_of(*rows: tuple[int, str, float, float], gone: list[float] | None = None, rank: list[int] | None = None) -> Log:
    """Facts (trip, code, at, known) of as many trips as are named."""
    return facts(
        lane=np.zeros(max(row[0] for row in rows) + 1, dtype=np.int64),
        trip=np.array([row[0] for row in rows]),
        code=np.array([COLUMN[row[1]] for row in rows]),
        at=np.array([row[2] for row in rows]),
        known=np.array([row[3] for row in rows]),
        gone=None if gone is None else np.array(gone),
        rank=None if rank is None else np.array(rank),
    )


def at(log: Log, code: str, trip: int = 0, moment: float = NOW) -> float | None:
    value = float(seen(log, moment).times[trip, COLUMN[code]])
    return None if np.isnan(value) else value


def test_what_is_told_later_is_not_seen() -> None:
    log = log_of((0, "discharged", 900, 901), (0, "gate_out", 950, 1001), (1, "gate_out", 999, 1000))
    assert at(log, "discharged") == 900
    assert at(log, "gate_out") is None
    assert at(log, "gate_out", trip=1) == 999
    assert at(log, "gate_out", moment=1001) == 950


def test_what_was_withdrawn_counts_until_then() -> None:
    log = log_of((0, "gate_out", 900, 901), gone=[990])
    assert at(log, "gate_out", moment=980) == 900
    assert at(log, "gate_out") is None


def test_the_trusted_source_counts_and_of_equals_the_earliest() -> None:
    log = log_of((0, "discharged", 800, 801), (0, "discharged", 850, 851), (0, "discharged", 840, 841), rank=[2, 1, 1])
    assert at(log, "discharged") == 840
    assert at(log, "discharged", moment=820) == 800


def test_a_clock_that_is_ahead_is_set_back_to_when_it_was_told() -> None:
    assert at(log_of((0, "gate_out", 5000, 990)), "gate_out") == 990


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        # Cleared before the ship came: it counts as passed when the goods are ashore.
        ([("vessel_departed", 100), ("kra_cleared", 300), ("discharged", 600)], 600),
        ([("vessel_departed", 100), ("kra_cleared", 300)], None),
        ([("vessel_departed", 100), ("vessel_arrived", 500), ("kra_cleared", 300)], 500),
        ([("kra_cleared", 300)], 300),
        ([("discharged", 200), ("kra_cleared", 300)], 300),
    ],
)
def test_papers_count_when_the_goods_are_ashore(rows: list[tuple[str, float]], wanted: float | None) -> None:
    assert at(log_of(*((0, code, moment, moment) for code, moment in rows)), "kra_cleared") == wanted


def test_arrived_is_the_arrival_in_kigali_else_the_delivery() -> None:
    log = log_of(
        (0, "arrived_kigali", 700, 701), (0, "delivered", 650, 651), (1, "delivered", 800, 801), (2, "gate_out", 1, 2)
    )
    arrived = seen(log, NOW).arrived
    assert arrived[:2].tolist() == [700, 800]
    assert np.isnan(arrived[2])


def test_the_latest_word_on_the_ship_counts() -> None:
    log = replace(
        log_of((0, "vessel_departed", 100, 100), (1, "vessel_departed", 100, 100)),
        eta_trip=np.array([0, 0, 0]),
        eta_at=np.array([1200.0, 1300.0, 1400.0]),
        eta_known=np.array([900.0, 950.0, 1001.0]),
    ).ordered()
    now = seen(log, NOW)
    assert (now.eta[0], now.eta_lead[0]) == (1300.0, 350.0)
    assert np.isnan(now.eta[1])


@given(st.integers(0, 10_000), st.floats(0.2, 0.9))
def test_order_and_what_comes_later_change_nothing(seed: int, share: float) -> None:
    log = Corridor(trips=30, days=60, seed=seed % 7).log()
    moment = float(np.quantile(log.known, share))
    random = np.random.default_rng(seed)
    mixed = random.permutation(len(log.trip))
    later = log.known > moment
    moved = np.where(later, log.at + random.uniform(-500, 5000, len(log.at)), log.at)
    other = replace(
        log, trip=log.trip[mixed], code=log.code[mixed], at=moved[mixed], known=log.known[mixed], gone=log.gone[mixed]
    ).ordered()
    np.testing.assert_array_equal(seen(log, moment).times, seen(other, moment).times)


def test_the_node_is_that_of_the_fact_which_counts() -> None:
    log = replace(
        log_of((0, "discharged", 800, 801), (0, "discharged", 850, 851), rank=[2, 1]), node=np.array([7, 9])
    ).ordered()
    nodes = [int(seen(log, moment).nodes[0, COLUMN["discharged"]]) for moment in (820.0, NOW, 700.0)]
    assert nodes == [9, 7, -1]
    assert seen(log, NOW).of(np.array([0])).nodes[0, COLUMN["gate_out"]] == -1
