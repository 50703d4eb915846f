"""What the event codes of DCSA Track & Trace say: those of 2.2 in four letters and those of 3.0 in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import product

from feeds.facts import KINDS
from feeds.json_fields import Json, part, text

# A tracker's coordinates, which are a position and no movement.
TRACE = "trace"

# equipmentEventTypeCode of T&T 2.2 and of the reference list of 2023; equipmentEventType of 3.0 from March 2026.
_EQUIPMENT = {
    **dict.fromkeys(("LOAD", "LOADED"), "loaded"),
    **dict.fromkeys(("DISC", "DISCHARGED"), "discharged"),
    **dict.fromkeys(("GTIN", "GATED_IN"), "gate_in"),
    **dict.fromkeys(("GTOT", "GATED_OUT"), "gate_out"),
    **dict.fromkeys(("STUF", "STUFFED"), "stuffed"),
    **dict.fromkeys(("STRP", "STRIPPED"), "stripped"),
    **dict.fromkeys(("PICK", "PICKED_UP"), "picked_up"),
    **dict.fromkeys(("DROP", "DROPPED_OFF"), "dropped_off"),
    **dict.fromkeys(("INSP", "INSPECTED"), "inspected"),
    **dict.fromkeys(("RSEA", "RESEALED"), "resealed"),
    **dict.fromkeys(("CUSS", "CUSTOMS_SELECTED_FOR_SCAN"), "held"),
    **dict.fromkeys(("CUSI", "CUSTOMS_SELECTED_FOR_INSPECTION"), "held"),
    **dict.fromkeys(("CUSR", "CUSTOMS_RELEASED"), "kra_cleared"),
    **dict.fromkeys(
        ("RMVD", "REMOVED", "AVPU", "AVAILABLE_FOR_PICKUP", "AVDO", "AVAILABLE_FOR_DROP_OFF", "WAYP", "CROSSED"), ""
    ),
}
_IOT = {
    **dict.fromkeys(("BREADCRUMB", "LOC"), TRACE),
    "GEOFENCE_ENTRY": "reached",
    "GEOFENCE_EXIT": "left",
    **dict.fromkeys(("DOOR_OPENED", "DRO"), "seal_tampered"),
    **dict.fromkeys(
        ("DOOR_CLOSED", "DRC", "DEVICE_STATUS", "MOTION_START", "MOTION_STOP", "PAIRING", "UNPAIRING", "DETC"), ""
    ),
}
# Whether a ship comes or goes, a truck or train at a border crossing, or one of them elsewhere on land.
_AT_SEA = {"ARRI": "vessel_arrived", "DEPA": "vessel_departed"}
_AT_BORDER = {"ARRI": "border_in", "DEPA": "border_out"}
_ON_LAND = {"ARRI": "reached", "DEPA": "left"}
_TRANSPORT = {"ARRI": "ARRI", "ARRIVED": "ARRI", "DEPA": "DEPA", "DEPARTED": "DEPA"}
_BORDERS = {"BOCR", "BORDER_CROSSING"}
_CUSTOMERS = {"CLOC", "CUSTOMER_LOCATION"}
_RAILHEADS = {"", "INTE", "INLAND_TERMINAL", "RAMP"}
# documentTypeCode of other lists and of 3.0 as 2.2 has it, which has no delivery order but a release message.
_DOCUMENTS = {
    **dict.fromkeys(("CUC", "CUSTOMS_CLEARANCE", "CUSTOMS_INSPECTION"), "CUS"),
    **dict.fromkeys(("DEO", "DELIVERY_ORDER", "SHIPMENT_RELEASE_MESSAGE"), "SRM"),
    **dict.fromkeys(("TRANSPORT_DOCUMENT", "BILL_OF_LADING"), "TRD"),
    "BOOKING": "BKG",
}
_ISSUED, _RELEASED, _HELD = ("ISSU", "ISSUED"), ("RELS", "RELEASED"), ("HOLD", "HELD", "ON_HOLD")
# shipmentEventTypeCode with the document as 2.2 has it; an empty one stands for any.
_SHIPMENT = {
    **dict.fromkeys(product(_ISSUED, ["TRD"]), "booked"),
    **dict.fromkeys(product(_ISSUED + _RELEASED, ["SRM"]), "do_issued"),
    **dict.fromkeys(product(_RELEASED, ["CUS"]), "kra_cleared"),
    # Customs' inspection is over, and with it what was held for it.
    **dict.fromkeys(product(("CMPL", "COMPLETED"), ["CUS"]), "hold_released"),
    **dict.fromkeys(product(_HELD, [""]), "held"),
    **dict.fromkeys(product(_RELEASED, [""]), "hold_released"),
}
# What becomes of papers on their way: told as it is, and no milestone.
_PAPERWORK = set(
    """
    RECE DRFT PENA PENU PENC REJE APPR ISSU SURR SUBM VOID CONF REQS CMPL CANC
    RECEIVED DRAFTED PENDING_APPROVAL PENDING_UPDATE PENDING_CONFIRMATION REJECTED APPROVED ISSUED SURRENDERED SUBMITTED
    VOIDED CONFIRMED REQUESTED COMPLETED CANCELLED CANCELED
    """.split()
)
CLASSIFIERS = {
    **dict.fromkeys(("", "ACT", "ACTUAL"), "ACT"),
    **dict.fromkeys(("EST", "ESTIMATED"), "EST"),
    **dict.fromkeys(("PLN", "PLANNED"), "PLN"),
}
CODE_FIELDS = (
    "equipmentEventTypeCode",
    "transportEventTypeCode",
    "shipmentEventTypeCode",
    "iotEventTypeCode",
    "reeferEventTypeCode",
)


def kind_of(event: Json, settings: Mapping[str, str]) -> tuple[str, str | None]:
    """The kind, or an empty one with the code that nobody knows (None for a known code that is not followed).

    A source's own setting ``code_<code>`` comes first: a kind of ours, or nothing for what is not to be followed.
    """
    own = _own_kind(event, settings)
    if own is not None:
        return own, None
    family = text(event, "eventType").upper()
    if family == "EQUIPMENT" or family in _EQUIPMENT:
        return _equipment_kind(event)
    if family == "TRANSPORT" or family in _TRANSPORT:
        return _transport_kind(event)
    reader = _FAMILIES.get(family)
    return reader(event) if reader else ("", family[:60] or "eventType")


def _equipment_kind(event: Json) -> tuple[str, str | None]:
    """What is dropped off full at a customer's in Rwanda is delivered."""
    kind, unknown = _look_up(_EQUIPMENT, event, "equipmentEventTypeCode")
    is_customer = _facility_type(event) in _CUSTOMERS and _country(event) == "RW"
    is_full = text(event, "emptyIndicatorCode").upper() == "LADEN"
    return "delivered" if kind == "dropped_off" and is_customer and is_full else kind, unknown


