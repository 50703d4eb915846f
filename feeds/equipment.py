"""The equipment groups (EQD) that gate and terminal messages share: one fact for each container."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal

from stdnum import imo

from feeds.edifact import CONTAINER, Elements, Interchange, Message, count_of, moment, parse, part
from feeds.facts import Direction, Fault, Function, Moment, Movement, Place, Reading

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
    """What differs between CODECO and COARRI: the message type, its time qualifiers and its places."""

    type: str
    times: Sequence[str]
    places: Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Group:
    """One EQD with what follows it, by qualifier; the first of each counts."""

    line: int
    elements: Elements
    times: dict[str, tuple[str, str]] = field(default_factory=dict)
    places: dict[str, Elements] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    weights: dict[str, tuple[str, str]] = field(default_factory=dict)
    seals: list[str] = field(default_factory=list)
    transports: dict[str, Elements] = field(default_factory=dict)


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
    interchange = parse(raw)
    facts: list[Movement] = []
    faults = list(interchange.faults)
    flags = set(interchange.flags)
    for message in interchange.messages:
        if message.type and message.type != grammar.type:
            faults.append(Fault(code="wrong_message", line=_first_line(message), detail=message.type))
            continue
        header, groups, counted = _groups(message, interchange)
        kind = kinds(message, header.code)
        if not kind:
            faults.append(Fault(code="unknown_code", line=_first_line(message), detail=f"BGM+{header.code}"))
            continue
        if counted is not None and counted != len(groups):
            flags.add("count_mismatch")
        for group in groups:
            read = _movement(group, header, grammar, kind)
            if isinstance(read, Movement):
                facts.append(read)
            elif read is not None:
                faults.append(read)
    return Reading(facts=tuple(facts), faults=tuple(faults), flags=tuple(sorted(flags)))


class KindOf:
    """Names the kind of a message by its directory and document code; empty where neither table nor setting does."""

    def __init__(
        self, table: Mapping[tuple[str, str], str], settings: Mapping[str, str], known: frozenset[str]
    ) -> None:
        self._table, self._settings, self._known = table, settings, known

    def __call__(self, message: Message, code: str) -> str:
        """A source's own setting ``code_<code>`` first, then the directory's meaning, then that of any directory.

        A setting that is there and empty says that the code is not followed, whatever the directories say.
        """
        own = self._settings.get(f"code_{code}")
        if own == "" or own in self._known:
            return own
        guide = "guide" if message.association[:3] in ("ITG", "SMD") or not message.type else ""
        keys = ((message.directory, code), (guide, code), ("*", code))
        return next((self._table[key] for key in keys if key in self._table), "")


def _first_line(message: Message) -> int:
    return message.segments[0][0] if message.segments else 0


def _groups(message: Message, interchange: Interchange) -> tuple[Header, list[Group], int | None]:
    head = Group(line=_first_line(message), elements=[])
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
            _note(current, tag, elements)
    written = head.times.get("137")
    issued = moment(*written) if written else None
    header = Header(code, document, _FUNCTIONS.get(function, "original"), issued or interchange.prepared, head)
    return header, groups, counted


def _note(group: Group, tag: str, elements: Elements) -> None:
    """Keep what a segment says, unless it leaves it empty or says nothing but zeros."""
    qualifier, value = part(elements, 1), part(elements, 1, 1)
    match tag:
        case "DTM" if value:
            group.times.setdefault(qualifier, (value, part(elements, 1, 2)))
        case "LOC" if _read_place(elements).is_given:
            group.places.setdefault(qualifier, elements)
        case "RFF" if value.strip("0"):
            group.references.setdefault(qualifier, value)
        case "SEL" if qualifier:
            group.seals.append(qualifier)
        case "TDT":
            group.transports.setdefault(qualifier, elements)
        case "MEA":
            group.weights.setdefault(part(elements, 2), (part(elements, 3), part(elements, 3, 1)))


def _movement(group: Group, header: Header, grammar: Grammar, kind: str) -> Movement | Fault | None:
    elements = group.elements
    container = compact(part(elements, 2))
    words = f"{grammar.type} BGM+{header.code} {'+'.join(elements)}".replace("\uff1a", ":")[:200]
    if not container or not CONTAINER.fullmatch(container):
        if part(elements, 1) in _COMPANIONS:
            return None
        if not container:
            return Fault(code="no_reference", line=group.line, excerpt=words)
    qualifier, when = _time(group, grammar.times)
    if when is None:
        said = "; ".join(f"DTM+{name}:{value}" for name, (value, _code) in group.times.items())
        return Fault(code="no_time", line=group.line, excerpt=words, detail=said)
    place = _place(group, header.group, grammar.places.get(kind, ()))
    return _fact(group, header, kind, when, place, container, f"{words} DTM+{qualifier}:{when.words}")


def _fact(group: Group, header: Header, kind: str, when: Moment, place: Place, container: str, words: str) -> Movement:
    head = header.group
    vessel = _Vessel(head.transports.get("20") or group.transports.get("20", []))
    references = head.references | group.references
    elements = group.elements
    return Movement(
        kind=kind,
        classifier="ACT",
        when=when,
        place=place,
        container=container,
        bill_of_lading=references.get("BM", ""),
        booking=references.get("BN", ""),
        declaration=group.references.get("ABT", ""),
        seals=tuple(group.seals),
        plate=_plate(group.transports.get("1", [])),
        vessel=vessel.name,
        vessel_imo=vessel.imo,
        voyage=vessel.voyage or references.get("VON", ""),
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
    for qualifier in (*qualifiers, *only):
        if qualifier in group.times:
            value, code = group.times[qualifier]
            if found := moment(value, code):
                return qualifier, found
    return "", None


def _place(group: Group, head: Group, qualifiers: Sequence[str]) -> Place:
    for owner, qualifier in ((owner, name) for name in ("165", *qualifiers) for owner in _owners(name, group, head)):
        if elements := owner.places.get(qualifier):
            return _read_place(elements)
    return Place()


def _owners(qualifier: str, group: Group, head: Group) -> tuple[Group, Group]:
    """Where a place is looked for first: the gate's with the box, a port's with the ship."""
    return (group, head) if qualifier == "165" else (head, group)


def _read_place(elements: Elements) -> Place:
    code, name = part(elements, 2).upper(), part(elements, 2, 3)
    facility = part(elements, 3)
    if _UNLOCODE.fullmatch(code):
        return Place(unlocode=code, facility=facility, name="" if name in (code, facility) else name)
    return Place(facility=facility or code, name=name or (code if facility else ""))


def _plate(elements: Elements) -> str:
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


@dataclass(frozen=True, slots=True)
class _Vessel:
    """The main transport of a message (TDT+20)."""

    elements: Elements

    @property
    def name(self) -> str:
        return part(self.elements, 8, 3)

    @property
    def voyage(self) -> str:
        return " ".join(part(self.elements, 2).split())

    @property
    def imo(self) -> str:
        number = part(self.elements, 8)
        return number if part(self.elements, 8, 1) == "146" and number.isdigit() else ""

    @property
    def flags(self) -> tuple[Literal["imo_check_digit"], ...]:
        return ("imo_check_digit",) if self.imo and not imo.is_valid(self.imo) else ()
