"""The carrier's events as DCSA Track & Trace 2.2: a bare array, as carriers answer."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from demo.reports import Report
from demo.vessels import Call

_EQUIPMENT = {"loaded": "LOAD", "discharged": "DISC"}
_TRANSPORT = {"vessel_departed": "DEPA", "vessel_arrived": "ARRI"}
_NAMESPACE = uuid.UUID("5b0c6c0e-9e55-4a0e-8a6b-0d1f4bb2a6f1")


def dcsa(reports: Sequence[Report]) -> bytes:
    """One event for each report, in the order in which the carrier knew of it."""
    return json.dumps([_event(report) for report in reports], indent=1).encode()


def _event(report: Report) -> dict[str, Any]:
    event: dict[str, Any] = {
        "eventID": str(uuid.uuid5(_NAMESPACE, _key(report))),
        "eventCreatedDateTime": report.reported_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "eventClassifierCode": report.classifier,
        "eventDateTime": report.local_time.isoformat(),
    }
    if report.kind in _EQUIPMENT:
        return event | _equipment(report)
    if report.kind in _TRANSPORT:
        return event | {
            "eventType": "TRANSPORT",
            "transportEventTypeCode": _TRANSPORT[report.kind],
            "documentReferences": _references(report),
            "transportCall": _transport_call(report, report.call),
        }
    return event | {
        "eventType": "SHIPMENT",
        "shipmentEventTypeCode": "ISSU",
        "documentTypeCode": "TRD",
        "documentID": report.bill_of_lading,
    }


def _key(report: Report) -> str:
    parts = (report.bill_of_lading, report.box.number if report.box else "", report.kind, report.classifier)
    return "|".join((*parts, report.occurred_at.isoformat(), report.reported_at.isoformat()))


def _equipment(report: Report) -> dict[str, Any]:
    box = report.box
    return {
        "eventType": "EQUIPMENT",
        "equipmentEventTypeCode": _EQUIPMENT[report.kind],
        "equipmentReference": box.number if box else "",
        "ISOEquipmentCode": box.size_type if box else "",
        "emptyIndicatorCode": "LADEN",
        "documentReferences": _references(report),
        "transportCall": _transport_call(report, report.call),
    }


def _references(report: Report) -> list[dict[str, str]]:
    return [{"documentReferenceType": "TRD", "documentReferenceValue": report.bill_of_lading}]


def _transport_call(report: Report, call: Call | None) -> dict[str, Any]:
    unlocode, name = (report.port.unlocode, report.port.name) if report.port else ("KEMBA", "Mombasa")
    found: dict[str, Any] = {
        "transportCallID": f"{unlocode}-{call.voyage if call else ''}-{report.bill_of_lading}",
        "modeOfTransport": "VESSEL",
        "UNLocationCode": unlocode,
        "facilityTypeCode": "POTE",
        "location": {"locationName": name, "UNLocationCode": unlocode},
    }
    if report.facility:
        found |= {"facilityCode": report.facility, "facilityCodeListProvider": "SMDG"}
    if call:
        found["exportVoyageNumber"] = call.voyage
        vessel = call.vessel
        found["vessel"] = {
            "vesselIMONumber": vessel.imo,
            "vesselName": vessel.name,
            "vesselOperatorCarrierCode": vessel.operator,
        }
    return found
