"""Events as DCSA Track & Trace 2.2.0 has them (equipment, transport, shipment); what has no word there is left out.

Codes are those of the published specification of 28 October 2021. It has no word for a delivery order, which is told
as the issue of a shipment release message, nor for the end of a hold, which is told as customs' inspection completed,
nor for a cancellation: what was withdrawn is not told at all. ``feeds.dcsa_codes`` reads the same words back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cargo.models import Consignment, Event
from cargo.presenting import place_name
from corridor.models import Node

VERSION = "2.2.0"
EQUIPMENT, TRANSPORT, SHIPMENT = "EQUIPMENT", "TRANSPORT", "SHIPMENT"


class Word(NamedTuple):
    """What a kind of ours is called: the type, its code, and the mode of transport or the type of the document."""

    type: str
    code: str
    of: str


WORDS: dict[str, Word] = {
    "discharged": Word(EQUIPMENT, "DISC", "VESSEL"),
    "gate_in": Word(EQUIPMENT, "GTIN", "TRUCK"),
    "truck_in": Word(EQUIPMENT, "GTIN", "TRUCK"),
    "gate_out": Word(EQUIPMENT, "GTOT", "TRUCK"),
    "released_kigali": Word(EQUIPMENT, "GTOT", "TRUCK"),
    "empty_returned": Word(EQUIPMENT, "GTIN", "TRUCK"),
    "railed_to_icd": Word(TRANSPORT, "ARRI", "RAIL"),
    "sealed": Word(EQUIPMENT, "RSEA", "TRUCK"),
    "resealed": Word(EQUIPMENT, "RSEA", "TRUCK"),
    "picked_up": Word(EQUIPMENT, "PICK", "TRUCK"),
    "dropped_off": Word(EQUIPMENT, "DROP", "TRUCK"),
    "delivered": Word(EQUIPMENT, "DROP", "TRUCK"),
    "stuffed": Word(EQUIPMENT, "STUF", "TRUCK"),
    "stripped": Word(EQUIPMENT, "STRP", "TRUCK"),
    "inspected": Word(EQUIPMENT, "INSP", "TRUCK"),
    "vessel_departed": Word(TRANSPORT, "DEPA", "VESSEL"),
    "vessel_arrived": Word(TRANSPORT, "ARRI", "VESSEL"),
    "arrived_port": Word(TRANSPORT, "ARRI", "VESSEL"),
    "border_in": Word(TRANSPORT, "ARRI", "TRUCK"),
    "border_out": Word(TRANSPORT, "DEPA", "TRUCK"),
    "arrived_kigali": Word(TRANSPORT, "ARRI", "TRUCK"),
    "booked": Word(SHIPMENT, "ISSU", "TRD"),
    "do_issued": Word(SHIPMENT, "ISSU", "SRM"),
    "kra_cleared": Word(SHIPMENT, "RELS", "CUS"),
    "held": Word(SHIPMENT, "HOLD", "CUS"),
    "hold_released": Word(SHIPMENT, "CMPL", "CUS"),
}
# An equipment event is of a box; of goods without one it would say nothing.
OF_A_BOX = [kind for kind, word in WORDS.items() if word.type == EQUIPMENT]
_FACILITIES = {
    Node.Kind.PORT: "POTE",
    Node.Kind.TERMINAL: "POTE",
    Node.Kind.OIL_JETTY: "POTE",
    Node.Kind.CFS: "COFS",
    Node.Kind.ICD: "INTE",
    Node.Kind.CITY: "INTE",
    Node.Kind.BONDED_WAREHOUSE: "INTE",
    Node.Kind.DRY_PORT: "INTE",
    Node.Kind.FUEL_DEPOT: "DEPO",
    Node.Kind.BORDER: "BOCR",
}
# Between the parts of a transport call's id: the node, the ship or truck, the voyage.
_PART = "~"


def event_shape(event: Event, consignments: Sequence[Consignment]) -> dict[str, Any]:
    """One event with its node and the caller's consignments that it is about."""
    word, zone = WORDS[event.kind], ZoneInfo(event.zone)
    base = {
        "eventID": str(event.key),
        "eventCreatedDateTime": event.received_at.astimezone(zone).isoformat(),
        "eventType": word.type,
        "eventClassifierCode": event.classifier,
        "eventDateTime": event.occurred_at.astimezone(zone).isoformat(),
    }
    return {**base, **_MADE[word.type](event, word, consignments)}


