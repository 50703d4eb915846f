"""The equipment groups (EQD) that gate and terminal messages share: one fact for each container."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import islice
from typing import Literal

from stdnum import imo

from feeds.edifact import CONTAINER, Elements, Message, count_of, moment, parse, part
from feeds.facts import Classifier, Direction, Fault, Findings, Function, Moment, Movement, Place, Reading

_FUNCTIONS: dict[str, Function] = {"1": "cancel", "4": "replace", "5": "replace"}
_DIRECTIONS: dict[str, Direction] = {"2": "export", "3": "import", "6": "transhipment"}
_UNLOCODE = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")
_COMPANIONS = {"CH", "RG", "TE"}
# Verified, gross and estimated gross weight; T is the box's own.
_WEIGHTS = ["VGM", "G", "EGW"]
_KILOGRAMS = {"KGM": Decimal(1), "": Decimal(1), "TNE": Decimal(1000), "LBR": Decimal("0.45359237")}
# Estimated arrival and departure, and the time of the message: never that of what it reports.
_NOT_EVENTS = {"132", "133", "137"}
_NOT_ROADS = {"1", "2", "4", "8"}


@dataclass(frozen=True, slots=True)
class Grammar:
    """What differs between these messages: the type, its time qualifiers, and its places by kind.

    ``head_times`` are by kind the ship's own times that stand for a container's where a message is no report but a
    plan, as ``classifier`` says.
    """

    type: str
    times: Sequence[str]
    places: Mapping[str, Sequence[str]]
    classifier: Classifier = "ACT"
    head_times: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vessel:
    """The ship of a TDT segment."""

    name: str = ""
    voyage: str = ""
    imo: str = ""

    @classmethod
    def of(cls, elements: Elements) -> Vessel:
        """As the segment names it: the IMO number is what is said to be one (146), right or wrong."""
        number = part(elements, 8)
        is_imo = part(elements, 8, 1) == "146" and number.isdigit()
        voyage = " ".join(part(elements, 2).split())
        return cls(part(elements, 8, 3), voyage, number if is_imo else "")

    @property
    def flags(self) -> tuple[Literal["imo_check_digit"], ...]:
        """What is odd about it."""
        return ("imo_check_digit",) if self.imo and not imo.is_valid(self.imo) else ()


@dataclass(slots=True)
class Group:
    """One EQD with what follows it, by qualifier; the first of each counts."""

    line: int
    elements: Elements
    times: dict[str, tuple[str, str]] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    weights: dict[str, tuple[str, str]] = field(default_factory=dict)
    seals: list[str] = field(default_factory=list)
    transports: dict[str, Elements] = field(default_factory=dict)
    vessel: Vessel | None = None

    def note(self, tag: str, elements: Elements) -> None:
        """Keep what a segment says, unless it leaves it empty or says nothing but zeros."""
        qualifier, value = part(elements, 1), part(elements, 1, 1)
        match tag:
            case "DTM" if value and part(elements, 2):
                # The plus of a zone that was not released.
                self.times.setdefault(qualifier, (f"{value}+{part(elements, 2)}", part(elements, 2, 1)))
            case "DTM" if value:
                self.times.setdefault(qualifier, (value, part(elements, 1, 2)))
            case "LOC" if (place := read_place(elements)).is_given:
                self.places.setdefault(qualifier, place)
            case "RFF" if value.strip("0"):
                self.references.setdefault(qualifier, value)
            case "SEL" if qualifier:
                self.seals.append(qualifier)
            case "TDT" if qualifier not in self.transports:
                self.transports[qualifier] = elements
                self.vessel = Vessel.of(elements) if qualifier == "20" else self.vessel
            case "MEA":
                self.weights.setdefault(part(elements, 2), (part(elements, 3), part(elements, 3, 1)))

    def time(self, qualifiers: Iterable[str]) -> Moment | None:
        """The first of these times that can be read."""
        written = (self.times[qualifier] for qualifier in qualifiers if qualifier in self.times)
        return next((found for value, code in written if (found := moment(value, code))), None)


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the first group and holds for all."""

    code: str
    document: str
    function: Function
    issued: Moment | None
    group: Group