def _iot_kind(event: Json) -> tuple[str, str | None]:
    """Of the detail where the event says no more than that something was detected."""
    detected = text(part(event, "iotDetails"), "iotEventCode", "iotEventTypeCode", "iotEventType")
    is_detail = detected and text(event, "iotEventTypeCode").upper() in ("", "DETC")
    return _look_up(_IOT, {"iotEventTypeCode": detected} if is_detail else event, "iotEventTypeCode")


def _reefer_kind(event: Json) -> tuple[str, str | None]:
    return "", None if text(event, "reeferEventTypeCode") else "REEFER"


def _own_kind(event: Json, settings: Mapping[str, str]) -> str | None:
    said = [text(event, name) for name in (*CODE_FIELDS, "eventTypeCode", "eventType")]
    said.append(text(part(event, "iotDetails"), "iotEventCode"))
    names = [f"code_{code}" for said_code in said if said_code for code in (said_code, said_code.upper())]
    own = next((settings[name] for name in names if name in settings), None)
    return own if own is None or not own or own in KINDS else None


def _look_up(table: Mapping[str, str], event: Json, name: str) -> tuple[str, str | None]:
    code = _code(event, name, table)
    return table.get(code, ""), None if code in table else code or name


def _code(event: Json, name: str, known: Mapping[str, object] | set[str]) -> str:
    """The event's code; some carriers put it into eventTypeCode, or swap it with another field."""
    candidates = [text(event, name), text(event, "eventTypeCode"), text(event, "eventType")]
    return next((code.upper() for code in candidates if code.upper() in known), candidates[0].upper()[:60])


