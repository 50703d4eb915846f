"""UN/EDIFACT interchanges (ISO 9735) cut into messages and segments, whatever real senders do to them."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain

from feeds.facts import MOST_PARTS, Fault, Findings, Moment, moment_of

Elements = list[str]
"""One segment: its tag, then its elements with their components still joined by a colon.

What has no tag, and so is no segment, stands as an empty tag and the piece itself.
"""

CONTAINER = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}")
"""The form of a container number, ISO 6346."""

# Character sets by their name in UNB (ISO 9735, 0001); UNOA, UNOB and those not listed are read as Latin 1.
_CHARSETS = {
    **dict.fromkeys(["UNOW", "UNOX", "UNOY"], "utf-8"),
    **{f"UNO{letter}": f"iso8859-{number}" for letter, number in zip("CDEFGHIJK", "125734689", strict=True)},
}
_TAG = re.compile(r"[A-Za-z]{3}")
_WEB_PAGE = re.compile(rb"\s*(?:<!doctype html|<html|<head|<body)", re.IGNORECASE)
# Texts that nobody reads on: a piece without a tag after one is its rest, by an apostrophe that was not released.
_FREE_TEXTS = {"FTX", "NAD", "CTA", "DAM"}
# The separators that a release character may precede, folded to control characters while a text is cut.
_FOLDED = ("\x01", "\x02", "\x03", "\x04")
# What stands for a colon that is a letter, and parts no components.
_COLON = "\uff1a"
# The tag of a last segment that nothing closes.
_TORN = "-"
# No segment is as long; a longer one is a piece of something else.
_LONGEST = 5_000
# How much of a text is cut at once, and how much of its head shows how its segments end.
_WINDOW, _HEAD = 1_000_000, 100_000
_LINE_END = re.compile(r"\r\n?|\n")
# What begins a segment at the beginning of a line, where the line before forgot its terminator.
_SEGMENT_LINE = re.compile(
    r"(?<![\r\n])[\r\n]++[ \t]*+(?=(?:UN[BGHTEZ]|BGM|CNI|CNT|DTM|EQD|FTX|LOC|MEA|NAD|RFF|SEL|STS|TDT)\+)"
)

# Up to where the next interchange of a file begins: with its own UNA, or with UNB after the end of the one before.
_NEXT = re.compile(
    r"(?<!\w)(?:(?=UNA\W(\W).\W.\W\s*UN[BGH]\1)|UNZ[^\w\s](?:(?!UN[ABGH]\W).){0,80}\W(?=UNB[^\w\s]))",
    re.IGNORECASE | re.DOTALL,
)
# What is no segment's beginning does not begin so.
_BEGINNING = re.compile(r"[A-Za-z]{1,3}(?:[^\w\s]|$)")


@dataclass(slots=True)
class Message:
    """One UNH…UNT: its type (CODECO), directory (D:95B), association code and reference, and its segments.

    ``segments`` are pairs of the 1-based number in the file and the elements, without UNH and UNT. ``prepared`` is
    when its interchange was. A message that is not closed may lack its end.
    """

    type: str = ""
    directory: str = ""
    association: str = ""
    reference: str = ""
    segments: list[tuple[int, Elements]] = field(default_factory=list)
    prepared: Moment | None = None
    is_closed: bool = False

    @property
    def line(self) -> int:
        """The number of its first segment; 0 where there is none."""
        return self.segments[0][0] if self.segments else 0


@dataclass(slots=True)
class Interchange(Findings):
    """What a file holds: its messages, and as findings what is odd about it and what is unreadable."""

    messages: list[Message] = field(default_factory=list)


def parse(raw: bytes) -> Interchange:
    """Cut ``raw`` into messages; never raises. A file that is no EDIFACT has one fault and no message.

    No more than ``MOST_PARTS`` segments are read; where there are others, a fault says so.
    """
    if not raw.strip():
        return Interchange(faults=[Fault(code="empty")])
    if _WEB_PAGE.match(raw[:200]):
        return Interchange(faults=[Fault(code="html", excerpt=_excerpt(raw))])
    if not re.search(rb"UNB|UNH|BGM", raw, re.IGNORECASE):
        return Interchange(faults=[Fault(code="not_edifact", excerpt=_excerpt(raw))])
    assembly = _Assembly()
    found = assembly.run(chain.from_iterable(text.segments() for text in _Text.each(_decode(raw))))
    return found if assembly.is_edifact else Interchange(faults=[Fault(code="not_edifact", excerpt=_excerpt(raw))])


def _excerpt(raw: bytes) -> str:
    return raw[:200].decode("utf-8", "replace")


def _decode(raw: bytes) -> str:
    """As UTF-8 where it is that, whatever it says of itself: no text of another set is UTF-8 by accident."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = re.search(rb"UNB.(UNO[A-Z])", raw[:200])
        charset = _CHARSETS.get(found.group(1).decode(), "latin-1") if found else "latin-1"
        return raw.decode("utf-8" if raw.startswith(codecs.BOM_UTF8) else charset, "replace")


