"""UN/EDIFACT interchanges (ISO 9735) cut into messages and segments, whatever real senders do to them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

from feeds.facts import Fault, Moment, moment_of

Elements = list[str]
"""One segment: its tag, then its elements with their components still joined by a colon.

What has no tag, and so is no segment, stands as an empty tag and the piece itself.
"""

CONTAINER = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}")
"""The form of a container number, ISO 6346."""

_UNICODE = {"UNOW", "UNOX", "UNOY"}
_TAG = re.compile(r"[A-Za-z]{3}")
_WEB_PAGE = re.compile(rb"\s*(?:<!doctype html|<html|<head|<body)", re.IGNORECASE)
# Texts that nobody reads on: a piece without a tag after one is its rest, by an apostrophe that was not released.
_FREE_TEXTS = {"FTX", "NAD", "CTA", "DAM"}
# The separators that a release character may precede, folded to control characters while a text is cut.
_FOLDED = ("\x01", "\x02", "\x03", "\x04")


@dataclass(slots=True)
class Message:
    """One UNH…UNT: its type (CODECO), directory (D:95B), association code and reference, and its segments.

    ``segments`` are pairs of the 1-based number in the file and the elements, without UNH and UNT.
    """

    type: str = ""
    directory: str = ""
    association: str = ""
    reference: str = ""
    segments: list[tuple[int, Elements]] = field(default_factory=list)


@dataclass(slots=True)
class Interchange:
    """What a file holds: its messages, when it was prepared, what is odd about it and what is unreadable."""

    messages: list[Message] = field(default_factory=list)
    prepared: Moment | None = None
    flags: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)


def parse(raw: bytes) -> Interchange:
    """Cut ``raw`` into messages; never raises. A file that is no EDIFACT has one fault and no message."""
    if not raw.strip():
        return Interchange(faults=[Fault(code="empty")])
    if _WEB_PAGE.match(raw[:200]):
        return Interchange(faults=[Fault(code="html", excerpt=_excerpt(raw))])
    if not re.search(rb"UNB|UNH|BGM", raw, re.IGNORECASE):
        return Interchange(faults=[Fault(code="not_edifact", excerpt=_excerpt(raw))])
    segments, is_cut = _segments(_decode(raw))
    if not any(elements[0] in ("UNB", "UNH", "BGM") for elements in segments):
        return Interchange(faults=[Fault(code="not_edifact", excerpt=_excerpt(raw))])
    return _Assembly(is_cut).run(segments)


def _excerpt(raw: bytes) -> str:
    return raw[:200].decode("utf-8", "replace")


def _decode(raw: bytes) -> str:
    if raw.startswith(codecs.BOM_UTF8):
        return raw.decode("utf-8-sig", "replace")
    found = re.search(rb"UNB.(UNO[A-Z])", raw[:200])
    charset = found.group(1).decode() if found else ""
    if charset and charset not in _UNICODE and charset not in ("UNOA", "UNOB"):
        return raw.decode("latin-1")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace") if charset in _UNICODE else raw.decode("latin-1")


def _segments(text: str) -> tuple[list[Elements], bool]:
    """The segments of a text, and whether its last one was cut off and left out."""
    text, separators = _separators(text)
    release, terminator, element, component = separators
    is_released = release.strip() != "" and release in text
    if is_released:
        for separator, folded in zip((release, terminator, element, component), _FOLDED, strict=True):
            text = text.replace(release + separator, folded)
    *pieces, last = text.split(terminator)
    is_cut = last.strip()[:3].upper() not in ("", "UNZ", "UNT")
    if not is_cut:
        pieces.append(last)
    segments = [elements for piece in pieces if (elements := _elements(piece, element, component))]
    if is_released:
        _unfold(segments, dict(zip(_FOLDED, (release, terminator, element, component), strict=True)))
    return segments, is_cut


def _separators(text: str) -> tuple[str, tuple[str, str, str, str]]:
    """The text without UNA, and its release character, terminator, element and component separator."""
    text = text.lstrip("\ufeff \t\r\n\x00").rstrip(" \t\x00\x1a")
    if text[:3].upper() == "UNA" and len(text) >= 9:
        return text[9:], (text[6], text[8], text[4], text[3])
    return text, ("?", "\n" if _ends_lines(text) else "'", "+", ":")


def _ends_lines(text: str) -> bool:
    """Whether line ends close the segments; then an apostrophe is only a letter of somebody's name."""
    by_line = len(re.findall(r"[^'\s][ \t]*\r?\n[A-Z]{3}\+", text))
    return by_line > len(re.findall(r"'\s*[A-Z]{3}[+:]", text)) or "'" not in text