def _transport_kind(event: Json) -> tuple[str, str | None]:
    code = _code(event, "transportEventTypeCode", _TRANSPORT)
    if code not in _TRANSPORT:
        return "", None if code == "APPROACHING" else code or "transportEventTypeCode"
    way, mode = _TRANSPORT[code], text(part(event, "transportCall"), "modeOfTransport").upper() or "VESSEL"
    if mode in ("VESSEL", "BARGE", "1", "8"):
        return _AT_SEA[way], None
    return _on_land(event, way, is_train=mode in ("RAIL", "2")), None


def _on_land(event: Json, way: str, *, is_train: bool) -> str:
    """As with IFTSTA, a train's end is our inland depot in Kenya alone."""
    facility = _facility_type(event)
    if facility in _BORDERS:
        return _AT_BORDER[way]
    is_depot = is_train and facility in _RAILHEADS and _country(event) == "KE"
    return "railed_to_icd" if is_depot and way == "ARRI" else _ON_LAND[way]


def unlocode_of(event: Json) -> str:
    """The UN/LOCODE of an event's place, from wherever carriers write it; empty where there is none."""
    call = part(event, "transportCall")
    owners = (part(event, "eventLocation") or part(call, "location"), call, event)
    codes = (text(owner, "UNLocationCode", "unLocationCode").upper() for owner in owners)
    return next((code for code in codes if re.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}", code)), "")


def node_of(event: Json) -> str:
    """The node that the id of a transport call names in our own answers (see ``api.dcsa_shapes``), else nothing."""
    own = re.fullmatch(r"([a-z]{2}(?:-[a-z0-9]+)+)~[^~]*~[^~]*", text(part(event, "transportCall"), "transportCallID"))
    return own[1] if own else ""


def _country(event: Json) -> str:
    return (unlocode_of(event) or node_of(event))[:2].upper()


def _facility_type(event: Json) -> str:
    return (text(part(event, "transportCall"), "facilityTypeCode") or text(event, "facilityTypeCode")).upper()


def _shipment_kind(event: Json) -> tuple[str, str | None]:
    known = _PAPERWORK | {code for code, _document in _SHIPMENT}
    code = _code(event, "shipmentEventTypeCode", known)
    any_other = _SHIPMENT.get((code, ""), "document" if code in _PAPERWORK else "")
    kind = _SHIPMENT.get((code, _document(event)), any_other)
    return kind, None if code in known else code or "shipmentEventTypeCode"


def _document(event: Json) -> str:
    said = text(event, "documentTypeCode").upper()
    return _DOCUMENTS.get(said, said)


def held_document(event: Json, kind: str) -> str:
    """The type of document that was held or released; a container is held by customs. Empty for every other kind."""
    if kind not in ("held", "hold_released"):
        return ""
    is_shipment = text(event, "eventType").upper() == "SHIPMENT" or text(event, "shipmentEventTypeCode")
    return _document(event) if is_shipment else "CUS"


_FAMILIES: dict[str, Callable[[Json], tuple[str, str | None]]] = {
    "SHIPMENT": _shipment_kind,
    "IOT": _iot_kind,
    "REEFER": _reefer_kind,
}
