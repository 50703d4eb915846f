"""Milestones, position and holds as a pure function of the events, whatever their order and however often they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from cargo.meaning import Spot, milestone_of

_START = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One event as far as milestones go. ``rank`` is its source's, lower is trusted more; times are aware."""

    id: int
    key: UUID
    source: int
    rank: int
    kind: str
    classifier: str
    goods: str
    spot: Spot | None
    is_elsewhere: bool
    occurred_at: datetime
    is_day: bool
    issued_at: datetime | None
    document: str
    function: str
    corrects: UUID | None
    unit: int | None
    size_type: str = ""
    direction: str = "import"
    restated_at: datetime | None = None
    restated_in: str = ""
    series: UUID | None = None
    document_type: str = ""

    @property
    def milestone(self) -> str:
        """The milestone that it reaches, or empty."""
        return milestone_of(self.kind, self.spot, is_elsewhere=self.is_elsewhere, direction=self.direction)

    @property
    def last_issued_at(self) -> datetime | None:
        """When its source said it last."""
        return self.restated_at or self.issued_at

    @property
    def last_document(self) -> str:
        """The document in which its source said it last."""
        return self.restated_in if self.restated_at else self.document


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How one milestone stands: the event in use, actual or expected, and whether sources contest it."""

    code: str
    event: Happening
    is_actual: bool
    is_contested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that follows from the events of one unit: milestones by code, where it was last, and the last word on holds.

    ``hold`` is the hold that stands, else what ended the latest one.
    """

    milestones: Mapping[str, Reached]
    last: Happening | None
    hold: Happening | None

    @property
    def is_held(self) -> bool:
        """Whether a hold stands."""
        return self.hold is not None and self.hold.kind == "held"


def withdrawn(events: Iterable[Happening]) -> dict[UUID, UUID]:
    """The events that no longer count, by key, each with the key of the one that withdrew it.

    A cancellation or replacement withdraws the event whose key it names, and those of its source, kind and goods that
    bear the same document number; neither if they were issued later, or again later. A replacement that names neither
    withdraws the one issued last before it at its node. Of one series the latest issue withdraws the others. Of several
    that withdraw one event the latest counts.
    """
    found: dict[UUID, UUID] = {}
    for alike in _alike(events):
        for number, later in enumerate(alike):
            gone = [earlier.key for earlier in alike if earlier.key != later.key and _withdraws(later, earlier)]
            found |= dict.fromkeys([*gone, *_replaced(later, alike[:number], alike)], later.key)
    return found


def _alike(events: Iterable[Happening]) -> Iterator[list[Happening]]:
    """Those of one source, kind and goods in the order of their issue, where one of them may withdraw another."""
    groups: dict[tuple[int, str, str], list[Happening]] = {}
    for event in events:
        groups.setdefault((event.source, event.kind, event.goods), []).append(event)
    for group in groups.values():
        if len(group) > 1 and any(event.function != "original" or event.series for event in group):
            yield sorted(group, key=_issue_order)


def _withdraws(later: Happening, earlier: Happening) -> bool:
    if later.function == "original":
        return _corrects(later, earlier)
    if later.corrects == earlier.key and earlier.function == "original":
        return not (later.issued_at and earlier.last_issued_at and later.issued_at < earlier.last_issued_at)
    same_document = bool(later.document) and later.document == earlier.last_document
    # The place may be named in other words.
    same_moment = (later.classifier, later.occurred_at, later.spot) == (
        earlier.classifier,
        earlier.occurred_at,
        earlier.spot,
    )
    is_same = same_document or (later.function == "cancel" and same_moment)
    return is_same and _issue_order(earlier) < _issue_order(later)


def _corrects(later: Happening, earlier: Happening) -> bool:
    """Whether it says anew what the other said, as it says itself: what bears no time of issue corrects nothing."""
    if later.series is None or later.series != earlier.series:
        return False
    said, before = later.last_issued_at, earlier.last_issued_at
    return said is not None and before is not None and before < said


def _replaced(later: Happening, before: Sequence[Happening], alike: Sequence[Happening]) -> list[UUID]:
    """The event issued last before a replacement that bears no document number, if it does not name another."""
    if later.function != "replace" or later.document or later.spot is None:
        return []
    if any(later.corrects == event.key for event in alike):
        return []
    here = (later.classifier, later.spot)
    found = [e.key for e in before if e.function != "cancel" and (e.classifier, e.spot) == here and e.key != later.key]
    return found[-1:]


def _issue_order(event: Happening) -> tuple[datetime, int, UUID]:
    return event.last_issued_at or _START, ["original", "replace", "cancel"].index(event.function), event.key


