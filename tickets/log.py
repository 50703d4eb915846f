"""The log: holding a ticket for a change, and entering what was done to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from liaison.journal import record
from liaison.models import JournalEntry, Person
from liaison.roles import OFFICE, Role
from tickets.models import Entry, Ticket
from tickets.sight import told_to
from tickets.timing import next_breach_of


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
    ticket.version += 1
    ticket.changed_at = at
    Entry.objects.create(
        ticket=ticket,
        number=ticket.version,
        kind=kind,
        party=party or party_of(by, ticket),
        by=by,
        at=at,
        data=data,
    )
    ticket.next_breach_at = next_breach_of(ticket, at=at) if ticket.is_open else None
    ticket.save()
    facts = {"ref": ticket.ref, "title": ticket.title, "category": ticket.category.code}
    return record(kind=tell or f"tickets.{kind}", subject="ticket", key=ticket.ref, by=by, at=at, **facts, **data)


def hold_ball(ticket: Ticket, holder: str, *, at: datetime) -> None:
    """Whose move it is from now on; since when stays as it is where it was theirs before."""
    if ticket.waiting_on != holder:
        ticket.waiting_on, ticket.waiting_since = holder, at
