"""What is done to all that an incident strikes at once: one message, one end; and what either would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cargo.affected import affected_consignments, standing_at
from cargo.models import Consignment
from cargo.telling import people_told
from liaison.journal import News, record_many
from liaison.models import Person
from notify.outbox import fan_out
from tickets.audiences import tell_many, trade_sides
from tickets.callers import answer_callers
from tickets.conversation import EXCERPT
from tickets.incidents import Kind, held_incident, note
from tickets.log import Done, enter_many, held_many
from tickets.models import Entry, Incident, Message, Ticket

TOLD = "tickets.disruption"
MOST_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom a message would reach: open tickets, and cargo of which nobody has complained, with its people."""

    tickets: int
    consignments: int
    firms: int
    people: int


def silent(incident: Incident) -> Any:
    """The open consignments that it strikes and that none of its tickets is about; a queryset.

    At a place those that are there, also where they are held; by a system those that have yet to go through it; by a
    ship's voyage those that come with it.
    """
    if incident.node_id and incident.node:
        rows = standing_at([incident.node.slug])
    elif incident.system:
        rows = affected_consignments([], [incident.system])
    elif incident.vessel:
        rows = Consignment.objects.open().filter(vessel__iexact=incident.vessel)
        rows = rows.filter(voyage__iexact=incident.voyage) if incident.voyage else rows
    else:
        return Consignment.objects.none()
    return rows.exclude(pk__in=Consignment.objects.filter(ticketed__ticket__incident=incident).values("pk"))


def reach(incident: Incident, *, with_silent: bool, at: datetime) -> Reach:
    """What ``tell_all`` would do now; it writes nothing."""
    consignees = _consignees(incident) if with_silent else {}
    people = people_told(consignees, at) if consignees else {}
    return Reach(
        tickets=incident.tickets.open().count(),
        consignments=len(consignees),
        firms=len(set(consignees.values())),
        people=len(set().union(*people.values())) if people else 0,
    )


def _consignees(incident: Incident) -> dict[int, int]:
    return dict(silent(incident).values_list("pk", "consignee_id"))


@transaction.atomic
def tell_all(
    *, incident: Incident, text: str, with_silent: bool, by: Person, at: datetime, version: int | None = None
) -> Reach:
    """Say the same in every open ticket of it, and where asked to the owners of cargo there who did not complain.

    The same few statements for however many. ValidationError without words, or where it has changed since it was seen.
    """
    found = held_incident(incident, version=version, must_be_open=True)
    words = _words(text)
    tickets = [ticket for ticket in _children(found) if ticket.is_open]
    if tickets:
        _say(tickets, words, by, at)
    consignees = _consignees(found) if with_silent else {}
    people = _tell_silent(found, consignees, words, by, at)
    told = Reach(tickets=len(tickets), consignments=len(consignees), firms=len(set(consignees.values())), people=people)
    note(
        found, Kind.TOLD, by=by, at=at, text=words, tickets=told.tickets, consignments=told.consignments, people=people
    )
    return told


def _words(text: str) -> str:
    words = text.replace("\x00", "").strip()[:8000]
    if not words:
        raise ValidationError({"text": _("Write something.")})
    return words


def _children(incident: Incident) -> list[Ticket]:
    return held_many(list(incident.tickets.values_list("pk", flat=True)))


def _say(tickets: Sequence[Ticket], words: str, by: Person, at: datetime) -> None:
    for ticket in tickets:
        if ticket.state == Ticket.State.NEW:
            ticket.state = Ticket.State.OPEN
    _enter(tickets, Entry.Kind.REPLIED, words, by, at, to=Message.Kind.REPLY, channel="web")


def _enter(tickets: Sequence[Ticket], kind: str, words: str, by: Person, at: datetime, **data: Any) -> None:
    """The same message and entry in each, told to the trade's side of each."""
    messages = Message.objects.bulk_create(
        [Message(ticket=ticket, kind=Message.Kind.REPLY, author=by, text=words, at=at) for ticket in tickets]
    )
    done = [
        Done(ticket, kind, {"message": message.pk, "excerpt": words[:EXCERPT], **data})
        for ticket, message in zip(tickets, messages, strict=True)
    ]
    entries = enter_many(done, by=by, at=at, party=Entry.Party.OFFICE)
    answer_callers(tickets, "resolved" if kind == Entry.Kind.RESOLVED else "replied", words, at=at)
    sides = trade_sides(tickets)
    tell_many({entry: sides[ticket.pk] for entry, ticket in zip(entries, tickets, strict=True)}, by=by, at=at)


def _tell_silent(incident: Incident, consignees: Mapping[int, int], words: str, by: Person, at: datetime) -> int:
    """One piece of news for each firm and those who work for it, which names their own cargo alone; how many people."""
    if not consignees:
        return 0
    people = people_told(consignees, at)
    refs = dict(Consignment.objects.filter(pk__any=consignees).values_list("pk", "ref"))
    groups: dict[tuple[int, frozenset[int]], list[str]] = {}
    for pk, consignee in consignees.items():
        groups.setdefault((consignee, people[pk]), []).append(refs[pk])
    news = [_news(incident, sorted(named), words) for named in groups.values()]
    entries = record_many(news, by=by, at=at)
    told = {entry: told for entry, (_consignee, told) in zip(entries, groups, strict=True)}
    fan_out(told, at=at)
    return len(set().union(*told.values()))


def _news(incident: Incident, refs: Sequence[str], words: str) -> News:
    data = {
        "ref": refs[0],
        "refs": list(refs[:MOST_NAMED]),
        "more": max(len(refs) - MOST_NAMED, 0),
        "title": incident.title,
        "excerpt": words,
    }
    return News(kind=TOLD, subject="consignment", key=refs[0], data=data)


@transaction.atomic
def close_all(
    *, incident: Incident, cause: str, text: str, by: Person, at: datetime, version: int | None = None
) -> int:
    """Resolve every open ticket of it with the same words, and end it; returns how many. Each clock ends by itself.

    Why those that are late are late is told by the incident itself. ValidationError without a cause or words.
    """
    found = held_incident(incident, version=version, must_be_open=True)
    if cause not in Ticket.Cause.values:
        raise ValidationError({"cause": _("Say what it was.")})
    words = _words(text)
    tickets = [ticket for ticket in _children(found) if ticket.is_open]
    for ticket in tickets:
        ticket.state, ticket.cause, ticket.resolved_at = Ticket.State.RESOLVED, cause, at
        ticket.waiting_on, ticket.waiting_since, ticket.snoozed_until = "", at, None
    if tickets:
        _enter(tickets, Entry.Kind.RESOLVED, words, by, at, cause=cause, incident=found.ref)
    found.state, found.closed_at = Incident.State.OVER, at
    versions = {ticket.ref: ticket.version for ticket in tickets}
    note(found, Kind.CLOSED, by=by, at=at, cause=cause, tickets=list(versions), versions=versions)
    return len(tickets)