def standing(events: Iterable[Happening]) -> Standing:
    """What follows from the events of one unit, with those of its whole consignment."""
    unique = {event.key: event for event in events}
    gone = withdrawn(unique.values())
    valid = [event for key, event in unique.items() if key not in gone and event.function != "cancel"]
    by_code: dict[str, list[Happening]] = {}
    for event in valid:
        if code := event.milestone:
            by_code.setdefault(code, []).append(event)
    # Papers that move say nothing of the goods.
    actual = [event for event in valid if event.classifier == "ACT" and event.kind != "document"]
    return Standing(
        milestones={code: _reached(code, found) for code, found in by_code.items()},
        last=max(
            [event for event in actual if tells_place(event.kind, event.spot)] or actual, key=_place_order, default=None
        ),
        hold=hold_word(actual),
    )


def tells_place(kind: str, spot: Spot | None) -> bool:
    """Whether an event of that kind says where the goods are: what is done with papers says where the office is."""
    return kind not in _AT_AN_OFFICE and (kind not in _WITHOUT_GOODS or spot is not None)


def _reached(code: str, events: Sequence[Happening]) -> Reached:
    actual = [event for event in events if event.classifier == "ACT"]
    if actual:
        used = min(actual, key=lambda event: (event.rank, event.occurred_at, event.key))
        contested = any(event.source != used.source and _disagree(event, used) for event in actual)
        return Reached(code=code, event=used, is_actual=True, is_contested=contested)
    used = max(events, key=lambda event: (event.issued_at or _START, event.classifier == "EST", event.key))
    return Reached(code=code, event=used, is_actual=False, is_contested=False)


def _disagree(one: Happening, other: Happening) -> bool:
    """Whether two actual times are too far apart to be the same: an hour, or a day where only the day is known."""
    tolerance_s = 86_400 if one.is_day or other.is_day else 3_600
    return abs((one.occurred_at - other.occurred_at).total_seconds()) > tolerance_s


def _place_order(event: Happening) -> tuple[datetime, int, UUID]:
    return event.occurred_at, ORDER.get(event.milestone, -1), event.key


HOLDS = ("held", "hold_released")
# What ends a hold of one type of document alone, besides its release.
_ENDS = {"kra_cleared": "CUS", "do_issued": "SRM"}
OF_HOLDS = (*HOLDS, *_ENDS)


def hold_word(actual: Iterable[Happening]) -> Happening | None:
    """The hold that stands, else what ended the latest one; None where nothing was held.

    Of each type of document the later word counts, and of two of one moment the release.
    """
    told = [event for event in actual if event.kind in OF_HOLDS]
    types = {event.document_type for event in told if event.kind in HOLDS}
    words = [max([event for event in told if _speaks(event, held)], key=_hold_order) for held in types]
    return max(words, key=lambda event: (event.kind == "held", event.occurred_at, event.key), default=None)


def _hold_order(event: Happening) -> tuple[datetime, bool, UUID]:
    return event.occurred_at, event.kind != "held", event.key


def _speaks(event: Happening, held: str) -> bool:
    return event.document_type == held if event.kind == "held" else ends_hold(event, held)


def ends_hold(event: Happening, held: str) -> bool:
    """Whether an event ends a hold of a type of document: by its release, or by one that names none.

    A hold that names no document ends by the release of customs' too.
    """
    if event.kind == "hold_released":
        return event.document_type in ("", held) or (not held and event.document_type == "CUS")
    return _ENDS.get(event.kind) == held


# The rail of each way of travelling: the milestones in their usual order, by stage.
_SEA = ["vessel_departed", "vessel_arrived"]
_PORT = ["discharged", "rra_released", "do_issued", "kra_cleared", "pickup_order", "sealed", "gate_out"]
PAPERS = frozenset(["rra_released", "do_issued", "kra_cleared", "pickup_order", "loading_order", "export_released"])
# What is done at a desk, often in another country than the goods; and what may be said without naming where they are.
_AT_AN_OFFICE = frozenset(
    ["booked", "manifest", "declared", "duty_paid", "rra_released", "bond_debited", "bond_cancelled"]
)
_WITHOUT_GOODS = frozenset([*PAPERS, "held", "hold_released"])
_FUEL_PORT = ["discharged_kot", "pipeline_in", "at_depot", "loading_order", "loaded"]
_WAY = ["border1_in", "border1_out", "border2_in", "border2_out"]
_KIGALI = ["arrived_kigali", "released_kigali", "delivered"]
# Exports have codes of their own, so that nobody takes their borders for those of imports.
EXPORT_RAIL = [
    "export_released", "export_loaded", "export_border2_in", "export_border2_out", "export_border1_in",
    "export_border1_out", "export_at_port", "export_aboard", "export_departed",
]  # fmt: skip
GENERAL_RAIL = [*_SEA, *_PORT, *_WAY, *_KIGALI]
RAILS: dict[str, list[str]] = {
    "container": [*GENERAL_RAIL, "empty_returned"],
    "liquid_bulk": [*_SEA, *_FUEL_PORT, *_WAY, "arrived_kigali", "delivered"],
}
ORDER = {
    code: n for n, code in enumerate([*_SEA, *_FUEL_PORT, *_PORT, *_WAY, *_KIGALI, "empty_returned", *EXPORT_RAIL])
}


