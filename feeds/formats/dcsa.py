"""DCSA Track & Trace 2.2 events as carriers really send them: a bare array, wrapped, grouped, with their deviations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, cast

from stdnum import imo

from feeds.equipment import compact, has_check_digit
from feeds.facts import (
    MOST_PARTS,
    Classifier,
    Fault,
    Findings,
    Function,
    Moment,
    Movement,
    Place,
    Reading,
    moment_of,
)

Json = dict[str, Any]

# equipmentEventTypeCode of T&T 2.2 and of the reference list of 2023.
_EQUIPMENT = {
    "LOAD": "loaded",
    "DISC": "discharged",
    "GTIN": "gate_in",
    "GTOT": "gate_out",
    "STUF": "stuffed",
    "STRP": "stripped",
    "PICK": "picked_up",
    "DROP": "dropped_off",
    "INSP": "inspected",
    "RSEA": "resealed",
    "CUSS": "held",
    "CUSI": "held",
    "CUSR": "kra_cleared",
}
_EQUIPMENT_UNFOLLOWED = {"RMVD", "AVPU", "AVDO", "WAYP"}
# transportEventTypeCode by whether the call is a ship's or a truck's or train's at a border crossing (BOCR).
_TRANSPORT = {"ARRI": ("vessel_arrived", "border_in"), "DEPA": ("vessel_departed", "border_out")}
# shipmentEventTypeCode with documentTypeCode; an empty document stands for any.
_SHIPMENT = {("ISSU", "TRD"): "booked", ("HOLD", ""): "held", ("RELS", ""): "hold_released"}
_SHIPMENT_UNFOLLOWED = set("RECE DRFT PENA PENU PENC REJE APPR ISSU SURR SUBM VOID CONF REQS CMPL CANC".split())
_GROUPS = ("shipmentEvent", "transportEvent", "equipmentEvent")
_WRAPPERS = ("events", "data", "content", "results", "items")
# Keys that only the shapes of T&T 3.0 have.
_THREE = {"eventClassification", "metadata", "payload"}
# Kinds at the end of a ship's way, which bear the voyage that brought the goods.
_INWARD = {"vessel_arrived", "discharged"}
_FULLNESS = {"EMPTY": True, "LADEN": False}
_BILLS = {"TRD", "BOL", "BL", "MBL", "HBL"}
_BOOKINGS = {"BKG", "CBR"}
# So many values of JSON take half a gigabyte at most; a hundred thousand events have fewer.
_MOST_VALUES = 5_000_000
_WEB_PAGE = re.compile(r"\s*<", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Goods:
    """The bill of lading, the booking and the containers that an event names."""

    bill: str = ""
    booking: str = ""
    boxes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.bill or self.booking or self.boxes)


def read(raw: bytes, settings: Mapping[str, str]) -> Reading:
    """One movement for each event and each container or bill of lading that it names.

    The setting ``false_z`` = 1 is for a carrier that writes the place's own time with a Z. Codes of DCSA that say
    nothing about a consignment's way are not followed; the reading then bears the flag ``not_followed``.
    """
    if not raw.strip():
        return Reading(faults=(Fault(code="empty"),))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Reading(faults=(Fault(code="not_text", detail=str(error.reason)),))
    if _WEB_PAGE.match(text):
        return Reading(faults=(Fault(code="html", excerpt=text[:200]),))
    if sum(map(text.count, ",[{")) > _MOST_VALUES:
        return Reading(faults=(Fault(code="too_large", excerpt=text[:200]),))
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Reading(faults=(Fault(code="not_json", excerpt=text[:200], detail=str(error)[:200]),))
    events = _events(body)
    if events is None:
        return Reading(faults=(Fault(code="wrong_shape", excerpt=text[:200]),))
    return _read_events(events, has_false_z=settings.get("false_z") == "1")


def _events(body: Any, depth: int = 0) -> list[Any] | None:
    """The list of events in whatever they are wrapped; None where there is none."""
    if isinstance(body, list):
        return body
    if not isinstance(body, dict) or depth > 2:
        return None
    if not {"eventType", "eventTypeCode"}.isdisjoint(body):
        return [body]
    if groups := [_stamped(name, item) for name in _GROUPS for item in _list(body.get(name))]:
        return groups
    wrapper = next((name for name in _WRAPPERS if name in body), None)
    return _events(body[wrapper], depth + 1) if wrapper else None


def _stamped(group: str, item: Any) -> Any:
    """An event of a grouped answer with the type that its group stands for."""
    return {"eventType": group.removesuffix("Event").upper(), **item} if isinstance(item, dict) else item


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _read_events(events: list[Any], *, has_false_z: bool) -> Reading:
    found = Findings()
    shared = _only_goods(events)
    for line, event in enumerate(islice(events, MOST_PARTS), 1):
        for part in _read_event(event, line, shared, has_false_z=has_false_z):
            found.add(part)
    if len(events) > MOST_PARTS:
        found.whole("too_large", line=MOST_PARTS + 1)
    return found.reading()


def _only_goods(events: Iterable[Any]) -> Goods:
    """What a message is about where all its events name one container, or one bill of lading; else nothing.

    Carriers answer a question about one container with events of its ship that name no goods.
    """
    named = [_goods(event) for event in events if isinstance(event, dict)]
    boxes = {box for goods in named for box in goods.boxes}
    bills = {goods.bill for goods in named if goods.bill}
    bookings = {goods.booking for goods in named if goods.booking}
    if len(boxes) > 1 or len(bills) > 1 or len(bookings) > 1:
        return Goods()
    return Goods(bill="".join(bills), booking="".join(bookings), boxes=tuple(boxes))


def _read_event(event: Any, line: int, shared: Goods, *, has_false_z: bool) -> Iterator[Movement | Fault | str]:
    words = _words(event)
    if not isinstance(event, dict) or not _THREE.isdisjoint(event):
        yield Fault(code="wrong_shape", line=line, excerpt=words)
        return
    kind, code = _kind(event)
    if not kind:
        yield "not_followed" if code is None else Fault(code="unknown_code", line=line, excerpt=words, detail=code)
        return
    classifier = _text(event, "eventClassifierCode").upper() or "ACT"
    if classifier not in ("ACT", "EST", "PLN"):
        yield Fault(code="unknown_code", line=line, excerpt=words, detail=f"eventClassifierCode {classifier}"[:80])
        return
    when = _moment(_text(event, "eventDateTime"), has_false_z=has_false_z)
    if when is None:
        yield Fault(code="no_time", line=line, excerpt=words, detail=_text(event, "eventDateTime")[:80])
        return
    flags = [] if _text(event, "eventClassifierCode") else ["classifier_assumed"]
    goods = _goods(event)
    if not goods:
        goods = shared
        flags.append("goods_assumed")
    if goods:
        yield from _movements(event, kind, cast(Classifier, classifier), when, line, goods, flags)
    else:
        yield Fault(code="no_reference", line=line, excerpt=words)


def _kind(event: Json) -> tuple[str, str | None]:
    """The kind, or an empty one with the code that nobody knows (None for a known code that is not followed)."""
    family = _text(event, "eventType").upper()
    if family == "EQUIPMENT" or family in _EQUIPMENT:
        code = _code(event, "equipmentEventTypeCode", set(_EQUIPMENT) | _EQUIPMENT_UNFOLLOWED)
        return _EQUIPMENT.get(code, ""), None if code in _EQUIPMENT_UNFOLLOWED else f"equipmentEventTypeCode {code}"
    if family == "TRANSPORT" or family in _TRANSPORT:
        return _transport_kind(event)
    if family == "SHIPMENT":
        return _shipment_kind(event)
    return "", f"eventType {family}"[:80]


def _code(event: Json, name: str, known: set[str]) -> str:
    """The event's code; some carriers put it into eventTypeCode, or swap it with another field."""
    candidates = [_text(event, name), _text(event, "eventTypeCode"), _text(event, "eventType")]
    return next((code.upper() for code in candidates if code.upper() in known), candidates[0].upper()[:40])


