"""Clocks: from which event to which one charge runs, how many days are free, and which day is the last of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from cargo.charges.amounts import Lack
from cargo.charges.days import AS_IT_COSTS_MOST, KIGALI, MOMBASA, Counting
from cargo.charges.tariff import EXPORT, IMPORT, LOCAL, NO_FREE_TIME, Case, Rate, box_of, free_row
from cargo.charges.waivers import Waiver, added_days

ANY_LINE = "shipping line"


class Reached(NamedTuple):
    """The day of a milestone at its place, whether it happened or is only expected, and the place's slug and kind."""

    on: date
    is_actual: bool = True
    place: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """What is charged together: so many like units (containers, or the goods themselves) with the same milestones."""

    cargo_kind: str = "container"
    direction: str = "import"
    size_type: str = ""
    line: str = ""
    destination: str = "RW"
    quantity: int = 1
    reached: Mapping[str, Reached] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one clock is by the trade's rules: whose, for which rows, from and until which milestones.

    It starts with the first of ``starts`` that is known, and stops with whichever of ``stops`` came first: who is
    seen at the border has left the port, reported or not. ``keyed_by`` is the milestone by whose day the rows are
    chosen. ``place`` is where it runs, empty where the starting milestone says it, ``zone`` whose days count. A clock
    that is ``moved_only`` runs for goods alone that have been moved there, to ``only_at`` where that is named.
    """

    name: str
    payee: str
    free_group: str
    day_group: str
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    keyed_by: str = ""
    place: str = ""
    zone: str = MOMBASA
    containers_only: bool = False
    moved_only: bool = False
    only_at: str = ""
    regime: str = IMPORT
    direction: str = "import"

    @property
    def groups(self) -> tuple[str, str]:
        """The groups of charges whose rows say what it gives and asks; a waiver of either is one of the clock."""
        return self.free_group, self.day_group


_GONE = ("border1_in", "border1_out", "border2_in", "border2_out", "arrived_kigali", "released_kigali", "delivered")
_ABOARD = ("export_aboard", "export_departed")
_LEFT_PORT = ("gate_out", *_GONE, "empty_returned")
# Boxes are moved by order to a depot or a freight station, and within the port, where the port's clock goes on.
_RELOCATED = "relocated"
_DEPOT = frozenset({"icd"})
_OUTSIDE = _DEPOT | {"cfs"}
RULES = (
    Rule(
        name="port_storage",
        payee="KPA",
        free_group="free_storage_period",
        day_group="storage",
        starts=("discharged",),
        stops=("railed_to_icd", _RELOCATED, *_LEFT_PORT),
        keyed_by="pickup_order",
        place="ke-port-mombasa",
        containers_only=True,
    ),
    Rule(
        name="depot_storage",
        payee="KPA",
        free_group="free_storage_period",
        day_group="storage",
        starts=("railed_to_icd", _RELOCATED),
        stops=_LEFT_PORT,
        keyed_by="pickup_order",
        containers_only=True,
        moved_only=True,
    ),
    Rule(
        name="customs_warehouse",
        payee="KRA",
        free_group="customs_warehouse_rent",
        day_group="customs_warehouse_rent",
        starts=("vessel_arrived", "discharged"),
        stops=_LEFT_PORT,
    ),
    Rule(
        name="line_container",
        payee=ANY_LINE,
        free_group="line_free_time",
        day_group="demurrage_detention",
        starts=("discharged",),
        stops=("empty_returned",),
        containers_only=True,
    ),
    Rule(
        name="kigali_warehouse",
        payee="MAGERWA",
        free_group="warehouse",
        day_group="warehouse",
        starts=("arrived_kigali",),
        stops=("released_kigali", "delivered", "empty_returned"),
        moved_only=True,
        only_at="rw-wh-magerwa",
        zone=KIGALI,
        regime=LOCAL,
    ),
    # KRA's warehouse takes in what was brought to Mombasa and not cleared: no row says anything of exports there.
    Rule(
        name="port_storage",
        payee="KPA",
        free_group="free_storage_period",
        day_group="storage",
        starts=("export_at_port",),
        stops=_ABOARD,
        place="ke-port-mombasa",
        containers_only=True,
        regime=EXPORT,
        direction="export",
    ),
    Rule(
        name="line_export",
        payee=ANY_LINE,
        free_group="line_free_time",
        day_group="demurrage_detention",
        starts=("export_loaded",),
        stops=_ABOARD,
        containers_only=True,
        regime=EXPORT,
        direction="export",
    ),
)

# What clocks count by.
CLOCK_GROUPS = sorted({group for rule in RULES for group in rule.groups})


def groups_of(payee: str) -> set[str]:
    """The groups of charges of which a payee has a clock; who has no rule of its own is a line."""
    own = [rule for rule in RULES if rule.payee == payee] or [rule for rule in RULES if rule.payee == ANY_LINE]
    return {group for rule in own for group in rule.groups}


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One charge of one track: when it starts and stops, and how long it is free; what follows from it is kept.

    ``free_days`` are the tariff's; ``added_days`` a waiver's on top. None means that it is not known, and ``lacks``
    says why. ``rated_on`` is the day whose rows price every day; None where each day has its own.
    """

    name: str
    case: Case
    groups: tuple[str, str]
    zone: str
    quantity: int
    counting: Counting
    starts_on: date | None
    starts_with: str
    is_expected: bool
    stops_on: date | None
    stops_with: str
    rated_on: date | None
    free: Rate | None
    added_days: int
    lacks: tuple[Lack, ...]

    @cached_property
    def free_days(self) -> int | None:
        """The days that cost nothing, those of a waiver included."""
        return None if self.free is None else int(self.free.rate) + self.added_days

    @cached_property
    def last_free_on(self) -> date | None:
        """The last calendar day that costs nothing."""
        if self.starts_on is None or self.free_days is None:
            return None
        return self.counting.day(self.starts_on, self.free_days)

    @cached_property
    def is_running(self) -> bool:
        """Whether it has started, or will, and has not been stopped."""
        return self.starts_on is not None and self.stops_on is None

    def days_by(self, day: date) -> int:
        """How many of its days have been counted on ``day``; none after it was stopped."""
        if self.starts_on is None:
            return 0
        return self.counting.counted(self.starts_on, day if self.stops_on is None else min(day, self.stops_on))