def _equipment(event: Event, word: Word, consignments: Sequence[Consignment]) -> dict[str, Any]:
    is_empty = event.is_empty or event.kind == "empty_returned"
    return {
        "equipmentEventTypeCode": word.code,
        "equipmentReference": event.container[:15],
        **({"ISOEquipmentCode": event.size_type} if event.size_type else {}),
        "emptyIndicatorCode": "EMPTY" if is_empty else "LADEN",
        "eventLocation": _location(event),
        "transportCall": _call(event, word.of),
        **_references(event, consignments, with_box=False),
        "seals": [{"sealNumber": number[:15], "sealType": "BLT"} for number in event.seals.split()],
    }


def _transport(event: Event, word: Word, consignments: Sequence[Consignment]) -> dict[str, Any]:
    return {
        "transportEventTypeCode": word.code,
        "transportCall": _call(event, word.of),
        **_references(event, consignments, with_box=True),
    }


def _shipment(event: Event, word: Word, consignments: Sequence[Consignment]) -> dict[str, Any]:
    bill = _bill(event, consignments)
    # What customs and the line issue have numbers of their own; a bill of lading has its own alone.
    named = (bill if word.of == "TRD" else event.document, event.declaration, bill, event.container)
    found = _references(event, consignments, with_box=True)
    return {
        "shipmentEventTypeCode": word.code,
        "documentID": next(filter(None, named), str(event.key)),
        "documentTypeCode": word.of,
        **({"reason": event.remark or event.words} if event.remark or event.words else {}),
        "references": found["references"],
    }


_MADE = {EQUIPMENT: _equipment, TRANSPORT: _transport, SHIPMENT: _shipment}


def _location(event: Event) -> dict[str, str]:
    node = event.node
    if node is None:
        return {"locationName": place_name(event)[:100]}
    where = {"locationName": node.name[:100], "latitude": f"{node.lat:.5f}", "longitude": f"{node.lon:.5f}"}
    return {**where, **({"UNLocationCode": node.unlocode} if node.unlocode else {})}


def _call(event: Event, mode: str) -> dict[str, Any]:
    node = event.node
    facility = _FACILITIES.get(Node.Kind(node.kind)) if node else None
    if event.kind == "delivered":
        facility = "CLOC"
    return {
        "transportCallID": call_id(event),
        **({"carrierVoyageNumber": event.voyage} if event.voyage else {}),
        **({"UNLocationCode": node.unlocode} if node and node.unlocode else {}),
        **({"facilityTypeCode": facility} if facility else {}),
        "otherFacility": (node.name if node else place_name(event))[:50],
        "modeOfTransport": mode,
        "location": _location(event),
    }


def call_id(event: Event) -> str:
    """What names the call of a ship, or a truck, at a place."""
    return _PART.join([event.node.slug if event.node else "", event.vessel or event.plate, event.voyage])[:100]


class Call(NamedTuple):
    """What the id of a call names: the node (empty where it is not known), the ship or truck, and the voyage."""

    slug: str
    carrier: str
    voyage: str


def of_call(words: str) -> Call:
    """What an id names. ValueError where it is none."""
    slug, carrier, voyage = words.split(_PART)
    return Call(slug, carrier, voyage)


def _bill(event: Event, consignments: Sequence[Consignment]) -> str:
    return event.bill_of_lading or next((held.bill_of_lading for held in consignments if held.bill_of_lading), "")


def _references(event: Event, consignments: Sequence[Consignment], *, with_box: bool) -> dict[str, Any]:
    bills = dict.fromkeys(filter(None, [event.bill_of_lading, *(held.bill_of_lading for held in consignments)]))
    own = dict.fromkeys(held.own_reference for held in consignments if held.own_reference)
    boxes = [event.container] if with_box and event.container else []
    return {
        "documentReferences": [{"documentReferenceType": "TRD", "documentReferenceValue": bill} for bill in bills],
        "references": [
            *({"referenceType": "CR", "referenceValue": number} for number in own),
            *({"referenceType": "FF", "referenceValue": held.ref} for held in consignments),
            *({"referenceType": "EQ", "referenceValue": box} for box in boxes),
        ],
    }