def _transport_kind(event: Json) -> tuple[str, str | None]:
    code = _code(event, "transportEventTypeCode", set(_TRANSPORT))
    if code not in _TRANSPORT:
        return "", f"transportEventTypeCode {code}"
    call = _object(event, "transportCall")
    at_sea, at_border = _TRANSPORT[code]
    mode = (_text(call, "modeOfTransport") or "VESSEL").upper()
    if mode in ("VESSEL", "BARGE", "1", "8"):
        return at_sea, None
    facility = _text(call, "facilityTypeCode") or _text(event, "facilityTypeCode")
    return (at_border, None) if facility.upper() == "BOCR" else ("", None)


def _shipment_kind(event: Json) -> tuple[str, str | None]:
    code = _code(event, "shipmentEventTypeCode", _SHIPMENT_UNFOLLOWED | {"HOLD", "RELS"})
    kind = _SHIPMENT.get((code, _text(event, "documentTypeCode").upper())) or _SHIPMENT.get((code, ""), "")
    return kind, None if code in _SHIPMENT_UNFOLLOWED else f"shipmentEventTypeCode {code}"


def _movements(
    event: Json, kind: str, classifier: Classifier, when: Moment, line: int, goods: Goods, flags: list[str]
) -> Iterator[Movement]:
    call = _object(event, "transportCall")
    vessel = _object(call, "vessel")
    number = _digits(vessel.get("vesselIMONumber") or call.get("vesselIMONumber"))
    place = _place(event, call)
    if number and not imo.is_valid(number):
        flags.append("imo_check_digit")
    if not place.is_given:
        flags.append("unknown_location")
    for box in goods.boxes or ("",):
        yield Movement(
            kind=kind,
            classifier=classifier,
            when=when,
            place=place,
            container=box,
            bill_of_lading=goods.bill,
            booking=goods.booking,
            seals=_seals(event),
            vessel=_text(vessel, "vesselName") or _text(call, "vesselName"),
            vessel_imo=number,
            voyage=_voyage(call, kind),
            size_type=_text(event, "ISOEquipmentCode"),
            is_empty=_is_empty(event),
            words=_words(event),
            remark=_text(event, "description", "delayReasonCode"),
            document=_text(event, "eventID", "eventId")[:60],
            issued=_moment(_text(event, "eventUpdatedDateTime", "eventCreatedDateTime"), has_false_z=False),
            function=_function(event),
            sender_event=_text(event, "eventID", "eventId")[:80],
            line=line,
            flags=(*flags, *_doubts(box)),
        )


