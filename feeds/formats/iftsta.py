"""IFTSTA, multimodal status report (UN/EDIFACT D.95B to D.00B and later, EANCOM): one fact for each box or bill.

A status (STS) belongs to a consignment (CNI). Its references, places and boxes are its own first, then those of its
consignment, then those of the message's head. The codes and their three worlds are in ``feeds.statuses``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from feeds.edifact import CONTAINER, Elements, Message, parse, part
from feeds.equipment import (
    Group,
    Vessel,
    compact,
    function_of,
    has_check_digit,
    plate_of,
    read_place,
    reference,
    said_times,
)
from feeds.facts import Fault, Findings, Moment, Movement, Place, Reading
from feeds.statuses import Circumstances, Mode, kind_of, mode_of

# DTM 2005: change of status, actual event, execution, effect; then what only fits the kind.
_TIMES = ("334", "78", "203", "7")
_TIMES_OF = {
    **dict.fromkeys(["vessel_arrived", "reached", "railed_to_icd"], ("178",)),
    **dict.fromkeys(["vessel_departed", "left"], ("186", "136")),
    **dict.fromkeys(["delivered"], ("35",)),
    **dict.fromkeys(["picked_up"], ("200",)),
}
# LOC 3227 of the status itself: place of activity, of the status, of the event.
_PLACES = ("175", "165", "92", "14")
# And of its leg, by kind: where ships and goods end their way, or begin it.
_STOPS = {
    **dict.fromkeys(["vessel_arrived", "discharged"], ("11",)),
    **dict.fromkeys(["vessel_departed", "loaded"], ("9",)),
    "delivered": ("7", "8"),
}
_DUE = {("11", "KEMBA"): "vessel_arrived", ("7", "RWKGL"): "arrived_kigali"}
# RFF 1153: bills of lading, bookings, declarations, then other numbers by which goods are known.
_BILLS, _BOOKINGS, _DECLARATIONS = ("BM", "MB", "BH"), ("BN",), ("ABT", "AAE")
_REFERENCES = ("UCN", "CU", "CN", "FF")
_IS_EMPTY = {"4": True, "5": False}


@dataclass(slots=True)
class Leg(Group):
    """One TDT with the places of its way (LOC), each with the times that follow it."""

    spots: list[Group] = field(default_factory=list)

    @property
    def mode(self) -> Mode:
        """The means of transport; a ship too where only her number says so."""
        elements = self.elements
        is_ship = part(elements, 8, 1) in ("103", "146")
        return mode_of(part(elements, 3), part(elements, 4)) or ("sea" if is_ship else "")


@dataclass(slots=True)
class Status:
    """One STS with what belongs to it: its own group, its consignment's, its legs and its boxes (EQD)."""

    own: Group
    consignment: Group
    legs: list[Leg] = field(default_factory=list)
    boxes: list[Group] = field(default_factory=list)
    remark: str = ""
    # Something of it could not be read, or was cut off: it may have named boxes.
    is_torn: bool = False

    @property
    def agency(self) -> str:
        """Whose code it is (3055); the slot of a category can only bear the sender's own."""
        elements = self.own.elements
        return part(elements, 2, 2) if part(elements, 2) else "86"

    @property
    def words(self) -> str:
        """The segment as it was sent, with its free text."""
        return f"IFTSTA {'+'.join(self.own.elements)}".replace("\uff1a", ":")[:200]


@dataclass(slots=True)
class Head:
    """What holds for all statuses of a message."""

    group: Group
    code: str = ""
    document: str = ""
    function: str = ""
    issued: Moment | None = None


def read(raw: bytes, settings: Mapping[str, str]) -> Reading:
    """One movement for each status and each box that it names, else for its bill of lading, booking or reference.

    The setting ``code_<code>`` gives a source's own code its kind, or nothing where it is not to be followed; a
    status without any code goes by ``BGM+`` and the message's (1001). What nobody knows is a fault with that code. The
    day on which the goods' own leg is due at Mombasa, or at the place of delivery in Kigali, is an expectation.
    """
    found = parse(raw)
    for message in found.messages:
        if message.type not in ("", "IFTSTA"):
            found.fault("wrong_message", line=message.line, detail=message.type)
            continue
        walk = _Walk(message)
        for status in walk.statuses():
            _read_status(status, walk.head, settings, found)
        if not walk.has_status:
            found.fault("wrong_shape", line=message.line, detail="STS")
    return found.reading()


