"""What is measured of trips, ships' calls and tickets: lengths of time, volumes, and the reason where nothing can be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observatory.measuring import (
    Noted,
    Point,
    Reading,
    Said,
    ShipCall,
    Trip,
    call_readings,
    completeness,
    holds,
    hours,
    news_of,
    plain,
    teu_of,
    ticket_readings,
    trip_times,
    volumes,
    weighings,
)
from observatory.registry import INDICATORS, TRIP_TIMES
from tests.conftest import AT

MALABA = "xx-border-malaba"


def after(hours: float, node: str = "", **rest: object) -> Point:
    return Point(AT + timedelta(hours=hours), node=node, **rest)  # type: ignore[arg-type]


def told(readings: Iterable[Reading]) -> dict[str, tuple[Decimal | None, str]]:
    return {one.indicator: (one.value, one.fault) for one in readings}


def trip(**points: Point) -> Trip:
    return Trip(consignment=1, unit=7, size_type="45G1", weight_t=Decimal("24.5"), regime="eac", points=points)


WHOLE = {
    "vessel_arrived": after(0),
    "declared": after(-70),
    "bond_debited": after(-40),
    "rra_released": after(-37.5),
    "discharged": after(20, "ke-term-ct1"),
    "do_issued": after(22),
    "kra_cleared": after(50),
    "pickup_order": after(52),
    "truck_in": after(70),
    "sealed": after(72),
    "gate_out": after(74, "ke-term-ct1"),
    "border1_in": after(140, MALABA),
    "border1_out": after(148, MALABA),
    "border2_in": after(230, "xx-border-gatuna"),
    "border2_out": after(233, "xx-border-gatuna"),
    "arrived_kigali": after(240, "rw-wh-magerwa"),
    "released_kigali": after(300),
    "delivered": after(302),
    "empty_returned": after(500),
    "bond_cancelled": after(350),
}


def test_a_whole_trip_by_road() -> None:
    found = told(trip_times(trip(**WHOLE), TRIP_TIMES))
    assert {slug: float(value or 0) for slug, (value, _fault) in found.items()} == {
        "ship_to_discharge_time": 20,
        "container_dwell_time": 54,
        "document_processing_time": 2.5,
        "one_stop_centre_clearance_time": 28,
        "delivery_order_time": 22,
        "delay_after_customs_release": 24,
        "pickup_to_gate_time": 22,
        "e_seal_wait_time": 22,
        "truck_turnaround_port": 4,
        "ship_to_kigali_time": 240,
        "transit_time_mombasa_kigali": 166,
        "transit_time_mombasa_malaba": 74,
        "border_crossing_time_malaba": 8,
        "border_crossing_time_gatuna": 3,
        "transit_time_uganda": 82,
        "transit_time_border_kigali": 7,
        "turnaround_magerwa": 60,
        "kigali_release_time": 60,
        "import_time_total": 302,
        "empty_return_time": 198,
        "bond_cancellation_time": 48,
    }
    assert {fault for _value, fault in found.values()} == {""}


def test_a_reading_counts_on_kigalis_day_and_is_told_apart_by_what_is_known() -> None:
    late = Point(datetime.fromisoformat("2026-11-30T22:30:00+00:00"), node=MALABA)
    found = list(trip_times(trip(border1_in=after(1), border1_out=late), TRIP_TIMES))
    crossing = next(one for one in found if one.indicator == "border_crossing_time_malaba")
    assert crossing.day == date(2026, 12, 1)
    assert crossing.part == 7
    assert crossing.slices == (
        "cargo:container", "direction:import", "regime:eac", "origin:unknown", f"node:{MALABA}",
    )  # fmt: skip
    assert replace(trip(), regime="", origin="CN").slices[2:] == ("regime:unknown", "origin:CN")


def test_only_what_is_summed_up_says_whose_it_is() -> None:
    mine = replace(trip(discharged=after(1), gate_out=after(9), arrived_kigali=after(99)), firm=12)
    found = {one.indicator: one.firm for one in [*volumes([mine]), *trip_times(mine, TRIP_TIMES), *completeness(mine)]}
    by_firm = {slug for slug, indicator in INDICATORS.items() if indicator.is_by_firm and indicator.is_ours}
    assert {slug for slug, firm in found.items() if firm} == by_firm - {"exports_rwanda", "petroleum_rwanda"}
    assert {found[slug] for slug in found if slug in by_firm} == {12}


@pytest.mark.parametrize(
    ("points", "fault"),
    [
        ({"gate_out": after(9)}, "no_start"),
        ({"discharged": after(10), "gate_out": after(9)}, "negative"),
        ({"discharged": after(1), "gate_out": after(9, is_day=True)}, "day_only"),
        ({"discharged": after(1, is_day=True), "gate_out": after(9)}, "day_only"),
    ],
)
def test_what_cannot_be_told_says_why(points: dict[str, Point], fault: str) -> None:
    assert told(trip_times(trip(**points), TRIP_TIMES))["container_dwell_time"] == (None, fault)


@pytest.mark.parametrize(
    ("arrived", "released", "at_magerwa"),
    [
        ("rw-wh-magerwa", "rw-wh-magerwa", True),
        # RRA says of its release only that it was in Kigali.
        ("rw-wh-magerwa", "rw-city-kigali", True),
        ("rw-wh-magerwa", "", True),
        # Who does not say where it came to is believed where it was released.
        ("", "rw-wh-magerwa", True),
        ("", "", False),
        ("rw-city-kigali", "rw-wh-magerwa", False),
        ("rw-port-klp", "rw-port-klp", False),
        ("rw-city-kigali", "rw-city-kigali", False),
    ],
)
def test_the_turnaround_at_magerwa_is_of_what_came_there(arrived: str, released: str, at_magerwa: bool) -> None:
    found = told(trip_times(trip(arrived_kigali=after(1, arrived), released_kigali=after(61, released)), TRIP_TIMES))
    assert found["kigali_release_time"] == (Decimal(60), "")
    assert found.get("turnaround_magerwa") == ((Decimal(60), "") if at_magerwa else None)


def test_a_release_at_magerwa_of_what_nobody_saw_arrive_lowers_its_coverage() -> None:
    found = told(trip_times(trip(released_kigali=after(61, "rw-wh-magerwa")), TRIP_TIMES))
    assert found == {"turnaround_magerwa": (None, "no_start"), "kigali_release_time": (None, "no_start")}
    assert told(trip_times(trip(released_kigali=after(61, "rw-port-klp")), TRIP_TIMES)).keys() == {
        "kigali_release_time"
    }


@pytest.mark.parametrize(
    ("depot", "slugs"),
    [
        ("ke-icd-nairobi", {"icdn_dwell_time", "icd_dwell_time"}),
        ("ke-icd-naivasha", {"icd_dwell_time"}),
        ("", {"icd_dwell_time"}),
    ],
)
def test_the_inland_depot_of_nairobi_is_not_naivasha(depot: str, slugs: set[str]) -> None:
    found = told(trip_times(trip(railed_to_icd=after(10, depot), gate_out=after(44, depot)), TRIP_TIMES))
    assert {slug: value for slug, (value, _fault) in found.items() if slug.startswith("icd")} == dict.fromkeys(
        slugs, Decimal(34)
    )


def test_what_left_by_rail_is_not_measured_as_if_it_had_left_by_road() -> None:
    found = told(trip_times(trip(**WHOLE, railed_to_icd=after(40, "ke-icd-naivasha")), TRIP_TIMES))
    assert found["icd_dwell_time"] == (Decimal(34), "")
    assert not {"container_dwell_time", "transit_time_mombasa_kigali", "truck_turnaround_port"} & found.keys()
    assert list(trip_times(Trip(consignment=1, direction="export", points=WHOLE), TRIP_TIMES)) == []
    loose = told(trip_times(Trip(consignment=1, cargo_kind="roro", points=WHOLE), TRIP_TIMES))
    assert loose["general_cargo_dwell_time"] == (Decimal(54), "")
    assert "container_dwell_time" not in loose


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(sorted(WHOLE)), st.integers(-500, 500)))
def test_no_length_is_ever_negative_and_each_end_is_counted_once(times: dict[str, int]) -> None:
    found = list(trip_times(trip(**{code: after(at, MALABA) for code, at in times.items()}), TRIP_TIMES))
    assert len({one.indicator for one in found}) == len(found)
    for one in found:
        assert INDICATORS[one.indicator].stops in times
        assert (one.value is None) == bool(one.fault)
        assert one.value is None or one.value >= 0


def test_volumes_of_a_consignment_of_two_boxes() -> None:
    second = Trip(consignment=1, unit=8, size_type="", weight_t=Decimal("24.5"), points={"discharged": after(30)})
    railed = trip(discharged=after(20), railed_to_icd=after(60))
    found = sorted((one.indicator, one.part, one.value, one.fault, one.base) for one in volumes([railed, second]))
    assert found == [
        ("containerisation_rate", 0, Decimal("24.5"), "", Decimal("24.5")),
        ("offtake_rail", 7, Decimal(1), "", Decimal(1)),
        ("throughput_by_mode", 7, Decimal("12.25"), "", None),
        ("transit_containers_rwanda", 7, Decimal(2), "", None),
        ("transit_containers_rwanda", 8, None, "no_size", None),
        ("transit_volume_rwanda", 0, Decimal("24.5"), "", None),
    ]


def test_tonnes_are_told_apart_by_the_consignees_sector_and_unknown_is_one() -> None:
    for sector, part in (("C", "sector:C"), ("", "sector:unknown")):
        found = {one.indicator: one.slices for one in volumes([replace(trip(discharged=after(20)), sector=sector)])}
        told_by = {slug for slug, slices in found.items() if any(name.startswith("sector:") for name in slices)}
        assert (told_by, found["transit_volume_rwanda"][-1]) == ({"transit_volume_rwanda"}, part)


def test_volumes_of_fuel_of_exports_and_of_unknown_weight() -> None:
    fuel = Trip(consignment=1, cargo_kind="liquid_bulk", weight_t=Decimal(900), points={"discharged_kot": after(1)})
    assert told(volumes([fuel]))["petroleum_rwanda"] == (Decimal(900), "")
    assert told(volumes([fuel]))["containerisation_rate"] == (Decimal(0), "")
    coffee = Trip(consignment=1, direction="export", points={"export_aboard": after(1)})
    assert told(volumes([coffee])) == {
        "transit_volume_rwanda": (None, "no_weight"),
        "exports_rwanda": (None, "no_weight"),
    }
    assert list(volumes([Trip(consignment=1, points={"vessel_arrived": after(1)})])) == []
    assert [teu_of(size) for size in ("22G1", "45G1", "L5G1", "", "?")] == [1, 2, Decimal("2.25"), None, None]


def test_news_is_as_old_as_it_was_heard_and_counts_once() -> None:
    heard = after(10, event=5, heard_at=AT + timedelta(hours=12))
    early = after(20, event=6, heard_at=AT)
    found = list(news_of([trip(gate_out=heard, border1_out=early), trip(gate_out=heard, discharged=after(1))]))
    assert [(one.part, one.value, one.fault) for one in found] == [(5, Decimal(2), ""), (6, None, "negative")]


def test_what_is_known_of_a_trip_that_has_arrived() -> None:
    rail = ["discharged", "gate_out", "border1_in", "arrived_kigali"]
    points = {"discharged": after(1, is_contested=True), "gate_out": after(2), "arrived_kigali": after(9)}
    found = list(completeness(Trip(consignment=1, points=points, rail=rail)))
    assert [(one.indicator, one.value, one.base) for one in found] == [
        ("milestones_known", Decimal(3), Decimal(4)),
        ("milestones_contested", Decimal(1), Decimal(3)),
    ]
    assert list(completeness(Trip(consignment=1, points={"gate_out": after(2)}, rail=rail))) == []


def test_holds_and_weighings() -> None:
    events = [
        Noted(3, "held", AT),
        Noted(4, "held", AT + timedelta(hours=1)),
        Noted(5, "hold_released", AT + timedelta(hours=5), MALABA),
        Noted(6, "weighed", AT, "ke-wb-gilgil"),
    ]
    arrived = [trip(arrived_kigali=after(90))]
    assert told(holds(events, arrived)) == {
        "customs_hold_share": (Decimal(1), ""),
        "customs_hold_time": (Decimal(5), ""),
    }
    assert told(holds([], arrived)) == {"customs_hold_share": (Decimal(0), "")}
    assert told(holds(events[:2], [trip()])) == {}
    assert told(holds([Noted(1, "hold_released", AT - timedelta(hours=2)), events[0]], [trip()])) == {
        "customs_hold_time": (None, "negative")
    }
    assert [(one.part, one.slices[-1]) for one in weighings(events, arrived)] == [(6, "node:ke-wb-gilgil")]


def test_a_ships_call() -> None:
    day = timedelta(days=1)
    whole = ShipCall(port="ke-port-mombasa", arrived_at=AT, berthed_at=AT + day, departed_at=AT + 3 * day)
    assert {slug: value for slug, (value, _fault) in told(call_readings(whole)).items()} == {
        "vessel_calls": 1,
        "ship_turnaround_time": 72,
        "vessel_waiting_time_before_berth": 24,
        "ship_working_time": 48,
    }
    assert told(call_readings(ShipCall(port="p", departed_at=AT)))["ship_turnaround_time"] == (None, "no_start")
    assert list(call_readings(ShipCall(port="p"))) == []


def test_a_tickets_log() -> None:
    def said(number: int, kind: str, party: str, h: float, agency: str = "") -> Said:
        return Said(number, kind, party, AT + timedelta(hours=h), agency)

    log = [
        said(1, "opened", "importer", 0),
        said(2, "replied", "office", 2),
        said(3, "handed_over", "office", 3, "KPA, {Mombasa}"),
        said(4, "noted", "office", 4),
        said(5, "accepted", "agency", 7),
        said(6, "resolved", "office", 30),
        said(7, "reopened", "importer", 31),
        said(8, "resolved", "office", 40),
    ]
    found = list(ticket_readings("PORT_DELAY", log))
    assert {one.indicator: one.value for one in found} == {
        "tickets_opened": 1,
        "ticket_first_reply_time": 2,
        "ticket_resolution_time": 40,
        "agency_answer_time": 4,
    }
    assert found[-1].slices == ("category:PORT_DELAY", "agency:KPA Mombasa")
    assert found[-1].part == 3
    # The portal's own ticket asks for no reply, and nobody has answered what was handed over.
    own = [said(1, "opened", "portal", 0), log[1], log[2], log[3]]
    assert told(ticket_readings("X", own)) == {"tickets_opened": (Decimal(1), "")}
    assert list(ticket_readings("X", [])) == []


def test_small_things() -> None:
    assert hours(AT, AT + timedelta(minutes=90)) == Decimal("1.5000")
    assert plain('A "b", {c}\\d') == "A b c d"
