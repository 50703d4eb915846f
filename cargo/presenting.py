"""Shaping a consignment for its page and its row in the list: status, rail, units, events, conflicts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from cargo.delays import spans
from cargo.equipment import equipment_words
from cargo.milestones import progress, rail_of, stage_of
from cargo.models import Consignment, Event, Milestone, Nomination, Status, Unit
from cargo.trips import slowest, times_of
from cargo.usual import Figures
from cargo.words import CLASSIFIERS, headline, holder_label, kind_label, step_label
from corridor.place_words import place_words
from feeds.reasons import explain

OFFICE_ZONE = "Africa/Kigali"
FEW_UNITS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusLine:
    """Where, since when, who says so and when we heard it, who holds it, and what comes next."""

    state: str
    state_label: str
    headline: str
    node_name: str
    node_zone: str
    since: datetime | date | None
    source_name: str
    received_at: datetime | None
    held_by: str
    next_step: str
    is_held: bool

    @property
    def tone(self) -> str:
        """The colour of its state: bad, good, soon, or none for what has not set out."""
        if self.is_held:
            return "bad"
        if self.state in Status.DONE:
            return "good"
        return "" if self.state == Status.State.REGISTERED else "soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One milestone of the rail: done, partly (some units), late, expected, or unknown.

    ``late`` says why it is late. Where units part ways, ``boxes`` are those that have done it, ``others`` have not.
    """

    code: str
    label: str
    state: str
    at: datetime | date | None
    zone: str
    place: str
    source: str
    received_at: datetime | None
    done_units: int
    units: int
    is_now: bool
    late: str = ""
    boxes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One event with its source's own words."""

    kind_label: str
    classifier: str
    classifier_label: str
    place: str
    at: datetime | date
    zone: str
    source: str
    received_at: datetime
    words: str
    remark: str
    flags: list[str]
    corrects: bool
    is_withdrawn: bool
    container: str
    is_new: bool = False


def local_time(event: Event) -> datetime | date:
    """When the event happened, at its place; a date where only the day is known."""
    at = event.occurred_at.astimezone(ZoneInfo(event.zone))
    return at.date() if event.is_day else at


def place_name(event: Event) -> str:
    """Our node's name, else the sender's words for the place."""
    return event.node.name if event.node else event.place


# What a line of a status is made of.
STATUS_COLUMNS = tuple(
    f"status__{name}"
    for name in (
        "state", "is_held", "held_by", "next_step", "moved_at", "event__kind", "event__place", "event__zone",
        "event__occurred_at", "event__is_day", "event__received_at", "event__node__name", "event__source__name",
    )
)  # fmt: skip


def status_line(status: Status) -> StatusLine:
    """The status of a consignment; its event, node and source must have been selected with it."""
    event = status.event
    place = place_name(event) if event else ""
    return StatusLine(
        state=status.state,
        state_label=str(Status.State(status.state).label),
        headline=headline(
            last_kind=event.kind if event else "",
            place=place_words(place),
            is_held=status.is_held,
            since=event.occurred_at if event else None,
        ),
        node_name=place,
        node_zone=event.zone if event else OFFICE_ZONE,
        since=local_time(event) if event else None,
        source_name=event.source.name if event else "",
        received_at=event.received_at if event else None,
        held_by=holder_label(status.held_by),
        next_step=step_label(status.next_step),
        is_held=status.is_held,
    )


def unit_text(units: Sequence[Unit]) -> str:
    """The containers of a consignment in a few words."""
    names = [unit.container for unit in units]
    if len(names) <= FEW_UNITS:
        return ", ".join(names)
    return _("%(first)s and %(count)s more") % {"first": names[0], "count": len(names) - 1}


def rail_steps(
    consignment: Consignment, milestones: Sequence[Milestone], units: Sequence[Unit], *, figures: Figures, at: datetime
) -> list[Step]:
    """The consignment's milestones in their usual order; what nobody has said is unknown.

    ``is_now`` marks the step that the status waits for; the status must have been selected with the consignment.
    """
    by_code: dict[str, list[Milestone]] = {}
    for milestone in milestones:
        by_code.setdefault(milestone.code, []).append(milestone)
    names: dict[int | None, str] = {unit.pk: unit.container for unit in units} or {None: ""}
    rail = rail_of(consignment.cargo_kind, consignment.direction)
    now = consignment.status.next_step
    trip = slowest(milestones)
    stage = progress(milestone.code for milestone in trip)[0]
    overdue = _overdue(consignment, trip, figures, at)
    return [
        _step(
            code,
            by_code.get(code, []),
            names,
            is_now=code == now,
            late=_late(code, by_code.get(code, []), overdue, at) if stage_of(code) >= stage else "",
        )
        for code in rail
    ]


def _overdue(consignment: Consignment, trip: Sequence[Milestone], figures: Figures, at: datetime) -> str:
    """The step for which the slowest unit has waited longer than nearly all like cargo did; empty for none."""
    found = spans(times_of(trip), consignment.cargo_kind, consignment.direction, at=at)
    if not found or not found[-1].is_open:
        return ""
    step = found[-1].until
    return step if figures.overdue(consignment.cargo_kind, step, found[-1].lasted) else ""


def _late(code: str, rows: Sequence[Milestone], overdue: str, at: datetime) -> str:
    """Why a step is late that has not been done yet and that nothing has overtaken; empty where it is not."""
    expected = [row for row in rows if row.expected_at]
    if any(_is_past(row, at) for row in expected):
        return _("The time at which it was expected is past, and nothing has been heard.")
    if code == overdue:
        return _("It takes longer than with nine in ten of like cargo.")
    return ""