@dataclass(frozen=True, slots=True)
class _Text:
    """The text of an interchange without UNA, with the separators that it uses."""

    text: str
    release: str = "?"
    terminator: str = "'"
    element: str = "+"
    component: str = ":"

    @classmethod
    def each(cls, text: str) -> Iterator[_Text]:
        """The interchanges of a file one by one."""
        before, start = cls(""), 0
        for end in (*(found.end() for found in _NEXT.finditer(text)), len(text)):
            if text[start:end].strip():
                yield (before := before.next(text[start:end]))
            start = end

    def next(self, text: str) -> _Text:
        """The interchange after this one: by its own UNA, else as usual, else as this one where it is so written."""
        text = text.lstrip("\ufeff \t\r\n\x00\x1a").rstrip(" \t\x00\x1a\ufeff")
        if text[:3].upper() == "UNA" and len(text) >= 9:
            found = _Text(text[9:], text[6], text[8], text[4], text[3])
            return found if found.terminator in found.text else found._with_lines()
        usual = _Text(text)
        if self._opens(text) and not usual._opens(text):
            found = replace(self, text=text)
            return found._with_lines() if self.terminator == "\n" else found
        return usual._with_lines() if _ends_lines(text) else usual._with_missing_terminators()

    def _opens(self, text: str) -> bool:
        """Whether a text begins with UNB, and UNH or UNG after it, in these separators."""
        head, _, rest = text[:1000].partition(self.terminator)
        return head[3:4] == self.element and self.component in head and rest.lstrip()[:3].upper() in ("UNH", "UNG")

    def _with_lines(self) -> _Text:
        """Line ends close the segments."""
        return replace(self, text=self.text.replace("\r\n", "\n").replace("\r", "\n"), terminator="\n")

    def _with_missing_terminators(self) -> _Text:
        """A line that begins with a segment begins one, unless the text is folded to lines of one length."""
        if not _SEGMENT_LINE.search(self.text) or _is_folded(self.text[:_HEAD]):
            return self
        return replace(self, text=re.sub(r"'?" + _SEGMENT_LINE.pattern, "'", self.text))

    def segments(self) -> Iterator[Elements]:
        """The segments one by one, last what nothing closes; released separators are letters again."""
        separators = (self.release, self.terminator, self.element, self.component)
        text, torn = self._without_torn_end()
        table = None
        if self.release.strip() and self.release in text:
            for separator, folded in zip(separators, _FOLDED, strict=True):
                text = text.replace(self.release + separator, folded)
            letters = (separator.replace(":", _COLON) for separator in separators)
            table = str.maketrans(dict(zip(_FOLDED, letters, strict=True)))
        # Some lines of a text that ends its segments with lines have the usual terminator too.
        closing = "'" if self.terminator == "\n" else ""
        for piece in _pieces(text, self.terminator):
            if elements := _elements(piece.strip().removesuffix(closing), self.element, self.component):
                yield _unfolded(elements, table) if table else elements
        if torn:
            yield [_TORN, torn]

    def _without_torn_end(self) -> tuple[str, str]:
        """The text without a last segment that nothing closes, and that segment."""
        at = self.text.rfind(self.terminator) + 1
        torn = self.text[at:].strip()
        return (self.text, "") if torn[:3].upper() in ("", "UNZ", "UNT") else (self.text[:at], torn)


def _ends_lines(text: str) -> bool:
    """Whether line ends close the segments; then an apostrophe is only a letter of somebody's name."""
    head = text[:_HEAD]
    by_line = len(re.findall(r"[^'\s][ \t]*(?:\r\n?|\n)[A-Z]{3}\+", head))
    return by_line > len(re.findall(r"'\s*[A-Z]{3}[+:]", head)) or "'" not in text