class _Walk:
    """Goes through a message and gives each segment to the group that it belongs to, status by status."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.head = Head(Group(line=message.line, elements=[]))
        self.has_status = False
        self.consignment = Group(line=message.line, elements=[])
        self.status: Status | None = None
        self.current = self.head.group

    def statuses(self) -> Iterator[Status]:
        """Each status once all of it has been seen; only one is held at a time."""
        handlers = {"BGM": self._bgm, "CNI": self._cni, "STS": self._sts, "TDT": self._tdt, "EQD": self._eqd}
        handlers |= {"": self._unreadable, "LOC": self._loc, "FTX": self._ftx}
        for line, elements in self.message.segments:
            before = self.status
            handlers.get(elements[0], self._note)(line, elements)
            if before is not None and before is not self.status:
                yield before
        if self.status is not None:
            self.status.is_torn = not self.message.is_closed
            yield self.status

    def _note(self, line: int, elements: Elements) -> None:
        self.current.note(elements[0], elements)
        if isinstance(self.current, Leg) and self.current.spots:
            self.current.spots[-1].note(elements[0], elements)

    def _bgm(self, line: int, elements: Elements) -> None:
        if not self.has_status:
            self.head.code, self.head.document = part(elements, 1), part(elements, 2)
            self.head.function = part(elements, 3)

    def _cni(self, line: int, elements: Elements) -> None:
        self.consignment = self.current = Group(line=line, elements=elements)
        self.status = None

    def _sts(self, line: int, elements: Elements) -> None:
        self.current = Group(line=line, elements=elements)
        self.status = Status(self.current, self.consignment)
        if not self.has_status:
            self.head.issued = self.head.group.time(["137"]) or self.message.prepared
        self.has_status = True

    def _tdt(self, line: int, elements: Elements) -> None:
        if self.status is None:
            self.current.note("TDT", elements)
            return
        self.current = leg = Leg(line=line, elements=elements)
        self.status.legs.append(leg)

    def _loc(self, line: int, elements: Elements) -> None:
        if isinstance(self.current, Leg):
            self.current.spots.append(Group(line=line, elements=elements))
        self.current.note("LOC", elements)

    def _eqd(self, line: int, elements: Elements) -> None:
        if self.status is not None:
            self.current = Group(line=line, elements=elements)
            self.status.boxes.append(self.current)
        elif number := compact(part(elements, 2)):
            self.current.references.setdefault("EQ", number)

    def _ftx(self, line: int, elements: Elements) -> None:
        if self.status is not None and not self.status.remark:
            self.status.remark = part(elements, 4)

    def _unreadable(self, line: int, elements: Elements) -> None:
        """It may have begun another consignment or status: nothing after it belongs to those before."""
        if self.status is not None:
            self.status.is_torn = True
        self.status = None
        self.consignment = self.current = Group(line=line, elements=elements)


def _read_status(status: Status, head: Head, settings: Mapping[str, str], found: Findings) -> None:
    elements = status.own.elements
    code = part(elements, 2) or part(elements, 1, 1) or f"BGM+{head.code}"
    place = _place(status, head, "")
    mode: Mode = next((leg.mode for leg in status.legs if leg.mode), "")
    empty = next((flag for box in status.boxes if (flag := _IS_EMPTY.get(part(box.elements, 6))) is not None), None)
    at = Circumstances(mode, place.unlocode[:2], empty)
    kind = kind_of(code, status.agency, settings, at)
    if kind is None:
        found.flags.add("not_followed")
    elif not kind:
        found.fault("unknown_code", line=status.own.line, excerpt=status.words, detail=code[:60])
    else:
        for movement in _movements(status, head, kind):
            found.add(movement)
    for movement in _expectations(status, head):
        found.add(movement)


def _movements(status: Status, head: Head, kind: str) -> Iterator[Movement | Fault]:
    own = status.own
    when = own.time((*_TIMES, *_TIMES_OF.get(kind, ())))
    if when is None:
        yield Fault(code="no_time", line=own.line, excerpt=status.words, detail=said_times(own.times))
        return
    yield from _of_goods(status, head, _fact(status, head, kind, when, _place(status, head, kind)))


def _fact(status: Status, head: Head, kind: str, when: Moment, place: Place) -> Movement:
    """What the status says, but for the goods."""
    owners = (status.own, status.consignment, head.group)
    ship = next((Vessel.of(leg.elements) for leg in status.legs if leg.mode == "sea"), head.group.vessel or Vessel())
    plates = (plate_of(leg.elements) for leg in status.legs if leg.mode in ("", "road"))
    return Movement(
        kind=kind,
        classifier="ACT",
        when=when,
        place=place,
        plate=next(filter(None, plates), ""),
        vessel=ship.name,
        vessel_imo=ship.imo,
        voyage=ship.voyage or reference(("VON",), *owners),
        words=f"{status.words} {when.words}",
        remark=status.remark[:300],
        document=head.document,
        issued=head.issued,
        function=function_of(head.function),
        line=status.own.line,
        flags=ship.flags,
    )


def _of_goods(status: Status, head: Head, fact: Movement) -> Iterator[Movement | Fault]:
    """The fact once for each box, or once for the papers that name the goods."""
    owners = (status.own, status.consignment, head.group)
    boxes = [box for box in status.boxes if _is_box(box)]
    if not boxes and status.is_torn:
        return
    number = compact(reference(("EQ",), *owners))
    for box in boxes or [Group(line=status.own.line, elements=["EQD", "CN", number])]:
        named = _with_goods(fact, box, status.consignment, (box, *owners))
        yield named if named.goods_number else Fault(code="no_reference", line=fact.line, excerpt=fact.words)


def _with_goods(fact: Movement, box: Group, consignment: Group, owners: tuple[Group, ...]) -> Movement:
    container = compact(part(box.elements, 2))
    booking = reference(_BOOKINGS, *owners)
    is_doubtful = container != "" and not has_check_digit(container)
    return replace(
        fact,
        container=container,
        bill_of_lading=reference(_BILLS, *owners),
        booking=booking,
        declaration=reference(_DECLARATIONS, *owners),
        # What goes by its booking is found by that.
        reference="" if booking else part(consignment.elements, 2) or reference(_REFERENCES, *owners),
        seals=tuple(box.seals),
        size_type=part(box.elements, 3),
        is_empty=_IS_EMPTY.get(part(box.elements, 6)),
        line=box.line,
        flags=("check_digit", *fact.flags) if is_doubtful else fact.flags,
    )


def _is_box(box: Group) -> bool:
    """A numbered container; a wagon, chassis or trailer only where its number has a container's form."""
    number = compact(part(box.elements, 2))
    return bool(number) and (part(box.elements, 1) in ("CN", "") or CONTAINER.fullmatch(number) is not None)


