"""The log: holding a ticket for a change, and entering what was done to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from liaison.bulk import update_rows
from liaison.journal import News, record, record_many
from liaison.models import JournalEntry, Person
from liaison.roles import OFFICE, Role
from tickets.models import Entry, Ticket
from tickets.sight import told_to
from tickets.timing import clocks_of_many, set_moments

# What a change of a ticket may have touched, beside what is set once.
_KEPT = (
    "category state priority waiting_on waiting_since agency accepted_at assignee team version changed_at resolved_at "
    "cause rating next_breach_at next_step_at snoozed_until tags incident stalled stands"
).split()


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done to a held ticket: the entry's kind and data."""

    ticket: Ticket
    kind: str
    data: dict[str, Any] = field(default_factory=dict)


class Stale(ValidationError):
    """Somebody has changed the ticket since the page was loaded; it says what was done that the reader may know of."""


def held(ticket: Ticket, *, version: int | None = None, by: Person | None = None) -> Ticket:
    """The ticket as it stands now, nobody else's until the transaction ends. Stale where it is not as ``by`` saw it."""
    found = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if version is not None and version != found.version:
        since = found.entries.filter(number__gt=version).select_related("by").order_by("number")
        raise Stale(
            [
                _("The ticket has changed since you opened it. Look at it again; what you wrote is still here."),
                *told_to(by, found, since),
            ],
            code="stale",
        )
    return found


def held_open(ticket: Ticket, *, version: int | None = None, by: Person | None = None) -> Ticket:
    """As ``held``; ValidationError where it is over."""
    found = held(ticket, version=version, by=by)
    if not found.is_open:
        raise ValidationError(_("This ticket is over."), code="over")
    return found


def party_of(person: Person | None, ticket: Ticket) -> str:
    """For which side the person acts in this ticket; nobody is the portal."""
    if person is None:
        return Entry.Party.PORTAL
    if person.roles & OFFICE:
        return Entry.Party.OFFICE
    if ticket.agency_id in person.organization_ids(Role.DESK):
        return Entry.Party.AGENCY
    return Entry.Party.IMPORTER


def enter(
    ticket: Ticket, kind: str, *, by: Person | None, at: datetime, party: str = "", tell: str = "", **data: Any
) -> JournalEntry:
    """Write the next entry of a held ticket, save the ticket, and tell the journal; in the caller's transaction.

    ``tell`` names the journal's kind where it is not "tickets." and the entry's.
    """
    _next_entry(Done(ticket, kind, data), by, at, party or party_of(by, ticket)).save(force_insert=True)
    set_moments(ticket, clocks_of_many([ticket], at=at)[ticket.pk] if ticket.is_open else [], at=at)
    ticket.save()
    facts = {"ref": ticket.ref, "title": ticket.title, "category": ticket.category.code}
    return record(kind=tell or f"tickets.{kind}", subject="ticket", key=ticket.ref, by=by, at=at, **facts, **data)


def enter_many(done: Sequence[Done], *, by: Person | None, at: datetime, party: str) -> list[int]:
    """As ``enter`` for many entries at once, each ticket saved once: the same few queries for however many.

    Returns the ids of the journal's entries in the order given.
    """
    Entry.objects.bulk_create([_next_entry(each, by, at, party) for each in done])
    tickets = list({each.ticket.pk: each.ticket for each in done}.values())
    clocks = clocks_of_many([ticket for ticket in tickets if ticket.is_open], at=at)
    for ticket in tickets:
        set_moments(ticket, clocks.get(ticket.pk, []), at=at)
    update_rows(tickets, _KEPT)
    return record_many([_news(each) for each in done], by=by, at=at)


def _next_entry(done: Done, by: Person | None, at: datetime, party: str) -> Entry:
    ticket = done.ticket
    ticket.version += 1
    ticket.changed_at = at
    return Entry(ticket=ticket, number=ticket.version, kind=done.kind, party=party, by=by, at=at, data=done.data)


def _news(done: Done) -> News:
    ticket = done.ticket
    facts = {"ref": ticket.ref, "title": ticket.title, "category": ticket.category.code}
    return News(kind=f"tickets.{done.kind}", subject="ticket", key=ticket.ref, data={**facts, **done.data})


def held_many(tickets: Sequence[int]) -> list[Ticket]:
    """The tickets of these ids as they stand now, nobody else's until the transaction ends, with their categories.

    Always in the same order, so that two who take several do not wait for each other for ever.
    """
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("category", "opener", "agency")
    return list(rows.filter(pk__in=tickets).order_by("pk"))


def late_reason(ticket: Ticket, reason: str, *, at: datetime) -> dict[str, str]:
    """What the log keeps of why an overdue ticket is put off, or solved late. ValidationError where nobody says why."""
    if not ticket.is_overdue(at):
        return {}
    if not reason.strip():
        raise ValidationError(_("A promise of this ticket is broken: say why."), code="late")
    return {"late_reason": reason.strip()[:300]}


def hold_ball(ticket: Ticket, holder: str, *, at: datetime) -> None:
    """Whose move it is from now on; since when stays as it is where it was theirs before."""
    if ticket.waiting_on != holder:
        ticket.waiting_on, ticket.waiting_since = holder, at