def read_equipment(raw: bytes, grammar: Grammar, kinds: KindOf) -> Reading:
    """The movements of every message of ``grammar`` in an interchange; ``kinds`` names the kind of a message."""
    found = parse(raw)
    for message in found.messages:
        if message.type and message.type != grammar.type:
            found.fault("wrong_message", line=message.line, detail=message.type)
            continue
        header, groups, counted = _groups(message)
        kind = kinds(message, header.code)
        if kind:
            if counted is not None and counted != len(groups):
                found.flags.add("count_mismatch")
            _read_groups(message, header, groups, grammar, kind, found)
        elif kind is None:
            found.flags.add("not_followed")
        else:
            words = f"{grammar.type} BGM+{header.code}"
            found.fault("unknown_code", line=message.line, excerpt=words, detail=header.code[:60])
    return found.reading()


def _read_groups(
    message: Message, header: Header, groups: Iterable[Group], grammar: Grammar, kind: str, found: Findings
) -> None:
    before = found.size
    for group in groups:
        if read := _movement(group, header, grammar, kind):
            found.add(read)
    if found.size == before:
        found.fault("wrong_shape", line=message.line, detail="EQD")


class KindOf:
    """Names the kind of a message by its directory and document code; empty where neither table nor setting does."""

    def __init__(
        self, table: Mapping[tuple[str, str], str], settings: Mapping[str, str], known: frozenset[str]
    ) -> None:
        self._table, self._settings, self._known = table, settings, known

    def __call__(self, message: Message, code: str) -> str | None:
        """A source's own setting ``code_<code>`` first, then the directory's meaning, then that of any directory.

        None is for a code that the source's setting leaves empty: its messages are not followed.
        """
        own = self._settings.get(f"code_{code}")
        if own in self._known or own == "":
            return own or None
        guide = "guide" if message.association[:3] in ("ITG", "SMD") or not message.type else ""
        keys = ((message.directory, code), (guide, code), ("*", code))
        return next((self._table[key] for key in keys if key in self._table), "")


def _groups(message: Message) -> tuple[Header, list[Group], int | None]:
    head = Group(line=message.line, elements=[])
    groups: list[Group] = []
    counted: int | None = None
    code = document = function = ""
    current = head
    for line, elements in message.segments:
        tag = elements[0]
        if tag == "EQD":
            current = Group(line=line, elements=elements)
            groups.append(current)
        elif not tag:
            # It may have been an EQD: what follows must not be taken for the container's before it.
            current = Group(line=line, elements=elements)
        elif tag == "BGM" and not groups:
            code, document, function = part(elements, 1), part(elements, 2), part(elements, 3)
        elif tag == "CNT" and part(elements, 1) == "16":
            counted = count_of(part(elements, 1, 1))
        else:
            current.note(tag, elements)
    issued = head.time(["137"]) or message.prepared
    return Header(code, document, function_of(function), issued, head), groups, counted


def _movement(group: Group, header: Header, grammar: Grammar, kind: str) -> Movement | Fault | None:
    elements = group.elements
    container = compact(part(elements, 2))
    words = f"{grammar.type} BGM+{header.code} {'+'.join(elements)}".replace("\uff1a", ":")[:200]
    if not container or not CONTAINER.fullmatch(container):
        if part(elements, 1) in _COMPANIONS:
            return None
        if not container:
            return Fault(code="no_reference", line=group.line, excerpt=words)
    said, when = _when(group, header, grammar, kind)
    if when is None:
        times = group.times or (header.group.times if grammar.head_times else {})
        return Fault(code="no_time", line=group.line, excerpt=words, detail=said_times(times))
    place = _place(group, header.group, grammar.places.get(kind, ()))
    fact = _fact(group, header, kind, when, place, words + said)
    return fact if grammar.classifier == "ACT" else replace(fact, classifier=grammar.classifier)


def _when(group: Group, header: Header, grammar: Grammar, kind: str) -> tuple[str, Moment | None]:
    """The time of a container, else of its ship where that stands for it, after the words that say it."""
    qualifier, when = _time(group, grammar.times)
    if when is None:
        qualifier, when = _first_time(header.group, grammar.head_times.get(kind, ()))
    if when:
        return f" DTM+{qualifier}:{when.words}", when
    # Whose report of which container is cancelled, document and number say without it.
    return "", header.issued if header.function == "cancel" and header.document else None