def _place(status: Status, head: Head, kind: str) -> Place:
    """Of the status itself, else the end of its leg at which the kind happens, else the activity's of the whole."""
    own = status.own.places
    first = next((own[qualifier] for qualifier in _PLACES if qualifier in own), None) or next(iter(own.values()), None)
    if first:
        return first
    ends = _STOPS.get(kind, ())
    named = (leg.places[qualifier] for leg in status.legs for qualifier in ends if qualifier in leg.places)
    above = (owner.places.get(qualifier) for owner in (status.consignment, head.group) for qualifier in _PLACES)
    return next(named, None) or next(filter(None, above), Place())


def _expectations(status: Status, head: Head) -> Iterator[Movement]:
    """When the goods' own leg is due at Mombasa (LOC+11 by sea) or at delivery in Kigali (LOC+7), once each.

    Only a time that stands with its place and with no actual one (DTM+178) beside it is sure to mean that.
    """
    seen: set[str] = set()
    for leg in status.legs:
        for spot in leg.spots:
            kind = _DUE.get((part(spot.elements, 1), part(spot.elements, 2).upper()), "")
            is_due = kind not in seen and spot.times.keys() <= {"132", "133"}
            if not kind or not is_due or (kind == "vessel_arrived" and leg.mode != "sea"):
                continue
            if when := spot.time(["132"]):
                seen.add(kind)
                fact = replace(_fact(status, head, kind, when, read_place(spot.elements)), classifier="EST")
                yield from (found for found in _of_goods(status, head, fact) if isinstance(found, Movement))