def _is_folded(head: str) -> bool:
    lengths = Counter(len(line) for line in _LINE_END.split(head)[:-1] if line)
    return bool(lengths) and max(lengths.values()) * 2 > lengths.total()


def _pieces(text: str, terminator: str) -> Iterator[str]:
    """What stands between terminators, without holding all of it at once."""
    start = 0
    while start < len(text):
        end = text.rfind(terminator, start, start + _WINDOW)
        if end < 0:
            end = text.find(terminator, start)
        if end < 0:
            end = len(text)
        yield from text[start:end].split(terminator)
        start = end + 1


def _elements(piece: str, element: str, component: str) -> Elements | None:
    if not piece:
        return None
    if len(piece) > _LONGEST:
        return ["", piece[:200]]
    if "\n" in piece or "\r" in piece:
        # Some networks fold a message to lines of eighty characters.
        piece = piece.replace("\r", "").replace("\n", "")
    elements = piece.split(element)
    if component != ":":
        elements = [part.replace(":", _COLON).replace(component, ":") for part in elements]
    tag = elements[0].split(":")[0].strip()
    if not _TAG.fullmatch(tag):
        return ["", piece]
    elements[0] = tag.upper()
    return elements


def _unfolded(elements: Elements, table: dict[int, str]) -> Elements:
    return [part if part.isprintable() else part.translate(table) for part in elements]


class _Assembly:
    """Puts segments together into messages and checks the envelope's own counts and references."""

    def __init__(self) -> None:
        self.found = Interchange()
        self.message: Message | None = None
        self.length = 0
        self.is_edifact = False
        self.prepared: Moment | None = None
        # Of the interchange and the group that are open: the reference, None where there is none, and what they hold.
        self.interchange_reference: str | None = None
        self.group_reference: str | None = None
        self.groups = self.messages = self.messages_of_group = 0
        self.has_envelope = self.is_closed = False
        self.before = ""

    def run(self, segments: Iterable[Elements]) -> Interchange:
        handlers = {"UNB": self._unb, "UNG": self._ung, "UNH": self._unh, "UNT": self._unt, "UNZ": self._unz}
        handlers |= {"": self._add_unreadable, "UNA": self._pass, "UNE": self._une, "BGM": self._bgm, _TORN: self._torn}
        number = 0
        for number, elements in enumerate(segments, 1):
            if number > MOST_PARTS:
                self.found.whole("too_large", line=number)
                break
            handlers.get(elements[0], self._add)(number, elements)
            self.before = elements[0] or self.before
        self._end(number)
        return self.found

    def _end(self, number: int) -> None:
        """What is missing once the last segment, of this number, has been read."""
        if not self.has_envelope:
            self.found.flags.add("no_envelope")
        if self._is_open:
            self.found.fault("truncated", line=number)
        if not self.found.messages and not self.found.faults:
            self.found.fault("empty", line=number, detail="UNH")

    @property
    def _is_open(self) -> bool:
        """Whether a message or an interchange still lacks its end."""
        return self.message is not None or (self.interchange_reference is not None and not self.is_closed)

    def _torn(self, number: int, elements: Elements) -> None:
        """A segment that nothing closes: what is open ends with it. Other words after an interchange are let be."""
        if self.message is not None or not self.is_closed or _BEGINNING.match(elements[1]):
            self.found.fault("truncated", line=number - 1)
        self.message, self.is_closed = None, True

    def _pass(self, number: int, elements: Elements) -> None:
        """Of no use to anybody here."""

    def _add_unreadable(self, number: int, elements: Elements) -> None:
        piece = elements[1]
        if self.before in _FREE_TEXTS and not CONTAINER.search(piece):
            return
        self.found.fault("wrong_shape", line=number, excerpt=piece[:200])
        if self.message is not None:
            self.length += 1
            segments = self.message.segments
            # One of them says all that a run of them does: that something is missing here.
            if not segments or segments[-1][1][0]:
                segments.append((number, ["", piece[:200]]))

    def _unb(self, number: int, elements: Elements) -> None:
        if self._is_open:
            self.found.fault("truncated", line=number - 1)
        self.message = None
        self.is_edifact = self.has_envelope = True
        self.interchange_reference, self.group_reference = part(elements, 5), None
        self.groups = self.messages = 0
        self.is_closed = False
        day, clock = part(elements, 4), part(elements, 4, 1)
        self.prepared = moment(day + clock, "203" if len(day) == 8 else "201")

    def _ung(self, number: int, elements: Elements) -> None:
        self.groups += 1
        self.messages_of_group, self.group_reference = 0, part(elements, 5)

    def _une(self, number: int, elements: Elements) -> None:
        if self.group_reference is not None:
            self._compare(elements, self.messages_of_group, self.group_reference)
        self.group_reference = None

    def _compare(self, elements: Elements, count: int, reference: str) -> None:
        """Check what a closing segment says of the part that it closes."""
        if count_of(part(elements, 1)) != count:
            self.found.flags.add("count_mismatch")
        if part(elements, 2) != reference:
            self.found.flags.add("reference_mismatch")

    def _unh(self, number: int, elements: Elements) -> None:
        if self.message:
            self.found.fault("truncated", line=number - 1, detail=self.message.reference)
        self._open(
            Message(
                type=part(elements, 2).upper(),
                directory=f"{part(elements, 2, 1)}.{part(elements, 2, 2)}".upper(),
                association=part(elements, 2, 4) or part(elements, 3),
                reference=part(elements, 1),
                prepared=self.prepared,
            ),
            length=1,
        )
        self.is_edifact = True

    def _open(self, message: Message, *, length: int) -> Message:
        self.message, self.length = message, length
        self.messages += 1
        self.messages_of_group += 1
        self.found.messages.append(message)
        return message

    def _bgm(self, number: int, elements: Elements) -> None:
        self.is_edifact = True
        self._add(number, elements)

    def _add(self, number: int, elements: Elements) -> None:
        message = self.message
        if message is None:
            message = self._open(Message(prepared=self.prepared), length=0)
            self.found.flags.add("no_envelope")
        self.length += 1
        message.segments.append((number, elements))

    def _unt(self, number: int, elements: Elements) -> None:
        if self.message is not None:
            self.message.is_closed = True
            if self.message.reference or self.message.type:
                self._compare(elements, self.length + 1, self.message.reference)
        self.message = None

    def _unz(self, number: int, elements: Elements) -> None:
        self.is_closed = True
        reference = self.interchange_reference
        self._compare(elements, self.groups or self.messages, part(elements, 2) if reference is None else reference)


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
    return text.strip() if text.isascii() else text.strip().replace(_COLON, ":")