def _fact(group: Group, header: Header, kind: str, when: Moment, place: Place, words: str) -> Movement:
    head, container = header.group, compact(part(group.elements, 2))
    vessel = head.vessel or group.vessel or Vessel()
    elements = group.elements
    return Movement(
        kind=kind,
        classifier="ACT",
        when=when,
        place=place,
        container=container,
        bill_of_lading=reference(("BM",), group, head),
        booking=reference(("BN",), group, head),
        declaration=group.references.get("ABT", ""),
        seals=tuple(group.seals),
        plate=plate_of(group.transports.get("1", [])),
        vessel=vessel.name,
        vessel_imo=vessel.imo,
        voyage=vessel.voyage or reference(("VON",), group, head),
        size_type=part(elements, 3),
        is_empty={"4": True, "5": False}.get(part(elements, 6)),
        direction=_DIRECTIONS.get(part(elements, 5), ""),
        weight_kg=_weight(group.weights),
        words=words,
        document=header.document,
        issued=header.issued,
        function=header.function,
        line=group.line,
        flags=(*(() if has_check_digit(container) else ("check_digit",)), *vessel.flags),
    )


def reference(qualifiers: Iterable[str], *owners: Group) -> str:
    """The first of these numbers that the first of the owners has."""
    found = (owner.references.get(qualifier, "") for owner in owners for qualifier in qualifiers)
    return next(filter(None, found), "")


def compact(number: str) -> str:
    """A container number in upper case without blanks, dashes, dots and strokes."""
    if number.isalnum() and number.isupper():
        return number
    return "".join(character for character in number.upper() if character.isalnum())


_LETTERS = {letter: value for value, letter in zip(
    [n for n in range(10, 39) if n % 11], "ABCDEFGHIJKLMNOPQRSTUVWXYZ", strict=True
)}  # fmt: skip
_LETTERS |= {str(digit): digit for digit in range(10)}


@lru_cache(maxsize=65_536)
def has_check_digit(container: str) -> bool:
    """Whether a container number has the form and the check digit of ISO 6346."""
    if not CONTAINER.fullmatch(container):
        return False
    total = sum(_LETTERS[character] << place for place, character in enumerate(container[:10]))
    return total % 11 % 10 == int(container[10])


def _time(group: Group, qualifiers: Sequence[str]) -> tuple[str, Moment | None]:
    only = group.times.keys() - _NOT_EVENTS if len(group.times) == 1 else ()
    return _first_time(group, (*qualifiers, *only))


def said_times(times: Mapping[str, tuple[str, str]]) -> str:
    """The times that a group has, for whoever looks for the right one."""
    return "; ".join(f"DTM+{name}:{value}" for name, (value, _code) in islice(times.items(), 10))


def _first_time(group: Group, qualifiers: Iterable[str]) -> tuple[str, Moment | None]:
    read = ((qualifier, group.time([qualifier])) for qualifier in qualifiers)
    return next(((qualifier, when) for qualifier, when in read if when), ("", None))


def function_of(code: str) -> Function:
    """What a message does to an earlier one (UN/EDIFACT 1225)."""
    return _FUNCTIONS.get(code, "original")


def _place(group: Group, head: Group, qualifiers: Sequence[str]) -> Place:
    for owner, qualifier in ((owner, name) for name in ("165", *qualifiers) for owner in _owners(name, group, head)):
        if place := owner.places.get(qualifier):
            return place
    return Place()


def _owners(qualifier: str, group: Group, head: Group) -> tuple[Group, Group]:
    """Where a place is looked for first: the gate's with the box, a port's with the ship."""
    return (group, head) if qualifier == "165" else (head, group)


def read_place(elements: Elements) -> Place:
    """The place of a LOC segment."""
    code, name = part(elements, 2).upper(), part(elements, 2, 3)
    # A country (code list 162) may stand where a terminal does.
    facility = "" if part(elements, 3, 1) == "162" else part(elements, 3)
    if _UNLOCODE.fullmatch(code):
        return Place(unlocode=code, facility=facility, name="" if name in (code, facility) else name)
    return Place(facility=facility or code, name=name or (code if facility else ""))


def plate_of(elements: Elements) -> str:
    """The truck's plate in a TDT segment; empty where it is another means of transport."""
    if part(elements, 3) in _NOT_ROADS:
        return ""
    return part(elements, 8) or part(elements, 8, 3)


def _weight(weights: Mapping[str, tuple[str, str]]) -> Decimal | None:
    """The gross weight in kilograms, the surest first."""
    for unit, text in (weights[code] for code in _WEIGHTS if code in weights):
        try:
            weight = Decimal(text.replace(",", "."))
        except InvalidOperation:
            continue
        if unit in _KILOGRAMS and weight.is_finite() and 0 < weight * _KILOGRAMS[unit] < 1_000_000:
            return weight * _KILOGRAMS[unit]
    return None
