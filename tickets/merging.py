"""Merging a ticket into another that is about the same trouble, and undoing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from liaison.models import Person
from tickets.audiences import office_people, watch
from tickets.conversation import holder_of
from tickets.log import enter, held, held_open
from tickets.models import Attachment, Entry, Message, MessageQuerySet, Ticket, TicketConsignment

_CARGO = ("consignment_id", "consignment__ref")


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
    cargo = dict(gone.concerned.exclude(consignment__in=left.concerned.values("consignment")).values_list(*_CARGO))
    TicketConsignment.objects.bulk_create([TicketConsignment(ticket=left, consignment_id=pk) for pk in cargo])
    interested = {*gone.watches.values_list("person_id", flat=True), *([gone.opener_id] if gone.opener_id else [])}
    watch(left, interested, at=at)
    gone.state, gone.merged_into, gone.waiting_on, gone.waiting_since = Ticket.State.MERGED, left, "", at
    enter(gone, Entry.Kind.MERGED, by=by, at=at, into=left.ref)
    came: dict[str, Any] = {"cargo": list(cargo.values())} if cargo else {}
    enter(left, Entry.Kind.ABSORBED, by=by, at=at, of=gone.ref, **came)
    return left


@transaction.atomic
def part(*, ticket: Ticket, by: Person, at: datetime, version: int | None = None) -> Ticket:
    """Undo its merger: it goes on by itself, where it was before, and the other without the cargo that came with it.

    What was said meanwhile stays where it was said. ValidationError where it is not merged, or the other is over.
    """
    if ticket.merged_into is None:
        raise ValidationError(_("This ticket is not merged into another."), code="merged")
    first, second = sorted((ticket, ticket.merged_into), key=lambda each: each.pk)
    locked = {each.pk: held(each, version=version if each is ticket else None, by=by) for each in (first, second)}
    parted, left = locked[ticket.pk], locked[ticket.merged_into.pk]
    if parted.merged_into_id != left.pk:
        raise ValidationError(_("This ticket is not merged into another."), code="merged")
    if not left.is_open:
        raise ValidationError(_("%(into)s is over.") % {"into": left.ref}, code="over")
    left.concerned.filter(consignment__in=_came_with(parted, left)).delete()
    if parted.stalled_id and Ticket.objects.open().filter(stalled=parted.stalled_id).exists():
        # The portal has opened another of the same stall meanwhile.
        parted.stalled, parted.stands = None, ""
    parted.state, parted.merged_into = Ticket.State.OPEN, None
    parted.waiting_on, parted.waiting_since, parted.accepted_at = holder_of(parted), at, None
    enter(parted, Entry.Kind.PARTED, by=by, at=at, **{"from": left.ref})
    enter(left, Entry.Kind.PARTED, by=by, at=at, of=parted.ref)
    return parted


def _came_with(parted: Ticket, left: Ticket) -> list[int]:
    """The cargo of the one that mergers brought to the other, and that none still merged into it is about."""
    told = left.entries.filter(kind=Entry.Kind.ABSORBED).values_list("data", flat=True)
    brought = {ref for data in told for ref in data.get("cargo", ())}
    others = Ticket.objects.filter(merged_into=left).exclude(pk=parted.pk)
    kept = TicketConsignment.objects.filter(ticket__in=others).values("consignment")
    rows = parted.concerned.filter(consignment__ref__in=brought).exclude(consignment__in=kept)
    return list(rows.values_list("consignment", flat=True))


def threads_of(ticket: Ticket) -> list[int]:
    """The ids of the ticket and of all that were merged into it, also by way of others."""
    found = due = [ticket.pk]
    while due:
        due = list(Ticket.objects.filter(merged_into__in=due).values_list("pk", flat=True))
        found = found + due
    return found


def goes_on_in(ticket: Ticket, writer: Person | None) -> Ticket:
    """The ticket in which a merged one goes on for somebody who may write in it; any other is itself.

    It is over for her where somebody else outside, who has an account and no firm, would read there what she writes.
    """
    left = ticket
    while left.merged_into is not None:
        left = left.merged_into
    if left.pk == ticket.pk or left.organization_id is not None:
        return left
    readers = {left.opener_id} - {None, writer.pk if writer else None}
    return left if readers <= set(office_people()) else ticket


def said_in(ticket: Ticket, viewer: Person) -> MessageQuerySet:
    """What the viewer, who sees the ticket, may read of it and of all merged into it that she sees, with the papers."""
    merged = threads_of(ticket)[1:]
    where = Q(ticket=ticket)
    if merged:
        where |= Q(ticket__in=Ticket.objects.visible_to(viewer).filter(pk__in=merged))
    papers = Prefetch("attachments", Attachment.objects.defer("content").order_by("pk"))
    messages = Message.objects.meant_for(viewer).filter(where)
    return messages.select_related("author").prefetch_related(papers).order_by("pk")


def _firms(ticket: Ticket) -> set[int | None]:
    """Whose words and cargo it holds: its organisation, and the consignee of its cargo."""
    return {ticket.organization_id, *ticket.concerned.values_list("consignment__consignee", flat=True)}
