"""Incidents: one parent for the tickets of one trouble; opened, linked, split, closed together, and undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from corridor.models import Node
from liaison.journal import record
from liaison.models import Person
from tickets.log import Done, enter_many, held_many, hold_ball
from tickets.models import Category, Entry, Incident, IncidentEntry, Ticket

MOST_TICKETS = 500
Kind = IncidentEntry.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """What has happened, and what it strikes: a place, a ship's voyage or a system, or its tickets alone."""

    title: str
    category: Category
    node: Node | None = None
    vessel: str = ""
    voyage: str = ""
    system: str = ""


@transaction.atomic
def open_incident(*, struck: Struck, tickets: Sequence[Ticket] = (), by: Person, at: datetime) -> Incident:
    """Open one over these tickets, which leave others that they belonged to. ValidationError for one that is over."""
    incident = Incident(
        ref=_ref(at),
        title=" ".join(struck.title.split())[:140],
        category=struck.category,
        node=struck.node,
        vessel=struck.vessel.strip(),
        voyage=struck.voyage.strip(),
        system=struck.system.strip(),
        opened_by=by,
        opened_at=at,
    )
    if not incident.title:
        raise ValidationError({"title": _("Say what has happened.")})
    incident.save()
    note(incident, Kind.OPENED, by=by, at=at)
    if tickets:
        _link(incident, [ticket.pk for ticket in tickets], by, at)
    return incident