def _elements(piece: str, element: str, component: str) -> Elements | None:
    piece = piece.strip()
    if not piece:
        return None
    if "\n" in piece or "\r" in piece:
        # Some networks fold a message to lines of eighty characters.
        piece = piece.replace("\r", "").replace("\n", "")
    elements = piece.split(element)
    if component != ":":
        elements = [part.replace(component, ":") for part in elements]
    tag = elements[0].split(":")[0].strip()
    if not _TAG.fullmatch(tag):
        return ["", piece]
    elements[0] = tag.upper()
    return elements


def _unfold(segments: Iterable[Elements], folded: dict[str, str]) -> None:
    # A released colon must not part components later, so it stays folded as a full-width colon's stand-in.
    table = str.maketrans({**folded, _FOLDED[3]: "\uff1a"})
    for elements in segments:
        for number, part in enumerate(elements):
            if not part.isascii() or any(mark in part for mark in _FOLDED):
                elements[number] = part.translate(table)


class _Assembly:
    """Puts segments together into messages and checks the envelope's own counts and references."""

    def __init__(self, is_cut: bool) -> None:
        self.found = Interchange()
        self.message: Message | None = None
        self.length = 0
        self.is_cut = is_cut
        self.interchange_reference: str | None = None
        self.groups = 0
        self.is_closed = False
        self.before = ""

    def run(self, segments: list[Elements]) -> Interchange:
        handlers = {"UNB": self._unb, "UNG": self._ung, "UNH": self._unh, "UNT": self._unt, "UNZ": self._unz}
        handlers |= {"": self._add_unreadable, "UNA": self._pass, "UNE": self._pass}
        for number, elements in enumerate(segments, 1):
            handlers.get(elements[0], self._add)(number, elements)
            self.before = elements[0] or self.before
        if self.interchange_reference is None:
            self.found.flags.add("no_envelope")
        is_due = self.is_cut or self.interchange_reference is not None
        if self.message is not None or (is_due and not self.is_closed):
            self.found.faults.append(Fault(code="truncated", line=len(segments)))
        return self.found

    def _pass(self, number: int, elements: Elements) -> None:
        """Of no use to anybody here."""

    def _add_unreadable(self, number: int, elements: Elements) -> None:
        piece = elements[1]
        if self.before in _FREE_TEXTS and not CONTAINER.search(piece):
            return
        self.found.faults.append(Fault(code="wrong_shape", line=number, excerpt=piece[:200]))
        if self.message is not None:
            self.length += 1
            self.message.segments.append((number, elements))

    def _unb(self, number: int, elements: Elements) -> None:
        self.interchange_reference = part(elements, 5)
        day, clock = part(elements, 4), part(elements, 4, 1)
        self.found.prepared = moment(day + clock, "203" if len(day) == 8 else "201")

    def _ung(self, number: int, elements: Elements) -> None:
        self.groups += 1

    def _unh(self, number: int, elements: Elements) -> None:
        if self.message:
            self.found.faults.append(Fault(code="truncated", line=number - 1, detail=self.message.reference))
        self.message = Message(
            type=part(elements, 2).upper(),
            directory=f"{part(elements, 2, 1)}.{part(elements, 2, 2)}".upper(),
            association=part(elements, 2, 4) or part(elements, 3),
            reference=part(elements, 1),
        )
        self.length = 1
        self.found.messages.append(self.message)

    def _add(self, number: int, elements: Elements) -> None:
        if self.message is None:
            self.message = Message()
            self.length = 0
            self.found.messages.append(self.message)
            self.found.flags.add("no_envelope")
        self.length += 1
        self.message.segments.append((number, elements))

    def _unt(self, number: int, elements: Elements) -> None:
        if self.message is None or (not self.message.reference and not self.message.type):
            self.message = None
            return
        if count_of(part(elements, 1)) != self.length + 1:
            self.found.flags.add("count_mismatch")
        if part(elements, 2) != self.message.reference:
            self.found.flags.add("reference_mismatch")
        self.message = None

    def _unz(self, number: int, elements: Elements) -> None:
        self.is_closed = True
        if count_of(part(elements, 1)) != (self.groups or len(self.found.messages)):
            self.found.flags.add("count_mismatch")
        if self.interchange_reference is not None and part(elements, 2) != self.interchange_reference:
            self.found.flags.add("reference_mismatch")


