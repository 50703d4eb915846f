"""DCSA Track & Trace events as carriers really send them, of 2.2 and of 3.0, and DCSA's times of a ship's call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, cast

from stdnum import imo

from feeds.dcsa_calls import is_call, read_call
from feeds.dcsa_codes import CLASSIFIERS, TRACE, held_document, kind_of, node_of, unlocode_of
from feeds.dcsa_three import flatten, is_three
from feeds.equipment import compact, has_check_digit
from feeds.facts import (
    MOST_PARTS,
    CallTiming,
    Classifier,
    Fault,
    Findings,
    Function,
    Moment,
    Movement,
    Place,
    Position,
    Reading,
    Unreadable,
)
from feeds.json_bodies import documents, load
from feeds.json_fields import Json, digits, listed, moment, objects, part, text

_GROUPS = ("shipmentEvent", "transportEvent", "equipmentEvent")
_WRAPPERS = ("events", "data", "content", "results", "items")
# Kinds at the end of a ship's way, which bear the voyage that brought the goods.
_INWARD = {"vessel_arrived", "discharged"}
_SEVERAL = {"held", "hold_released", "document"}
_FULLNESS = {"EMPTY": True, "LADEN": False}
_BILLS = {"TRD", "BOL", "BL", "MBL", "HBL", "TRANSPORT_DOCUMENT", "BILL_OF_LADING"}
_BOOKINGS = {"BKG", "CBR", "BOOKING", "CARRIER_BOOKING"}


@dataclass(frozen=True, slots=True)
class Goods:
    """The bill of lading, the booking and the containers that an event names."""

    bill: str = ""
    booking: str = ""
    boxes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.bill or self.booking or self.boxes)


def read(raw: bytes, settings: Mapping[str, str]) -> Reading:
    """One movement for each event and each container or bill of lading that it names; one time of a ship's call each.

    The setting ``false_z`` = 1 is for a carrier that writes the place's own time with a Z, ``code_<code>`` for what a
    code means with this source: a kind, or nothing. Codes of DCSA that say nothing about a consignment's way are not
    followed; the reading then bears the flag ``not_followed``.
    """
    found = Findings()
    try:
        events = _events(load(raw))
    except Unreadable as error:
        events = _lines(raw, found)
        if not events:
            return error.reading
    if events is None:
        found.whole("wrong_shape", excerpt=raw[:200].decode("utf-8-sig", "replace"))
    else:
        _read_events(flatten(events), settings, found)
    return found.reading()


def _lines(raw: bytes, found: Findings) -> list[Any]:
    """The events of a body that has a value to each line, or was cut off; what cannot be read of it is a fault."""
    events: list[Any] = []
    for document in documents(raw):
        if isinstance(document, Fault):
            found.add(document)
        else:
            events += _events(document[1]) or [document[1]]
    return events


def _events(body: Any, depth: int = 0) -> list[Any] | None:
    """The list of events in whatever they are wrapped; None where there is none."""
    if isinstance(body, list):
        return body
    if not isinstance(body, dict) or depth > 2:
        return None
    if not {"eventType", "eventTypeCode"}.isdisjoint(body):
        return [body]
    wrapper = next((name for name in _WRAPPERS if name in body), None)
    return _grouped(body) or (_events(body[wrapper], depth + 1) if wrapper else _loose(body))


def _grouped(body: Json) -> list[Any]:
    return [_stamped(name, item) for name in _GROUPS for item in listed(body.get(name))]


def _loose(body: Json) -> list[Any] | None:
    """An event of a newer shape alone, or the events in groups under names of the sender's own."""
    if _is_event(body):
        return [body]
    items = list(chain.from_iterable(value if isinstance(value, list) else [value] for value in body.values()))
    return items if items and all(map(_is_event, items)) else None


def _is_event(body: Any) -> bool:
    return isinstance(body, dict) and (
        not {"eventType", "eventTypeCode", "isRetracted"}.isdisjoint(body) or is_three(body) or is_call(body)
    )


def _stamped(group: str, item: Any) -> Any:
    """An event of a grouped answer with the type that its group stands for."""
    return {"eventType": group.removesuffix("Event").upper(), **item} if isinstance(item, dict) else item


