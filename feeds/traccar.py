"""What Traccar forwards: positions of trackers and e-seals, and the events that it makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from feeds.equipment import has_check_digit
from feeds.facts import KINDS, Fact, Fault, Findings, Moment, Movement, Place, Position, Reading, moment_of
from feeds.json_bodies import documents
from feeds.json_fields import Json, excerpt_of, number_of, object_of, plain, text, within
from feeds.trackercodes import folded, geofence_kind, kind_of_word

KMH_PER_KNOT = 1.852
_CONTAINER = re.compile(r"(?<![A-Z0-9])([A-Z]{3}[UJZ])[ -]?([0-9]{6})[ -]?([0-9])(?![A-Z0-9])")
# Number plates: Rwanda RAD 123 B, Kenya KDA 123A, Uganda UBA 123A and UA 123AB, Tanzania T 123 ABC.
_PLATES = (r"[RKU][A-Z]{2} [0-9]{3} [A-Z]", r"U[A-Z] [0-9]{3} [A-Z]{2}", r"T [0-9]{3} [A-Z]{3}")
_PLATE = re.compile(f"(?<![A-Z0-9])(?:{'|'.join(_PLATES)})(?![A-Z0-9])".replace(" ", "[ -]?"))
_CONTAINER_KEYS = set("container containernumber containerno containerid equipment equipmentreference unit".split())
_PLATE_KEYS = set("plate numberplate registration registrationnumber licenseplate licenceplate".split())
_TRUCK_KEYS = {"vehicle", "truck"}
# A node's slug, of a country, its kind and its name.
_SLUG = re.compile(r"(?<![\w-])[a-z]{2}-(?:port|term|jetty|cfs|wb|icd|depot|border|city|wh)-[a-z0-9-]+(?![\w-])")
_FIX_TIMES = ("fixTime", "deviceTime")
_EVENT_TIMES = ("eventTime", "serverTime")


@dataclass(frozen=True, slots=True)
class Message:
    """One forwarded object by its parts, each empty where it has none; ``line`` is its line or element."""

    event: Json
    position: Json
    device: Json
    geofence: Json
    line: int

    @property
    def device_number(self) -> str:
        """What the tracker is known by: its own number, else Traccar's, else its name."""
        return (
            text(self.device, "uniqueId")
            or text(self.position, "deviceId")
            or text(self.event, "deviceId")
            or text(self.device, "id", "name")
        )[:60]

    @property
    def attributes(self) -> Iterator[tuple[str, str]]:
        """Name, in lower-case letters alone, and text of each attribute that somebody gave any part."""
        for owner in (self.device, self.position, self.event):
            for name, value in object_of(owner, "attributes").items():
                if said := plain(value):
                    yield folded(name), said

    def fault(self, code: str, detail: str = "") -> Fault:
        """This object set aside."""
        parts = {"event": self.event, "position": self.position, "device": self.device}
        excerpt = excerpt_of({name: owner for name, owner in parts.items() if owner})
        return Fault(code=code, line=self.line, excerpt=excerpt, detail=detail[:80])


def read_traccar(raw: bytes, settings: Mapping[str, str], *, follows_alarms: bool) -> Reading:
    """A position for each place, and a movement for each event; one bad object leaves the others.

    ``follows_alarms`` makes movements also of alarms that a position bears without an event. The setting
    ``code_<code>`` names the kind of an event's type or alarm, or, empty, that it is not followed.
    """
    found = Findings()
    own = {folded(name[5:]): kind for name, kind in settings.items() if name.startswith("code_")}
    for document in documents(raw):
        if isinstance(document, Fault):
            found.add(document)
            continue
        for said in _read(document[1], document[0], own, follows_alarms=follows_alarms):
            found.add(said)
    return found.reading()


def _read(body: Any, line: int, own: Mapping[str, str], *, follows_alarms: bool) -> Iterator[Fact | Fault | str]:
    message = _message(body, line)
    if message is None:
        yield Fault(code="wrong_shape", line=line, excerpt=excerpt_of(body))
        return
    if message.event:
        yield from _movements(message, own)
        position = _position(message, _when(message)[0])
        if isinstance(position, Position):
            yield position
        return
    if text(object_of(message.position, "attributes"), "alarm"):
        yield from _movements(message, own) if follows_alarms else ("not_followed",)
    yield _position(message)