def count_of(text: str) -> int:
    """A count, with or without leading zeros; -1 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1


def part(elements: Elements, element: int, component: int = 0) -> str:
    """One component of one element, without blanks around it; empty where there is none."""
    if element >= len(elements):
        return ""
    text = elements[element]
    if ":" in text:
        components = text.split(":")
        text = components[component] if component < len(components) else ""
    elif component:
        return ""
    return text.strip() if text.isascii() else text.strip().replace("\uff1a", ":")


_PATTERNS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S", 10: "%y%m%d%H%M", 6: "%y%m%d"}
_ZONES = {"UTC": 0, "GMT": 0, "Z": 0, "CAT": 2, "EAT": 3}
_ZONED = re.compile(r"(\d{10}|\d{12}|\d{14})([A-Z]{1,3}|[+-]\d{2}(?::?\d{2})?)")


def moment(value: str, code: str) -> Moment | None:
    """A date or time of DTM in format ``code`` of UN/EDIFACT 2379; None where it cannot be read.

    The format may be missing or not agree with the value; then its length decides. What is not digits, or no date of
    the calendar, is None: a swapped day and month is never guessed at.
    """
    if not value.isdigit():
        return _zoned(value, "202" if code == "302" else "")
    if not value.isascii() or len(value) not in _PATTERNS:
        return None
    try:
        if len(value) in (6, 8):
            return moment_of(_day(value), value)
        if len(value) == 12 and code != "202":
            read = datetime(int(value[:4]), int(value[4:6]), int(value[6:8]), int(value[8:10]), int(value[10:]))  # noqa: DTZ001
        else:
            pattern = _PATTERNS[len(value)] if code != "202" else "%y%m%d%H%M%S"
            read = datetime.strptime(value, pattern)  # noqa: DTZ007 - local to a place known later
    except ValueError:
        return None
    return moment_of(read, value)


def _day(value: str) -> date:
    return datetime.strptime(value, _PATTERNS[len(value)]).date()  # noqa: DTZ007


def _zoned(value: str, code: str) -> Moment | None:
    found = _ZONED.fullmatch(value.upper())
    if not found:
        return None
    digits, zone = found.groups()
    local = moment(digits, code)
    offset = _offset(zone)
    if local is None or offset is None or not isinstance(local.value, datetime):
        return None
    return Moment(value=local.value.replace(tzinfo=offset), words=value)


def _offset(zone: str) -> timezone | None:
    if zone in _ZONES:
        return timezone(timedelta(hours=_ZONES[zone])) if _ZONES[zone] else UTC
    digits = zone[1:].replace(":", "")
    if zone[0] not in "+-" or not digits.isdigit():
        return None
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-shift if zone[0] == "-" else shift) if shift < timedelta(hours=24) else None
