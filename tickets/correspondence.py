"""Whose ticket a mail belongs to: what its sender may write in, and which of our mails it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import F, Q, QuerySet

from liaison.models import Person
from notify.models import Notice
from tickets.letters.letter import Letter
from tickets.letters.threads import Known, Thread, thread
from tickets.merging import goes_on_in
from tickets.models import REOPEN_WINDOW, Mail, Message, Ticket, TicketLetter

MOST_TICKETS = 100
# The Message-IDs of a notice and of a letter to somebody without an account, as the outbox writes them; once it wrote
# them without the seal.
_NOTICE, _LETTER = (
    re.compile(rf"<{name}-(\d{{1,18}})(?:\.[0-9a-f]{{16}})?@([^<>\s]+)>") for name in ("notice", "letter")
)


def person_of(address: str) -> Person | None:
    """Who has an account under that address; for which of her organisations she acts on her pages narrows no mail."""
    person = Person.objects.filter(email__iexact=address, is_active=True).first() if address else None
    if person is not None:
        person.acting_for = None
    return person


def speaks_for_agency(sender: str, ticket: Ticket) -> bool:
    """Whether the sender was written to as somebody of the agency that has the ticket, or had it last."""
    asked = TicketLetter.objects.filter(ticket=ticket, address=sender, agency__isnull=False)
    return ticket.agency_id is not None and asked.filter(agency=ticket.agency_id).exists()


def thread_of(letter: Letter, *, at: datetime) -> tuple[Thread, Ticket | None]:
    """The thread of a letter, and its ticket: where that was merged into another, the other."""
    answered = _answered(letter)
    tickets = {ticket.ref: ticket for ticket in Ticket.objects.filter(ref__in={*letter.tokens, *answered.values()})}
    own = list(_own(letter.sender, tickets, at))
    tickets |= {ticket.ref: ticket for ticket in own}
    mine = {ticket.ref for ticket in own}
    known = {
        ref: Known(ref, frozenset({letter.sender} if ref in mine else ()), ticket.title)
        for ref, ticket in tickets.items()
    }
    by_id = {message_id: known[ref] for message_id, ref in answered.items() if ref in known}
    found = thread(letter, by_id | {f"ticket {ref}": known[ref] for ref in mine}, known)
    if not found.ticket:
        return found, None
    return found, goes_on_in(tickets[found.ticket.ref], person_of(letter.sender))


def _answered(letter: Letter) -> dict[str, str]:
    """By the Message-IDs that the letter names, the references of their tickets: mails that came in, and notices."""
    named = {*letter.in_reply_to, *letter.references}
    if letter.bounce is not None:
        named.add(letter.bounce.message_id)
    mails = Mail.objects.filter(header_id__in=named - {""}, ticket__isnull=False)
    return dict(mails.values_list("header_id", "ticket__ref")) | _noticed(named) | _written(named)


def _noticed(named: Iterable[str]) -> dict[str, str]:
    numbers = _numbers(_NOTICE, named)
    notices = Notice.objects.filter(pk__in=numbers, entry__subject="ticket")
    return {numbers[number]: key for number, key in notices.values_list("pk", "entry__key")}


def _written(named: Iterable[str]) -> dict[str, str]:
    numbers = _numbers(_LETTER, named)
    letters = TicketLetter.objects.filter(letter__in=numbers)
    return {numbers[number]: ref for number, ref in letters.values_list("letter", "ticket__ref")}


def _numbers(form: re.Pattern[str], named: Iterable[str]) -> dict[int, str]:
    """By the numbers of our outbox the Message-IDs that name them, of our own domain alone."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    found = (form.fullmatch(message_id) for message_id in named)
    return {int(match[1]): match[0] for match in found if match and match[2] == domain}


def _own(sender: str, named: dict[str, Ticket], at: datetime) -> QuerySet[Ticket]:
    """The tickets in which the sender may write: of those that are named, and of her latest that are not over."""
    if not sender:
        return Ticket.objects.none()
    person = person_of(sender)
    written = Message.objects.filter(address=sender, agency=None).values("ticket")
    # An agency's person for as long as her agency has the ticket, or had it last.
    to_agency = TicketLetter.objects.filter(address=sender, agency=F("ticket__agency")).values("ticket")
    theirs = Q(caller=sender) | Q(pk__in=written) | Q(pk__in=to_agency)
    if person is not None:
        theirs |= Q(pk__in=Ticket.objects.visible_to(person).order_by().values("pk"))
    living = Q(state__in=Ticket.OPEN_STATES) | Q(resolved_at__gte=at - REOPEN_WINDOW)
    latest = Ticket.objects.filter(theirs, living).order_by("-changed_at", "-pk").values("pk")[:MOST_TICKETS]
    return Ticket.objects.filter(theirs).filter(Q(ref__in=named) | Q(pk__in=latest)).distinct()
