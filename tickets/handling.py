"""Whose ticket it is, how urgent, under what it is filed, its tags, and until when it is put off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cargo.models import Consignment
from liaison.models import Person
from liaison.roles import OFFICE
from tickets.audiences import holding, tell, watch
from tickets.log import enter, held_open, late_reason
from tickets.models import Category, Entry, Team, Ticket, TicketConsignment, Watch
from tickets.opening import check_cargo
from tickets.risks import risks_of
from tickets.snapshots import snapshots
from tickets.teams import held_team

MOST_TAGS = 8


@transaction.atomic
def assign(
    *,
    ticket: Ticket,
    to: Person | None,
    team: Team | None = None,
    by: Person,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """Give it to somebody of the office, to a team, or to both, or put it back into the queue. Again is nothing.

    Who gets it is told; where that is nobody by name, all of the team are. ValidationError for a person of another
    house and for a team that was given up meanwhile.
    """
    found = held_open(ticket, version=version, by=by)
    if to is not None and not to.roles & OFFICE:
        raise ValidationError(_("Tickets are worked on by people of the office."), code="office")
    if (found.assignee_id, found.team_id) == (to.pk if to else None, team.pk if team else None):
        return found
    if team is not None:
        held_team(team)
    found.assignee, found.team = to, team
    if to and found.state == Ticket.State.NEW:
        found.state = Ticket.State.OPEN
    told = enter(found, Entry.Kind.ASSIGNED, by=by, at=at, **_named(to, team))
    tell(told, holding(found), at=at)
    return found


def _named(to: Person | None, team: Team | None) -> dict[str, str]:
    return {"assignee": str(to) if to else "", **({"team": team.name} if team else {})}


@transaction.atomic
def attach(
    *, ticket: Ticket, consignments: Sequence[Consignment], by: Person, at: datetime, version: int | None = None
) -> Ticket:
    """Have it be about this cargo, too, as it stands now; what it is about already is nothing new.

    ValidationError where that would be too many, or several firms' goods.
    """
    found = held_open(ticket, version=version, by=by)
    known = list(Consignment.objects.filter(ticketed__ticket=found))
    new = [each for each in dict.fromkeys(consignments) if each not in known]
    check_cargo([*known, *new], found.organization)
    TicketConsignment.objects.bulk_create(TicketConsignment(ticket=found, consignment=each) for each in new)
    if new:
        found.usd_at_risk, found.risk_at = risks_of([found.pk], at=at)[found.pk], at
    for snapshot in snapshots(new, at=at):
        enter(found, Entry.Kind.ATTACHED, by=by, at=at, **snapshot)
    return found


@transaction.atomic
def set_priority(*, ticket: Ticket, priority: str, by: Person, at: datetime, version: int | None = None) -> Ticket:
    """Hold it to be more or less urgent."""
    found = held_open(ticket, version=version, by=by)
    if found.priority != priority:
        found.priority = Ticket.Priority(priority)
        enter(found, Entry.Kind.PRIORITY, by=by, at=at, priority=priority)
    return found


@transaction.atomic
def file_under(*, ticket: Ticket, category: Category, by: Person, at: datetime, version: int | None = None) -> Ticket:
    """File it under another category, whose promises hold from now on."""
    found = held_open(ticket, version=version, by=by)
    if found.category_id != category.pk:
        found.category = category
        enter(found, Entry.Kind.CATEGORY, by=by, at=at, filed_under=category.code, policy=category.code)
    return found


@transaction.atomic
def tag(*, ticket: Ticket, tags: Sequence[str], by: Person, at: datetime, version: int | None = None) -> Ticket:
    """Have these tags and no others: short, in lower case, each once."""
    found = held_open(ticket, version=version, by=by)
    wanted = list(dict.fromkeys(word.strip().lower()[:30] for word in tags if word.strip()))
    if len(wanted) > MOST_TAGS:
        raise ValidationError(_("%(most)s tags at most."), params={"most": MOST_TAGS}, code="many")
    if wanted != found.tags:
        found.tags = wanted
        enter(found, Entry.Kind.TAGGED, by=by, at=at, tags=", ".join(wanted) or "–")
    return found


@transaction.atomic
def snooze(
    *, ticket: Ticket, until: datetime, reason: str = "", by: Person, at: datetime, version: int | None = None
) -> Ticket:
    """Put it off the board until then; its clocks run on, for a promise does not sleep.

    ValidationError without a reason where a promise is broken already.
    """
    found = held_open(ticket, version=version, by=by)
    if until <= at:
        raise ValidationError(_("This has passed."), code="past")
    why = late_reason(found, reason, at=at)
    found.snoozed_until = until
    enter(found, Entry.Kind.SNOOZED, by=by, at=at, until=until.isoformat(timespec="minutes"), **why)
    return found


def follow(*, ticket: Ticket, by: Person, at: datetime) -> None:
    """Be told of what happens in it; again is nothing. The ticket does not change, so the journal hears nothing."""
    watch(ticket, {by.pk}, at=at)


def unfollow(*, ticket: Ticket, by: Person, at: datetime) -> None:
    """Be told no more."""
    Watch.objects.filter(ticket=ticket, person=by).delete()
