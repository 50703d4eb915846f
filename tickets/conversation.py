"""What is said in a ticket: notes, replies, words to the agency, with papers; and whom ``@name`` calls."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from liaison.documents import check_content, clean_file_name
from liaison.journal import record
from liaison.models import Person
from liaison.roles import OFFICE
from tickets.audiences import agency_side, mentioned, office_side, tell, trade_side, watch
from tickets.callers import answer_callers
from tickets.log import enter, held, hold_ball, party_of
from tickets.models import Attachment, Entry, Message, Ticket
from tickets.posting import write_to_agency

MOST_PAPERS = 5
EXCERPT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What is said, to whom (``Message.Kind``), by which channel; ``papers`` are file names with their bytes.

    ``address`` is that of somebody outside, who has no account; ``side`` (``Entry.Party``) for whom she speaks.
    """

    text: str
    kind: str = Message.Kind.REPLY
    channel: str = "web"
    address: str = ""
    side: str = Entry.Party.IMPORTER
    papers: Sequence[tuple[str, bytes]] = field(default_factory=tuple)


@transaction.atomic
def say(*, ticket: Ticket, saying: Saying, by: Person | None, at: datetime, version: int | None = None) -> Message:
    """Say something in a ticket. ValidationError for a paper that is not taken, or where the ticket is over.

    Who answers what was waited for ends the pause: the ball goes back to the agency where one has the ticket, else to
    the office. An importer who writes to a ticket that was resolved a short while ago opens it again.
    """
    found = held(ticket, version=version, by=by)
    party = saying.side if saying.address else party_of(by, found)
    if found.state in Ticket.OVER and not found.may_reopen(at):
        raise ValidationError(_("This ticket is over. Open a new one."), code="over")
    message = keep_message(found, saying, by=by, at=at)
    _move(found, saying, party, by=by, at=at)
    told = enter(found, _kind(saying, party), by=by, at=at, party=party, **_facts(message, found, party))
    tell(told, _audience(found, message, party), at=at)
    if party == Entry.Party.OFFICE:
        _write_outside(found, message, at)
    _call(found, message, by=by, at=at)
    return message


def keep_message(ticket: Ticket, saying: Saying, *, by: Person | None, at: datetime) -> Message:
    """Keep the words and the papers of a held ticket."""
    text = saying.text.replace("\x00", "").strip()
    if not text:
        raise ValidationError(_("Write something."), code="empty")
    message = Message.objects.create(
        ticket=ticket,
        kind=saying.kind,
        author=None if saying.address else by,
        address=saying.address,
        agency=ticket.agency if saying.kind == Message.Kind.AGENCY else None,
        channel=saying.channel,
        text=text,
        at=at,
    )
    if len(saying.papers) > MOST_PAPERS:
        raise ValidationError(_("%(most)s files at a time at most."), params={"most": MOST_PAPERS}, code="many")
    rows = {row.sha256: row for row in (_attachment(message, *paper) for paper in saying.papers)}
    Attachment.objects.bulk_create(rows.values())
    return message