def _message(body: Any, line: int) -> Message | None:
    if not isinstance(body, dict):
        return None
    event, position = object_of(body, "event"), object_of(body, "position")
    if not event and (word := text(body, "event")):
        event = {"type": word}
    if not position and "latitude" in body:
        position = body
    if not event and not position:
        return None
    return Message(event, position, object_of(body, "device"), object_of(body, "geofence"), line)


def _position(message: Message, otherwise: Moment | None = None) -> Position | Fault:
    """Where the message says its device is; ``otherwise`` is when, where the position itself does not say."""
    position = message.position
    number = message.device_number
    if not number:
        return message.fault("wrong_shape", "device")
    lat, lon = number_of(position, "latitude"), number_of(position, "longitude")
    if lat is None or lon is None or not is_on_earth(lat, lon):
        return message.fault("bad_position", excerpt_of([position.get("latitude"), position.get("longitude")]))
    when, flags = _fixed(position, otherwise)
    if when is None:
        return message.fault("no_time", text(position, *_FIX_TIMES))
    container, doubts = _container(message)
    knots = within(number_of(position, "speed"), 0, 1000)
    return Position(
        device=number,
        carrier="truck",
        when=when,
        lat=lat,
        lon=lon,
        speed_kmh=kmh(knots),
        course=within(number_of(position, "course"), 0, 361),
        # Traccar writes 0 where the device gives none.
        accuracy_m=within(number_of(position, "accuracy"), 1e-6, 1e6),
        is_old=_is_old(position),
        name=text(message.device, "name")[:60],
        container=container,
        plate=_plate(message),
        words=text(position, "address")[:300],
        line=message.line,
        flags=(*flags, *doubts),
    )


def kmh(knots: float | None) -> float | None:
    """Knots in km/h to the nearest hundredth."""
    return None if knots is None else round(knots * KMH_PER_KNOT, 2)


def is_on_earth(lat: float, lon: float) -> bool:
    """Whether degrees are a place; trackers without one write zeros, which are a place in the Gulf of Guinea."""
    return -90 <= lat <= 90 and -180 <= lon <= 180 and (abs(lat) > 1e-6 or abs(lon) > 1e-6)


def _is_old(position: Json) -> bool:
    satellites = number_of(object_of(position, "attributes"), "sat")
    return position.get("valid") is False or position.get("outdated") is True or satellites == 0


def _fixed(position: Json, otherwise: Moment | None) -> tuple[Moment | None, tuple[str, ...]]:
    """When a position was taken; where only the server's clock is told, the flag says so."""
    when, flags, is_given = _moment(position, *_FIX_TIMES)
    if is_given:
        return when, flags
    if otherwise is not None:
        return otherwise, ()
    when, flags, is_given = _moment(position, "serverTime")
    return when, (*flags, "time_of_receipt") if is_given else ()


def _moment(owner: Json, *names: str) -> tuple[Moment | None, tuple[str, ...], bool]:
    """The time in the first of these fields that holds any, its flags, and whether there was such a field.

    ISO 8601, or the milliseconds or seconds since 1970; a clock without an offset is read as UTC, Traccar's own.
    """
    words = text(owner, *names)
    if not words:
        return None, (), False
    value = _instant(words)
    if value is None:
        return None, (), True
    is_local = value.tzinfo is None
    found = moment_of(value.replace(tzinfo=UTC) if is_local else value, words[:40])
    return found, ("zone_assumed",) if is_local else (), True


def _instant(words: str) -> datetime | None:
    try:
        if words.isdecimal():
            return _since_1970(int(words[:20]))
        return datetime.fromisoformat(words.upper()) if len(words) > len("2026-11-20") else None
    except (ValueError, OverflowError, OSError):
        return None


def _since_1970(count: int) -> datetime:
    seconds, milliseconds = divmod(count, 1000) if count >= 10**11 else (count, 0)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)


