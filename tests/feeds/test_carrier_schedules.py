"""A carrier's schedule of one vessel in JSON: her calls with times local to the port, and what is none."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from feeds.carrier_schedules import is_json, read_carrier_schedule
from feeds.facts import CallTiming, Fault, Moment, Place, Reading, Unreadable

VESSEL = {"vesselIMONumber": 9321483, "vesselName": "MUKUNGWA", "vesselCallSign": "5HAB7"}


def at(code: str, classifier: str, time: str) -> dict[str, str]:
    return {"transportEventTypeCode": code, "eventClassifierCode": classifier, "classifierDateTime": time}


def body(*schedules: dict[str, str], vessel: Any = VESSEL, **facility: str) -> dict[str, Any]:
    where = {"locationType": "TERMINAL", "UNLocationCode": "kemba", "locationName": "Kipevu", **facility}
    ways = {
        "inboundService": {"carrierVoyageNumber": "411E"},
        "outboundService": {"carrierVoyageNumber": "412W"},
    }
    return {"vessel": vessel, "vesselCalls": [{"facility": where, "transport": ways, "callSchedules": list(schedules)}]}


def read(said: Any) -> Reading:
    return read_carrier_schedule(json.dumps(said).encode())


ETB = at("ARRI", "EST", "2026-11-24T06:00:00")


@pytest.mark.parametrize(
    ("raw", "is_one"),
    [(b"{}", True), (b"\xef\xbb\xbf \n[", True), (b"VESSEL,ETA", False), (b"<p>", False), (b"", False)],
)
def test_json_is_told_from_a_table_by_how_it_begins(raw: bytes, is_one: bool) -> None:
    assert is_json(raw) is is_one


def test_a_call_is_told_with_all_that_the_carrier_says_of_it() -> None:
    assert read(body(ETB)).facts == (
        CallTiming(
            timing="berth_arrival",
            classifier="EST",
            when=Moment(value=datetime(2026, 11, 24, 6), words="2026-11-24T06:00:00"),  # noqa: DTZ001
            place=Place(unlocode="KEMBA", name="Kipevu"),
            vessel="MUKUNGWA",
            vessel_imo="9321483",
            call_sign="5HAB7",
            voyage="411E",
            voyage_out="412W",
            words="MUKUNGWA Kipevu ARRI EST 2026-11-24T06:00:00",
            line=1,
        ),
    )


@pytest.mark.parametrize(
    ("code", "location", "timing"),
    [
        ("ARRI", "TERMINAL", "berth_arrival"),
        ("DEPA", "TERMINAL", "berth_departure"),
        ("arri", "PORT", "port_arrival"),
        ("DEPA", "", "port_departure"),
    ],
)
def test_a_terminal_is_a_berth_and_anything_else_the_port(code: str, location: str, timing: str) -> None:
    found = read(body(at(code, "act", "2026-11-24T06:00:00Z"), locationType=location)).of(CallTiming)
    assert [(fact.timing, fact.classifier) for fact in found] == [(timing, "ACT")]


def test_several_vessels_are_several_calls_numbered_through() -> None:
    other = {"vesselIMONumber": "1111111", "vesselName": "NYABARONGO"}
    found = read([body(ETB, ETB), "noise", body(ETB, vessel=other)]).of(CallTiming)
    assert [(fact.line, fact.vessel, fact.flags) for fact in found] == [
        (1, "MUKUNGWA", ()),
        (2, "MUKUNGWA", ()),
        (3, "NYABARONGO", ("imo_check_digit",)),
    ]


@pytest.mark.parametrize(
    ("said", "code", "detail"),
    [
        (body(at("PASS", "EST", "2026-11-24T06:00:00")), "unknown_code", "PASS"),
        (body(at("ARRI", "", "2026-11-24T06:00:00")), "unknown_code", "eventClassifierCode"),
        (body(at("ARRI", "EST", "24/11/2026")), "no_time", ""),
        (body(ETB, vessel={}), "no_reference", ""),
        (body(), "unknown_code", "transportEventTypeCode"),
    ],
)
def test_a_time_that_cannot_be_read_is_a_fault_of_its_own(said: Any, code: str, detail: str) -> None:
    found = read([said, body(ETB)])
    assert [(fault.code, fault.line, fault.detail) for fault in found.faults] == [(code, 1, detail)]
    assert [fact.line for fact in found.of(CallTiming)] == [2]


@pytest.mark.parametrize("said", [{}, [], "x", {"vesselCalls": {}}, {"vessel": VESSEL, "vesselCalls": []}])
def test_json_of_another_kind_is_no_schedule(said: Any) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(said)
    assert refusal.value.reading.faults == (Fault(code="wrong_shape", detail="vesselCalls / vesselSchedules"),)


STAMP = {"eventTypeCode": "ARRI", "eventClassifierCode": "PLN", "eventDateTime": "2026-11-24T06:00:00+03:00"}
LEAVES = {**STAMP, "eventTypeCode": "DEPA", "eventDateTime": "2026-11-26T06:00:00+03:00"}
PORT = {"locationType": "UNLO", "UNLocationCode": "KEMBA", "locationName": "Mombasa"}
QUAY = {**PORT, "locationType": "FACS", "facilitySMDGCode": "KCT"}


def service(*stamps: dict[str, str], location: Any = QUAY, **call: Any) -> list[dict[str, Any]]:
    """An answer of DCSA Operational Vessel Schedules 3.0 with one call."""
    said = {"portVisitReference": "KEMBA7", "carrierImportVoyageNumber": "411E", "carrierExportVoyageNumber": "412W"}
    vessel = {**VESSEL, "vesselIMONumber": "9321483", "isDummyVessel": False, "vesselOperatorSMDGLinerCode": "UMU"}
    calls = [{**said, "location": location, "timestamps": list(stamps), **call}]
    return [{"carrierServiceCode": "EA1", "vesselSchedules": [{**vessel, "transportCalls": calls}]}]


def test_a_service_s_schedule_tells_the_calls_of_each_of_its_vessels() -> None:
    said = [*service({**STAMP, "changeRemark": "Bad weather"}), *service(LEAVES, location=PORT)]
    found = read(said)
    assert found.facts[0] == CallTiming(
        timing="berth_arrival",
        classifier="PLN",
        when=Moment(value=datetime.fromisoformat(STAMP["eventDateTime"]), words=STAMP["eventDateTime"]),
        place=Place(unlocode="KEMBA", facility="KCT", name="Mombasa"),
        vessel="MUKUNGWA",
        vessel_imo="9321483",
        call_sign="5HAB7",
        voyage="411E",
        voyage_out="412W",
        call="KEMBA7",
        words="MUKUNGWA Mombasa ARRI PLN 2026-11-24T06:00:00+03:00",
        remark="Bad weather",
        line=1,
    )
    assert [(fact.timing, fact.line) for fact in found.of(CallTiming)] == [("berth_arrival", 1), ("port_departure", 2)]
    assert found.faults == ()


@pytest.mark.parametrize(
    ("status", "timings"),
    [
        ({"statusCode": "OMIT"}, [("omitted", "EST")]),
        ({"statusCodes": ["ROTC", "blnk"]}, [("omitted", "EST")]),
        ({"statusCode": "SLID"}, [("berth_arrival", "PLN"), ("berth_departure", "PLN")]),
        ({"statusCodes": "OMIT"}, [("berth_arrival", "PLN"), ("berth_departure", "PLN")]),
    ],
)
def test_a_call_that_is_left_out_is_omitted_at_the_time_that_it_would_have_had(
    status: dict[str, Any], timings: list[tuple[str, str]]
) -> None:
    found = read(service(STAMP, LEAVES, **status)).of(CallTiming)
    assert [(fact.timing, fact.classifier) for fact in found] == timings


@pytest.mark.parametrize(
    ("voyage", "said"),
    [
        ({"carrierImportVoyageNumber": "9999R"}, ""),
        ({"carrierImportVoyageNumber": None, "universalImportVoyageReference": "2641N"}, "2641N"),
    ],
)
def test_the_voyage_of_a_service_s_call(voyage: dict[str, Any], said: str) -> None:
    assert [fact.voyage for fact in read(service(STAMP, **voyage)).of(CallTiming)] == [said]


@pytest.mark.parametrize("call", [{"timestamps": []}, {"timestamps": None}, {"timestamps": [7]}])
def test_a_service_s_call_without_a_time_is_a_fault(call: dict[str, Any]) -> None:
    found = read(service(**call))
    assert ([fault.code for fault in found.faults], found.facts) == (["unknown_code"], ())