def _is_past(milestone: Milestone, at: datetime) -> bool:
    if milestone.expected_at is None:
        return False
    if milestone.is_day:
        zone = ZoneInfo(milestone.event.zone)
        return milestone.expected_at.astimezone(zone).date() < at.astimezone(zone).date()
    return milestone.expected_at < at


def _step(code: str, rows: Sequence[Milestone], names: Mapping[int | None, str], *, is_now: bool, late: str) -> Step:
    done = [row for row in rows if row.actual_at]
    last = max(done or rows, key=lambda row: row.actual_at or row.expected_at or row.event.occurred_at, default=None)
    state = _step_state(len(done), len(names), is_expected=bool(rows))
    boxes, others = _parted(done, names) if state == "partly" else ((), ())
    return Step(
        code=code,
        label=kind_label(code),
        state="late" if late and not done else state,
        at=local_time(last.event) if last else None,
        zone=last.event.zone if last else OFFICE_ZONE,
        place=place_name(last.event) if last else "",
        source=last.event.source.name if last else "",
        received_at=last.event.received_at if last else None,
        done_units=len(done),
        units=len(names),
        is_now=is_now,
        late="" if state == "done" else late,
        boxes=boxes,
        others=others,
    )


def _parted(done: Iterable[Milestone], names: Mapping[int | None, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The units that have done a step, and those that have not."""
    reached = {row.unit_id for row in done}
    return (
        tuple(name for pk, name in names.items() if pk in reached),
        tuple(name for pk, name in names.items() if pk not in reached),
    )


def _step_state(done: int, total: int, *, is_expected: bool) -> str:
    if done:
        return "done" if done >= total else "partly"
    return "expected" if is_expected else "unknown"


def event_lines(events: Iterable[Event], gone: Collection[UUID], *, since: datetime | None = None) -> list[EventLine]:
    """The events as given, each saying whether it is withdrawn (its key is ``gone``) or came after ``since``."""
    return [
        EventLine(
            kind_label=kind_label(event.kind),
            classifier=event.classifier,
            classifier_label=str(CLASSIFIERS[event.classifier]),
            place=place_name(event),
            at=local_time(event),
            zone=event.zone,
            source=event.source.name,
            received_at=event.received_at,
            words=event.words,
            remark=event.remark,
            flags=[explain(code) for code in event.flags],
            corrects=event.function != "original",
            is_withdrawn=event.key in gone,
            container=event.container,
            is_new=since is not None and event.received_at > since,
        )
        for event in events
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """A container, the furthest stage that it has reached, and the latest word on which that rests."""

    container: str
    size_type: str
    equipment: str
    headline: str
    source: str
    received_at: datetime | None


def unit_lines(units: Iterable[Unit], milestones: Iterable[Milestone]) -> list[UnitLine]:
    """The containers of a consignment; the milestones' events and sources must have been selected with them."""
    done: dict[int | None, list[Milestone]] = {}
    for milestone in milestones:
        if milestone.actual_at:
            done.setdefault(milestone.unit_id, []).append(milestone)
    return [_unit_line(unit, done.get(unit.pk, [])) for unit in units]


def _unit_line(unit: Unit, done: Sequence[Milestone]) -> UnitLine:
    last = max(done, key=lambda milestone: (milestone.event.occurred_at, milestone.pk), default=None)
    stage = progress(milestone.code for milestone in done)[1]
    return UnitLine(
        container=unit.container,
        size_type=unit.size_type,
        equipment=equipment_words(unit.size_type),
        headline=str(dict(Status.State.choices)[stage]),
        source=last.event.source.name if last else "",
        received_at=last.event.received_at if last else None,
    )


@dataclass(frozen=True, slots=True)
class Conflict:
    """What sources disagree on, as a sentence, with when the word in use was heard."""

    sentence: str
    source: str
    received_at: datetime


def conflicts(milestones: Iterable[Milestone]) -> list[Conflict]:
    """What sources disagree on, and which of them is in use."""
    codes = {milestone.code: milestone for milestone in milestones if milestone.is_contested}
    return [
        Conflict(
            _("%(what)s: sources give different times. Shown is that of %(source)s.")
            % {"what": kind_label(code), "source": milestone.event.source.name},
            milestone.event.source.name,
            milestone.event.received_at,
        )
        for code, milestone in codes.items()
    ]


@dataclass(frozen=True, slots=True)
class NominationRow:
    """A nomination: the other side, its state (waiting, accepted, later, over, ended), what the viewer may do."""

    nomination: Nomination
    other: str
    state: str
    can_accept: bool
    can_end: bool


def nomination_row(nomination: Nomination, *, mine: Collection[int], today: date) -> NominationRow:
    """How it stands ``today``, to somebody who writes for the organisations ``mine``."""
    if nomination.ended_at:
        state = "ended"
    elif nomination.ends_on and nomination.ends_on < today:
        state = "over"
    elif not nomination.accepted_at:
        state = "waiting"
    else:
        state = "later" if nomination.starts_on > today else "accepted"
    is_open = state not in ("ended", "over")
    return NominationRow(
        nomination,
        nomination.principal.name if nomination.nominee_id in mine else nomination.nominee.name,
        state,
        can_accept=state == "waiting" and nomination.nominee_id in mine,
        can_end=is_open and bool({nomination.principal_id, nomination.nominee_id} & set(mine)),
    )