def _ref(at: datetime) -> str:
    """The next reference: I, the year, and a running number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('tickets_incident_ref')")
        return f"I{at:%y}-{cursor.fetchone()[0]:05d}"


@transaction.atomic
def link(*, incident: Incident, tickets: Sequence[Ticket], by: Person, at: datetime) -> int:
    """Make them its children; those of another incident move. Returns how many were not so before."""
    found = held_incident(incident, must_be_open=True)
    return _link(found, [ticket.pk for ticket in tickets], by, at)


def _link(incident: Incident, ids: Sequence[int], by: Person, at: datetime) -> int:
    tickets = [ticket for ticket in held_many(ids) if ticket.incident_id != incident.pk]
    if over := [ticket.ref for ticket in tickets if not ticket.is_open]:
        raise ValidationError(_("These are over: %(refs)s."), params={"refs": ", ".join(over)}, code="over")
    if incident.tickets.count() + len(tickets) > MOST_TICKETS:
        raise ValidationError(_("%(most)s tickets at most."), params={"most": MOST_TICKETS}, code="many")
    if not tickets:
        return 0
    left = _left(tickets, by, at, into=incident.ref)
    _belong(tickets, incident, by, at)
    note(incident, Kind.LINKED, by=by, at=at, tickets=_refs(tickets), left=left)
    return len(tickets)


def _left(tickets: Sequence[Ticket], by: Person, at: datetime, *, into: str) -> dict[str, str]:
    """Note in the incidents that they belonged to that they have moved; by ticket which that was."""
    former: dict[int, list[Ticket]] = {}
    for ticket in tickets:
        if ticket.incident_id:
            former.setdefault(ticket.incident_id, []).append(ticket)
    rows = Incident.objects.select_for_update().filter(pk__in=former).order_by("pk")
    left: dict[str, str] = {}
    for other in rows:
        note(other, Kind.SPLIT, by=by, at=at, tickets=_refs(former[other.pk]), into=into)
        left |= dict.fromkeys(_refs(former[other.pk]), other.ref)
    return left


@transaction.atomic
def split(*, incident: Incident, tickets: Sequence[Ticket], by: Person, at: datetime) -> int:
    """Take them out: they are troubles of their own. Returns how many it had."""
    found = held_incident(incident)
    mine = [ticket for ticket in held_many([each.pk for each in tickets]) if ticket.incident_id == found.pk]
    if mine:
        _belong(mine, None, by, at, was=found.ref)
        note(found, Kind.SPLIT, by=by, at=at, tickets=_refs(mine), into="")
    return len(mine)


def _belong(tickets: Sequence[Ticket], incident: Incident | None, by: Person, at: datetime, *, was: str = "") -> None:
    """Their clocks stay their own: an entry of this kind tells them nothing."""
    for ticket in tickets:
        ticket.incident = incident
    kind = Entry.Kind.LINKED if incident else Entry.Kind.UNLINKED
    data = {"incident": incident.ref if incident else was}
    enter_many([Done(ticket, kind, data) for ticket in tickets], by=by, at=at, party=Entry.Party.OFFICE)


@transaction.atomic
def undo(*, incident: Incident, by: Person, at: datetime) -> IncidentEntry:
    """Take back what was done to it last: a link, a split, or its closing. ValidationError where nothing can be.

    What was told stays told. Children that went on meanwhile stay as they are.
    """
    found = held_incident(incident)
    last = last_undoable(found)
    if last is None:
        raise ValidationError(_("There is nothing to take back."), code="undo")
    changed = _UNDO[last.kind](found, last, by, at)
    return note(found, Kind.UNDONE, by=by, at=at, undoes=last.number, tickets=changed)


def last_undoable(incident: Incident) -> IncidentEntry | None:
    """The last link, split or closing, unless it was taken back; a message lies between and changes nothing."""
    done = incident.entries.exclude(kind=Kind.TOLD).order_by("-number").first()
    # What has moved on is taken back where it went.
    return done if done is not None and done.kind in _UNDO and not done.data.get("into") else None


def _unlink(incident: Incident, entry: IncidentEntry, by: Person, at: datetime) -> list[str]:
    """Take them out again; those that came from another incident go back there, if that goes on."""
    tickets = [ticket for ticket in _named(entry) if ticket.incident_id == incident.pk]
    back: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        back.setdefault(entry.data["left"].get(ticket.ref, ""), []).append(ticket)
    rows = Incident.objects.select_for_update().filter(ref__in=back, state=Incident.State.OPEN)
    others = {each.ref: each for each in rows.order_by("pk")}
    for ref, some in back.items():
        other = others.get(ref)
        _belong(some, other, by, at, was=incident.ref)
        if other:
            note(other, Kind.LINKED, by=by, at=at, tickets=_refs(some), left=dict.fromkeys(_refs(some), incident.ref))
    return _refs(tickets)


def _relink(incident: Incident, entry: IncidentEntry, by: Person, at: datetime) -> list[str]:
    """Those that are open and belong to no other incident by now."""
    tickets = [ticket for ticket in _named(entry) if ticket.incident_id is None and ticket.is_open]
    if tickets:
        _belong(tickets, incident, by, at)
    return _refs(tickets)


def _reopen(incident: Incident, entry: IncidentEntry, by: Person, at: datetime) -> list[str]:
    """The incident, and its children that nobody has touched since it was closed."""
    incident.state, incident.closed_at = Incident.State.OPEN, None
    versions = entry.data["versions"]
    tickets = [
        ticket
        for ticket in _named(entry)
        if ticket.state == Ticket.State.RESOLVED and ticket.version == versions.get(ticket.ref)
    ]
    for ticket in tickets:
        ticket.state, ticket.resolved_at, ticket.cause = Ticket.State.OPEN, None, ""
        # The stall may have a ticket of its own by now, and only one may be open.
        ticket.stalled, ticket.stands = None, ""
        hold_ball(ticket, Ticket.Holder.OFFICE, at=at)
    reason = {"reason": str(_("It had been closed with an incident by mistake."))}
    enter_many(
        [Done(ticket, Entry.Kind.REOPENED, reason) for ticket in tickets], by=by, at=at, party=Entry.Party.OFFICE
    )
    return _refs(tickets)


_UNDO: dict[str, Callable[[Incident, IncidentEntry, Person, datetime], list[str]]] = {
    Kind.LINKED: _unlink,
    Kind.SPLIT: _relink,
    Kind.CLOSED: _reopen,
}


def _named(entry: IncidentEntry) -> list[Ticket]:
    return held_many(list(Ticket.objects.filter(ref__in=entry.data["tickets"]).values_list("pk", flat=True)))


def _refs(tickets: Sequence[Ticket]) -> list[str]:
    return [ticket.ref for ticket in tickets]


def held_incident(incident: Incident, *, version: int | None = None, must_be_open: bool = False) -> Incident:
    """It as it stands now, held until the transaction ends. ValidationError where it has changed or is over."""
    found = Incident.objects.select_for_update().get(pk=incident.pk)
    if version is not None and version != found.version:
        raise ValidationError(_("The incident has changed since you looked at it. Look again."), code="stale")
    if must_be_open and not found.is_open:
        raise ValidationError(_("This incident is over."), code="over")
    return found


def note(incident: Incident, kind: str, *, by: Person, at: datetime, **data: Any) -> IncidentEntry:
    """Write the next entry of a held incident, save it, and tell the journal."""
    incident.version += 1
    incident.save()
    entry = IncidentEntry.objects.create(incident=incident, number=incident.version, kind=kind, by=by, at=at, data=data)
    record(kind=f"tickets.incident_{kind}", subject="incident", key=incident.ref, by=by, at=at, **data)
    return entry
