"""Escalation: telling whom the ladder of a category names that a promise runs out, each step of a clock once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from liaison.bulk import update_rows
from liaison.journal import News, record_many
from liaison.models import Membership
from liaison.people import people_of
from liaison.roles import Role
from notify.outbox import fan_out
from tickets.audiences import team_people
from tickets.clocks.reckoning import Clock, Step, escalations, next_step
from tickets.log import held_many
from tickets.models import Category, Escalation, Ticket, TicketQuerySet
from tickets.posting import write_overdue
from tickets.timing import clocks_of_many, running

BATCH = 200
# What was reached longer ago (the portal was down, a year was loaded) is noted and told to nobody.
LATELY = timedelta(days=1)
# Whose telephone rings at which step: whoever has the ticket, the supervisors, then the heads and the agency.
FIRST, SECOND, LAST = 75, 90, 100
Key = tuple[int, str, str, str, int]


@dataclass(slots=True)
class Taken:
    """A step of a ticket's clock that is taken now, and whether anybody is told of it."""

    ticket: Ticket
    clock: Clock
    step: Step
    is_told: bool
    people: set[int] = field(default_factory=set)
    is_mailed: bool = False


def escalate_due(*, at: datetime) -> int:
    """Take every step that has been reached by ``at``; returns how many. May run twice at any moment."""
    taken = 0
    while ids := list(_due(at).values_list("pk", flat=True)[:BATCH]):
        taken += _escalate(ids, at)
    return taken


def _due(at: datetime) -> TicketQuerySet:
    return Ticket.objects.open().filter(next_step_at__lte=at).order_by("next_step_at", "pk")


@transaction.atomic
def _escalate(ids: Sequence[int], at: datetime) -> int:
    tickets = [ticket for ticket in held_many(ids) if ticket.is_open]
    clocks = clocks_of_many(tickets, at=at)
    known = _known(ids)
    found = [each for ticket in tickets for each in _reached(ticket, running(clocks[ticket.pk]), known, at)]
    _tell(found, at)
    Escalation.objects.bulk_create([_row(each, at) for each in found], ignore_conflicts=True)
    for ticket in tickets:
        ticket.next_step_at = next_step(running(clocks[ticket.pk]), at)
    update_rows(tickets, ["next_step_at"])
    return len(found)


def _known(ids: Sequence[int]) -> dict[Key, datetime]:
    """When each step was taken last."""
    rows = Escalation.objects.filter(ticket__in=ids).order_by("at")
    return {(row.ticket_id, row.contract, row.agency, row.kind, row.percent): row.at for row in rows}


def _reached(ticket: Ticket, clocks: Sequence[Clock], known: Mapping[Key, datetime], at: datetime) -> list[Taken]:
    """The steps that were reached and not taken; of several of one clock only the last is told.

    A step that was taken since a clock began was this clock's, also where a merger has given it an earlier beginning.
    """
    found = []
    for clock in clocks:
        steps = [
            step
            for step in escalations(clock, at)
            if (known_at := known.get((ticket.pk, clock.contract, clock.agency, clock.kind, step.percent))) is None
            or known_at < clock.started_at
        ]
        found += [
            Taken(ticket, clock, step, is_told=step is steps[-1] and step.reached_at > at - LATELY) for step in steps
        ]
    return found


def _row(taken: Taken, at: datetime) -> Escalation:
    clock = taken.clock
    return Escalation(
        ticket=taken.ticket,
        contract=clock.contract,
        agency=clock.agency,
        kind=clock.kind,
        started_at=clock.started_at,
        percent=taken.step.percent,
        rung=rung(taken.ticket.category, taken.step.percent),
        reached_at=taken.step.reached_at,
        told=len(taken.people) + taken.is_mailed,
        at=at,
    )


def rung(category: Category, percent: int) -> str:
    """Whom the ladder names at a step, in the words of the taxonomy; empty for whoever has the ticket."""
    if percent == FIRST:
        return ""
    ladder = category.ladder
    return ladder[0] if percent == SECOND else ", ".join(ladder[1:] or ladder)


def _tell(found: Sequence[Taken], at: datetime) -> None:
    """One entry in the journal for each, an outbox row for each person and channel, and a mail to a late agency's focal
    point.
    """
    told = [each for each in found if each.is_told]
    if not told:
        return
    heads = _heads()
    desks = people_of({each.ticket.agency_id for each in told if each.ticket.agency_id}, {Role.DESK})
    teams = team_people({each.ticket.team_id for each in told})
    for each in told:
        each.people = _people(each, heads, desks, teams)
        is_last = each.step.percent == LAST and bool(each.clock.agency) and _is_theirs(each.ticket)
        each.is_mailed = is_last and write_overdue(each.ticket, at=at)
    entries = record_many([_news(each) for each in told], by=None, at=at)
    fan_out({entry: each.people for entry, each in zip(entries, told, strict=True)}, at=at)


def _heads() -> dict[str, set[int]]:
    """The people who have each of the office's leading roles now."""
    rows = Membership.objects.in_force().filter(role__in=[Role.SUPERVISOR, Role.ADMINISTRATOR], person__is_active=True)
    found: dict[str, set[int]] = {Role.SUPERVISOR: set(), Role.ADMINISTRATOR: set()}
    for role, person in rows.values_list("role", "person_id"):
        found[role].add(person)
    return found


def _people(
    taken: Taken, heads: Mapping[str, set[int]], desks: Mapping[int, set[int]], teams: Mapping[int | None, set[int]]
) -> set[int]:
    """Whom a step concerns: where a rung is empty, the next one."""
    ticket, percent = taken.ticket, taken.step.percent
    supervisors = heads[Role.SUPERVISOR] or heads[Role.ADMINISTRATOR]
    if percent == FIRST:
        return {ticket.assignee_id} if ticket.assignee_id else teams[ticket.team_id] or supervisors
    if percent == SECOND:
        return supervisors
    agency = desks[ticket.agency_id or 0] if _is_theirs(ticket) else set()
    return supervisors | heads[Role.ADMINISTRATOR] | agency


def _is_theirs(ticket: Ticket) -> bool:
    return ticket.agency_id is not None and ticket.waiting_on == Ticket.Holder.AGENCY


def _news(taken: Taken) -> News:
    ticket, clock = taken.ticket, taken.clock
    data = {
        "ref": ticket.ref,
        "title": ticket.title,
        "category": ticket.category.code,
        "percent": taken.step.percent,
        "clock": clock.kind,
        "agency": clock.agency,
        "rung": rung(ticket.category, taken.step.percent),
    }
    return News(kind="tickets.escalated", subject="ticket", key=ticket.ref, data=data)