def rail_of(cargo_kind: str, direction: str = "import") -> list[str]:
    """The milestones that a consignment of this cargo kind passes, in order."""
    if direction == "export":
        return EXPORT_RAIL
    return RAILS.get(cargo_kind, GENERAL_RAIL)


_STAGES: list[tuple[str, frozenset[str]]] = [
    ("at_sea", frozenset(["vessel_departed"])),
    ("at_port", frozenset(["vessel_arrived"])),
    ("at_port", frozenset([*_PORT[:-1], "discharged_kot"])),
    ("at_port", frozenset(["pipeline_in"])),
    ("at_port", frozenset(["at_depot", "loading_order"])),
    ("on_road", frozenset(["gate_out", "loaded"])),
    ("at_border", frozenset(["border1_in"])),
    ("on_road", frozenset(["border1_out"])),
    ("at_border", frozenset(["border2_in"])),
    ("on_road", frozenset(["border2_out"])),
    ("in_kigali", frozenset(["arrived_kigali", "released_kigali"])),
    ("delivered", frozenset(["delivered"])),
    ("closed", frozenset(["empty_returned"])),
    ("on_road", frozenset(["export_released", "export_loaded"])),
    ("at_border", frozenset(["export_border2_in"])),
    ("on_road", frozenset(["export_border2_out"])),
    ("at_border", frozenset(["export_border1_in"])),
    ("on_road", frozenset(["export_border1_out"])),
    ("at_port", frozenset(["export_at_port"])),
    ("at_port", frozenset(["export_aboard"])),
    # The ship has taken it away from the corridor.
    ("closed", frozenset(["export_departed"])),
]

_STAGE_OF = {code: number for number, (_state, codes) in enumerate(_STAGES) for code in codes}


def stage_of(code: str) -> int:
    """The number of the stage that a milestone opens or belongs to; -1 for none."""
    return _STAGE_OF.get(code, -1)


def progress(done: Iterable[str]) -> tuple[int, str]:
    """The furthest stage that the done milestones reach, as its number and the state's name.

    Papers say nothing of where the goods are: an entry may be released while the ship is still at sea.
    """
    number = max((stage_of(code) for code in done if code not in PAPERS), default=-1)
    return number, _STAGES[number][0] if number >= 0 else "registered"


def next_step(rail: Sequence[str], done: Iterable[str]) -> str:
    """The first milestone not done that no later stage has overtaken; empty at the end of the rail."""
    reached = set(done)
    stage = progress(reached)[0]
    return next((code for code in rail if code not in reached and stage_of(code) >= stage), "")


# Who acts next for each milestone: an agency, or a party whose name is translated.
HOLDERS: dict[str, str] = {
    "vessel_departed": "line",
    "vessel_arrived": "line",
    "discharged": "KPA",
    "rra_released": "RRA",
    "do_issued": "line",
    "kra_cleared": "KRA",
    "pickup_order": "agent",
    "sealed": "KRA",
    "gate_out": "KPA",
    "discharged_kot": "KPA",
    "pipeline_in": "KPC",
    "at_depot": "KPC",
    "loading_order": "agent",
    "loaded": "KPC",
    "border1_in": "transporter",
    "border1_out": "KRA, URA",
    "border2_in": "transporter",
    "border2_out": "URA, RRA",
    "arrived_kigali": "transporter",
    "released_kigali": "RRA",
    "delivered": "transporter",
    "empty_returned": "transporter",
    "export_released": "RRA",
    "export_loaded": "transporter",
    "export_border2_in": "transporter",
    "export_border2_out": "RRA, URA",
    "export_border1_in": "transporter",
    "export_border1_out": "URA, KRA",
    "export_at_port": "transporter",
    "export_aboard": "KPA",
    "export_departed": "line",
}