# By length; and by format of 2379 too where the year comes last, or a year of two digits before seconds.
_PATTERNS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S", 10: "%y%m%d%H%M", 6: "%y%m%d"}
_PATTERNS_OF = {
    ("2", 6): "%d%m%y",
    ("3", 6): "%m%d%y",
    ("4", 6): "%d%m%y",
    ("4", 8): "%d%m%Y",
    ("5", 12): "%d%m%Y%H%M",
    ("202", 12): "%y%m%d%H%M%S",
}
_ZONES = {"UTC": 0, "GMT": 0, "Z": 0, "CAT": 2, "EAT": 3}
_ZONED = re.compile(r"(\d{10}|\d{12}|\d{14})([A-Z]{1,3}|[+-]\d{2}(?::?\d{2})?)")


def moment(value: str, code: str) -> Moment | None:
    """A date or time of DTM in format ``code`` of UN/EDIFACT 2379; None where it cannot be read.

    The format may be missing or not agree with the value; then its length decides. What is not digits, or no date of
    the calendar, is None: a swapped day and month is never guessed at.
    """
    if not value.isdigit():
        return _zoned(value, "202" if code == "302" else "")
    pattern = _PATTERNS_OF.get((code, len(value))) or _PATTERNS.get(len(value))
    if not value.isascii() or pattern is None:
        return None
    try:
        if pattern == _PATTERNS[12]:
            read = datetime(int(value[:4]), int(value[4:6]), int(value[6:8]), int(value[8:10]), int(value[10:]))  # noqa: DTZ001
        else:
            read = datetime.strptime(value, pattern)  # noqa: DTZ007 - local to a place known later
    except ValueError:
        return None
    return moment_of(read if "%H" in pattern else read.date(), value)


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
