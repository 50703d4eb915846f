"""Track & Trace as carriers deviate from it: names, case, wrappers, nulls, false zones and swapped codes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds.facts import CallTiming, Reading
from feeds.formats.dcsa import read

BOX, BILL = "CSQU3054383", "MEDU1234567"
AT = "2026-11-20T08:15:00+03:00"
LOCAL = datetime(2026, 11, 20, 8, 15)  # noqa: DTZ001
INSTANT = datetime(2026, 11, 20, 5, 15, tzinfo=UTC)


def said(body: Any, **settings: str) -> Reading:
    return read(json.dumps(body).encode(), settings)


def gate_out(**more: Any) -> dict[str, Any]:
    return {
        "eventType": "EQUIPMENT",
        "equipmentEventTypeCode": "GTOT",
        "eventClassifierCode": "ACT",
        "eventDateTime": AT,
        "equipmentReference": BOX,
        "transportCall": {"UNLocationCode": "KEMBA", "modeOfTransport": "TRUCK"},
        **more,
    }


def test_names_in_another_case_and_nulls_for_what_is_absent() -> None:
    """As MSC sends."""
    event = gate_out(
        eventId="ACT2026-11-20T08:15:00:00+03:00",
        ISOEquipmentCode=None,
        references=None,
        seals=None,
        documentReferences=[{"documentReferenceType": "TRD", "documentReferenceValue": BILL}, None],
        transportCall={"unLocationCode": "kemba", "location": None, "vessel": None, "facilityCode": None},
    )
    (fact,) = said([event]).movements
    assert (fact.kind, fact.container, fact.bill_of_lading, fact.place.unlocode) == ("gate_out", BOX, BILL, "KEMBA")
    assert (fact.sender_event, fact.seals, fact.flags) == ("ACT2026-11-20T08:15:00:00+03:00", (), ())


@pytest.mark.parametrize(("own", "when"), [({}, LOCAL.replace(tzinfo=UTC)), ({"false_z": "1"}, LOCAL)])
def test_a_z_that_is_the_place_s_own_time_is_read_so_where_the_source_says_it(
    own: dict[str, str], when: datetime
) -> None:
    (fact,) = said([gate_out(eventDateTime="2026-11-20T08:15:00Z")], **own).movements
    assert (fact.when.value, fact.when.words) == (when, "2026-11-20T08:15:00Z")


def test_a_true_offset_counts_whatever_is_said_of_false_ones() -> None:
    (fact,) = said([gate_out()], false_z="1").movements
    assert fact.when.value == INSTANT


def test_codes_that_stand_in_each_other_s_place_are_found() -> None:
    (fact,) = said([gate_out(eventType="GTOT", equipmentEventTypeCode="EMPTY")]).movements
    assert (fact.kind, fact.is_empty) == ("gate_out", True)


def test_events_in_groups_with_words_in_title_case_and_a_place_of_mere_text() -> None:
    """As HMM sends."""
    event = {
        "equipmentEventTypeCode": "Disc",
        "eventClassifierCode": "Act",
        "eventDateTime": AT,
        "equipmentReference": BOX,
        "eventLocation": "MOMBASA, KENYA",
        "emptyIndicatorCode": "Laden",
        "transportCall": [{"modeOfTransport": "Vessel", "UNLocationCode": "KEMBA", "carrierVoyageNumber": "1  E"}],
    }
    due = {"transportEventTypeCode": "Arri", "eventClassifierCode": "Estimated", "eventDateTime": "2026-11-25T06:00:00"}
    found = said({"shipmentEvent": [], "transportEvent": [due], "equipmentEvent": [event]})
    assert [(fact.kind, fact.classifier, fact.container, fact.flags) for fact in found.movements] == [
        ("vessel_arrived", "EST", BOX, ("goods_assumed", "unknown_location")),
        ("discharged", "ACT", BOX, ()),
    ]
    assert (found.movements[1].voyage, found.movements[1].place.name) == ("1 E", "MOMBASA, KENYA")
    assert found.movements[1].is_empty is False


@pytest.mark.parametrize("wrap", ["events", "data", "content", "results", "items"])
def test_events_are_found_in_what_they_are_wrapped_in(wrap: str) -> None:
    """As Maersk sends, with the ship's number as a number."""
    call = {"vessel": {"vesselIMONumber": 9321483, "vesselName": "KAGERA"}, "UNLocationCode": "KEMBA"}
    (fact,) = said({wrap: [gate_out(transportCall=call)]}).movements
    assert (fact.vessel, fact.vessel_imo, fact.flags) == ("KAGERA", "9321483", ())


@pytest.mark.parametrize(
    "body",
    [
        {"response": {"data": {"consignmentDetails": {"consContainerList": [{"unitActivityList": []}]}}}},
        {"httpMethod": "GET", "statusCode": 404, "errors": [{"errorCode": 7000}]},
        {"message": "Unauthorized"},
        None,
        7,
    ],
    ids=["ZIM's web", "error", "unauthorized", "null", "number"],
)
def test_what_is_no_list_of_events_is_set_aside_with_how_it_begins(body: Any) -> None:
    found = said(body)
    assert [(fault.code, fault.excerpt) for fault in found.faults] == [("wrong_shape", json.dumps(body)[:200])]
    assert found.facts == ()


@pytest.mark.parametrize("body", [[], {"events": []}])
def test_no_news_is_nothing_to_look_at(body: Any) -> None:
    assert said(body) == Reading()


@pytest.mark.parametrize("name", ["serviceLocation", "portCallServiceLocation"])
def test_a_service_of_a_call_is_at_its_own_place(name: str) -> None:
    place = {"locationName": "Berth 20", "UNLocationCode": "KEMBA", "facility": {"facilityCode": "KCT"}}
    event = {
        "portCallService": {"portCallServiceTypeCode": "BERTH", "portCallServiceEventTypeCode": "ARRI", name: place},
        "timestamp": {"classifierCode": "PLN", "serviceDateTime": AT},
        "portCall": {"portVisitReference": "VCN1", "UNLocationCode": "KEMBA"},
        "vessel": {"vesselIMONumber": "9321483", "name": "KAGERA"},
    }
    (fact,) = said({"events": [event]}).of(CallTiming)
    assert (fact.timing, fact.classifier, fact.when.value) == ("berth_arrival", "PLN", INSTANT)
    assert (fact.place.unlocode, fact.place.facility, fact.place.name) == ("KEMBA", "KCT", "Berth 20")
    assert (fact.vessel, fact.call) == ("KAGERA", "VCN1")
