"""Each kind of ours in the words of DCSA, and what has none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from api.dcsa_shapes import OF_A_BOX, WORDS, call_id, event_shape, of_call
from cargo.models import Consignment, Event
from corridor.models import Node
from feeds.facts import KINDS

KEY = UUID("00000000-0000-4000-8000-000000000001")
PORT = Node(
    slug="ke-port-mombasa",
    name="Port of Mombasa",
    kind="port",
    country="KE",
    unlocode="KEMBA",
    lat=-4.0505,
    lon=39.6672,
    time_zone="Africa/Nairobi",
)


@dataclass(frozen=True)
class Told:
    """What one kind is told as."""

    type: str
    code: str
    of: str


EXPECTED = {
    "arrived_kigali": Told("TRANSPORT", "ARRI", "TRUCK"),
    "arrived_port": Told("TRANSPORT", "ARRI", "VESSEL"),
    "booked": Told("SHIPMENT", "ISSU", "TRD"),
    "border_in": Told("TRANSPORT", "ARRI", "TRUCK"),
    "border_out": Told("TRANSPORT", "DEPA", "TRUCK"),
    "delivered": Told("EQUIPMENT", "DROP", "TRUCK"),
    "discharged": Told("EQUIPMENT", "DISC", "VESSEL"),
    "do_issued": Told("SHIPMENT", "ISSU", "SRM"),
    "dropped_off": Told("EQUIPMENT", "DROP", "TRUCK"),
    "empty_returned": Told("EQUIPMENT", "GTIN", "TRUCK"),
    "gate_in": Told("EQUIPMENT", "GTIN", "TRUCK"),
    "gate_out": Told("EQUIPMENT", "GTOT", "TRUCK"),
    "held": Told("SHIPMENT", "HOLD", "CUS"),
    "hold_released": Told("SHIPMENT", "CMPL", "CUS"),
    "inspected": Told("EQUIPMENT", "INSP", "TRUCK"),
    "kra_cleared": Told("SHIPMENT", "RELS", "CUS"),
    "picked_up": Told("EQUIPMENT", "PICK", "TRUCK"),
    "railed_to_icd": Told("TRANSPORT", "ARRI", "RAIL"),
    "released_kigali": Told("EQUIPMENT", "GTOT", "TRUCK"),
    "resealed": Told("EQUIPMENT", "RSEA", "TRUCK"),
    "sealed": Told("EQUIPMENT", "RSEA", "TRUCK"),
    "stripped": Told("EQUIPMENT", "STRP", "TRUCK"),
    "stuffed": Told("EQUIPMENT", "STUF", "TRUCK"),
    "truck_in": Told("EQUIPMENT", "GTIN", "TRUCK"),
    "vessel_arrived": Told("TRANSPORT", "ARRI", "VESSEL"),
    "vessel_departed": Told("TRANSPORT", "DEPA", "VESSEL"),
}


def event(**facts: Any) -> Event:
    usual: dict[str, Any] = {
        "key": KEY,
        "kind": "gate_out",
        "classifier": "ACT",
        "node": PORT,
        "zone": "Africa/Nairobi",
        "occurred_at": datetime(2026, 11, 20, 6, 0, tzinfo=UTC),
        "received_at": datetime(2026, 11, 20, 7, 0, tzinfo=UTC),
        "container": "TGHU3054380",
        "bill_of_lading": "UMUC2611001",
    }
    return Event(**{**usual, **facts})


def shape(**facts: Any) -> dict[str, Any]:
    return event_shape(event(**facts), [])


def test_every_kind_that_has_a_word_is_in_the_table() -> None:
    assert set(EXPECTED) == set(WORDS)
    assert set(WORDS) < set(KINDS)
    assert set(OF_A_BOX) == {kind for kind, told in EXPECTED.items() if told.type == "EQUIPMENT"}


@pytest.mark.parametrize("kind", sorted(EXPECTED))
def test_a_kind_is_told_in_the_words_of_its_type(kind: str) -> None:
    found, told = shape(kind=kind), EXPECTED[kind]
    names = {
        "EQUIPMENT": "equipmentEventTypeCode",
        "TRANSPORT": "transportEventTypeCode",
        "SHIPMENT": "shipmentEventTypeCode",
    }
    assert (found["eventType"], found[names[told.type]]) == (told.type, told.code)
    assert [name in found for kind, name in names.items() if kind != told.type] == [False, False]
    if told.type == "SHIPMENT":
        assert (found["documentTypeCode"], "transportCall" in found) == (told.of, False)
    else:
        assert found["transportCall"]["modeOfTransport"] == told.of


def test_times_bear_the_offset_of_the_place() -> None:
    found = shape()
    assert (found["eventDateTime"], found["eventCreatedDateTime"]) == (
        "2026-11-20T09:00:00+03:00",
        "2026-11-20T10:00:00+03:00",
    )
    assert (found["eventID"], found["eventClassifierCode"]) == (str(KEY), "ACT")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "LADEN"),
        ({"is_empty": False}, "LADEN"),
        ({"is_empty": True}, "EMPTY"),
        ({"kind": "empty_returned"}, "EMPTY"),
        ({"kind": "empty_returned", "is_empty": False}, "EMPTY"),
    ],
)
def test_a_box_is_laden_unless_somebody_says_otherwise(facts: dict[str, Any], said: str) -> None:
    assert shape(**facts)["emptyIndicatorCode"] == said


@pytest.mark.parametrize(
    ("kind", "facility"),
    [
        ("port", "POTE"),
        ("terminal", "POTE"),
        ("oil_jetty", "POTE"),
        ("cfs", "COFS"),
        ("icd", "INTE"),
        ("city", "INTE"),
        ("bonded_warehouse", "INTE"),
        ("dry_port", "INTE"),
        ("fuel_depot", "DEPO"),
        ("border", "BOCR"),
        ("weighbridge", None),
    ],
)
def test_a_place_is_the_facility_that_it_is(kind: str, facility: str | None) -> None:
    place = Node(slug="x", name="X", kind=kind, unlocode="", lat=0, lon=0)
    call = shape(node=place)["transportCall"]
    assert (call.get("facilityTypeCode"), "UNLocationCode" in call, call["otherFacility"]) == (facility, False, "X")


def test_what_is_delivered_is_at_a_customers() -> None:
    for node in (PORT, None):
        assert shape(kind="delivered", node=node)["transportCall"]["facilityTypeCode"] == "CLOC"


def test_where_is_said_as_far_as_it_is_known() -> None:
    assert shape()["eventLocation"] == {
        "locationName": "Port of Mombasa",
        "latitude": "-4.05050",
        "longitude": "39.66720",
        "UNLocationCode": "KEMBA",
    }
    assert shape(node=None, place="Some yard")["eventLocation"] == {"locationName": "Some yard"}
    assert shape(node=None, place="Some yard")["transportCall"]["otherFacility"] == "Some yard"


@pytest.mark.parametrize(
    ("facts", "document"),
    [
        ({"document": "DO 7", "declaration": "C1"}, "DO 7"),
        ({"declaration": "C1"}, "C1"),
        ({}, "UMUC2611001"),
        ({"bill_of_lading": ""}, "TGHU3054380"),
        ({"bill_of_lading": "", "container": ""}, str(KEY)),
    ],
)
def test_a_document_has_the_nearest_number(facts: dict[str, Any], document: str) -> None:
    assert shape(kind="do_issued", **facts)["documentID"] == document


def test_a_bill_of_lading_has_its_own_number() -> None:
    assert shape(kind="booked", document="E7", declaration="C1")["documentID"] == "UMUC2611001"


def test_references_are_the_callers_own() -> None:
    mine = Consignment(ref="RW26-000001", bill_of_lading="B2", own_reference="PO7")
    also = Consignment(ref="RW26-000002", bill_of_lading="UMUC2611001", own_reference="")
    found = event_shape(event(kind="border_in"), [mine, also])
    assert found["documentReferences"] == [
        {"documentReferenceType": "TRD", "documentReferenceValue": "UMUC2611001"},
        {"documentReferenceType": "TRD", "documentReferenceValue": "B2"},
    ]
    assert found["references"] == [
        {"referenceType": "CR", "referenceValue": "PO7"},
        {"referenceType": "FF", "referenceValue": "RW26-000001"},
        {"referenceType": "FF", "referenceValue": "RW26-000002"},
        {"referenceType": "EQ", "referenceValue": "TGHU3054380"},
    ]
    assert event_shape(event(kind="held", bill_of_lading=""), [mine])["documentID"] == "B2"


def test_seals_and_sizes_are_told_where_they_are_known() -> None:
    bare, full = shape(), shape(seals="S1 S2", size_type="22G1")
    assert (bare["seals"], "ISOEquipmentCode" in bare) == ([], False)
    assert [seal["sealNumber"] for seal in full["seals"]] == ["S1", "S2"]
    assert full["ISOEquipmentCode"] == "22G1"


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"vessel": "ABACUS", "voyage": "411E"}, "ke-port-mombasa~ABACUS~411E"),
        ({"plate": "RAB123C"}, "ke-port-mombasa~RAB123C~"),
        ({"node": None}, "~~"),
        ({"vessel": "X" * 200}, "ke-port-mombasa~" + "X" * 84),
    ],
)
def test_a_call_has_a_name_of_its_own(facts: dict[str, Any], name: str) -> None:
    assert call_id(event(**facts)) == name


@pytest.mark.parametrize("words", ["", "a", "a~b", "a~b~c~d"])
def test_what_is_no_name_of_a_call_is_told_apart(words: str) -> None:
    with pytest.raises(ValueError, match="values to unpack"):
        of_call(words)