def clocks_of(
    track: Track, rows: Sequence[Rate], waivers: Sequence[Waiver] = (), counting: Counting = AS_IT_COSTS_MOST
) -> list[Clock]:
    """The clocks that concern the goods; the depot's only where they were moved to one."""
    return [
        _clock(rule, track, rows, waivers, counting)
        for rule in RULES
        if rule.direction == track.direction
        and not (rule.moved_only and not _is_there(rule, track))
        and not (rule.payee == ANY_LINE and track.cargo_kind != "container")
    ]


def _clock(rule: Rule, track: Track, rows: Sequence[Rate], waivers: Sequence[Waiver], counting: Counting) -> Clock:
    start = _start(rule, track)
    begun = track.reached[start] if start else None
    stop = _stop(rule, track, begun) if begun else None
    rated_on = _day(track, rule.keyed_by if _has_happened(track, rule.keyed_by) else None)
    free = _free(rule, track, rows, begun, rated_on)
    payee = _charged_by(rule, track, rows)
    return Clock(
        name=rule.name,
        case=_case(rule, track, begun, payee=payee, group=rule.day_group),
        groups=rule.groups,
        zone=rule.zone,
        quantity=track.quantity,
        counting=counting,
        starts_on=_day(track, start),
        starts_with=start or rule.starts[0],
        is_expected=begun is not None and not begun.is_actual,
        stops_on=_day(track, stop),
        stops_with=stop or "",
        rated_on=rated_on,
        free=None if isinstance(free, Lack) else free,
        added_days=_added(rule, payee, waivers, begun),
        lacks=(free,) if isinstance(free, Lack) else (),
    )


def _day(track: Track, code: str | None) -> date | None:
    return track.reached[code].on if code else None


def _added(rule: Rule, payee: str, waivers: Sequence[Waiver], begun: Reached | None) -> int:
    if begun is None:
        return 0
    return added_days([waiver for waiver in waivers if waiver.concerns(payee, rule.groups)], begun.on)


def _case(rule: Rule, track: Track, begun: Reached | None, *, payee: str, group: str) -> Case:
    return Case(
        payee=payee,
        charge_group=group,
        regime=rule.regime,
        place=rule.place or (begun.place if begun else ""),
        destination=track.destination,
        box=box_of(track.size_type),
    )


def _free(rule: Rule, track: Track, rows: Sequence[Rate], begun: Reached | None, rated_on: date | None) -> Rate | Lack:
    if rule.containers_only and track.cargo_kind != "container":
        return Lack("containers_only", rule.payee)
    if begun is None:
        return Lack("not_started", rule.payee, rule.starts[0])
    found: Rate | Lack = Lack(NO_FREE_TIME, rule.payee)
    for payee in _lenders(rule, track):
        found = free_row(_case(rule, track, begun, payee=payee, group=rule.free_group), rows, rated_on or begun.on)
        if not isinstance(found, Lack) or found.code != NO_FREE_TIME:
            break
    return found


def _lenders(rule: Rule, track: Track) -> tuple[str, ...]:
    """Whose free time is asked for: of a line's container the line's own, before that of lines at large."""
    return (track.line, rule.payee) if rule.payee == ANY_LINE and track.line else (rule.payee,)


def _charged_by(rule: Rule, track: Track, rows: Iterable[Rate]) -> str:
    """The goods' own line where the tariff has rows of it, else lines at large."""
    if rule.payee != ANY_LINE or not track.line:
        return rule.payee
    is_known = any((row.payee, row.charge_group) == (track.line, rule.day_group) for row in rows)
    return track.line if is_known else rule.payee


def _start(rule: Rule, track: Track) -> str | None:
    """The first that has happened, else the first that is expected; a freight station is no depot of KPA's."""
    known = [code for code in rule.starts if code in track.reached and _is_at(track, code, _DEPOT)]
    return next((code for code in known if _has_happened(track, code)), known[0] if known else None)


def _stop(rule: Rule, track: Track, begun: Reached) -> str | None:
    """The earliest of what ends the clock; a gate elsewhere than at the depot is not the way out of the depot."""
    ends = [
        code
        for code in rule.stops
        if _has_happened(track, code)
        and _is_at(track, code, _OUTSIDE)
        and track.reached[code].on >= begun.on
        and not (rule.moved_only and code == "gate_out" and track.reached[code].place != begun.place)
    ]
    return min(ends, key=lambda code: track.reached[code].on, default=None)


def _is_there(rule: Rule, track: Track) -> bool:
    start = _start(rule, track)
    return start is not None and _has_happened(track, start) and rule.only_at in ("", track.reached[start].place)


def _is_at(track: Track, code: str, kinds: frozenset[str]) -> bool:
    """Whether a move by order went to one of these kinds of places; of all else the place does not matter."""
    return code != _RELOCATED or track.reached[code].kind in kinds


def _has_happened(track: Track, code: str) -> bool:
    return code in track.reached and track.reached[code].is_actual
