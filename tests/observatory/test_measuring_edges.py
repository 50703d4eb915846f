"""Where measuring is at its edges: beginnings that compete, unknown hours, ways and places, holds, and who answers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observatory.measuring import (
    Noted,
    Point,
    Said,
    ShipCall,
    Trip,
    call_readings,
    completeness,
    day_of,
    holds,
    hours,
    news_of,
    plain,
    ticket_readings,
    trip_times,
    volumes,
)
from observatory.registry import TRIP_TIMES
from tests.conftest import AT
from tests.observatory.test_measuring import MALABA, after, told, trip

MOMENTS = st.integers(-(10**12), 10**12).map(lambda milliseconds: AT + timedelta(milliseconds=milliseconds))


@settings(max_examples=40)
@given(MOMENTS, MOMENTS)
def test_hours_back_are_the_same_hours_and_fit_the_table(one: datetime, other: datetime) -> None:
    there, back = hours(one, other), hours(other, one)
    assert there == -back
    assert there.as_tuple().exponent == -4
    assert abs(there * 3600 - Decimal((other - one).total_seconds())) <= Decimal("0.2")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-30T21:59:59.999999+00:00", date(2026, 11, 30)),
        ("2026-11-30T22:00:00+00:00", date(2026, 12, 1)),
        ("2026-12-31T23:30:00+02:00", date(2026, 12, 31)),
        ("2027-01-01T00:30:00+03:00", date(2026, 12, 31)),
        ("2026-12-31T17:00:00-05:00", date(2027, 1, 1)),
    ],
)
def test_a_day_is_kigalis_wherever_the_clock_stood(moment: str, day: date) -> None:
    assert day_of(datetime.fromisoformat(moment)) == day


@settings(max_examples=40)
@given(st.text(max_size=90))
def test_a_plain_name_is_short_stands_in_a_list_and_stays_as_it_is(name: str) -> None:
    told = plain(name)
    assert len(told) <= 60
    assert not set(told) & set('",{}\\')
    assert (told, told) == (told.strip(), plain(told))


def test_a_plain_name_does_not_end_with_the_gap_before_the_word_that_is_cut_off() -> None:
    assert plain("x" * 59 + " Authority") == "x" * 59


@pytest.mark.parametrize(
    ("begins", "value", "fault"),
    [
        # Of a duty paid and a bond debited the first is enough.
        ({"duty_paid": after(1), "bond_debited": after(4)}, 9, ""),
        ({"bond_debited": after(4)}, 6, ""),
        ({}, None, "no_start"),
        ({"duty_paid": after(1, is_day=True), "bond_debited": after(4)}, None, "day_only"),
        ({"duty_paid": after(1), "bond_debited": after(4, is_day=True)}, 9, ""),
    ],
)
def test_one_of_two_beginnings_is_enough_and_the_first_of_them_counts(
    begins: dict[str, Point], value: int | None, fault: str
) -> None:
    found = told(trip_times(trip(rra_released=after(10), **begins), TRIP_TIMES))
    assert found["document_processing_time"] == (value, fault)


@pytest.mark.parametrize(
    ("change", "value", "fault"),
    [
        ({}, 8, ""),
        ({"do_issued": after(1)}, 8, ""),
        ({"do_issued": after(15)}, 5, ""),
        # What was known to the day alone was over before the last began, so it does not blur it.
        ({"discharged": after(-30, is_day=True)}, 8, ""),
        ({"rra_released": after(12, is_day=True)}, None, "day_only"),
        ({"rra_released": after(20.5)}, None, "negative"),
        ({"rra_released": after(20)}, 0, ""),
    ],
)
def test_of_beginnings_that_are_all_needed_the_last_counts(
    change: dict[str, Point], value: int | None, fault: str
) -> None:
    points = {"discharged": after(3), "do_issued": after(5), "rra_released": after(12), "kra_cleared": after(20)}
    assert told(trip_times(trip(**points | change), TRIP_TIMES))["one_stop_centre_clearance_time"] == (value, fault)


@pytest.mark.parametrize("missing", ["discharged", "do_issued", "rra_released"])
def test_of_beginnings_that_are_all_needed_none_may_be_missing(missing: str) -> None:
    points = {"discharged": after(3), "do_issued": after(5), "rra_released": after(12), "kra_cleared": after(20)}
    del points[missing]
    found = told(trip_times(trip(**points), TRIP_TIMES))["one_stop_centre_clearance_time"]
    assert found == (None, "no_start")


@pytest.mark.parametrize(
    ("node", "slugs"),
    [
        (MALABA, {"border_crossing_time_malaba", "transit_time_mombasa_malaba"}),
        ("xx-border-busia", {"border_crossing_time_busia", "transit_time_mombasa_busia"}),
        ("xx-border-gatuna", set()),
        ("", set()),
    ],
)
def test_a_border_is_measured_where_it_was_left(node: str, slugs: set[str]) -> None:
    points = {"gate_out": after(0), "border1_in": after(50, MALABA), "border1_out": after(55, node)}
    found = told(trip_times(trip(**points), TRIP_TIMES))
    assert {slug for slug, (value, _fault) in found.items() if value is not None} == slugs


@settings(max_examples=40)
@given(st.integers(1, 40), st.decimals(0, 99999, places=3))
def test_the_parts_of_a_consignments_boxes_are_its_weight(units: int, weight: Decimal) -> None:
    boxes = [Trip(consignment=1, unit=n, weight_t=weight, points={"gate_out": after(n)}) for n in range(1, units + 1)]
    parts = [one.value for one in volumes(boxes) if one.indicator == "throughput_by_mode"]
    assert len(parts) == units
    assert abs(sum(part or 0 for part in parts) - weight) <= units * Decimal("0.00005")


@pytest.mark.parametrize(
    ("kind", "passed", "mode", "rail"),
    [
        ("container", ("gate_out",), "mode:road", 0),
        ("container", ("gate_out", "railed_to_icd"), "mode:rail", 1),
        ("roro", ("gate_out",), "mode:road", None),
        ("liquid_bulk", ("pipeline_in", "gate_out"), "mode:pipeline", None),
    ],
)
def test_what_left_the_port_counts_once_by_the_way_it_took(
    kind: str, passed: tuple[str, ...], mode: str, rail: int | None
) -> None:
    one = Trip(consignment=1, cargo_kind=kind, weight_t=Decimal(9), points={code: after(5) for code in passed})
    found = list(volumes([one]))
    assert [reading.slices[-1] for reading in found if reading.indicator == "throughput_by_mode"] == [mode]
    assert [reading.value for reading in found if reading.indicator == "offtake_rail"] == [rail] * (rail is not None)


def test_a_consignments_tonnes_count_on_the_day_its_first_box_was_landed() -> None:
    late, early = (
        Trip(consignment=1, unit=n, weight_t=Decimal(9), points={"discharged": after(at)})
        for n, at in ((1, 60), (2, 10))
    )
    days = {one.indicator: one.day for one in volumes([late, early]) if not one.part}
    assert days == dict.fromkeys(("transit_volume_rwanda", "containerisation_rate"), date(2026, 11, 20))


@pytest.mark.parametrize("rest", [{"is_day": True}, {"heard_at": None}])
def test_news_whose_hour_or_coming_is_unknown_has_no_age(rest: dict[str, object]) -> None:
    heard: dict[str, object] = {"event": 5, "heard_at": AT + timedelta(hours=12)}
    point = Point(AT, **heard | rest)  # type: ignore[arg-type]
    assert list(news_of([trip(gate_out=point)])) == []
    assert list(news_of([trip(declared=after(10, event=5, heard_at=AT + timedelta(hours=12)))])) == []


def test_what_a_trip_should_not_pass_is_no_milestone_of_it() -> None:
    points = {"gate_out": after(2, is_contested=True), "arrived_kigali": after(9), "declared": after(1)}
    found = list(completeness(Trip(consignment=1, points=points, rail=["discharged", "arrived_kigali"])))
    assert [(one.indicator, one.value, one.base) for one in found] == [
        ("milestones_known", Decimal(1), Decimal(2)),
        ("milestones_contested", Decimal(0), Decimal(1)),
    ]


def test_a_hold_that_is_not_over_has_no_length_and_one_that_began_again_ends_with_the_last_release() -> None:
    held, freed = Noted(1, "held", AT), Noted(2, "hold_released", AT + timedelta(hours=4))
    assert told(holds([held], [trip()])) == told(holds([freed], [trip()])) == {}
    again = [held, freed, Noted(3, "held", AT + timedelta(hours=6)), Noted(4, "hold_released", after(9).at, MALABA)]
    (length,) = holds(again, [trip()])
    assert (length.value, length.slices[-1]) == (Decimal(9), f"node:{MALABA}")


def test_a_consignment_has_arrived_with_its_last_box_and_an_export_is_never_held_here() -> None:
    boxes = [trip(arrived_kigali=after(1)), trip(arrived_kigali=after(49))]
    assert [one.day for one in holds([], boxes)] == [date(2026, 11, 22)]
    out = Trip(consignment=1, direction="export", points={"arrived_kigali": after(1)})
    assert list(holds([Noted(1, "held", AT)], [out])) == []


@pytest.mark.parametrize(("berthed", "departed"), [(-1, None), (None, -1)])
def test_a_ship_that_left_before_it_came_has_no_length(berthed: int | None, departed: int | None) -> None:
    times = {"berthed_at": berthed, "departed_at": departed}
    known = {name: AT + timedelta(hours=h) for name, h in times.items() if h is not None}
    found = told(call_readings(ShipCall(port="p", arrived_at=AT, **known)))
    assert found.pop("vessel_calls") == (Decimal(1), "")
    faults = {fault for _value, fault in found.values()}
    assert faults == ({"negative"} if berthed else {"negative", "no_start"})


KPA, KRA = "KPA", "KRA"


@pytest.mark.parametrize(
    ("log", "answers"),
    [
        # Handed on before it answered: the next agency's answer is its own.
        ([("handed_over", "office", KPA), ("handed_over", "office", KRA), ("accepted", "agency", KRA)], {3: 1}),
        # Sent again to the same agency: both wait for the one answer.
        ([("handed_over", "office", KPA), ("handed_over", "office", KPA), ("accepted", "agency", KPA)], {2: 2, 3: 1}),
        ([("handed_over", "office", KPA), ("replied", "office", ""), ("said", "importer", "")], {}),
        ([("handed_over", "office", KPA), ("said", "agency", ""), ("accepted", "agency", KPA)], {2: 1}),
        ([("handed_over", "office", KPA), ("noted", "agency", ""), ("given_back", "office", KPA)], {2: 2}),
        ([("handed_over", "office", KPA), ("resolved", "office", "")], {2: 1}),
        ([("accepted", "agency", KPA), ("handed_over", "office", KPA)], {}),
    ],
)
def test_an_agency_answers_for_what_it_was_handed(log: list[tuple[str, str, str]], answers: dict[int, int]) -> None:
    entries = [Said(1, "opened", "importer", AT)]
    entries += [Said(n, kind, party, after(n).at, agency) for n, (kind, party, agency) in enumerate(log, 2)]
    found = [one for one in ticket_readings("X", entries) if one.indicator == "agency_answer_time"]
    assert {one.part: one.value for one in found} == answers
