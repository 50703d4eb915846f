"""What a movement means at a place."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from cargo.meaning import Spot, milestone_of, settle_kind
from cargo.models import Consignment, Event, Milestone, Status
from cargo.registration import rebuild
from tests.cargo.test_reading import BOX, NOW, take_in
from tests.conftest import Cast, source_of

PORT = Spot("ke-port-mombasa", "port", "KE")
NAIVASHA = Spot("ke-icd-naivasha", "icd", "KE")
KLP = Spot("rw-port-klp", "dry_port", "RW")
MALABA = Spot("xx-border-malaba", "border", "KE")
GATUNA = Spot("xx-border-gatuna", "border", "RW")
KIGALI = Spot("rw-city-kigali", "city", "RW")
MAGERWA = Spot("rw-wh-magerwa", "bonded_warehouse", "RW")
DEPOT = Spot("ke-depot-eldoret", "fuel_depot", "KE")


@pytest.mark.parametrize(
    ("kind", "spot", "is_empty", "settled"),
    [
        ("gate_out", PORT, False, "gate_out"),
        ("gate_in", PORT, False, "gate_in"),
        ("gate_in", PORT, True, "empty_returned"),
        ("gate_in", NAIVASHA, False, "railed_to_icd"),
        ("gate_in", KLP, False, "arrived_kigali"),
        ("gate_in", KLP, None, "arrived_kigali"),
        ("gate_out", KLP, False, "released_kigali"),
        ("gate_out", KLP, True, "gate_out"),
        ("gate_in", KLP, True, "empty_returned"),
        ("gate_in", None, True, "gate_in"),
        ("reached", MALABA, None, "border_in"),
        ("reached", MALABA, True, "border_in"),
        ("left", GATUNA, False, "border_out"),
        ("railed_to_icd", MALABA, None, "border_in"),
        ("gate_in", MALABA, True, "empty_returned"),
        ("gate_in", MALABA, None, "gate_in"),
        ("reached", KIGALI, None, "arrived_kigali"),
        ("reached", KLP, False, "arrived_kigali"),
        ("reached", MAGERWA, None, "arrived_kigali"),
        ("reached", KIGALI, True, "reached"),
        ("left", KIGALI, None, "left"),
        ("reached", PORT, None, "reached"),
        ("left", PORT, None, "left"),
        ("reached", NAIVASHA, None, "reached"),
        ("left", NAIVASHA, None, "left"),
        ("railed_to_icd", NAIVASHA, None, "railed_to_icd"),
        ("railed_to_icd", PORT, None, "railed_to_icd"),
        ("reached", None, None, "reached"),
        ("discharged", PORT, False, "discharged"),
    ],
)
def test_settle_kind(kind: str, spot: Spot | None, is_empty: bool | None, settled: str) -> None:
    assert settle_kind(kind, spot, is_empty=is_empty) == settled


@pytest.mark.parametrize(
    ("kind", "spot", "is_elsewhere", "milestone"),
    [
        ("border_in", MALABA, False, "border1_in"),
        ("border_out", GATUNA, False, "border2_out"),
        ("border_in", PORT, False, ""),
        ("border_in", None, False, ""),
        ("gate_out", PORT, False, "gate_out"),
        ("gate_out", NAIVASHA, False, "gate_out"),
        ("gate_out", KLP, False, ""),
        ("gate_out", None, True, ""),
        ("gate_out", None, False, "gate_out"),
        ("discharged", None, True, ""),
        ("vessel_arrived", PORT, False, "vessel_arrived"),
        ("arrived_port", PORT, False, "vessel_arrived"),
        ("vessel_departed", None, True, "vessel_departed"),
        ("vessel_departed", PORT, False, ""),
        ("do_issued", None, False, "do_issued"),
        ("loaded", DEPOT, False, "loaded"),
        ("loaded", None, True, ""),
        ("weighed", PORT, False, ""),
        ("held", PORT, False, ""),
    ],
)
def test_milestone_of(kind: str, spot: Spot | None, is_elsewhere: bool, milestone: str) -> None:
    assert milestone_of(kind, spot, is_elsewhere=is_elsewhere) == milestone


def iftsta(code: str, unlocode: str, at: datetime, *, mode: str = "", is_empty: bool = False) -> bytes:
    """A status of BOX at a place, by its own clock (UTC+3)."""
    segments = [
        "UNH+1+IFTSTA:D:00B:UN",
        f"BGM+23+{code}{unlocode}+9",
        "CNI+1+X",
        f"STS+1+{code}",
        f"DTM+334:{at + timedelta(hours=3):%Y%m%d%H%M}:203",
        f"LOC+175+{unlocode}:139:6",
        *([f"TDT+30++{mode}+31"] if mode else []),
        f"EQD+CN+{BOX}+22G1:102:5++3+{4 if is_empty else 5}",
    ]
    return ("'".join([*segments, f"UNT+{len(segments) + 1}+1"]) + "'").encode()


def transport(code: str, mode: str, facility: str, unlocode: str, at: datetime, classifier: str = "ACT") -> bytes:
    call = {"transportCallID": "c", "modeOfTransport": mode, "UNLocationCode": unlocode, "facilityTypeCode": facility}
    event = {
        "eventCreatedDateTime": NOW.isoformat(),
        "eventType": "TRANSPORT",
        "eventClassifierCode": classifier,
        "eventDateTime": at.isoformat(),
        "transportEventTypeCode": code,
        "transportCall": call,
        "references": [{"referenceType": "EQ", "referenceValue": BOX}],
    }
    return json.dumps([event]).encode()


def seal(kind: str, slug: str, at: datetime) -> bytes:
    area = {"id": 3, "name": slug, "area": "CIRCLE (0.636 34.276, 500)"}
    event = {"type": kind, "eventTime": at.isoformat()}
    return json.dumps({"event": event, "device": {"name": BOX, "uniqueId": "S300"}, "geofence": area}).encode()


def told(consignment: Consignment) -> tuple[list[tuple[str, str | None]], dict[str, tuple[bool, bool]]]:
    """The kind and node of each event in their order; each milestone, whether it is actual and contested."""
    events = Event.objects.order_by("occurred_at", "pk").values_list("kind", "node__slug")
    reached = Milestone.objects.filter(consignment=consignment)
    return list(events), {one.code: (one.actual_at is not None, one.is_contested) for one in reached}


def ago(hours: float) -> datetime:
    return NOW.replace(second=0) - timedelta(hours=hours)


DONE, CONTESTED, EXPECTED = (True, False), (True, True), (False, False)
WAY: dict[str, list[bytes]] = {
    "eseal": [
        seal("geofenceEnter", "xx-border-malaba", ago(60)),
        seal("geofenceExit", "xx-border-malaba", ago(50)),
        seal("geofenceEnter", "xx-border-gatuna", ago(30)),
        seal("geofenceExit", "xx-border-gatuna", ago(25)),
        seal("geofenceEnter", "rw-city-kigali", ago(20)),
    ],
    "iftsta": [
        iftsta("1", "KEMAL", ago(60), mode="3"),
        iftsta("16", "KEMAL", ago(50)),
        iftsta("1", "RWGTA", ago(30), mode="3"),
        iftsta("24", "RWGTA", ago(25), mode="3"),
        iftsta("1", "RWKGL", ago(20), mode="3"),
    ],
    "dcsa": [
        transport("ARRI", "TRUCK", "BOCR", "KEMAL", ago(60)),
        transport("DEPA", "TRUCK", "BOCR", "UGMAL", ago(50)),
        transport("ARRI", "TRUCK", "BOCR", "RWGTA", ago(30)),
        transport("DEPA", "TRUCK", "BOCR", "RWGTA", ago(25)),
        transport("ARRI", "TRUCK", "INTE", "RWKGL", ago(20)),
    ],
}
PASSED = [
    ("border_in", "xx-border-malaba"),
    ("border_out", "xx-border-malaba"),
    ("border_in", "xx-border-gatuna"),
    ("border_out", "xx-border-gatuna"),
    ("arrived_kigali", "rw-city-kigali"),
]
REACHED = dict.fromkeys(["border1_in", "border1_out", "border2_in", "border2_out", "arrived_kigali"], DONE)


@pytest.mark.parametrize("format", WAY)
@pytest.mark.parametrize("is_reversed", [False, True])
def test_a_border_is_passed_and_kigali_reached_by_whatever_source(
    consignment: Consignment, format: str, is_reversed: bool
) -> None:
    source = source_of("x", format)
    for raw in reversed(WAY[format]) if is_reversed else WAY[format] * 2:
        take_in(source, raw)
    assert told(consignment) == (PASSED, REACHED)
    assert Status.objects.get(consignment=consignment).state == "in_kigali"
    rebuild()
    assert told(consignment) == (PASSED, REACHED)


def test_a_border_that_two_sources_saw_is_one_milestone(consignment: Consignment) -> None:
    for format, said in WAY.items():
        for raw in said:
            take_in(source_of(format, format), raw)
    assert told(consignment) == ([passed for passed in PASSED for _format in WAY], REACHED)
    take_in(source_of("other", "eseal"), seal("geofenceEnter", "xx-border-malaba", ago(57)))
    assert told(consignment)[1] == REACHED | {"border1_in": CONTESTED}


@pytest.mark.parametrize(
    ("format", "raw", "kind", "slug", "reached"),
    [
        ("dcsa", transport("ARRI", "RAIL", "INTE", "KENBO", ago(9)), "railed_to_icd", "ke-icd-nairobi", {"railed_to_icd": DONE}),
        ("iftsta", iftsta("1", "KENBO", ago(9), mode="2"), "railed_to_icd", "ke-icd-nairobi", {"railed_to_icd": DONE}),
        ("iftsta", iftsta("1", "KEMAL", ago(9), mode="2"), "border_in", "xx-border-malaba", {"border1_in": DONE}),
        ("dcsa", transport("ARRI", "TRUCK", "INTE", "KENBO", ago(9)), "reached", "ke-icd-nairobi", {}),
        ("dcsa", transport("DEPA", "TRUCK", "INTE", "KENBO", ago(9)), "left", "ke-icd-nairobi", {}),
        ("dcsa", transport("DEPA", "TRUCK", "INTE", "RWKGL", ago(9)), "left", "rw-city-kigali", {}),
        ("dcsa", transport("ARRI", "TRUCK", "POTE", "KEMBA", ago(9)), "reached", "ke-port-mombasa", {}),
        ("dcsa", transport("DEPA", "TRUCK", "POTE", "KEMBA", ago(9)), "left", "ke-port-mombasa", {}),
        ("dcsa", transport("ARRI", "VESSEL", "POTE", "KEMBA", ago(9)), "vessel_arrived", "ke-port-mombasa", {"vessel_arrived": DONE}),
        ("dcsa", transport("ARRI", "TRUCK", "BOCR", "PLMAL", ago(9)), "border_in", None, {}),
        ("dcsa", transport("ARRI", "TRUCK", "INTE", "RWKGL", ago(-9), "EST"), "arrived_kigali", "rw-city-kigali", {"arrived_kigali": EXPECTED}),
        ("dcsa", transport("ARRI", "TRUCK", "BOCR", "KEBUS", ago(-9), "PLN"), "border_in", "xx-border-busia", {"border1_in": EXPECTED}),
        ("iftsta", iftsta("1", "RWKGL", ago(9), mode="3", is_empty=True), "reached", "rw-city-kigali", {}),
        ("iftsta", iftsta("24", "RWKGL", ago(9), mode="3"), "left", "rw-city-kigali", {}),
        ("iftsta", iftsta("1", "KEMBA", ago(9), mode="3"), "reached", "ke-port-mombasa", {}),
        ("eseal", seal("geofenceEnter", "ke-port-mombasa", ago(9)), "reached", "ke-port-mombasa", {}),
        ("eseal", seal("geofenceExit", "rw-city-kigali", ago(9)), "left", "rw-city-kigali", {}),
        ("eseal", seal("geofenceEnter", "rw-wh-magerwa", ago(9)), "arrived_kigali", "rw-wh-magerwa", {"arrived_kigali": DONE}),
        ("eseal", seal("geofenceEnter", "ug-city-kampala", ago(9)), "reached", "ug-city-kampala", {}),
    ],
)  # fmt: skip
def test_what_a_place_and_a_way_of_going_make_of_it(
    consignment: Consignment, format: str, raw: bytes, kind: str, slug: str | None, reached: dict[str, object]
) -> None:
    take_in(source_of("x", format), raw)
    assert told(consignment) == ([(kind, slug)], reached)


def test_the_passages_of_others_boxes_are_theirs(consignment: Consignment, cast: Cast) -> None:
    take_in(source_of("x", "dcsa"), WAY["dcsa"][0].replace(BOX.encode(), b"MSKU9070323"))
    assert told(consignment) == ([("border_in", "xx-border-malaba")], {})
    assert Event.objects.visible_to(cast.importer).count() == 0
