"""Merging a ticket into another that is about the same trouble."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from liaison.models import Person
from tickets.audiences import watch
from tickets.log import enter, held_open
from tickets.models import Entry, Ticket, TicketConsignment


@transaction.atomic
def merge(*, ticket: Ticket, into: Ticket, by: Person, at: datetime, version: int | None = None) -> Ticket:
    """Have ``into`` go on for both: its cargo, its watchers and what was said are read there from now on.

    ValidationError where that would show one firm's words to another. Returns the ticket that is left.
    """
    if ticket.pk == into.pk:
        raise ValidationError({"into": _("This is the same ticket.")})
    # Always in the same order, so that two who merge crosswise do not wait for each other for ever.
    first, second = sorted((ticket, into), key=lambda each: each.pk)
    locked = {each.pk: held_open(each, version=version if each is ticket else None, by=by) for each in (first, second)}
    gone, left = locked[ticket.pk], locked[into.pk]
    if _firms(gone) != _firms(left):
        raise ValidationError({"into": _("The two belong to different firms.")})
    cargo = gone.concerned.values_list("consignment_id", flat=True)
    TicketConsignment.objects.bulk_create(
        [TicketConsignment(ticket=left, consignment_id=pk) for pk in cargo], ignore_conflicts=True
    )
    interested = {*gone.watches.values_list("person_id", flat=True), *([gone.opener_id] if gone.opener_id else [])}
    watch(left, interested, at=at)
    gone.state, gone.merged_into, gone.waiting_on, gone.waiting_since = Ticket.State.MERGED, left, "", at
    enter(gone, Entry.Kind.MERGED, by=by, at=at, into=left.ref)
    enter(left, Entry.Kind.ABSORBED, by=by, at=at, of=gone.ref)
    return left


def threads_of(ticket: Ticket) -> list[int]:
    """The ids of the ticket and of all that were merged into it, also by way of others."""
    found = due = [ticket.pk]
    while due:
        due = list(Ticket.objects.filter(merged_into__in=due).values_list("pk", flat=True))
        found = found + due
    return found


def _firms(ticket: Ticket) -> set[int | None]:
    """Whose words and cargo it holds: its organisation, and the consignee of its cargo."""
    return {ticket.organization_id, *ticket.concerned.values_list("consignment__consignee", flat=True)}
