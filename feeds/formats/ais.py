"""Ships over AIS: NMEA sentences as receivers log them, and the JSON frames of aisstream.io."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from feeds.facts import MOST_PARTS, Fault, Findings, Moment, Reading, moment_of
from feeds.json_bodies import documents
from feeds.json_fields import Json, excerpt_of, number_of, object_of, text
from feeds.nmea import Receiver, words_of
from feeds.ships import Report, facts_of

# aisstream.io's names of the message types that are followed.
_TYPES = {
    "PositionReport": 1,
    "StandardClassBPositionReport": 18,
    "ExtendedClassBPositionReport": 19,
    "LongRangeAisBroadcastMessage": 27,
    "ShipStaticData": 5,
    "StaticDataReport": 24,
}
# Go's way to print a time: 2026-11-20 05:45:00.94034384 +0000 UTC, with no to nine digits of a second.
_GO_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))? ?([+-]\d\d:?\d\d|Z)?(?: .*)?", re.ASCII)
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_NOTHING = b" \t\r\n\x00"


def read(raw: bytes, settings: Mapping[str, str]) -> Reading:
    """A position, or a ship with her expected arrival, for each report; each bad line is a fault of its own.

    The setting ``received_at`` (ISO 8601) is when the delivery came: the time of reports that bear none.
    """
    received = _received(settings.get("received_at", ""))
    found = Findings()
    for report in _reports(raw):
        for said in facts_of(report, received) if isinstance(report, Report) else (report,):
            found.add(said)
    if not (found.size or found.flags):
        found.fault("empty")
    return found.reading()


def _received(words: str) -> Moment | None:
    try:
        value = datetime.fromisoformat(words)
    except ValueError:
        return None
    return moment_of(value if value.tzinfo else value.replace(tzinfo=UTC), "")


def _reports(raw: bytes) -> Iterator[Report | Fault | str]:
    body = raw.removeprefix(b"\xef\xbb\xbf")
    is_json = body.lstrip()[:1] in (b"{", b"[", b"<")
    return _frames(raw) if is_json else _sentences(body)


def _frames(raw: bytes) -> Iterator[Report | Fault | str]:
    for document in documents(raw):
        yield document if isinstance(document, Fault) else _frame(document[1], document[0])


def _sentences(body: bytes) -> Iterator[Report | Fault | str]:
    receiver = Receiver()
    for number, line in enumerate(_LINE.finditer(body), 1):
        if number > MOST_PARTS:
            yield Fault(code="too_large", line=number)
            break
        said = line[0].strip(_NOTHING)
        if said.startswith(b"{"):
            yield _loaded(said, number)
        elif said and not said.startswith(b"#"):
            yield from receiver.take(said, number)
    yield from receiver.close()


def _loaded(line: bytes, number: int) -> Report | Fault | str:
    try:
        return _frame(json.loads(line), number)
    except (ValueError, RecursionError) as error:
        excerpt = line[:200].decode("ascii", "replace")
        return Fault(code="not_json", line=number, excerpt=excerpt, detail=str(error)[:200])


def _frame(frame: Any, line: int) -> Report | Fault | str:
    if not isinstance(frame, dict):
        return Fault(code="wrong_shape", line=line, excerpt=excerpt_of(frame))
    if error := text(frame, "error", "Error"):
        return Fault(code="sender_error", line=line, excerpt=excerpt_of(frame), detail=error[:200])
    name = text(frame, "MessageType")
    message = object_of(object_of(frame, "Message"), name)
    if not message or message.get("Valid") is False:
        return Fault(code="wrong_shape", line=line, excerpt=excerpt_of(frame), detail=name[:40])
    return _report(name, message, object_of(frame, "MetaData"), line) if name in _TYPES else "not_followed"


def _report(name: str, message: Json, told: Json, line: int) -> Report:
    static = {**object_of(message, "ReportA"), **object_of(message, "ReportB"), **message}
    mmsi = int(number_of(message, "UserID") or number_of(told, "MMSI") or 0)
    eta = object_of(message, "Eta")
    return Report(
        type=_TYPES[name],
        mmsi=mmsi,
        line=line,
        when=_heard(text(told, "time_utc")),
        lat=number_of(message, "Latitude"),
        lon=number_of(message, "Longitude"),
        speed=number_of(message, "Sog"),
        course=number_of(message, "Cog"),
        name=words_of(text(static, "Name") or text(told, "ShipName"))[:60],
        imo=max(0, int(number_of(message, "ImoNumber") or 0)),
        call_sign=words_of(text(static, "CallSign"))[:20],
        destination=words_of(text(message, "Destination"))[:120],
        eta=(_count(eta, "Month", 0), _count(eta, "Day", 0), _count(eta, "Hour", 24), _count(eta, "Minute", 60)),
        words=f"{name} {mmsi} {text(told, 'time_utc')}"[:200],
    )


def _count(owner: Json, name: str, otherwise: int) -> int:
    number = number_of(owner, name)
    return int(number) if number is not None and 0 <= number <= 60 else otherwise


def _heard(words: str) -> Moment | None:
    found = _GO_TIME.fullmatch(words)
    if not found:
        return None
    day, clock, fraction, offset = found.groups()
    try:
        value = datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0')[:6]:0<6}{offset or '+00:00'}")
    except ValueError:
        return None
    return moment_of(value, words[:60])