def _read_events(events: list[Any], settings: Mapping[str, str], found: Findings) -> None:
    shared = _only_goods(events)
    for line, event in enumerate(islice(events, MOST_PARTS), 1):
        for said in _read_event(event, line, shared, settings):
            found.add(said)
    if len(events) > MOST_PARTS:
        found.whole("too_large", line=MOST_PARTS + 1)


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


def _read_event(
    event: Any, line: int, shared: Goods, settings: Mapping[str, str]
) -> Iterator[Movement | Position | CallTiming | Fault | str]:
    if is_call(event):
        yield read_call(event, line, has_false_z=_has_false_z(settings))
    elif not isinstance(event, dict) or is_three(event):
        yield Fault(code="wrong_shape", line=line, excerpt=_words(event))
    else:
        yield from _said(event, line, shared, settings)


def _has_false_z(settings: Mapping[str, str]) -> bool:
    return settings.get("false_z") == "1"


def _said(
    event: Json, line: int, shared: Goods, settings: Mapping[str, str]
) -> Iterator[Movement | Position | Fault | str]:
    words = _words(event)
    kind, code = kind_of(event, settings)
    if _function(event) == "cancel" and not (kind and _goods(event)):
        yield _retraction(event, line)
        return
    if not kind:
        yield "not_followed" if code is None else Fault(code="unknown_code", line=line, excerpt=words, detail=code)
        return
    said = text(event, "eventClassifierCode").upper()
    if said not in CLASSIFIERS:
        yield Fault(code="unknown_code", line=line, excerpt=words, detail=f"eventClassifierCode {said}"[:80])
        return
    when = moment(text(event, "eventDateTime"), has_false_z=_has_false_z(settings))
    if when is None:
        yield Fault(code="no_time", line=line, excerpt=words, detail=text(event, "eventDateTime")[:80])
        return
    yield from _facts(event, kind, when, line, shared)


def _retraction(event: Json, line: int) -> Movement | Fault:
    """The word that all of an event's number is taken back; it names no goods, and no number of goods begins as its."""
    number = text(event, "eventID")
    when = moment(text(event, "eventUpdatedDateTime", "eventCreatedDateTime", "eventDateTime"))
    if not number or when is None:
        return Fault(code="no_time" if number else "no_reference", line=line, excerpt=_words(event), detail=number[:80])
    return Movement(
        kind="document",
        classifier="ACT",
        when=when,
        reference=f"#{number}",
        words=_words(event) or f"eventID {number}"[:300],
        document=number[:60],
        issued=when,
        function="cancel",
        sender_event=number[:80],
        line=line,
    )


def _facts(event: Json, kind: str, when: Moment, line: int, shared: Goods) -> Iterator[Movement | Position | Fault]:
    """What an event says of each of the goods that it names, or of those that its message is about."""
    said = text(event, "eventClassifierCode").upper()
    flags = [] if said else ["classifier_assumed"]
    goods = _goods(event)
    if not goods:
        goods = shared
        flags.append("goods_assumed")
    if not goods:
        yield Fault(code="no_reference", line=line, excerpt=_words(event))
    elif kind == TRACE:
        yield _position(event, when, line, goods, flags)
    else:
        yield from _movements(event, kind, cast(Classifier, CLASSIFIERS[said]), when, line, goods, flags)


def _position(event: Json, when: Moment, line: int, goods: Goods, flags: list[str]) -> Position | Fault:
    """Where the tracker of a container was; a tracker without a number of its own is known by the container's."""
    at = part(part(event, "eventLocation"), "geoCoordinate")
    box = next(iter(goods.boxes), "")
    device = text(part(event, "iotDetails"), "deviceID", "iotDeviceID", "deviceReference") or box
    try:
        lat, lon = float(str(at.get("latitude"))), float(str(at.get("longitude")))
    except ValueError:
        lat, lon = 91.0, 181.0
    if not (device and abs(lat) <= 90 and abs(lon) <= 180):
        return Fault(code="wrong_shape", line=line, excerpt=_words(event), detail="geoCoordinate")
    return Position(
        device=device[:60],
        carrier="truck",
        when=when,
        lat=lat,
        lon=lon,
        container=box,
        words=_words(event),
        line=line,
        flags=(*flags, *_doubts(box)),
    )