def _doubts(box: str) -> tuple[str, ...]:
    return ("check_digit",) if box and not has_check_digit(box) else ()


def _voyage(call: Json, kind: str) -> str:
    """The voyage by which goods come where they end their way with the ship, else the one by which they go."""
    ways = ("importVoyageNumber", "exportVoyageNumber")
    voyage = _text(call, "carrierVoyageNumber", *(ways if kind in _INWARD else reversed(ways)))
    return " ".join(voyage.split())


def _seals(event: Json) -> tuple[str, ...]:
    return tuple(number for seal in _objects(event, "seals") if (number := _text(seal, "sealNumber")))


def _is_empty(event: Json) -> bool | None:
    """Of the empty indicator; a carrier that swaps its codes has it in the place of the event's."""
    codes = (_text(event, name).upper() for name in ("emptyIndicatorCode", "equipmentEventTypeCode"))
    return next((_FULLNESS[code] for code in codes if code in _FULLNESS), None)


def _function(event: Json) -> Function:
    """T&T 3.0's retraction, which some carriers write into events of the older shape."""
    return "cancel" if event.get("isRetracted") is True else "original"


def _goods(event: Json) -> Goods:
    """The bill of lading, the booking and the containers that an event names, in any of the ways carriers do."""
    named = [(kind, value) for kind, value in _named(event) if value]
    boxes = filter(None, (compact(value) for kind, value in named if kind == "EQ"))
    return Goods(
        bill=next((value for kind, value in named if kind in _BILLS), ""),
        booking=next((value for kind, value in named if kind in _BOOKINGS), ""),
        boxes=tuple(dict.fromkeys(boxes)),
    )


def _named(event: Json) -> Iterator[tuple[str, str]]:
    """Kind and value of each number that an event bears, the surest first."""
    yield "EQ", _text(event, "equipmentReference")
    for reference in _objects(event, "references", "documentReferences"):
        kind = _text(reference, "referenceType", "documentReferenceType").upper()
        yield kind, _text(reference, "referenceValue", "documentReferenceValue")
    yield _text(event, "documentTypeCode").upper(), _text(event, "documentID")
    yield "TRD", _text(event, "transportDocumentReference")
    yield "BKG", _text(event, "carrierBookingReference")


def _place(event: Json, call: Json) -> Place:
    location = _object(event, "eventLocation") or _object(call, "location")
    unlocode = next(
        (
            code.upper()
            for owner in (location, call, event)
            if re.fullmatch(r"[A-Za-z]{2}[A-Za-z2-9]{3}", code := _text(owner, "UNLocationCode", "unLocationCode"))
        ),
        "",
    )
    name = _text(location, "locationName") or _text(event, "eventLocation")
    return Place(unlocode=unlocode, facility=_text(call, "facilityCode") or _text(location, "facilityCode"), name=name)


def _moment(text: str, *, has_false_z: bool) -> Moment | None:
    try:
        value = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if has_false_z and text.endswith(("Z", "z")):
        value = value.replace(tzinfo=None)
    return moment_of(value if len(text) > len("2026-01-31") else value.date(), text)


def _object(owner: Json, name: str) -> Json:
    value = owner.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, dict) else {}


def _objects(owner: Json, *names: str) -> list[Json]:
    return [item for name in names for item in _list(owner.get(name)) if isinstance(item, dict)]


def _text(owner: Json, *names: str) -> str:
    """The first of these fields that holds text or a number."""
    for name in names:
        value = owner.get(name)
        if isinstance(value, str) and value.strip():
            return _storable(value.strip())
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**20:
            return str(value)
    return ""


def _storable(text: str) -> str:
    """Text without the halves of characters that JSON's escapes can make."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _digits(value: Any) -> str:
    text = _storable(str(value)) if isinstance(value, str) or (isinstance(value, int) and 0 < value < 10**12) else ""
    return text.upper().removeprefix("IMO").strip()


def _words(event: Any) -> str:
    """The event's own words for a clerk: its codes, time and description."""
    if not isinstance(event, dict):
        return repr(event)[:200] if isinstance(event, str | int | float | bool | None) else type(event).__name__
    names = (
        "eventType equipmentEventTypeCode transportEventTypeCode shipmentEventTypeCode documentTypeCode "
        "eventClassifierCode eventDateTime description"
    ).split()
    return " ".join(text for name in names if (text := _text(event, name)))[:300]
