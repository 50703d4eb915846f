"""Which clocks run for goods, from which milestone, until which."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from cargo.charges.amounts import Lack
from cargo.charges.clocks import RULES, Clock, Reached, Track, clocks_of
from cargo.charges.days import Counting
from cargo.charges.tariff import Rate
from cargo.charges.waivers import Waiver
from cargo.milestones import ORDER
from tests.cargo.charges.given import DISCHARGED, ROWS, track

PORT, NAIVASHA = "ke-port-mombasa", "ke-icd-naivasha"
ARRIVED = date(2026, 11, 1)


def days(**numbers: int) -> dict[str, date]:
    """Milestones by the day of November 2026 on which they were reached."""
    return {code: date(2026, 11, number) for code, number in numbers.items()}


def clocks(goods: Track) -> dict[str, Clock]:
    return {clock.name: clock for clock in clocks_of(goods, ROWS)}


def stops(goods: Track) -> dict[str, tuple[int, str] | None]:
    """By clock the day of November on which it stopped, and by what."""
    return {
        name: (clock.stops_on.day, clock.stops_with) if clock.stops_on else None
        for name, clock in clocks(goods).items()
    }


def railed(**more: Reached) -> Track:
    reached = {
        "vessel_arrived": Reached(ARRIVED),
        "discharged": Reached(DISCHARGED),
        "railed_to_icd": Reached(date(2026, 11, 8), place=NAIVASHA),
        **more,
    }
    return Track(size_type="22G1", reached=reached)


def test_every_milestone_of_a_rule_is_one_that_the_portal_derives() -> None:
    codes = {code for rule in RULES for code in (*rule.starts, *rule.stops, rule.keyed_by) if code}
    assert codes - set(ORDER) == {"railed_to_icd", "relocated"}


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("container", ["port_storage", "customs_warehouse", "line_container"]),
        ("roro", ["port_storage", "customs_warehouse"]),
        ("break_bulk", ["port_storage", "customs_warehouse"]),
        ("dry_bulk", ["port_storage", "customs_warehouse"]),
        ("liquid_bulk", ["port_storage", "customs_warehouse"]),
    ],
)
def test_only_containers_have_a_line_that_wants_them_back(kind: str, names: list[str]) -> None:
    assert list(clocks(replace(track(), cargo_kind=kind))) == names


@pytest.mark.parametrize(
    ("reached", "port", "customs", "line"),
    [
        ({}, None, None, None),
        ({"gate_out": 12}, (12, "gate_out"), (12, "gate_out"), None),
        ({"gate_out": 12, "border1_in": 14}, (12, "gate_out"), (12, "gate_out"), None),
        ({"border1_out": 14}, (14, "border1_out"), (14, "border1_out"), None),
        ({"arrived_kigali": 20, "border2_in": 18}, (18, "border2_in"), (18, "border2_in"), None),
        ({"gate_out": 16, "border1_in": 14}, (14, "border1_in"), (14, "border1_in"), None),
        ({"delivered": 21, "empty_returned": 25}, (21, "delivered"), (21, "delivered"), (25, "empty_returned")),
        ({"empty_returned": 25}, (25, "empty_returned"), (25, "empty_returned"), (25, "empty_returned")),
        # What lies before the start is an event of another trip, or a slip.
        ({"gate_out": 2}, None, (2, "gate_out"), None),
    ],
)
def test_the_earliest_of_what_ends_a_clock_stops_it(
    reached: dict[str, int],
    port: tuple[int, str] | None,
    customs: tuple[int, str] | None,
    line: tuple[int, str] | None,
) -> None:
    goods = track(days(vessel_arrived=1, discharged=3, **reached))
    assert stops(goods) == {"port_storage": port, "customs_warehouse": customs, "line_container": line}


def test_an_export_has_its_own_clocks_and_none_of_an_import() -> None:
    reached = {code: Reached(on) for code, on in days(export_loaded=2, export_at_port=9, discharged=3).items()}
    goods = Track(size_type="22G1", direction="export", reached=reached)
    found = clocks(goods)
    assert {name: (clock.starts_with, clock.last_free_on, clock.lacks) for name, clock in found.items()} == {
        "port_storage": ("export_at_port", date(2026, 11, 28), ()),
        "line_export": ("export_loaded", None, (Lack("no_free_time", "shipping line"),)),
    }
    assert found["port_storage"].case.regime == "transit_export"
    sailed = replace(goods, reached={**reached, "export_departed": Reached(date(2026, 11, 15))})
    assert stops(sailed) == dict.fromkeys(found, (15, "export_departed"))
    assert list(clocks(replace(goods, cargo_kind="dry_bulk"))) == ["port_storage"]
    assert list(clocks(replace(goods, direction="import"))) == ["port_storage", "customs_warehouse", "line_container"]


def test_customs_count_from_the_ship_s_arrival_or_where_that_is_unknown_from_the_discharge() -> None:
    by_ship, by_discharge = (
        clocks(track(given))["customs_warehouse"]
        for given in (
            days(vessel_arrived=1, discharged=3),
            days(discharged=3),
        )
    )
    assert [(clock.starts_with, clock.starts_on, clock.last_free_on) for clock in (by_ship, by_discharge)] == [
        ("vessel_arrived", ARRIVED, date(2026, 11, 21)),
        ("discharged", DISCHARGED, date(2026, 11, 23)),
    ]


def test_a_ship_that_is_only_expected_starts_nothing_where_the_goods_are_ashore() -> None:
    goods = track(days(discharged=3, gate_out=8))
    goods = replace(goods, reached={**goods.reached, "vessel_arrived": Reached(date(2026, 11, 10), is_actual=False)})
    found = clocks(goods)["customs_warehouse"]
    assert (found.starts_with, found.starts_on, found.stops_on) == ("discharged", DISCHARGED, date(2026, 11, 8))
    awaited = replace(goods, reached={"vessel_arrived": Reached(date(2026, 11, 10), is_actual=False)})
    assert clocks(awaited)["customs_warehouse"].starts_with == "vessel_arrived"


def test_at_the_depot_a_clock_of_its_own_runs_and_the_port_s_has_stopped() -> None:
    found = clocks(railed())
    assert list(found) == ["port_storage", "depot_storage", "customs_warehouse", "line_container"]
    assert (found["port_storage"].stops_on, found["port_storage"].stops_with) == (date(2026, 11, 8), "railed_to_icd")
    depot = found["depot_storage"]
    assert (depot.case.place, depot.free_days, depot.last_free_on) == (NAIVASHA, 30, date(2026, 12, 7))
    assert found["customs_warehouse"].stops_on is None


@pytest.mark.parametrize(
    ("gate", "stopped"),
    [
        (Reached(date(2026, 11, 12), place=NAIVASHA), (12, "gate_out")),
        (Reached(date(2026, 11, 8), place=PORT), None),
        (Reached(date(2026, 11, 12), is_actual=False, place=NAIVASHA), None),
    ],
)
def test_only_the_depot_s_own_gate_is_the_way_out_of_it(gate: Reached, stopped: tuple[int, str] | None) -> None:
    assert stops(railed(gate_out=gate))["depot_storage"] == stopped


def test_whoever_was_seen_at_the_border_has_left_the_depot() -> None:
    goods = railed(gate_out=Reached(date(2026, 11, 8), place=PORT), border1_in=Reached(date(2026, 11, 14)))
    assert stops(goods)["depot_storage"] == (14, "border1_in")


def test_a_move_to_the_depot_that_is_only_expected_starts_nothing_there() -> None:
    planned = railed(railed_to_icd=Reached(date(2026, 11, 28), is_actual=False, place=NAIVASHA))
    assert list(clocks(planned)) == ["port_storage", "customs_warehouse", "line_container"]
    assert clocks(planned)["port_storage"].stops_on is None


def relocated(place: str, kind: str, *, is_actual: bool = True, **more: Reached) -> Track:
    moved = Reached(date(2026, 11, 8), is_actual=is_actual, place=place, kind=kind)
    return Track(size_type="22G1", reached={"discharged": Reached(DISCHARGED), "relocated": moved, **more})


@pytest.mark.parametrize(
    ("goods", "port", "depot"),
    [
        (relocated(NAIVASHA, "icd"), (8, "relocated"), "relocated"),
        (relocated("ke-cfs-mombasa", "cfs"), (8, "relocated"), None),
        (relocated("ke-term-ct2", "terminal"), None, None),
        (relocated(PORT, "port"), None, None),
        (relocated("", ""), None, None),
        (relocated(NAIVASHA, "icd", is_actual=False), None, None),
        (
            relocated("ke-cfs-mombasa", "cfs", railed_to_icd=Reached(date(2026, 11, 12), place=NAIVASHA, kind="icd")),
            (8, "relocated"),
            "railed_to_icd",
        ),
        (
            relocated(NAIVASHA, "icd", railed_to_icd=Reached(date(2026, 11, 8), place=NAIVASHA, kind="icd")),
            (8, "railed_to_icd"),
            "railed_to_icd",
        ),
    ],
)
def test_what_is_moved_by_order_has_left_the_port_and_is_at_a_depot_where_it_came_to_one(
    goods: Track, port: tuple[int, str] | None, depot: str | None
) -> None:
    found = clocks(goods)
    assert stops(goods)["port_storage"] == port
    assert {name: clock.starts_with for name, clock in found.items() if name == "depot_storage"} == (
        {"depot_storage": depot} if depot else {}
    )
    assert (stops(goods)["customs_warehouse"], stops(goods)["line_container"]) == (None, None)


def test_after_a_move_by_order_the_depot_counts_as_after_one_by_rail() -> None:
    by_order, by_rail = clocks(relocated(NAIVASHA, "icd"))["depot_storage"], clocks(railed())["depot_storage"]
    assert replace(by_order, starts_with="railed_to_icd") == by_rail
    out = relocated(NAIVASHA, "icd", gate_out=Reached(date(2026, 11, 12), place=NAIVASHA))
    assert stops(out)["depot_storage"] == (12, "gate_out")


def test_what_keys_the_rows_must_have_happened() -> None:
    order = Reached(date(2026, 11, 10), is_actual=False)
    goods = track()
    planned = replace(goods, reached={**goods.reached, "pickup_order": order})
    assert clocks(planned)["port_storage"].rated_on is None
    lodged = replace(goods, reached={**goods.reached, "pickup_order": order._replace(is_actual=True)})
    assert {name: clock.rated_on for name, clock in clocks(lodged).items()} == {
        "port_storage": date(2026, 11, 10),
        "customs_warehouse": None,
        "line_container": None,
    }


def test_what_is_not_known_of_a_clock_is_said() -> None:
    nothing = clocks(Track())
    assert [(clock.starts_on, clock.last_free_on, clock.is_running) for clock in nothing.values()] == [
        (None, None, False)
    ] * 3
    assert nothing["port_storage"].lacks == (Lack("not_started", "KPA", "discharged"),)
    vehicle = clocks(replace(track(), cargo_kind="roro"))["port_storage"]
    assert (vehicle.starts_on, vehicle.free_days, vehicle.lacks) == (
        DISCHARGED,
        None,
        (Lack("containers_only", "KPA"),),
    )
    nairobi = clocks(railed(railed_to_icd=Reached(date(2026, 11, 8), place="ke-icd-nairobi")))["depot_storage"]
    assert nairobi.lacks == (Lack("no_free_time", "KPA"),)


def test_a_line_without_rows_of_its_own_is_one_of_the_lines_at_large() -> None:
    payees = [clocks(track(line=line))["line_container"].case.payee for line in ("", "Maersk", "No Such Line")]
    assert payees == ["shipping line", "Maersk", "shipping line"]


OWN = Rate(
    payee="Maersk",
    charge_group="line_free_time",
    item="Contract",
    regime="transit_import",
    destinations=("RW",),
    container="20/40",
    unit="day",
    rate=Decimal(45),
    currency="day",
    effective_from=date(2026, 1, 1),
    source="Contract",
)


@pytest.mark.parametrize(
    ("line", "row", "free"),
    [
        ("Maersk", OWN, (45, ())),
        ("", OWN, (35, ())),
        ("No Such Line", OWN, (35, ())),
        ("Maersk", replace(OWN, destinations=("UG",)), (35, ())),
        ("Maersk", replace(OWN, effective_from=date(2026, 11, 4)), (35, ())),
        ("Maersk", replace(OWN, container="40"), (35, ())),
        ("No Such Line", replace(OWN, payee="No Such Line", rate=Decimal(21)), (21, ())),
    ],
)
def test_a_line_s_own_free_time_goes_before_that_of_lines_at_large(
    line: str, row: Rate, free: tuple[int, tuple[Lack, ...]]
) -> None:
    found = {clock.name: clock for clock in clocks_of(track(line=line), [*ROWS, row])}
    assert (found["line_container"].free_days, found["line_container"].lacks) == free
    assert [found[name].free_days for name in ("port_storage", "customs_warehouse")] == [15, 21]


def test_where_a_line_s_own_rows_disagree_its_free_time_is_unknown() -> None:
    rows = [*ROWS, OWN, replace(OWN, rate=Decimal(40))]
    clock = next(clock for clock in clocks_of(track(line="Maersk"), rows) if clock.name == "line_container")
    assert (clock.free_days, clock.lacks) == (None, (Lack("rows_disagree", "Maersk", "day 40–45"),))


def test_the_free_days_are_those_of_the_country_to_which_the_goods_go() -> None:
    free = [clocks(replace(track(), destination=country))["line_container"].free_days for country in ("RW", "UG", "CD")]
    assert free == [35, 30, 45]


def test_days_of_a_waiver_come_on_top_for_its_own_payee_alone() -> None:
    waiver = Waiver(name="Days", payee="KPA", free_days=4, starts_on=DISCHARGED, percent=Decimal(0))
    found = {clock.name: (clock.free_days, clock.added_days) for clock in clocks_of(track(), ROWS, [waiver])}
    assert found == {"port_storage": (19, 4), "customs_warehouse": (21, 0), "line_container": (35, 0)}


@pytest.mark.parametrize(
    ("counting", "last_free", "counted"),
    [
        (Counting(), date(2026, 11, 17), [0, 1, 16]),
        (Counting(starts_next_day=True), date(2026, 11, 18), [0, 0, 15]),
        (Counting(started_day_counts=False), date(2026, 11, 17), [0, 0, 15]),
    ],
)
def test_the_rule_of_counting_moves_the_last_free_day(counting: Counting, last_free: date, counted: list[int]) -> None:
    clock = next(clock for clock in clocks_of(track(), ROWS, (), counting) if clock.name == "port_storage")
    assert clock.last_free_on == last_free
    assert [clock.days_by(date(2026, 11, day)) for day in (2, 3, 18)] == counted


def test_no_day_is_counted_after_the_stop() -> None:
    clock = clocks(track(days(discharged=3, gate_out=20)))["port_storage"]
    assert [clock.days_by(date(2026, 11, day)) for day in (19, 20, 21, 30)] == [17, 18, 18, 18]


MAGERWA = "rw-wh-magerwa"


@pytest.mark.parametrize(
    ("place", "is_actual", "runs"),
    [(MAGERWA, True, True), (MAGERWA, False, False), ("rw-city-kigali", True, False), ("", True, False)],
)
def test_magerwas_clock_runs_for_what_came_to_it_alone(place: str, is_actual: bool, runs: bool) -> None:
    goods = track({"discharged": DISCHARGED, "gate_out": date(2026, 11, 8)})
    reached = {**goods.reached, "arrived_kigali": Reached(date(2026, 11, 12), is_actual=is_actual, place=place)}
    assert ("kigali_warehouse" in clocks(replace(goods, reached=reached))) is runs


def test_magerwas_clock_is_free_for_a_week_and_stops_with_the_release() -> None:
    reached = {"arrived_kigali": Reached(date(2026, 11, 12), place=MAGERWA)}
    there = clocks(Track(cargo_kind="roro", reached=reached))["kigali_warehouse"]
    assert (there.last_free_on, there.is_running, there.case.payee) == (date(2026, 11, 18), True, "MAGERWA")
    assert not there.free or there.free.confidence != "confirmed"
    for code in ("released_kigali", "delivered"):
        gone = clocks(Track(cargo_kind="roro", reached={**reached, code: Reached(date(2026, 11, 14))}))
        assert (gone["kigali_warehouse"].stops_on, gone["kigali_warehouse"].stops_with) == (date(2026, 11, 14), code)


@tries(max_examples=40)
@given(st.integers(0, 60), st.one_of(st.none(), st.integers(-5, 60)), st.integers(0, 90))
def test_magerwas_days_grow_by_one_a_day_until_the_release_and_are_free_for_seven(
    arrived: int, released: int | None, today: int
) -> None:
    first, asked = ARRIVED + timedelta(days=arrived), ARRIVED + timedelta(days=today)
    reached = {"arrived_kigali": Reached(first, place=MAGERWA)}
    if released is not None:
        reached["released_kigali"] = Reached(first + timedelta(days=released))
    clock = clocks(Track(cargo_kind="roro", reached=reached))["kigali_warehouse"]
    ended = released is not None and released >= 0
    # A release before the arrival is of another trip, or mistaken: the clock goes on.
    assert clock.is_running is not ended
    last = min(asked, first + timedelta(days=released or 0)) if ended else asked
    assert clock.days_by(asked) == max((last - first).days + 1, 0)
    assert clock.last_free_on == first + timedelta(days=6)


def test_magerwa_is_told_by_the_milestone_of_arrival_alone_and_by_the_rows_of_its_time() -> None:
    """A release there without an arrival starts nothing, and before its tariff there is none."""
    assert "kigali_warehouse" not in clocks(Track(reached={"released_kigali": Reached(ARRIVED, place=MAGERWA)}))
    found = [
        clocks(Track(cargo_kind="roro", reached={"arrived_kigali": Reached(on, place=MAGERWA)}))["kigali_warehouse"]
        for on in (date(2009, 8, 31), date(2009, 9, 1))
    ]
    assert [(clock.free_days, bool(clock.lacks)) for clock in found] == [(None, True), (7, False)]


def test_a_waiver_of_magerwas_own_moves_its_last_free_day_and_no_other_s() -> None:
    reached = {**track().reached, "arrived_kigali": Reached(date(2026, 11, 12), place=MAGERWA)}
    waivers = [
        Waiver(name="Own", payee="MAGERWA", free_days=3, starts_on=ARRIVED, percent=Decimal(0)),
        Waiver(name="Other", payee="KRA", free_days=9, starts_on=ARRIVED, percent=Decimal(0)),
    ]
    found = {clock.name: clock for clock in clocks_of(replace(track(), reached=reached), ROWS, waivers)}
    assert (found["kigali_warehouse"].free_days, found["kigali_warehouse"].last_free_on) == (10, date(2026, 11, 21))
    assert (found["customs_warehouse"].added_days, found["port_storage"].added_days) == (9, 0)
