"""Handing a ticket over to an agency, its acceptance, and its coming back; and pauses, with whom we wait for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from liaison.models import Organization, Person
from tickets.audiences import agency_side, office_side, tell
from tickets.conversation import Saying, keep_message, resume_held
from tickets.log import enter, held, held_open, hold_ball
from tickets.models import Entry, Message, Ticket
from tickets.posting import write_hand_over
from tickets.timing import Policy

# To whom a ticket can be handed: public agencies, and parties outside, who have no desk here and answer by mail.
HANDED_TO = (
    *(Organization.Kind.AGENCY, Organization.Kind.LINE, Organization.Kind.TRANSPORTER, Organization.Kind.WAREHOUSE),
)
WAITED_FOR = (Ticket.Holder.IMPORTER, Ticket.Holder.AGENCY, Ticket.Holder.OUTSIDE)


@transaction.atomic
def hand_over(
    *,
    ticket: Ticket,
    agency: Organization,
    words: str,
    channel: str = Ticket.Channel.WEB,
    by: Person,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """Hand it to an agency with what it has to know; its desk is told, and sees the ticket from now on.

    ``channel`` is how the words came in.
    """
    found = held_open(ticket, version=version, by=by)
    if agency.kind not in HANDED_TO:
        raise ValidationError(
            _("A ticket is handed to a public agency, a shipping line, a transporter or a warehouse."), code="kind"
        )
    found.agency, found.accepted_at, found.state = agency, None, Ticket.State.OPEN
    message = keep_message(found, Saying(text=words, kind=Message.Kind.AGENCY, channel=channel), by=by, at=at)
    hold_ball(found, Ticket.Holder.AGENCY, at=at)
    found.waiting_since = at
    policy = Policy.of(found.category.code, agency).name
    told = enter(found, Entry.Kind.HANDED_OVER, by=by, at=at, agency=agency.name, policy=policy, message=message.pk)
    tell(told, agency_side(agency), at=at)
    write_hand_over(found, message.text, by=by, at=at)
    return found


@transaction.atomic
def accept(*, ticket: Ticket, by: Person | None, at: datetime, version: int | None = None) -> Ticket:
    """The agency says that it has it; again is nothing. ValidationError where nobody waits for that agency."""
    found = held_open(ticket, version=version, by=by)
    if found.agency is None or found.waiting_on != Ticket.Holder.AGENCY:
        raise ValidationError(_("Nobody waits for an agency here."), code="agency")
    if found.accepted_at is None:
        found.accepted_at = at
        # Also where the office notes what was said by telephone, it is the agency that accepts.
        told = enter(found, Entry.Kind.ACCEPTED, by=by, at=at, party=Entry.Party.AGENCY, agency=found.agency.name)
        tell(told, office_side(found), at=at)
    return found


@transaction.atomic
def give_back(
    *,
    ticket: Ticket,
    words: str,
    channel: str = Ticket.Channel.WEB,
    by: Person | None,
    at: datetime,
    version: int | None = None,
    address: str = "",
    papers: Sequence[tuple[str, bytes]] = (),
) -> Ticket:
    """The agency has done its part, or the office takes the ticket back: the ball is the office's again.

    ``channel`` is how the words came in; ``address`` that of somebody of the agency who has no account; ``papers``
    are file names with their bytes.
    """
    found = held_open(ticket, version=version, by=by)
    if found.agency is None or found.waiting_on != Ticket.Holder.AGENCY:
        raise ValidationError(_("Nobody waits for an agency here."), code="agency")
    saying = Saying(text=words, kind=Message.Kind.AGENCY, channel=channel, address=address, papers=papers)
    message = keep_message(found, saying, by=by, at=at)
    found.state = Ticket.State.OPEN
    hold_ball(found, Ticket.Holder.OFFICE, at=at)
    party = Entry.Party.AGENCY if address else ""
    facts: dict[str, Any] = {"agency": found.agency.name, "message": message.pk}
    told = enter(found, Entry.Kind.GIVEN_BACK, by=by, at=at, party=party, **facts)
    tell(told, office_side(found), at=at)
    return found


@transaction.atomic
def pause(
    *, ticket: Ticket, waiting_on: str, reason: str, by: Person, at: datetime, version: int | None = None
) -> Ticket:
    """Stop its clocks, for a reason and for as long as somebody else has to move."""
    found = held_open(ticket, version=version, by=by)
    if waiting_on not in WAITED_FOR:
        raise ValidationError({"waiting_on": _("Say whom we wait for.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    if waiting_on == Ticket.Holder.AGENCY and found.agency is None:
        raise ValidationError({"waiting_on": _("Hand it over to the agency first.")})
    if found.state == Ticket.State.PAUSED:
        raise ValidationError(_("It is paused already."), code="paused")
    found.state = Ticket.State.PAUSED
    hold_ball(found, waiting_on, at=at)
    agency = found.agency.name if found.agency and waiting_on == Ticket.Holder.AGENCY else ""
    enter(found, Entry.Kind.PAUSED, by=by, at=at, waiting_on=waiting_on, reason=reason.strip()[:300], agency=agency)
    return found


@transaction.atomic
def resume(*, ticket: Ticket, by: Person | None, at: datetime, version: int | None = None) -> Ticket:
    """Let its clocks run again; what an agency has goes back to it."""
    found = held(ticket, version=version, by=by)
    if found.state != Ticket.State.PAUSED:
        raise ValidationError(_("It is not paused."), code="paused")
    resume_held(found, by=by, at=at)
    return found
