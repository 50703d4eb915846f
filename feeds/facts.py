"""Facts: what one line of a source's message says, in frozen dataclasses that know no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeVar

Classifier = Literal["ACT", "EST", "PLN"]
Function = Literal["original", "replace", "cancel"]
Direction = Literal["", "import", "export", "transhipment"]

# Milestone codes of the corridor's procedure in lower case, then what terminals and carriers report beside them, and
# what trackers do: the coming to and going from a node, and a seal's alarms.
KINDS: frozenset[str] = frozenset(
    """
    booked manifest declared duty_paid bond_debited rra_released
    vessel_departed vessel_arrived vessel_berthed arrived_port discharged
    do_issued kra_cleared pickup_order truck_in sealed gate_out railed_to_icd relocated weighed
    border_in border_out arrived_kigali unsealed released_kigali delivered empty_returned bond_cancelled
    held hold_released
    discharged_kot pipeline_in at_depot loading_order loaded
    gate_in picked_up dropped_off stuffed stripped inspected resealed
    reached left seal_tampered long_stop route_deviation
    document
    """.split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When, as the sender wrote it.

    ``value`` is aware where the sender gave an offset, else naive and local to the place. A ``date`` is a day of
    which the hour is unknown, never a midnight. ``words`` is the sender's own text.
    """

    value: datetime | date
    words: str = ""


# Systems write year 1, 1900 or 9999 where they mean nothing; and an instant at an end of the calendar has no UTC.
FIRST_YEAR, LAST_YEAR = 2000, 2099


def moment_of(value: datetime | date, words: str) -> Moment | None:
    """The moment that ``words`` say; None in a year in which no shipment of ours was."""
    return Moment(value=value, words=words) if FIRST_YEAR <= value.year <= LAST_YEAR else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where, as the sender wrote it. ``node`` is a slug of ours; ``unlocode`` five characters or empty."""

    node: str = ""
    unlocode: str = ""
    facility: str = ""
    name: str = ""

    @property
    def is_given(self) -> bool:
        """Whether the sender named any place at all."""
        return bool(self.node or self.unlocode or self.facility or self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Something that happened, or is expected to, to a container or a bill of lading.

    Container numbers are upper case without blanks; a wrong ISO 6346 check digit is flagged and kept. ``line`` is the
    1-based segment, element or row that says it. ``flags`` are codes of ``feeds.reasons``. ``document_type`` is what
    was held or released, in codes of DCSA T&T 2.2 (CUS customs, SRM release message, …); empty where it is not said.
    ``series`` is for a sender that corrects itself by saying the same with another time: of one series, kind, goods and
    place the latest issue of what happened counts; empty where each stands for itself.
    """

    kind: str
    classifier: Classifier
    when: Moment
    place: Place = Place()
    container: str = ""
    bill_of_lading: str = ""
    booking: str = ""
    declaration: str = ""
    reference: str = ""
    document_type: str = ""
    seals: tuple[str, ...] = ()
    plate: str = ""
    vessel: str = ""
    vessel_imo: str = ""
    voyage: str = ""
    size_type: str = ""
    is_empty: bool | None = None
    direction: Direction = ""
    weight_kg: Decimal | None = None
    words: str = ""
    remark: str = ""
    document: str = ""
    issued: Moment | None = None
    function: Function = "original"
    sender_event: str = ""
    series: str = ""
    line: int = 0
    flags: tuple[str, ...] = ()

    @property
    def goods_number(self) -> str:
        """The number by which the goods are named, the most exact first; empty where there is none."""
        return self.container or self.bill_of_lading or self.reference or self.booking or self.declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a truck's tracker, an e-seal or a ship was.

    ``device`` is the number that the sender knows it by: a tracker's own id, a seal's number, a ship's MMSI. Degrees
    are WGS 84, the speed in km/h, the course in degrees, the accuracy in metres; None is unknown. ``is_old`` marks a
    last known place that is given once more. ``container`` and ``plate`` are what the sender says it rides on.
    """

    device: str
    carrier: Literal["truck", "vessel"]
    when: Moment
    lat: float
    lon: float
    speed_kmh: float | None = None
    course: float | None = None
    accuracy_m: float | None = None
    is_old: bool = False
    name: str = ""
    container: str = ""
    plate: str = ""
    words: str = ""
    line: int = 0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ship:
    """Who a ship is, as she says herself over AIS; ``when`` is None where the message bears no time."""

    mmsi: str
    imo: str = ""
    name: str = ""
    call_sign: str = ""
    when: Moment | None = None
    words: str = ""
    line: int = 0
    flags: tuple[str, ...] = ()


Timing = Literal[
    "port_arrival", "pilot_boarding", "anchorage_arrival", "berth_arrival", "work_start", "work_end",
    "berth_departure", "port_departure", "omitted",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTiming:
    """One time of a ship's call at a port, as one sender gives it: expected, planned, requested or actual.

    ``call`` is the port's or the sender's own number of the call (KPA: the vessel call number). The ship is named by
    IMO number, MMSI, or name alone. An ``omitted`` call has the time that it would have had.
    """

    timing: Timing
    classifier: Literal["ACT", "EST", "PLN", "REQ"]
    when: Moment
    place: Place = Place()
    vessel: str = ""
    vessel_imo: str = ""
    mmsi: str = ""
    call_sign: str = ""
    voyage: str = ""
    voyage_out: str = ""
    call: str = ""
    berth: str = ""
    trade: str = ""
    agent: str = ""
    discharge: str = ""
    load: str = ""
    words: str = ""
    remark: str = ""
    issued: Moment | None = None
    function: Function = "original"
    line: int = 0
    flags: tuple[str, ...] = ()


ConditionKind = Literal["port", "berth", "border", "weighbridge", "road", "rail", "fuel", "system"]
Severity = Literal["normal", "slow", "severe", "shut"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a part of the corridor stands: a port, a border, a road, a customs system.

    ``reference`` is the sender's own number, under which it corrects itself later. ``system`` names the system of a
    condition of that kind. ``until`` is None where the end is not known.
    """

    reference: str
    kind: ConditionKind
    severity: Severity
    since: Moment
    until: Moment | None = None
    place: Place = Place()
    system: str = ""
    text: str = ""
    words: str = ""
    function: Function = "original"
    line: int = 0
    flags: tuple[str, ...] = ()


