"""Track & Trace 3.0 in its two vocabularies and its beta: the same facts as 2.2 gives, retracted and overridden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from cargo.milestones import Happening, withdrawn
from feeds.dcsa_codes import CLASSIFIERS
from feeds.dcsa_three import flatten, is_three
from feeds.facts import Moment, Movement, Place, Position
from tests.feeds.edi import BOX, OTHER
from tests.feeds.formats.test_dcsa import codes, read_json

Json = dict[str, Any]
GATE: Json = {
    "eventRouting": {"originatingParty": {"partyCode": "UMU"}},
    "eventID": "umu-1",
    "eventDateTime": "2026-11-20T08:45:00+03:00",
    "eventUpdatedDateTime": "2026-11-20T06:00:00Z",
    "isRetracted": False,
    "eventLocation": {"UNLocationCode": "KEMBA", "facility": {"facilityCode": "KCT"}, "facilityTypeCode": "POTE"},
    "eventClassification": {
        "eventTypeCode": "EQUIPMENT",
        "eventClassifierCode": "ACT",
        "equipmentEventTypeCode": "GTOT",
    },
    "shipmentDetails": {
        "documentReference": {"typeCode": "BKG", "reference": "EBK7"},
        "additionalDocumentReferences": [{"typeCode": "TRD", "reference": "UMUC2611001"}],
    },
    "transportDetails": {
        "transportCall": {
            "modeOfTransport": "TRUCK",
            "importVoyageNumberOrReference": {"carrierVoyageNumber": "411E"},
            "vesselTransport": {"vesselIMONumber": "9321483", "vesselName": "UMUGABE"},
            "truckTransport": {"licencePlate": "KDA 123A"},
        }
    },
    "equipmentDetails": {
        "equipmentReference": BOX,
        "ISOEquipmentCode": "45G1",
        "emptyIndicatorCode": "LADEN",
        "seals": [{"sealNumber": "RW7711"}],
    },
}
IN_WORDS = {"eventType": "EQUIPMENT", "eventClassifier": "ACTUAL", "equipmentEventType": "GATED_OUT"}
BETA: Json = {
    "metadata": {"eventID": "b-1", "eventCreatedDateTime": "2026-11-20T06:00:00Z", "eventType": "TRANSPORT"},
    "payload": {
        "eventClassifierCode": "EST",
        "eventDateTime": "2026-11-24T06:00:00+03:00",
        "transportEventTypeCode": "ARRI",
        "transportCall": {
            "modeOfTransport": "VESSEL",
            "location": {"UNLocationCode": "KEMBA", "locationName": "Mombasa"},
            "carrierImportVoyageNumber": "411E",
            "carrierExportVoyageNumber": "412W",
            "vessel": {"vesselIMONumber": "9321483", "name": "UMUGABE"},
        },
        "relatedDocumentReferences": [{"type": "TRD", "value": "UMUC2611001"}],
        "references": [{"type": "EQ", "value": BOX}],
        "seals": [{"number": "S1", "source": "CUS"}],
    },
}
RETRACTION: Json = {
    "metadata": {
        "eventID": "b-2",
        "eventCreatedDateTime": "2026-11-21T06:00:00Z",
        "eventType": "TRANSPORT",
        "retractedEventID": "b-1",
    }
}


def one(event: Json, **settings: str) -> Movement:
    found = read_json({"events": [event]}, **settings)
    assert found.faults == ()
    (fact,) = found.movements
    return fact


def classified(event: Mapping[str, Any] = GATE, /, **classes: str) -> Json:
    return {**event, "eventClassification": classes}


def test_every_word_of_an_event() -> None:
    assert one(GATE) == Movement(
        kind="gate_out",
        classifier="ACT",
        when=Moment(value=datetime.fromisoformat("2026-11-20T08:45:00+03:00"), words="2026-11-20T08:45:00+03:00"),
        place=Place(unlocode="KEMBA", facility="KCT"),
        container=BOX,
        bill_of_lading="UMUC2611001",
        booking="EBK7",
        seals=("RW7711",),
        plate="KDA 123A",
        vessel="UMUGABE",
        vessel_imo="9321483",
        voyage="411E",
        size_type="45G1",
        is_empty=False,
        words="EQUIPMENT GTOT BKG ACT 2026-11-20T08:45:00+03:00",
        document="umu-1",
        issued=Moment(value=datetime(2026, 11, 20, 6, tzinfo=UTC), words="2026-11-20T06:00:00Z"),
        function="replace",
        sender_event="umu-1",
        line=1,
    )


def test_the_vocabulary_of_words_says_the_same() -> None:
    fact, other = one(GATE), one(classified(**IN_WORDS))
    assert other.words == "EQUIPMENT GATED_OUT BKG ACTUAL 2026-11-20T08:45:00+03:00"
    names = Movement.__dataclass_fields__.keys() - {"words"}
    assert {name: getattr(fact, name) for name in names} == {name: getattr(other, name) for name in names}


@pytest.mark.parametrize(
    ("code", "word", "kind"),
    [
        *(("LOAD", "LOADED", "loaded"), ("DISC", "DISCHARGED", "discharged"), ("GTIN", "GATED_IN", "gate_in")),
        *(("STUF", "STUFFED", "stuffed"), ("STRP", "STRIPPED", "stripped"), ("INSP", "INSPECTED", "inspected")),
        *(("PICK", "PICKED_UP", "picked_up"), ("DROP", "DROPPED_OFF", "dropped_off"), ("RSEA", "RESEALED", "resealed")),
        *(("CUSS", "CUSTOMS_SELECTED_FOR_SCAN", "held"), ("CUSI", "CUSTOMS_SELECTED_FOR_INSPECTION", "held")),
        *(("CUSR", "CUSTOMS_RELEASED", "kra_cleared"), ("AVPU", "AVAILABLE_FOR_PICKUP", ""), ("WAYP", "CROSSED", "")),
        *(("AVDO", "AVAILABLE_FOR_DROP_OFF", ""), ("RMVD", "REMOVED", "")),
    ],
)
def test_what_happens_to_a_container_in_either_vocabulary(code: str, word: str, kind: str) -> None:
    for classes in ({"equipmentEventTypeCode": code}, {"equipmentEventType": word}):
        found = read_json([classified(**classes, eventClassifier="ESTIMATED")])
        assert [(fact.kind, fact.classifier) for fact in found.movements] == ([(kind, "EST")] if kind else [])
        assert (found.faults, found.flags) == ((), () if kind else ("not_followed",))


@pytest.mark.parametrize(
    ("classes", "mode", "facility", "kind"),
    [
        ({"transportEventType": "ARRIVED"}, "VESSEL", "", "vessel_arrived"),
        ({"transportEventType": "DEPARTED"}, "TRUCK", "BORDER_CROSSING", "border_out"),
        ({"transportEventTypeCode": "ARRI"}, "TRUCK", "BOCR", "border_in"),
        ({"transportEventType": "APPROACHING"}, "VESSEL", "", ""),
        ({"shipmentEventType": "ISSUED"}, "", "", "document"),
        ({"shipmentEventType": "RELEASED"}, "", "", "hold_released"),
        ({"shipmentEventTypeCode": "HOLD"}, "", "", "held"),
        ({"shipmentEventType": "CONFIRMED"}, "", "", "document"),
        ({"eventType": "REEFER", "reeferEventType": "MEASURED"}, "", "", ""),
        ({"iotEventType": "GEOFENCE_ENTRY"}, "", "", "reached"),
        ({"iotEventType": "GEOFENCE_EXIT"}, "", "", "left"),
        ({"iotEventType": "DOOR_OPENED"}, "", "", "seal_tampered"),
        ({"iotEventType": "DOOR_CLOSED"}, "", "", ""),
    ],
)
def test_the_other_families(classes: Json, mode: str, facility: str, kind: str) -> None:
    event = classified(
        {
            **GATE,
            "transportDetails": {"transportCall": {"modeOfTransport": mode}},
            "eventLocation": {"facilityType": facility},
        },
        **classes,
    )
    found = read_json([event])
    assert ([fact.kind for fact in found.movements], found.faults) == ([kind] if kind else [], ())
    assert ("not_followed" in found.flags) == (not kind)


def test_an_issued_transport_document_is_a_booking_made() -> None:
    document = {"documentReference": {"type": "TRANSPORT_DOCUMENT", "reference": "B9"}}
    fact = one(classified({**GATE, "shipmentDetails": document}, shipmentEventType="ISSUED"))
    assert (fact.kind, fact.bill_of_lading) == ("booked", "B9")


@pytest.mark.parametrize("code", ["LOC", "DRO", "DRC", "XYZ"])
def test_what_a_tracker_detected(code: str) -> None:
    place = {"geoCoordinate": {"latitude": "-4.05", "longitude": 39.66}}
    event = classified(
        {**GATE, "eventLocation": place, "iotDetails": {"iotEventCode": code}},
        eventTypeCode="IOT",
        iotEventTypeCode="DETC",
    )
    found = read_json([event])
    assert [(p.device, p.container, p.carrier, p.lat, p.lon, p.line) for p in found.of(Position)] == (
        [(BOX, BOX, "truck", -4.05, 39.66, 1)] if code == "LOC" else []
    )
    assert [fact.kind for fact in found.movements] == (["seal_tampered"] if code == "DRO" else [])
    assert [fault.detail for fault in found.faults] == (["XYZ"] if code == "XYZ" else [])


@pytest.mark.parametrize(
    "at",
    [{}, {"latitude": "x", "longitude": "1"}, {"latitude": 95, "longitude": 1}, {"latitude": "nan", "longitude": 1}],
)
def test_a_breadcrumb_without_coordinates_is_a_fault(at: Json) -> None:
    event = classified({**GATE, "eventLocation": {"geoCoordinate": at}}, iotEventType="BREADCRUMB")
    (fault,) = read_json([event]).faults
    assert (fault.code, fault.detail) == ("wrong_shape", "geoCoordinate")


@pytest.mark.parametrize(
    ("classes", "code", "detail"),
    [
        ({}, "wrong_shape", ""),
        ({"eventType": "EQUIPMENT", "equipmentEventType": "TELEPORTED"}, "unknown_code", "TELEPORTED"),
        ({"eventType": "EQUIPMENT"}, "unknown_code", "equipmentEventTypeCode"),
        ({"shipmentEventType": "PONDERED"}, "unknown_code", "PONDERED"),
        ({"transportEventType": "SUNK"}, "unknown_code", "SUNK"),
        ({"eventType": "WEATHER"}, "unknown_code", "WEATHER"),
        ({"equipmentEventType": "LOADED", "eventClassifier": "HOPED"}, "unknown_code", "eventClassifierCode HOPED"),
    ],
)
def test_a_code_that_is_not_known_is_a_fault_that_names_it(classes: Json, code: str, detail: str) -> None:
    (fault,) = read_json([classified(**classes)]).faults
    assert (fault.code, fault.detail) == (code, detail)


@pytest.mark.parametrize(
    ("own", "kind", "flags"),
    [
        ({"code_GATED_OUT": "sealed"}, "sealed", ()),
        ({"code_GATED_OUT": ""}, None, ("not_followed",)),
        ({"code_GATED_OUT": "teleported"}, "gate_out", ()),
        ({"code_GTOT": "sealed"}, "gate_out", ()),
    ],
)
def test_what_a_code_means_with_this_source_comes_first(
    own: dict[str, str], kind: str | None, flags: tuple[str, ...]
) -> None:
    found = read_json([classified(**IN_WORDS)], **own)
    assert ([fact.kind for fact in found.movements], found.flags) == ([kind] if kind else [], flags)
    unknown = read_json([classified(equipmentEventType="TELEPORTED")], code_TELEPORTED="relocated")
    assert [fact.kind for fact in unknown.movements] == ["relocated"]


def happening(fact: Movement, key: int) -> Happening:
    assert isinstance(fact.when.value, datetime)
    assert fact.issued is not None
    assert isinstance(fact.issued.value, datetime)
    return Happening(
        id=key,
        key=UUID(int=key),
        source=1,
        rank=1,
        kind=fact.kind,
        classifier=fact.classifier,
        goods=fact.goods_number,
        spot=None,
        is_elsewhere=False,
        occurred_at=fact.when.value,
        is_day=False,
        issued_at=fact.issued.value,
        document=fact.document,
        function=fact.function,
        corrects=None,
        unit=None,
    )


def test_a_later_word_of_an_event_overrides_the_earlier_and_a_retraction_all() -> None:
    later = {**GATE, "eventDateTime": "2026-11-20T09:00:00+03:00", "eventUpdatedDateTime": "2026-11-20T07:00:00Z"}
    gone = {**later, "isRetracted": True, "eventUpdatedDateTime": "2026-11-20T08:00:00Z"}
    other = {**GATE, "eventID": "umu-2"}
    facts = [one(event) for event in (GATE, later, other, gone)]
    assert [fact.function for fact in facts] == ["replace", "replace", "replace", "cancel"]
    events = [happening(fact, key) for key, fact in enumerate(facts, 1)]
    assert withdrawn(events[:3]) == {UUID(int=1): UUID(int=2)}
    assert withdrawn(events) == {UUID(int=1): UUID(int=4), UUID(int=2): UUID(int=4)}
    assert one({name: value for name, value in GATE.items() if name != "eventID"}).function == "original"


def test_an_event_of_the_beta() -> None:
    fact = one(BETA)
    assert (fact.kind, fact.classifier, fact.container, fact.bill_of_lading) == (
        "vessel_arrived",
        "EST",
        BOX,
        "UMUC2611001",
    )
    assert (fact.vessel, fact.vessel_imo, fact.voyage, fact.seals) == ("UMUGABE", "9321483", "411E", ("S1",))
    assert (fact.place, fact.document, fact.function) == (Place(unlocode="KEMBA", name="Mombasa"), "b-1", "original")
    assert fact.issued is not None
    assert fact.issued.words == "2026-11-20T06:00:00Z"


def test_a_retraction_of_the_beta_takes_back_the_event_of_its_answer_and_no_other() -> None:
    first, gone = read_json({"events": [BETA, RETRACTION]}).movements
    assert (gone.function, gone.document, gone.kind, gone.goods_number) == (
        "cancel",
        "b-1",
        first.kind,
        first.goods_number,
    )
    assert withdrawn([happening(first, 1), happening(gone, 2)]) == {UUID(int=1): UUID(int=2)}


@pytest.mark.parametrize(
    "event",
    [
        RETRACTION,
        {"eventID": "b-1", "isRetracted": True, "eventUpdatedDateTime": "2026-11-21T06:00:00Z"},
        {**GATE, "eventID": "b-1", "isRetracted": True, "eventUpdatedDateTime": "2026-11-21T06:00:00Z",
         "equipmentDetails": {}, "shipmentDetails": {}},
    ],
)  # fmt: skip
def test_a_retraction_that_gives_a_number_alone_is_a_word_about_that_number(event: Json) -> None:
    found = read_json([event, GATE])
    gone, gate = found.movements
    assert (found.faults, gate.container, gate.function) == ((), BOX, "replace")
    assert replace(gone, words="") == Movement(
        kind="document",
        classifier="ACT",
        when=Moment(value=datetime(2026, 11, 21, 6, tzinfo=UTC), words="2026-11-21T06:00:00Z"),
        reference="#b-1",
        document="b-1",
        issued=Moment(value=datetime(2026, 11, 21, 6, tzinfo=UTC), words="2026-11-21T06:00:00Z"),
        function="cancel",
        sender_event="b-1",
        line=1,
    )
    assert gone.words != ""


def test_what_has_a_shape_of_3_0_and_says_nothing_is_a_fault() -> None:
    assert codes(read_json([BETA["metadata"], {"payload": {}}])) == [("unknown_code", 1), ("wrong_shape", 2)]


@pytest.mark.parametrize(
    "body", [GATE, [GATE], {"events": [GATE]}, {"exampleOne": [GATE], "exampleTwo": GATE | {"eventID": "x"}}]
)
def test_whatever_the_events_are_wrapped_in(body: object) -> None:
    assert {fact.container for fact in read_json(body).movements} == {BOX}


def test_an_envelope_with_metadata_is_no_event() -> None:
    assert [fact.container for fact in read_json({"metadata": {"page": 1}, "events": [GATE]}).movements] == [BOX]
    assert codes(read_json({"metadata": {"page": 1}, "message": "none"})) == [("wrong_shape", 0)]


def test_what_is_not_of_3_0_stays_as_it_is() -> None:
    events: list[object] = [
        None,
        7,
        {"eventType": "EQUIPMENT"},
        {"eventClassification": 7},
        {"payload": []},
        {"metadata": {}},
    ]
    assert flatten(events) == events
    assert [is_three(event) for event in events] == [False, False, False, True, True, False]
    assert set(CLASSIFIERS.values()) == {"ACT", "EST", "PLN"}
    assert [
        fact.container for fact in read_json([7, GATE | {"equipmentDetails": {"equipmentReference": OTHER}}]).movements
    ] == [OTHER]