def _container(message: Message) -> tuple[str, tuple[str, ...]]:
    """The container that a tracker rides on, where anything about it has the form of one; a right one first."""
    texts = [said for name, said in message.attributes if name in _CONTAINER_KEYS]
    texts += [text(message.device, "uniqueId"), text(message.device, "name")]
    numbers = ["".join(found) for said in texts for found in _CONTAINER.findall(said[:200].upper())]
    for number in numbers:
        if has_check_digit(number):
            return number, ()
    return (numbers[0], ("check_digit",)) if numbers else ("", ())


def _plate(message: Message) -> str:
    """The truck's number plate: what is named so, else what has the form of a neighbour's."""
    likely = []
    for name, said in message.attributes:
        plate = "".join(said[:40].upper().split()).replace("-", "")
        if name in _PLATE_KEYS and re.fullmatch(r"(?=.*[0-9])(?=.*[A-Z])[A-Z0-9]{4,12}", plate):
            return plate
        if name in _TRUCK_KEYS:
            likely.append(said)
    likely += [text(message.device, field) for field in ("name", "uniqueId", "contact")]
    found = next((found for said in likely if (found := _PLATE.search(said[:200].upper()))), None)
    return found[0].replace(" ", "").replace("-", "") if found else ""


def _when(message: Message) -> tuple[Moment | None, tuple[str, ...]]:
    """When the event was: as it says itself, else when its position was taken."""
    when, flags, is_given = _moment(message.event, *_EVENT_TIMES)
    return (when, flags) if is_given else _fixed(message.position, None)


def _movements(message: Message, own: Mapping[str, str]) -> Iterator[Movement | Fault | str]:
    for code in _codes(message):
        kind = own.get(folded(code))
        if kind is None:
            fence = message.geofence
            kind = geofence_kind(code, fence, is_node=bool(_place(fence).node)) if fence else None
        if kind is None:
            kind = kind_of_word(code)
        if kind == "":
            yield "not_followed"
        elif kind in KINDS:
            yield _movement(message, kind, code)
        else:
            yield message.fault("unknown_code", code)


def _codes(message: Message) -> list[str]:
    """The event's type, or for an alarm its words: Traccar joins several with commas."""
    code = text(message.event, "type") or "alarm"
    if folded(code) != "alarm":
        return [code]
    owners = (message.event, message.position)
    words = next((said for owner in owners if (said := text(object_of(owner, "attributes"), "alarm"))), "")
    return [word.strip() for word in words.split(",") if word.strip()] or [code]


def _movement(message: Message, kind: str, code: str) -> Movement | Fault:
    number = message.device_number
    container, doubts = _container(message)
    reference = "" if container else "".join(number.upper().split())[:40]
    if not container and not reference:
        return message.fault("no_reference")
    when, flags = _when(message)
    if when is None:
        return message.fault("no_time", text(message.event, *_EVENT_TIMES))
    place = _place(message.geofence) if kind != "route_deviation" else Place()
    lost = ("unknown_location",) if kind in ("reached", "left") and not place.is_given else ()
    return Movement(
        kind=kind,
        classifier="ACT",
        when=when,
        place=place,
        container=container,
        reference=reference,
        seals=(number,) if number else (),
        plate=_plate(message),
        words=_words(message, code),
        sender_event=text(message.event, "id")[:80],
        line=message.line,
        flags=(*flags, *doubts, *lost),
    )


def _place(geofence: Json) -> Place:
    """The geofence as a place: a node where its name or an attribute ``node`` has the form of a slug of ours."""
    name = text(geofence, "name")[:120]
    attributes = object_of(geofence, "attributes")
    found = _SLUG.search(f"{text(attributes, 'node')} {name}".lower())
    unlocode = text(attributes, "unlocode", "UNLocationCode").upper()
    is_code = re.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}", unlocode)
    return Place(node=found[0] if found else "", unlocode=unlocode if is_code else "", name=name)


def _words(message: Message, code: str) -> str:
    kind = text(message.event, "type")
    lat, lon = number_of(message.position, "latitude"), number_of(message.position, "longitude")
    at = f"{lat:.5f} {lon:.5f}" if lat is not None and lon is not None and is_on_earth(lat, lon) else ""
    words = (kind if kind != code else "", code, text(message.geofence, "name"), at)
    return " ".join(word for word in words if word)[:300]