def _attachment(message: Message, name: str, content: bytes) -> Attachment:
    content_type = check_content(content)
    return Attachment(
        message=message,
        file_name=clean_file_name(name, content_type),
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def _kind(saying: Saying, party: str) -> str:
    if saying.kind == Message.Kind.NOTE:
        return Entry.Kind.NOTED
    is_reply = party == Entry.Party.OFFICE and saying.kind == Message.Kind.REPLY
    return Entry.Kind.REPLIED if is_reply else Entry.Kind.SAID


def _facts(message: Message, ticket: Ticket, party: str) -> dict[str, Any]:
    """What the journal keeps of a message: a beginning for the notice, nothing of what is private."""
    excerpt = message.text[:EXCERPT] if message.kind != Message.Kind.NOTE else ""
    is_agencys = ticket.agency and (message.kind == Message.Kind.AGENCY or party == Entry.Party.AGENCY)
    agency = {"agency": ticket.agency.name} if ticket.agency and is_agencys else {}
    return {"message": message.pk, "to": message.kind, "channel": message.channel, "excerpt": excerpt, **agency}


def _move(ticket: Ticket, saying: Saying, party: str, *, by: Person | None, at: datetime) -> None:
    """What the words change beside being said."""
    if party == Entry.Party.OFFICE and saying.kind == Message.Kind.REPLY and ticket.state == Ticket.State.NEW:
        ticket.state = Ticket.State.OPEN
    if party == Entry.Party.IMPORTER and not ticket.is_open:
        reopen_held(ticket, _("The importer wrote again."), by=by, at=at, party=party)
    elif _ends_pause(ticket, party):
        resume_held(ticket, by=by, at=at, party=party)


def _ends_pause(ticket: Ticket, party: str) -> bool:
    """Whether the clocks take what this side says for the end of a pause: the importer's words always, the agency's
    where it is the agency that is waited for.
    """
    if ticket.state != Ticket.State.PAUSED:
        return False
    is_awaited = party == Entry.Party.AGENCY and ticket.waiting_on == Ticket.Holder.AGENCY
    return party == Entry.Party.IMPORTER or is_awaited


def resume_held(ticket: Ticket, *, by: Person | None, at: datetime, party: str = "") -> None:
    """Take a held ticket up again that was paused: it is with whom it was before, the agency or the office."""
    ticket.state = Ticket.State.OPEN
    hold_ball(ticket, holder_of(ticket), at=at)
    enter(ticket, Entry.Kind.RESUMED, by=by, at=at, party=party)


def holder_of(ticket: Ticket) -> str:
    """Who has a ticket for which nobody else is waited: the agency that it was handed to, until it gives it back."""
    passed = ticket.entries.filter(kind__in=[Entry.Kind.HANDED_OVER, Entry.Kind.GIVEN_BACK, Entry.Kind.RESOLVED])
    last = passed.order_by("-number").values_list("kind", flat=True).first()
    return Ticket.Holder.AGENCY if last == Entry.Kind.HANDED_OVER and ticket.agency_id else Ticket.Holder.OFFICE


def _write_outside(ticket: Ticket, message: Message, at: datetime) -> None:
    """Letters to those who have no account: a stranger who wrote, and the agency's person with a link."""
    if message.kind == Message.Kind.REPLY:
        answer_callers([ticket], "replied", message.text, at=at)
    elif message.kind == Message.Kind.AGENCY:
        write_to_agency(ticket, message.text, at=at)


def reopen_held(ticket: Ticket, reason: str, *, by: Person | None, at: datetime, party: str = "") -> None:
    """Make a held ticket that was over one in work again; one of the portal's own is then its importer's."""
    ticket.state, ticket.resolved_at, ticket.cause, ticket.rating = Ticket.State.OPEN, None, "", None
    # The stall may have a ticket of its own by now, and only one may be open.
    ticket.stalled, ticket.stands = None, ""
    hold_ball(ticket, Ticket.Holder.OFFICE, at=at)
    told = enter(ticket, Entry.Kind.REOPENED, by=by, at=at, party=party, reason=reason)
    tell(told, office_side(ticket), at=at)


def _audience(ticket: Ticket, message: Message, party: str) -> set[int]:
    if message.kind == Message.Kind.NOTE:
        return office_side(ticket)
    agency = agency_side(ticket.agency) if ticket.agency and party != Entry.Party.AGENCY else set()
    if message.kind == Message.Kind.AGENCY:
        return agency | (office_side(ticket) if party != Entry.Party.OFFICE else set())
    return trade_side(ticket) if party == Entry.Party.OFFICE else trade_side(ticket) | office_side(ticket)


def _call(ticket: Ticket, message: Message, *, by: Person | None, at: datetime) -> None:
    """Those of the office whom somebody of the office names watch from now on, and are told that they were named."""
    called = mentioned(message.text) if by and by.roles & OFFICE else []
    people = {person.pk for person in called if person != by}
    if people:
        watch(ticket, people, at=at)
        facts = {"ref": ticket.ref, "title": ticket.title}
        told = record(kind="tickets.mentioned", subject="ticket", key=ticket.ref, by=by, at=at, **facts)
        tell(told, people, at=at)