def _movements(
    event: Json, kind: str, classifier: Classifier, when: Moment, line: int, goods: Goods, flags: list[str]
) -> Iterator[Movement]:
    call = part(event, "transportCall")
    vessel = part(call, "vessel")
    number = digits(vessel.get("vesselIMONumber") or call.get("vesselIMONumber"))
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
            document_type=held_document(event, kind),
            seals=_seals(event),
            plate=text(call, "licencePlate"),
            vessel=text(vessel, "vesselName") or text(call, "vesselName"),
            vessel_imo=number,
            voyage=_voyage(call, kind),
            size_type=text(event, "ISOEquipmentCode"),
            is_empty=_is_empty(event),
            words=_words(event),
            remark=text(event, "description", "delayReasonCode"),
            document=text(event, "eventID", "eventId")[:60],
            issued=moment(text(event, "eventUpdatedDateTime", "eventCreatedDateTime")),
            function=_function(event),
            sender_event=text(event, "eventID", "eventId")[:80],
            series=_series(event, kind) if place.is_given and _function(event) == "original" else "",
            line=line,
            flags=(*flags, *_doubts(box)),
        )


def _series(event: Json, kind: str) -> str:
    """What tells an event of 2.2 from others of its kind, goods and place: the call of the ship, truck or train.

    Several holds are several, and papers come and go; so they are of no series.
    """
    if kind in _SEVERAL or text(event, "eventType").upper() == "SHIPMENT":
        return ""
    call = part(event, "transportCall")
    return text(call, "transportCallID", "transportCallId") or f"{text(call, 'modeOfTransport')} {_voyage(call, kind)}"


def _doubts(box: str) -> tuple[str, ...]:
    return ("check_digit",) if box and not has_check_digit(box) else ()


def _voyage(call: Json, kind: str) -> str:
    """The voyage by which goods come where they end their way with the ship, else the one by which they go."""
    ways = ("importVoyageNumber", "exportVoyageNumber")
    voyage = text(call, "carrierVoyageNumber", *(ways if kind in _INWARD else reversed(ways)))
    return " ".join(voyage.split())


def _seals(event: Json) -> tuple[str, ...]:
    return tuple(number for seal in objects(event, "seals") if (number := text(seal, "sealNumber")))


def _is_empty(event: Json) -> bool | None:
    """Of the empty indicator; a carrier that swaps its codes has it in the place of the event's."""
    codes = (text(event, name).upper() for name in ("emptyIndicatorCode", "equipmentEventTypeCode"))
    return next((_FULLNESS[code] for code in codes if code in _FULLNESS), None)


def _function(event: Json) -> Function:
    """Whether an event takes itself back, or overrides what its number said before, as each of 3.0's does."""
    if event.get("isRetracted") is True:
        return "cancel"
    return "replace" if event.get("overrides") is True else "original"


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
    yield "EQ", text(event, "equipmentReference")
    for reference in objects(event, "references", "documentReferences"):
        kind = text(reference, "referenceType", "documentReferenceType").upper()
        yield kind, text(reference, "referenceValue", "documentReferenceValue")
    yield text(event, "documentTypeCode").upper(), text(event, "documentID")
    yield "TRD", text(event, "transportDocumentReference")
    yield "BKG", text(event, "carrierBookingReference")


def _place(event: Json, call: Json) -> Place:
    location = part(event, "eventLocation") or part(call, "location")
    name = text(location, "locationName") or text(event, "eventLocation")
    facility = text(call, "facilityCode") or text(location, "facilityCode")
    unlocode = unlocode_of(event)
    return Place(node="" if unlocode else node_of(event), unlocode=unlocode, facility=facility, name=name)


def _words(event: Any) -> str:
    """The event's own words for a clerk: its codes, time and description."""
    if not isinstance(event, dict):
        return repr(event)[:200] if isinstance(event, str | int | float | bool | None) else type(event).__name__
    names = (
        "eventType equipmentEventTypeCode transportEventTypeCode shipmentEventTypeCode iotEventTypeCode "
        "documentTypeCode eventClassifierCode eventDateTime description"
    ).split()
    return " ".join(said for name in names if (said := text(event, name)))[:300]
