"""Windows of arrival: what was waited, little or no history, wrong clocks, no look-ahead, the same again, and speed."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cargo.arrival.log import CODES, COLUMN, EDGES, Floats, Log, seen
from cargo.arrival.model import Model, Options, Windows, _pool, fit, forecast, learn
from cargo.arrival.ways import LEVELS, Table
from tests.cargo.arrival.corridors import WAY, Corridor, facts
from tests.cargo.arrival.test_log import NOW, log_of

CORRIDOR = Corridor(trips=300, days=200)


def model_of(log: Log, moment: float, options: Options | None = None) -> Model:
    wanted = options or Options()
    return fit(learn(log, seen(log, moment), wanted), wanted)


def windows(log: Log, moment: float) -> Windows:
    return forecast(model_of(log, moment), seen(log, moment))


def under_way(log: Log, moment: float) -> Floats:
    return windows(log, moment).left[np.isnan(seen(log, moment).arrived)]


def test_same_seed_same_answer() -> None:
    log = CORRIDOR.log()
    np.testing.assert_array_equal(windows(log, CORRIDOR.until).left, windows(log, CORRIDOR.until).left)


def test_nothing_told_later_moves_a_window() -> None:
    log = CORRIDOR.log()
    moment = CORRIDOR.until - 30 * 24
    later = log.known > moment
    assert later.sum() > 100
    moved = replace(log, at=np.where(later, log.at - 777.0, log.at), code=np.where(later, 9, log.code)).ordered()
    gone = replace(
        log, trip=log.trip[~later], code=log.code[~later], at=log.at[~later], known=log.known[~later],
        gone=log.gone[~later], rank=log.rank[~later], node=log.node[~later],
    )  # fmt: skip
    wanted = windows(log, moment).left
    np.testing.assert_array_equal(wanted, windows(moved, moment).left)
    np.testing.assert_array_equal(wanted, windows(gone, moment).left)


def test_an_event_that_happened_before_but_was_received_later_is_not_used() -> None:
    log = CORRIDOR.log()
    moment = CORRIDOR.until - 30 * 24
    known = (log.known <= moment) & (log.known > moment - 48)
    late = replace(log, known=np.where(known, log.known + 1000, log.known))
    without = replace(late, at=np.where(known, 0.0, late.at)).ordered()
    np.testing.assert_array_equal(windows(late, moment).left, windows(without, moment).left)


@pytest.mark.parametrize(
    "rows",
    [
        [(0, "registered", 990.0, 990.0)],
        [(0, "border2_out", 990.0, 990.0)],
        [(0, "registered", 1.0, 1.0), (0, "gate_out", 2.0, 2.0), (0, "border1_in", 1.0, 3.0)],
        [(0, "gate_out", 990.0, 991.0), (1, "gate_out", 500.0, 501.0), (1, "arrived_kigali", 650.0, 651.0)],
        [(0, "gate_out", 990.0, 991.0), (1, "gate_out", 650.0, 651.0), (1, "arrived_kigali", 500.0, 652.0)],
        [(0, "vessel_departed", -40_000.0, 900.0)],
    ],
    ids=[
        "no history",
        "a leg never seen",
        "clocks back",
        "one trip",
        "an arrival before its gate",
        "forever under way",
    ],
)
def test_little_or_bad_history_gives_a_wide_window(rows: list[tuple[int, str, float, float]]) -> None:
    left = windows(log_of(*rows), NOW).left[0]
    assert np.isfinite(left).all()
    assert (left >= 0).all()
    assert left[0] <= left[1] <= left[2]
    assert left[2] - left[0] > 0.5 * left[1]


def test_a_cancelled_arrival_is_under_way_again() -> None:
    log = log_of((0, "border2_out", 900, 901), (0, "arrived_kigali", 950, 951), gone=[np.inf, 980])
    assert seen(log, 960).arrived.tolist() == [950]
    assert np.isnan(seen(log, NOW).arrived).all()
    assert np.isfinite(windows(log, NOW).left).all()


def test_fewer_trips_make_a_wider_window() -> None:
    def width(trips: int) -> float:
        corridor = Corridor(trips=trips, days=200, spread=0.1, tail=0.0)
        model = model_of(corridor.log(), corridor.until)
        left = forecast(model, seen(log_of((0, "gate_out", 990, 990)), NOW)).left[0]
        return float(left[2] - left[0])

    assert width(3) > width(30) > width(300)


def test_what_was_waited_counts() -> None:
    """At a border with two kinds of stay, short and long, who has waited through the short ones stays long."""
    random = np.random.default_rng(3)
    came = np.linspace(0, 4000, 400)
    stay = np.where(random.random(400) < 0.8, random.uniform(3, 5, 400), random.uniform(60, 70, 400))
    number = np.arange(400)
    log = facts(
        lane=np.zeros(400, dtype=np.int64),
        trip=np.tile(number, 3),
        code=np.repeat([COLUMN["border2_in"], COLUMN["border2_out"], COLUMN["arrived_kigali"]], 400),
        at=np.concatenate([came, came + stay, came + stay + 6]),
        known=np.concatenate([came, came + stay, came + stay + 6]),
    )
    model = model_of(log, 4200)
    now = seen(log_of((0, "border2_in", 4199, 4199), (1, "border2_in", 4180, 4180)), 4200)
    left = forecast(model, now).left
    assert left[0][1] == pytest.approx(9, abs=2)
    assert left[1][1] == pytest.approx(65 - 20 + 6, abs=5)


def test_the_ships_foretold_arrival_is_used_and_named() -> None:
    log = CORRIDOR.log()
    model = model_of(log, CORRIDOR.until)
    told = replace(
        log_of((0, "vessel_departed", 900, 900), (1, "vessel_departed", 900, 900)),
        eta_trip=np.array([1]),
        eta_at=np.array([NOW + 40]),
        eta_known=np.array([NOW - 1]),
    )
    made = forecast(model, seen(told, NOW))
    assert made.by_eta.tolist() == [-1, 0]
    assert made.left[1][1] < made.left[0][1]
    assert made.left[1][2] - made.left[1][0] < made.left[0][2] - made.left[0][0]


def test_who_waits_longer_than_nearly_all_is_late() -> None:
    model = model_of(CORRIDOR.log(), CORRIDOR.until)
    rows = [(0, "border1_in", 995.0, 995.0), (1, "border1_in", 700.0, 700.0), (2, "border1_in", -9000.0, 1.0)]
    made = forecast(model, seen(log_of(*rows), NOW))
    assert made.is_late.tolist() == [False, True, True]
    assert [made.milestone(number, model) for number in range(3)] == ["border1_in"] * 3
    assert np.isfinite(made.left).all()


def test_a_lane_learns_from_the_corridor() -> None:
    """Of ro-ro one trip is known, of containers hundreds: its window is near theirs, and its own trips win in time."""
    other = Corridor(trips=300, days=200, spread=0.1, tail=0.0).log()
    log = replace(other, lanes=("container", "roro"), lane=np.concatenate([other.lane, [1, 1]]))
    last = log_of((300, "gate_out", NOW, NOW), (300, "arrived_kigali", NOW + 800, NOW + 800))
    both = replace(
        log, trip=np.concatenate([log.trip, last.trip]), code=np.concatenate([log.code, last.code]),
        at=np.concatenate([log.at, last.at]), known=np.concatenate([log.known, last.known]),
        gone=np.concatenate([log.gone, last.gone]), rank=np.concatenate([log.rank, last.rank]), node=np.concatenate([log.node, last.node]),
    ).ordered()  # fmt: skip
    model = model_of(both, CORRIDOR.until)
    now = seen(log_of((0, "border1_out", 990, 990), (1, "border1_out", 990, 990)), NOW)
    left = forecast(model, replace(now, lane=np.array([0, 1]))).left
    assert left[1][1] == pytest.approx(left[0][1], rel=0.25)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(WAY), st.floats(-1e5, 1e5), st.floats(-1e5, 1e5)),
        min_size=1,
        max_size=40,
    )
)
def test_whatever_is_told_gives_a_window_in_order(rows: list[tuple[int, str, float, float]]) -> None:
    log = log_of((5, "registered", 0.0, 0.0), *rows)
    left = under_way(log, NOW)
    assert np.isfinite(left).all()
    assert (np.diff(left, axis=1) >= 0).all()
    assert (left >= 0).all()


def test_fifty_thousand_in_seconds_and_one_at_once() -> None:
    """The budgets are ten seconds and fifty milliseconds; here with room for a busy machine."""
    log = CORRIDOR.log()
    model = model_of(log, CORRIDOR.until)
    random = np.random.default_rng(1)
    count = 50_000
    code = random.integers(0, 9, count)
    at = NOW - random.exponential(50, count)
    many = facts(
        lane=np.zeros(count, dtype=np.int64),
        trip=np.arange(count),
        code=np.array([COLUMN[name] for name in WAY])[code],
        at=at,
        known=at,
    )
    began = time.perf_counter()
    made = forecast(model, seen(many, NOW))
    assert time.perf_counter() - began < 10
    assert np.isfinite(made.left).all()
    began = time.perf_counter()
    forecast(model, seen(log_of((0, "gate_out", 990, 990)), NOW))
    assert time.perf_counter() - began < 0.05


def test_fuel_has_a_way_of_its_own() -> None:
    """By pipeline and depot; what it shares with others, the borders, it learns from them."""
    other = Corridor(trips=200, days=150, spread=0.1, tail=0.0).log()
    rows = [(200, code, 500.0 + n, 500.0 + n) for n, code in enumerate(("discharged_kot", "pipeline_in", "at_depot"))]
    last = log_of(*rows)
    both = replace(
        other, lanes=("container", "liquid_bulk"), lane=np.concatenate([other.lane, [1]]),
        trip=np.concatenate([other.trip, last.trip]), code=np.concatenate([other.code, last.code]),
        at=np.concatenate([other.at, last.at]), known=np.concatenate([other.known, last.known]),
        gone=np.concatenate([other.gone, last.gone]), rank=np.concatenate([other.rank, last.rank]), node=np.concatenate([other.node, last.node]),
    ).ordered()  # fmt: skip
    model = model_of(both, CORRIDOR.until)
    assert model.lanes[1].chain.nodes[3:6] == ("discharged_kot", "pipeline_in", "at_depot")
    assert "gate_out" not in model.lanes[1].chain.nodes
    rows = [(0, "border2_in", 995.0, 995.0), (1, "at_depot", 995.0, 995.0)]
    left = forecast(model, replace(seen(log_of(*rows), NOW), lane=np.array([1, 1]))).left
    assert left[0][1] == pytest.approx(6, abs=4)
    assert left[1][1] > 100


def test_of_very_many_trips_some_are_enough() -> None:
    few, many = Corridor(trips=3000, days=200), Corridor(trips=9000, days=200)
    now = seen(log_of((0, "gate_out", 990, 990)), NOW)
    one, other = (forecast(model_of(of.log(), of.until), now).left[0] for of in (few, many))
    assert other == pytest.approx(one, rel=0.1)


def test_a_lane_that_nobody_has_travelled_is_no_error() -> None:
    log = CORRIDOR.log()
    model = model_of(log, CORRIDOR.until)
    made = forecast(model, replace(seen(log_of((0, "gate_out", 990, 990)), NOW), lane=np.array([7])))
    assert np.isnan(made.left).all()
    assert made.milestone(0, model) == ""


def test_the_gate_comes_before_the_arrival_and_is_not_foretold_once_passed() -> None:
    log = CORRIDOR.log()
    now = seen(log, CORRIDOR.until)
    made = windows(log, CORRIDOR.until)
    open_, gone = np.isnan(now.arrived), ~np.isnan(now.times[:, COLUMN["gate_out"]])
    ahead = open_ & (made.stands >= 0) & ~np.isnan(made.gate).any(1)
    assert ahead.any()
    assert np.isnan(made.gate[open_ & gone]).all()
    assert (made.gate[ahead] <= made.left[ahead] + 1e-6).all()
    assert (np.diff(made.gate[ahead], axis=1) >= 0).all()


def test_a_leg_ahead_that_changed_its_pace_is_named() -> None:
    corridor = Corridor(trips=500, days=120, shock_day=100, shock_times=5.0)
    lane = model_of(corridor.log(), corridor.until).lanes[0]
    step, times = lane.pace_ahead(0)
    assert step == "border1_out"
    assert 2.0 < times < 9.0
    assert lane.pace_ahead(lane.chain.nodes.index("border2_in")) == ("", 1.0)
    assert model_of(CORRIDOR.log(), CORRIDOR.until).lanes[0].pace_ahead(0)[1] == pytest.approx(1.0, abs=0.9)


@settings(max_examples=30)
@given(st.lists(st.floats(0.0, 4000.0), min_size=1, max_size=20))
def test_windows_of_many_waits_are_those_of_each(waits: list[float]) -> None:
    """Waits that are counted together differ by no more than the draws do."""
    table = TABLE
    together = table.quantiles(np.array(waits))
    for number, waited in enumerate(waits):
        np.testing.assert_array_equal(together[number], table.quantiles(np.array([waited]))[0])
    assert (np.diff(together, axis=1) >= 0).all()
    assert (together >= 0).all()


def at_two_quays(times: float, trips: int = 300) -> Log:
    """Trips that are discharged at two nodes by turns; from the second the goods take so many times as long."""
    log = Corridor(trips=trips, days=200).log()
    landed, node = log.code == COLUMN["discharged"], np.full(len(log.code), -1)
    node[landed] = log.trip[landed] % 2
    second = log.trip % 2 == 1
    start = np.full(len(log.lane), np.nan)
    start[log.trip[landed]] = log.at[landed]
    cleared = second & (log.code == COLUMN["kra_cleared"]) & ~np.isnan(start[log.trip])
    longer = np.where(cleared, (times - 1.0) * (log.at - start[log.trip]), 0.0)
    shift = np.zeros(len(log.lane))
    np.maximum.at(shift, log.trip[cleared], longer[cleared])
    after = log.code >= COLUMN["kra_cleared"]
    moved = np.where(after, shift[log.trip], 0.0)
    return replace(log, at=log.at + moved, known=log.known + moved, node=node).ordered()


@pytest.mark.parametrize(("times", "told_apart"), [(3.0, True), (1.0, False)])
def test_a_leg_is_learnt_node_by_node_where_they_differ(times: float, told_apart: bool) -> None:
    """Two that were landed at the same hour: who stands at the slow quay arrives later, if it is slow."""
    model = model_of(at_two_quays(times), CORRIDOR.until)
    now = seen(log_of((0, "discharged", 995.0, 995.0), (1, "discharged", 995.0, 995.0)), NOW)
    now.nodes[:, COLUMN["discharged"]] = [0, 1]
    made = forecast(model, now)
    later = made.left[1] - made.left[0]
    assert (later > 20.0).all() if told_apart else (np.abs(later) < 25.0).all()
    assert (made.gate[1] > made.gate[0]).all() or not told_apart
    now.nodes[:] = -1
    unknown = forecast(model, now).left
    np.testing.assert_array_equal(unknown[0], unknown[1])
    if told_apart:
        assert (made.left[0] < unknown[0]).all()
        assert (unknown[0] < made.left[1]).all()


def test_a_node_of_few_stays_or_all_of_them_is_not_told_apart() -> None:
    log = at_two_quays(3.0)
    few = replace(log, node=np.where((log.node == 1) & (log.trip > 8), 0, log.node))
    assert {len(model_of(each, CORRIDOR.until).lanes[0].places) for each in (replace(log, node=log.node * 0), few)} <= {
        0,
        1,
    }
    plain = model_of(log, CORRIDOR.until, Options(corridor=0.0))
    assert plain.lanes[0].places == {}


TABLE = model_of(CORRIDOR.log(), CORRIDOR.until).lanes[0].standing(4)


@settings(max_examples=20)
@given(st.lists(st.floats(0, 5000), min_size=1, max_size=20))
def test_a_stall_comes_nearer_the_longer_one_waits(waits: list[float]) -> None:
    heard = np.geomspace(1, 400, 2000)
    table = Table(heard=heard, rest=heard, leg=None, after=heard, exponentials=heard, known={})
    found = table.stalls(np.sort(np.array(waits)))
    assert (np.diff(found) >= 0).all()
    assert ((found > 0) & (found <= 1)).all()
    assert table.stalls(np.array([0.0, table.usual * 1.01])) == pytest.approx([0.05, 1.0], abs=0.002)


def test_where_reports_are_lost_who_waits_longer_than_all_is_not_taken_to_have_stayed() -> None:
    """News comes from every tenth way after 100 hours and more; the leg itself is over within ten."""
    heard = np.concatenate([np.linspace(1, 10, 1800), np.linspace(100, 400, 200)])
    stays, lossy_ones = (
        Table(
            heard=heard, rest=heard + 50.0, leg=EDGES / 10, after=np.full(2000, 50.0), exponentials=np.ones(2000),
            is_lossy=is_lossy,
        )
        for is_lossy in (False, True)
    )  # fmt: skip
    waited = np.array([200.0, 395.0, 4000.0])
    stayed, lossy = stays.quantiles(waited), lossy_ones.quantiles(waited)
    assert stayed[0].tolist() == lossy[0].tolist()
    # As the last sixty ways, whose first is heard of after 311 hours.
    assert lossy[1] == pytest.approx(lossy[2])
    assert lossy[1] == pytest.approx(np.quantile(heard[-60:], LEVELS) + 50.0 - heard[-60])
    assert (np.diff(lossy, axis=1) > 0).all()


def railed(trips: int, arrived: int, *, by_rail: int) -> Log:
    """Trips a day apart that lie three days and travel four; those by rail travel two, of which one to the inland depot."""
    rows = []
    for trip in range(trips):
        landed, is_railed = trip * 24.0, trip % by_rail == 0 if by_rail else False
        steps = [("discharged", 0.0), ("gate_out", 72.0), ("arrived_kigali", 168.0)]
        if is_railed:
            steps = [("discharged", 0.0), ("railed_to_icd", 72.0), ("gate_out", 96.0), ("arrived_kigali", 120.0)]
        last = len(steps) if trip < arrived else 2
        rows += [(trip, code, landed + after, landed + after) for code, after in steps[:last]]
    return log_of(*rows)


def test_those_by_rail_are_a_lane_of_their_own_once_some_have_arrived() -> None:
    log = railed(42, 40, by_rail=2)
    made = windows(log, 40 * 24.0 + 73)
    # The kind has one number in this log, so that of its lane by rail is the next.
    assert made.lane[-2:].tolist() == [1, 0]
    assert made.left[-2, 1] == pytest.approx(47, abs=12)
    # Of the other nobody knows yet how it will go: its window holds both.
    assert made.left[-1, 0] < 120 - 49 < 168 - 49 < made.left[-1, 2]
    assert made.trips[-2:].tolist() == [20, 38]
    assert CODES[made.code[-2]] == "railed_to_icd"
    few = windows(railed(42, 4, by_rail=2), 40 * 24.0 + 73)
    assert set(few.lane.tolist()) == {0}


def test_those_by_rail_are_counted_once_among_all_lanes() -> None:
    log, moment = railed(42, 40, by_rail=2), 40 * 24.0 + 73
    learnt = learn(log, seen(log, moment), Options())
    pooled = _pool(learnt)
    road, rail = (list(pairwise(learnt.chains[number].nodes)) for number in (0, 1))
    assert pooled == {
        **dict(zip(rail, learnt.counted[1], strict=True)),
        **dict(zip(road, learnt.counted[0], strict=True)),
    }
    # A leg that only those by rail have tells of them all the same.
    assert [pair for pair in rail if "railed_to_icd" in pair and pair in pooled]


def test_that_a_trip_goes_by_rail_is_known_when_it_is_told() -> None:
    log, moment = railed(42, 40, by_rail=2), 40 * 24.0 + 73
    railed_at = (log.trip == 40) & (log.code == COLUMN["railed_to_icd"])
    later = replace(log, known=np.where(railed_at, moment + 1, log.known))
    assert windows(log, moment).lane[40] == 1
    assert windows(later, moment).lane[40] == 0


def test_when_the_empty_is_back_is_learnt_from_those_that_came_back() -> None:
    def rows(trips: int, after: float) -> list[tuple[int, str, float, float]]:
        steps = (("gate_out", 0.0), ("arrived_kigali", 96.0), ("delivered", 120.0), ("empty_returned", 120.0 + after))
        return [(n, code, n * 24 + at, n * 24 + at) for n in range(trips) for code, at in steps]

    moment = 60 * 24.0 + 900
    still = (60, "gate_out", moment - 1, moment - 1)
    quick, slow = (windows(log_of(*rows(60, after), still), moment) for after in (240.0, 700.0))
    for made, after in ((quick, 240.0), (slow, 700.0)):
        assert made.empty[60, 1] == pytest.approx(95 + 24 + after, rel=0.2)
        assert (np.diff(made.empty[60]) >= 0).all()
        assert (made.empty[60] > made.left[60]).all()
    np.testing.assert_array_equal(quick.left, slow.left)


def test_where_no_empty_comes_back_none_is_foretold() -> None:
    roro = replace(log_of((0, "gate_out", 990, 990)), lanes=("roro",))
    assert np.isnan(windows(roro, NOW).empty).all()
    # Of a container nothing may be known yet: published figures.
    assert np.isfinite(windows(log_of((0, "gate_out", 990, 990)), NOW).empty).all()
    assert np.isfinite(windows(log_of((0, "vessel_departed", 990, 990)), NOW).empty).all()
