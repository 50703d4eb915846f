"""Shaping a consignment for its page and its row in the list: status, rail, units, events, conflicts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from cargo.deriving import happenings_of
from cargo.milestones import progress, rail_of, withdrawn
from cargo.models import Consignment, Event, Milestone, Nomination, Status, Unit
from cargo.words import CLASSIFIERS, headline, holder_label, kind_label, step_label
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One milestone of the rail: done, partly (some units), expected, or unknown."""

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


def local_time(event: Event) -> datetime | date:
    """When the event happened, at its place; a date where only the day is known."""
    at = event.occurred_at.astimezone(ZoneInfo(event.zone))
    return at.date() if event.is_day else at


def place_name(event: Event) -> str:
    """Our node's name, else the sender's words for the place."""
    return event.node.name if event.node else event.place


def status_line(status: Status) -> StatusLine:
    """The status of a consignment; its event, node and source must have been selected with it."""
    event = status.event
    place = place_name(event) if event else ""
    return StatusLine(
        state=status.state,
        state_label=status.get_state_display(),
        headline=headline(
            last_kind=event.kind if event else "",
            place=place,
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


def rail_steps(consignment: Consignment, milestones: Iterable[Milestone], units: int) -> list[Step]:
    """The consignment's milestones in their usual order; what nobody has said is unknown.

    ``is_now`` marks the step that the status waits for; the status must have been selected with the consignment.
    """
    by_code: dict[str, list[Milestone]] = {}
    for milestone in milestones:
        by_code.setdefault(milestone.code, []).append(milestone)
    total = max(units, 1)
    rail = rail_of(consignment.cargo_kind)
    now = consignment.status.next_step
    return [_step(code, by_code.get(code, []), total, is_now=code == now) for code in rail]


def _step(code: str, rows: Sequence[Milestone], total: int, *, is_now: bool) -> Step:
    done = [row for row in rows if row.actual_at]
    last = max(done or rows, key=lambda row: row.actual_at or row.expected_at or row.event.occurred_at, default=None)
    return Step(
        code=code,
        label=kind_label(code),
        state=_step_state(len(done), total, is_expected=bool(rows)),
        at=local_time(last.event) if last else None,
        zone=last.event.zone if last else OFFICE_ZONE,
        place=place_name(last.event) if last else "",
        source=last.event.source.name if last else "",
        received_at=last.event.received_at if last else None,
        done_units=len(done),
        units=total,
        is_now=is_now,
    )


def _step_state(done: int, total: int, *, is_expected: bool) -> str:
    if done:
        return "done" if done >= total else "partly"
    return "expected" if is_expected else "unknown"


def event_lines(consignment: Consignment, events: Iterable[Event]) -> list[EventLine]:
    """The events as given, each saying whether it has been withdrawn."""
    gone = withdrawn(happenings_of(consignment.pk))
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
        )
        for event in events
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """A container, the furthest stage that it has reached, and the latest word on which that rests."""

    container: str
    size_type: str
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