Fact = Movement | Position | Ship | CallTiming | Condition
F = TypeVar("F", Movement, Position, Ship, CallTiming, Condition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A part of a delivery that could not be read: ``code`` of ``feeds.reasons``, its place and its own words."""

    code: str
    line: int = 0
    excerpt: str = ""
    detail: str = ""


# A file of rubbish is one trouble, not a million: so many faults are kept, the others are counted.
MOST_FAULTS = 1000
# No sender has this many rows, segments or events to tell at once; what comes after them is not read.
MOST_PARTS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that one delivery says: its facts, its unreadable parts, and remarks on the whole (codes of reasons).

    ``faults`` are the first ``MOST_FAULTS`` of them, ``more_faults`` the number of the others.
    """

    facts: tuple[Fact, ...] = ()
    faults: tuple[Fault, ...] = ()
    flags: tuple[str, ...] = ()
    more_faults: int = 0

    def __post_init__(self) -> None:
        if len(self.faults) > MOST_FAULTS:
            object.__setattr__(self, "more_faults", self.more_faults + len(self.faults) - MOST_FAULTS)
            object.__setattr__(self, "faults", self.faults[:MOST_FAULTS])

    @property
    def movements(self) -> tuple[Movement, ...]:
        """Those of the facts that say what happened to goods."""
        return self.of(Movement)

    def of(self, kind: type[F]) -> tuple[F, ...]:
        """The facts of one kind, in their order."""
        return tuple(fact for fact in self.facts if isinstance(fact, kind))


class Unreadable(Exception):
    """A file that cannot be read at all: ``code`` of ``feeds.reasons``, what exactly was found, and how it begins."""

    def __init__(self, code: str, detail: str = "", *, excerpt: str = "") -> None:
        super().__init__(code)
        self.code, self.detail, self.excerpt = code, detail, excerpt

    @property
    def reading(self) -> Reading:
        """The whole as one fault."""
        return Reading(faults=(Fault(code=self.code, detail=self.detail, excerpt=self.excerpt),))


@dataclass(slots=True)
class Findings:
    """What a reader has found so far: facts, flags, the first faults and the number of the others.

    It keeps a reader's memory in bounds, whatever comes: no more faults are made than a reading keeps.
    """

    facts: list[Fact] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    more_faults: int = 0

    @property
    def size(self) -> int:
        """How much has been found: facts and faults."""
        return len(self.facts) + len(self.faults) + self.more_faults

    def add(self, found: Fact | Fault | str) -> None:
        """Take a fact, a fault, or the code of a flag."""
        if isinstance(found, str):
            self.flags.add(found)
        elif not isinstance(found, Fault):
            self.facts.append(found)
        elif len(self.faults) < MOST_FAULTS:
            self.faults.append(found)
        else:
            self.more_faults += 1

    def fault(self, code: str, *, line: int = 0, excerpt: str = "", detail: str = "") -> None:
        """Take a fault in its parts; once enough are kept it is only counted."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(code=code, line=line, excerpt=excerpt, detail=detail))
        else:
            self.more_faults += 1

    def whole(self, code: str, *, line: int = 0, excerpt: str = "") -> None:
        """Take a fault of the whole, which is kept before all others."""
        self.faults.insert(0, Fault(code=code, line=line, excerpt=excerpt))

    def reading(self) -> Reading:
        """All of it, as a reader returns it."""
        return Reading(
            facts=tuple(self.facts),
            faults=tuple(self.faults),
            flags=tuple(sorted(self.flags)),
            more_faults=self.more_faults,
        )


Reader = Callable[[bytes, Mapping[str, str]], Reading]
"""A format's reader: raw bytes and the source's settings to a Reading. Pure; raises nothing for any input."""
