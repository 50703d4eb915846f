"""DCSA Track & Trace 2.2 as carriers really send it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from feeds.facts import Moment, Movement, Place, Reading
from feeds.formats.dcsa import read
from tests.feeds.edi import BAD_BOX, BOX, OTHER

Json = dict[str, Any]
EAT = timezone(timedelta(hours=3))
CALL: Json = {
    "transportCallID": "KEMBA-0411",
    "carrierServiceCode": "EAX",
    "exportVoyageNumber": "0412W",
    "importVoyageNumber": "0411E",
    "UNLocationCode": "KEMBA",
    "facilityCode": "KCT",
    "facilityCodeListProvider": "SMDG",
    "facilityTypeCode": "POTE",
    "modeOfTransport": "VESSEL",
    "vessel": {"vesselIMONumber": "9321483", "vesselName": "UMUGABE"},
}
DISCHARGE: Json = {
    "eventID": "6f1c2d0e-0000-4000-8000-000000000001",
    "eventType": "EQUIPMENT",
    "eventCreatedDateTime": "2026-11-19T07:00:00Z",
    "eventClassifierCode": "ACT",
    "eventDateTime": "2026-11-19T09:13:00+03:00",
    "equipmentEventTypeCode": "DISC",
    "equipmentReference": BOX,
    "ISOEquipmentCode": "45G1",
    "emptyIndicatorCode": "LADEN",
    "documentReferences": [
        {"documentReferenceType": "BKG", "documentReferenceValue": "EBK7"},
        {"documentReferenceType": "TRD", "documentReferenceValue": "UMUC2611001"},
    ],
    "eventLocation": {"UNLocationCode": "KEMBA", "locationName": "Mombasa", "facilityCode": "KCT"},
    "transportCall": CALL,
    "seals": [{"sealNumber": "RW7711", "sealSource": "CAR"}, {"sealSource": "CUS"}],
}
ARRIVAL: Json = {
    "eventType": "TRANSPORT",
    "eventClassifierCode": "EST",
    "eventDateTime": "2026-11-19T05:00:00+03:00",
    "transportEventTypeCode": "ARRI",
    "delayReasonCode": "WEA",
    "transportCall": CALL,
    "references": [{"referenceType": "EQ", "referenceValue": BOX}],
}
ISSUE: Json = {
    "eventType": "SHIPMENT",
    "eventClassifierCode": "ACT",
    "eventDateTime": "2026-10-30T10:00:00Z",
    "shipmentEventTypeCode": "ISSU",
    "documentTypeCode": "TRD",
    "documentID": "UMUC2611001",
}


def read_json(body: object, **settings: str) -> Reading:
    return read(json.dumps(body).encode(), settings)


def one(event: Json, **more: object) -> Movement:
    """The one fact of an event with some fields changed; None takes a field away."""
    changed = {name: value for name, value in {**event, **more}.items() if value is not None}
    found = read_json([changed])
    assert found.faults == ()
    (fact,) = found.movements
    return fact


def codes(found: Reading) -> list[tuple[str, int]]:
    return [(fault.code, fault.line) for fault in found.faults]


def test_every_word_of_a_discharge() -> None:
    assert one(DISCHARGE) == Movement(
        kind="discharged",
        classifier="ACT",
        when=Moment(value=datetime(2026, 11, 19, 9, 13, tzinfo=EAT), words="2026-11-19T09:13:00+03:00"),
        place=Place(unlocode="KEMBA", facility="KCT", name="Mombasa"),
        container=BOX,
        bill_of_lading="UMUC2611001",
        booking="EBK7",
        seals=("RW7711",),
        vessel="UMUGABE",
        vessel_imo="9321483",
        voyage="0411E",
        size_type="45G1",
        is_empty=False,
        words="EQUIPMENT DISC ACT 2026-11-19T09:13:00+03:00",
        document="6f1c2d0e-0000-4000-8000-000000000001",
        issued=Moment(value=datetime(2026, 11, 19, 7, tzinfo=UTC), words="2026-11-19T07:00:00Z"),
        sender_event="6f1c2d0e-0000-4000-8000-000000000001",
        series="KEMBA-0411",
        line=1,
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *(("LOAD", "loaded"), ("DISC", "discharged"), ("GTIN", "gate_in"), ("GTOT", "gate_out"), ("STUF", "stuffed")),
        *(("STRP", "stripped"), ("PICK", "picked_up"), ("DROP", "dropped_off"), ("INSP", "inspected")),
        *(("RSEA", "resealed"), ("CUSS", "held"), ("CUSI", "held"), ("CUSR", "kra_cleared"), ("gtot", "gate_out")),
    ],
)
def test_what_happens_to_a_container(code: str, kind: str) -> None:
    assert one(DISCHARGE, equipmentEventTypeCode=code).kind == kind
    assert one(DISCHARGE, equipmentEventTypeCode=None, eventTypeCode=code).kind == kind


@pytest.mark.parametrize(
    ("code", "mode", "facility", "kind"),
    [
        ("ARRI", "VESSEL", "POTE", "vessel_arrived"),
        ("DEPA", "Vessel", "POTE", "vessel_departed"),
        ("ARRI", "1", "", "vessel_arrived"),
        ("DEPA", "BARGE", "", "vessel_departed"),
        ("ARRI", None, "", "vessel_arrived"),
        ("ARRI", "TRUCK", "BOCR", "border_in"),
        ("DEPA", "RAIL", "BOCR", "border_out"),
        ("ARRI", "TRUCK", "INTE", "reached"),
        ("ARRI", "RAIL", "INTE", "reached"),
        ("DEPA", "TRUCK", "INTE", "left"),
        ("DEPA", "RAIL", "", "left"),
        ("ARRI", "TRUCK", "POTE", "reached"),
        ("ARRI", "TRUCK", "", "reached"),
    ],
)
def test_where_a_means_of_transport_arrives_and_departs(code: str, mode: str | None, facility: str, kind: str) -> None:
    call = {"modeOfTransport": mode, "UNLocationCode": "UGMAL"}
    for found in (
        read_json([ARRIVAL | {"transportEventTypeCode": code, "transportCall": call | {"facilityTypeCode": facility}}]),
        read_json([ARRIVAL | {"transportEventTypeCode": code, "transportCall": call, "facilityTypeCode": facility}]),
    ):
        assert ([fact.kind for fact in found.movements], found.faults, found.flags) == ([kind], (), ())


@pytest.mark.parametrize(
    ("code", "mode", "facility", "unlocode", "kind"),
    [
        ("ARRI", "RAIL", "INTE", "KENBO", "railed_to_icd"),
        ("ARRI", "2", "RAMP", "kenbo", "railed_to_icd"),
        ("ARRI", "RAIL", "", "KENBO", "railed_to_icd"),
        ("DEPA", "RAIL", "INTE", "KENBO", "left"),
        ("ARRI", "TRUCK", "INTE", "KENBO", "reached"),
        ("ARRI", "RAIL", "POTE", "KEMBA", "reached"),
        ("ARRI", "RAIL", "BOCR", "KEMAL", "border_in"),
        ("ARRI", "RAIL", "INTE", "INNSA", "reached"),
        ("ARRI", "RAIL", "INTE", "", "reached"),
    ],
)
def test_a_train_ends_at_an_inland_depot_in_kenya(
    code: str, mode: str, facility: str, unlocode: str, kind: str
) -> None:
    call = {"modeOfTransport": mode, "UNLocationCode": unlocode, "facilityTypeCode": facility}
    for classifier in ("ACT", "EST", "PLN"):
        changed = {"transportEventTypeCode": code, "transportCall": call, "eventClassifierCode": classifier}
        fact = one(ARRIVAL, **changed)
        assert (fact.kind, fact.classifier) == (kind, classifier)


@pytest.mark.parametrize(
    ("code", "document", "kind"),
    [
        *(("ISSU", "TRD", "booked"), ("ISSU", "TRANSPORT_DOCUMENT", "booked"), ("CONF", "BKG", "document")),
        *(("ISSU", "SRM", "do_issued"), ("RELS", "SRM", "do_issued"), ("ISSU", "DEO", "do_issued")),
        *(("RELS", "DEO", "do_issued"), ("RECE", "SRM", "document"), ("VOID", "SRM", "document")),
        *(("RELS", "CUS", "kra_cleared"), ("RELS", "CUC", "kra_cleared"), ("ISSU", "CUS", "document")),
        *(("HOLD", "TRD", "held"), ("HOLD", "CUS", "held"), ("CMPL", "CUS", "hold_released")),
        *(("RELS", "DEI", "hold_released"), ("RELS", "TRD", "hold_released"), ("CMPL", "SHI", "document")),
    ],
)
def test_what_happens_to_a_document(code: str, document: str, kind: str) -> None:
    fact = one(
        ISSUE,
        shipmentEventTypeCode=code,
        documentTypeCode=document,
        references=[{"referenceType": "EQ", "referenceValue": BOX}],
    )
    assert (fact.kind, fact.container, fact.bill_of_lading) == (
        kind,
        BOX,
        "UMUC2611001" if document[:2] == "TR" else "",
    )
    assert fact.document_type == (document if kind in ("held", "hold_released") else "")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        *(("CUC", "CUS"), ("CUSTOMS_CLEARANCE", "CUS"), ("DEO", "SRM"), ("DELIVERY_ORDER", "SRM"), ("bkg", "BKG")),
        *(("TRANSPORT_DOCUMENT", "TRD"), (None, "")),
    ],
)
def test_a_hold_names_what_was_held_as_2_2_does(document: str | None, said: str) -> None:
    held = {**ISSUE, "shipmentEventTypeCode": "HOLD", "references": [{"referenceType": "EQ", "referenceValue": BOX}]}
    assert one(held, documentTypeCode=document).document_type == said
    assert one(DISCHARGE, equipmentEventTypeCode="CUSS", documentTypeCode=document).document_type == "CUS"


@pytest.mark.parametrize(
    ("facility", "unlocode", "fullness", "kind"),
    [
        ("CLOC", "RWKGL", "LADEN", "delivered"),
        ("CLOC", "RWKGL", "EMPTY", "dropped_off"),
        ("CLOC", "RWKGL", "", "dropped_off"),
        ("CLOC", "CNSHA", "LADEN", "dropped_off"),
        ("INTE", "RWKGL", "LADEN", "dropped_off"),
    ],
)
def test_what_is_dropped_off_full_at_a_customers_in_rwanda_is_delivered(
    facility: str, unlocode: str, fullness: str, kind: str
) -> None:
    place = {"eventLocation": None, "transportCall": {"facilityTypeCode": facility, "UNLocationCode": unlocode}}
    assert one(DISCHARGE, equipmentEventTypeCode="DROP", emptyIndicatorCode=fullness, **place).kind == kind


@pytest.mark.parametrize(
    ("call", "place"),
    [
        ({"transportCallID": "xx-border-kagitumba~RAB123C~"}, Place(node="xx-border-kagitumba")),
        ({"transportCallID": "xx-border-malaba~~", "UNLocationCode": "KEMAL"}, Place(unlocode="KEMAL")),
        ({"transportCallID": "~~"}, Place()),
        ({"transportCallID": "SC-KEMBA~1~2"}, Place()),
        ({"transportCallID": "xx-border-kagitumba"}, Place()),
    ],
)
def test_a_call_in_the_words_of_our_own_answers_names_its_node(call: Json, place: Place) -> None:
    assert one(DISCHARGE, eventLocation=None, transportCall=call).place == place


@pytest.mark.parametrize(
    "event",
    [
        *(
            {**ISSUE, "shipmentEventTypeCode": code}
            for code in "RECE DRFT PENA PENU REJE APPR SURR SUBM VOID CONF".split()
        ),
        *({**ISSUE, "shipmentEventTypeCode": code} for code in "REQS CMPL PENC CANC".split()),
        *({**ISSUE, "documentTypeCode": code} for code in "CBR BKG SHI ARN VGM CAS CUS DGD OOG CUC INV".split()),
    ],
)
def test_the_progress_of_papers_is_told_and_moves_nothing(event: Json) -> None:
    found = read_json([event, DISCHARGE])
    assert [(fact.line, fact.kind) for fact in found.movements] == [(1, "document"), (2, "discharged")]
    assert (found.faults, found.flags) == ((), ())


@pytest.mark.parametrize(
    "event",
    [
        *({**DISCHARGE, "equipmentEventTypeCode": code} for code in "RMVD AVPU AVDO WAYP".split()),
    ],
)
def test_what_says_nothing_of_the_way_is_not_followed(event: Json) -> None:
    found = read_json([event, DISCHARGE])
    assert ([fact.line for fact in found.movements], found.faults, found.flags) == ([2], (), ("not_followed",))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"equipmentEventTypeCode": "TELE"}, "unknown_code"),
        ({"equipmentEventTypeCode": None}, "unknown_code"),
        ({"equipmentEventTypeCode": 7}, "unknown_code"),
        ({"eventType": "REEFER"}, "unknown_code"),
        ({"eventType": ["EQUIPMENT"]}, "unknown_code"),
        ({"eventClassifierCode": "REQ"}, "unknown_code"),
        ({"eventDateTime": None}, "no_time"),
        ({"eventDateTime": ""}, "no_time"),
        ({"eventDateTime": "19/11/2026 09:13"}, "no_time"),
        ({"eventDateTime": "2026-11-31T09:13:00Z"}, "no_time"),
        ({"eventDateTime": "0001-01-01T00:00:00"}, "no_time"),
        ({"eventDateTime": "9999-12-31T23:59:59Z"}, "no_time"),
        ({"eventDateTime": 1763532780}, "no_time"),
        ({"eventDateTime": float("nan")}, "no_time"),
        ({"eventDateTime": {"at": "2026-11-19T09:13:00Z"}}, "no_time"),
        ({"eventClassification": {}}, "wrong_shape"),
        ({"payload": {}}, "wrong_shape"),
        ({"metadata": {"retractedEventID": "1"}}, "no_time"),
    ],
)
def test_one_bad_event_is_a_fault_and_the_others_are_read(change: Json, code: str) -> None:
    found = read_json([ARRIVAL, {**DISCHARGE, **change}, DISCHARGE | {"equipmentReference": OTHER}])
    assert [(fact.line, fact.container) for fact in found.movements] == [(1, BOX), (3, OTHER)]
    assert codes(found) == [(code, 2)]


@pytest.mark.parametrize("event", [None, 7, 1.5, float("nan"), True, "an event", [], [DISCHARGE], "\ud800"])
def test_what_is_no_event_is_a_fault(event: object) -> None:
    found = read_json([event, DISCHARGE])
    assert ([fact.line for fact in found.movements], codes(found)) == ([2], [("wrong_shape", 1)])
    assert found.faults[0].excerpt.encode().decode() == found.faults[0].excerpt


WRAPPED: dict[str, object] = {
    "a bare array": [DISCHARGE],
    "events": {"events": [DISCHARGE]},
    "data": {"data": [DISCHARGE], "next": None},
    "two layers": {"data": {"events": [DISCHARGE]}},
    "one event alone": DISCHARGE,
    "groups by type": {
        "equipmentEvent": [{k: v for k, v in DISCHARGE.items() if k != "eventType"}],
        "shipmentEvent": [],
    },
    "groups within data": {"data": {"shipmentEvent": None, "equipmentEvent": [DISCHARGE]}},
}


@pytest.mark.parametrize("body", WRAPPED.values(), ids=WRAPPED.keys())
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b" \r\n"])
def test_whatever_the_events_are_wrapped_in(body: object, mark: bytes) -> None:
    found = read(mark + json.dumps(body).encode(), {})
    assert ([fact.container for fact in found.movements], found.faults, found.flags) == ([BOX], (), ())


@pytest.mark.parametrize("body", [[], {"events": []}, {"data": {"events": []}}])
def test_no_events_are_no_fault(body: object) -> None:
    assert read_json(body) == Reading()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        *(
            (b"", "empty"),
            (b" \n\t ", "empty"),
            (b"<!DOCTYPE html>", "html"),
            (b"  <html>", "html"),
            (b"<?xml", "html"),
        ),
        *((b"\xef\xbb\xbf<html>", "html"), (b"\x00\xff\xfe" * 9, "not_text"), (b'[{"eventType": "\xe9"}]', "not_text")),
        *(("[]".encode("utf-16"), "not_text"), (b"null and void", "not_json"), (b'[{"eventType": "EQ', "not_json")),
        *((b"[" * 100_000, "not_json"), (b'{"a":' * 100_000, "not_json"), (b"9" * 5000, "not_json")),
        *((b"null", "wrong_shape"), (b"7", "wrong_shape"), (b'"events"', "wrong_shape"), (b"{}", "wrong_shape")),
        *((b'{"events": null}', "wrong_shape"), (b'{"events": "none"}', "wrong_shape"), (b"NaN", "wrong_shape")),
        (b'{"data": {"data": {"data": {"data": []}}}}', "wrong_shape"),
        (b'{"message": "Unauthorized"}', "wrong_shape"),
        (b'{"events": {"total": 0}}', "wrong_shape"),
    ],
)
def test_what_is_no_answer_at_all_is_one_fault(raw: bytes, code: str) -> None:
    found = read(raw, {})
    assert (found.movements, codes(found)) == ((), [(code, 0)])


def test_events_may_come_one_to_a_line_and_a_bad_line_leaves_the_others() -> None:
    lines = [json.dumps(DISCHARGE), '{"eventType": "EQ', json.dumps({"events": [ARRIVAL, ISSUE]}), "7"]
    found = read("\r\n".join(lines).encode(), {})
    whole = read(json.dumps([DISCHARGE, ARRIVAL, ISSUE, 7]).encode(), {})
    assert (found.facts, len(found.facts) >= 3) == (whole.facts, True)
    assert codes(found) == [("not_json", 2), ("wrong_shape", 4)]


def test_an_answer_that_was_cut_off_gives_what_came_before_the_cut() -> None:
    raw = json.dumps([DISCHARGE, ARRIVAL]).encode()
    found = read(raw[:-20], {})
    assert (found.facts, codes(found)) == (read(json.dumps([DISCHARGE]).encode(), {}).facts, [("not_json", 2)])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-11-19T09:13:00+03:00", datetime(2026, 11, 19, 9, 13, tzinfo=EAT)),
        ("2026-11-19T09:13:00.123Z", datetime(2026, 11, 19, 9, 13, 0, 123000, tzinfo=UTC)),
        ("2026-11-19T09:13Z", datetime(2026, 11, 19, 9, 13, tzinfo=UTC)),
        ("2026-11-19T09:13:00", datetime(2026, 11, 19, 9, 13)),  # noqa: DTZ001
        ("2026-11-19 09:13", datetime(2026, 11, 19, 9, 13)),  # noqa: DTZ001
        ("2026-11-19", date(2026, 11, 19)),
        ("20261119", date(2026, 11, 19)),
        ("2031-01-01T00:00:00Z", datetime(2031, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_keeps_its_offset_or_stays_local_and_a_day_stays_a_day(text: str, value: date) -> None:
    when = one(DISCHARGE, eventDateTime=text).when
    assert (when, type(when.value)) == (Moment(value=value, words=text), type(value))


@pytest.mark.parametrize(
    ("text", "offset"),
    [("2026-11-19T09:13:00Z", None), ("2026-11-19T09:13:00z", None), ("2026-11-19T09:13:00+03:00", timedelta(hours=3))],
)
def test_a_source_with_a_false_z_means_the_place_s_own_time(text: str, offset: timedelta | None) -> None:
    (fact,) = read_json([DISCHARGE | {"eventDateTime": text}], false_z="1").movements
    assert isinstance(fact.when.value, datetime)
    assert fact.when.value.utcoffset() == offset
    assert (fact.when.words, fact.issued) == (text, one(DISCHARGE).issued)


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"eventID": None, "eventId": "ACT2026"}, "sender_event", "ACT2026"),
        ({"eventID": 123456789}, "sender_event", "123456789"),
        ({"eventID": None}, "document", ""),
        ({"emptyIndicatorCode": "Empty"}, "is_empty", True),
        ({"emptyIndicatorCode": None}, "is_empty", None),
        ({"equipmentReference": "csqu 305438-3"}, "container", BOX),
        ({"documentReferences": None, "transportDocumentReference": "B9"}, "bill_of_lading", "B9"),
        ({"documentReferences": None, "carrierBookingReference": "K9"}, "booking", "K9"),
        ({"documentReferences": None, "references": [{"referenceType": "BKG", "referenceValue": 9}]}, "booking", "9"),
        ({"documentReferences": [None, "TRD", {"documentReferenceType": "TRD"}]}, "bill_of_lading", ""),
        ({"documentReferences": {"documentReferenceType": "TRD"}}, "bill_of_lading", ""),
        ({"description": "Discharged \ud800 here"}, "remark", "Discharged ? here"),
        ({"delayReasonCode": "WEA"}, "remark", "WEA"),
        ({"eventUpdatedDateTime": "2026-11-19T08:00:00Z"}, "issued.words", "2026-11-19T08:00:00Z"),
        ({"eventCreatedDateTime": "yesterday"}, "issued", None),
        ({"seals": "RW7711"}, "seals", ()),
        ({"eventLocation": None}, "place", Place(unlocode="KEMBA", facility="KCT")),
        ({"eventLocation": "Mombasa "}, "place", Place(unlocode="KEMBA", facility="KCT", name="Mombasa")),
        ({"eventLocation": {"unLocationCode": "kenbo"}}, "place", Place(unlocode="KENBO", facility="KCT")),
        ({"eventLocation": {"UNLocationCode": "KEMBA1"}}, "place", Place(unlocode="KEMBA", facility="KCT")),
        ({"transportCall": [CALL | {"facilityCode": "MCT"}]}, "place.facility", "MCT"),
        ({"transportCall": None}, "vessel", ""),
        ({"transportCall": CALL | {"vessel": {"vesselIMONumber": 9321483}}}, "vessel_imo", "9321483"),
        ({"transportCall": CALL | {"vessel": {"vesselIMONumber": "IMO 9321483"}}}, "vessel_imo", "9321483"),
        ({"transportCall": CALL | {"vessel": {"vesselIMONumber": None}}}, "vessel_imo", ""),
        ({"transportCall": CALL | {"vessel": {"vesselIMONumber": 9.5}}}, "flags", ()),
        ({"transportCall": CALL | {"vessel": {"vesselIMONumber": "1111111"}}}, "flags", ("imo_check_digit",)),
        ({"transportCall": CALL | {"carrierVoyageNumber": "UNIF  54"}}, "voyage", "UNIF 54"),
        ({"equipmentEventTypeCode": "LOAD"}, "voyage", "0412W"),
        ({"transportCall": {"exportVoyageNumber": "0412W", "importVoyageNumber": None}}, "voyage", "0412W"),
        ({"transportCall": None, "eventLocation": None}, "flags", ("unknown_location",)),
        ({"eventClassifierCode": None}, "flags", ("classifier_assumed",)),
        ({"eventClassifierCode": "Pln"}, "classifier", "PLN"),
        ({"equipmentReference": BAD_BOX}, "flags", ("check_digit",)),
        ({"equipmentReference": "NOT A BOX"}, "flags", ("check_digit",)),
        ({"isRetracted": True}, "function", "cancel"),
        ({"isRetracted": False}, "function", "original"),
        ({"isRetracted": "no"}, "function", "original"),
    ],
)
def test_carriers_deviate(change: Json, field: str, value: object) -> None:
    found: object = one(DISCHARGE, **change)
    for name in field.split("."):
        found = getattr(found, name)
    assert found == value


def test_a_retraction_bears_the_number_and_the_words_of_what_it_takes_back() -> None:
    first, taken_back = (one(DISCHARGE, isRetracted=flag) for flag in (False, True))
    assert (taken_back.document, taken_back.kind, taken_back.when) == (first.document, first.kind, first.when)


@pytest.mark.parametrize(
    ("change", "kind", "is_empty"),
    [
        ({"eventType": "GTOT", "equipmentEventTypeCode": "EMPTY"}, "gate_out", True),
        ({"eventType": "Gtin", "equipmentEventTypeCode": "LADEN"}, "gate_in", False),
        ({"eventType": "ARRI", "equipmentEventTypeCode": None}, "vessel_arrived", None),
        ({"eventType": "Equipment"}, "discharged", None),
    ],
)
def test_a_carrier_that_swaps_its_codes_is_understood(change: Json, kind: str, is_empty: bool | None) -> None:
    fact = one(DISCHARGE, emptyIndicatorCode=None, **change)
    assert (fact.kind, fact.is_empty) == (kind, is_empty)


def test_an_event_of_two_containers_is_two_facts() -> None:
    event = ARRIVAL | {"references": [{"referenceType": "EQ", "referenceValue": box} for box in (BOX, BAD_BOX, BOX)]}
    found = read_json([event])
    assert [(fact.container, fact.line, fact.flags) for fact in found.movements] == [
        (BOX, 1, ()),
        (BAD_BOX, 1, ("check_digit",)),
    ]


def test_an_event_that_names_no_goods_takes_those_of_its_message_if_it_has_only_one() -> None:
    nameless = {name: value for name, value in ARRIVAL.items() if name != "references"}
    (fact, _other) = read_json([nameless, DISCHARGE]).movements
    assert (fact.container, fact.bill_of_lading, fact.flags) == (BOX, "UMUC2611001", ("goods_assumed",))
    several = read_json([nameless, DISCHARGE, DISCHARGE | {"equipmentReference": OTHER}])
    assert (len(several.movements), codes(several)) == (2, [("no_reference", 1)])
    assert codes(read_json([nameless])) == [("no_reference", 1)]


@pytest.mark.parametrize(
    ("changes", "series"),
    [
        ({}, "KEMBA-0411"),
        ({"eventID": None}, "KEMBA-0411"),
        ({"transportCall": {**CALL, "transportCallID": None, "transportCallId": "K1"}}, "K1"),
        ({"transportCall": {**CALL, "transportCallID": None}}, "VESSEL 0411E"),
        ({"transportCall": {"modeOfTransport": "TRUCK"}}, "TRUCK "),
        ({"equipmentEventTypeCode": "CUSI"}, ""),
        ({"isRetracted": True}, ""),
        ({"eventLocation": None, "transportCall": {"transportCallID": "K1"}}, ""),
    ],
)
def test_the_call_tells_what_a_later_issue_corrects(changes: Json, series: str) -> None:
    (fact,) = read(json.dumps([{**DISCHARGE, **changes}]).encode(), {}).movements
    assert fact.series == series


def test_what_becomes_of_papers_is_of_no_series() -> None:
    (fact,) = read(json.dumps([{**ISSUE, "eventLocation": {"UNLocationCode": "KEMBA"}}]).encode(), {}).movements
    assert (fact.place.is_given, fact.series) == (True, "")
