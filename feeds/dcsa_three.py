"""DCSA Track & Trace 3.0 events, of its beta and of both its vocabularies, laid out as those of 2.2 are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from feeds.dcsa_codes import CODE_FIELDS
from feeds.json_fields import Json, objects, part, text

_FAMILIES = {name: name.removesuffix("EventTypeCode").upper() for name in CODE_FIELDS}


def is_three(event: Any) -> bool:
    """Whether an event has the keys of 3.0 or of its beta; the version that a body tells does not tell it."""
    if not isinstance(event, dict):
        return False
    return "eventClassification" in event or "payload" in event or "retractedEventID" in part(event, "metadata")


def flatten(events: Iterable[Any]) -> list[Any]:
    """The events with those of 3.0 laid out as 2.2 does; what cannot be stays as it is.

    An event of 3.0 overrides the earlier ones of its number: it bears the mark ``overrides``. A retraction of the
    beta, which bears a number and nothing else, takes on what the event of that number in the same answer says.
    """
    flat = [_flat(event) for event in events]
    by_number = {text(event, "eventID"): event for event in flat if isinstance(event, dict) and text(event, "eventID")}
    return [_retraction(event, by_number) for event in flat]


def _flat(event: Any) -> Any:
    if not is_three(event):
        return event
    if "eventClassification" in event:
        return _of_three(event) or event
    return _of_beta(event) or event


def _of_three(event: Json) -> Json:
    classes, shipment = part(event, "eventClassification"), part(event, "shipmentDetails")
    codes = {name: code for name in CODE_FIELDS if (code := text(classes, name, name.removesuffix("Code")))}
    family = text(classes, "eventTypeCode", "eventType") or next((_FAMILIES[name] for name in codes), "")
    if not family and event.get("isRetracted") is not True:
        return {}
    document = part(shipment, "documentReference")
    equipment = part(event, "equipmentDetails")
    return {
        **codes,
        "eventType": family,
        "eventID": text(event, "eventID"),
        "eventClassifierCode": text(classes, "eventClassifierCode", "eventClassifier"),
        "eventDateTime": text(event, "eventDateTime"),
        "eventUpdatedDateTime": text(event, "eventUpdatedDateTime"),
        "isRetracted": event.get("isRetracted"),
        "overrides": bool(text(event, "eventID") and text(event, "eventUpdatedDateTime")),
        "documentTypeCode": text(document, "typeCode", "type"),
        "documentID": text(document, "reference"),
        "documentReferences": [
            _reference(document),
            *map(_reference, objects(shipment, "additionalDocumentReferences")),
        ],
        "equipmentReference": text(equipment, "equipmentReference"),
        "ISOEquipmentCode": text(equipment, "ISOEquipmentCode"),
        "emptyIndicatorCode": text(equipment, "emptyIndicatorCode", "emptyIndicator"),
        "seals": objects(equipment, "seals"),
        "iotDetails": part(event, "iotDetails"),
        **_places(part(event, "eventLocation"), part(part(event, "transportDetails"), "transportCall")),
    }


def _reference(document: Json) -> Json:
    return {
        "documentReferenceType": text(document, "typeCode", "type"),
        "documentReferenceValue": text(document, "reference"),
    }


def _places(location: Json, call: Json) -> Json:
    facility = part(location, "facility")
    inward, outward = part(call, "importVoyageNumberOrReference"), part(call, "exportVoyageNumberOrReference")
    return {
        "eventLocation": {
            "UNLocationCode": text(location, "UNLocationCode"),
            "locationName": text(location, "locationName"),
            "facilityCode": text(facility, "facilityCode") or text(location, "facilityCode"),
            "geoCoordinate": part(location, "geoCoordinate"),
        },
        "facilityTypeCode": text(location, "facilityTypeCode", "facilityType"),
        "transportCall": {
            "modeOfTransport": text(call, "modeOfTransport"),
            "importVoyageNumber": text(inward, "carrierVoyageNumber", "universalVoyageReference"),
            "exportVoyageNumber": text(outward, "carrierVoyageNumber", "universalVoyageReference"),
            "vessel": part(call, "vesselTransport"),
            "licencePlate": text(part(call, "truckTransport"), "licencePlate", "truckLicencePlate", "licensePlate"),
        },
    }


def _of_beta(event: Json) -> Json:
    head, body = part(event, "metadata"), part(event, "payload")
    if not (head and (body or text(head, "retractedEventID"))):
        return {}
    call = part(body, "transportCall")
    vessel = part(call, "vessel")
    return {
        **body,
        "eventType": text(head, "eventType"),
        "eventID": text(head, "eventID"),
        "eventCreatedDateTime": text(head, "eventCreatedDateTime"),
        "retractedEventID": text(head, "retractedEventID"),
        "documentID": text(body, "documentReference", "documentID"),
        "documentReferences": _pairs(body, "relatedDocumentReferences", "documentReference"),
        "references": _pairs(body, "references", "reference"),
        "seals": [{"sealNumber": text(seal, "number", "sealNumber")} for seal in objects(body, "seals")],
        "eventLocation": part(body, "location") or part(body, "eventLocation"),
        "transportCall": {
            **call,
            "importVoyageNumber": text(call, "carrierImportVoyageNumber"),
            "exportVoyageNumber": text(call, "carrierExportVoyageNumber"),
            "vessel": {**vessel, "vesselName": text(vessel, "name", "vesselName")},
        },
    }


def _pairs(owner: Json, name: str, prefix: str) -> list[Json]:
    return [
        {f"{prefix}Type": text(pair, "type", f"{prefix}Type"), f"{prefix}Value": text(pair, "value", f"{prefix}Value")}
        for pair in objects(owner, name)
    ]


def _retraction(event: Any, by_number: dict[str, Json]) -> Any:
    number = text(event, "retractedEventID") if isinstance(event, dict) else ""
    if not number:
        return event
    retracted = by_number.get(number, event)
    return {
        **retracted,
        "eventID": number,
        "eventUpdatedDateTime": text(event, "eventCreatedDateTime"),
        "isRetracted": True,
        "retractedEventID": number,
    }
