"""The end of a ticket: its resolution with a cause, the importer's yes and her rating, and opening it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from liaison.models import Person
from tickets.audiences import office_side, tell, trade_side
from tickets.callers import answer_callers
from tickets.conversation import EXCERPT, Saying, keep_message, reopen_held
from tickets.log import enter, held, held_open, late_reason
from tickets.models import REOPEN_WINDOW, Entry, Ticket


@transaction.atomic
def resolve(
    *,
    ticket: Ticket,
    cause: str,
    words: str,
    reason: str = "",
    channel: str = Ticket.Channel.WEB,
    by: Person | None,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """Say that it is solved, why it came about, and what was done; the importer is asked whether that is so.

    ``channel`` is how the words came in. ValidationError where a promise is broken and the office gives no reason.
    """
    found = held_open(ticket, version=version, by=by)
    if cause not in Ticket.Cause.values:
        raise ValidationError({"cause": _("Say what it was.")})
    why = late_reason(found, reason, at=at) if by else {}
    message = keep_message(found, Saying(text=words, channel=channel), by=by, at=at)
    found.state, found.cause, found.resolved_at = Ticket.State.RESOLVED, cause, at
    found.waiting_on, found.waiting_since, found.snoozed_until = "", at, None
    facts: dict[str, Any] = {"cause": cause, "message": message.pk, "excerpt": message.text[:EXCERPT], **why}
    told = enter(found, Entry.Kind.RESOLVED, by=by, at=at, **facts)
    tell(told, trade_side(found), at=at)
    answer_callers([found], "resolved", message.text, at=at)
    return found


@transaction.atomic
def confirm(
    *, ticket: Ticket, rating: int | None = None, by: Person | None, at: datetime, version: int | None = None
) -> Ticket:
    """The importer says that it is solved; with one tap she may rate the help, 1 to 5, now or later.

    Nobody is a caller without an account, who says so by text.
    """
    found = held(ticket, version=version, by=by)
    if found.state not in (Ticket.State.RESOLVED, Ticket.State.CLOSED):
        raise ValidationError(_("This ticket is not resolved."), code="state")
    if rating is not None and not 1 <= rating <= 5:
        raise ValidationError({"rating": _("From 1 to 5.")})
    party = "" if by else Entry.Party.IMPORTER
    if found.state == Ticket.State.RESOLVED:
        found.state = Ticket.State.CLOSED
        tell(enter(found, Entry.Kind.CONFIRMED, by=by, at=at, party=party), office_side(found), at=at)
    if rating is not None and rating != found.rating:
        found.rating = rating
        enter(found, Entry.Kind.RATED, by=by, at=at, party=party, rating=rating)
    return found


@transaction.atomic
def reopen(*, ticket: Ticket, reason: str, by: Person | None, at: datetime, version: int | None = None) -> Ticket:
    """Open it again with a reason. ValidationError once the window is over: the office then opens a new one."""
    found = held(ticket, version=version, by=by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    if not found.may_reopen(at):
        raise ValidationError(_("This ticket can no longer be opened again. Open a new one."), code="over")
    reopen_held(found, reason.strip()[:300], by=by, at=at)
    return found


def close_silent(*, at: datetime) -> int:
    """Close what was resolved and nobody objected to while that could be done; returns how many. May run twice."""
    closed = 0
    waiting = Ticket.objects.filter(state=Ticket.State.RESOLVED, resolved_at__lt=at - REOPEN_WINDOW)
    for ticket in waiting.order_by("pk"):
        closed += _close(ticket, at)
    return closed


@transaction.atomic
def _close(ticket: Ticket, at: datetime) -> bool:
    found = held(ticket)
    if found.state != Ticket.State.RESOLVED or found.may_reopen(at):
        return False
    found.state = Ticket.State.CLOSED
    enter(found, Entry.Kind.CLOSED, by=None, at=at)
    return True
