"""Letters about tickets to people without an account: an agency's focal point, and strangers who wrote by mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from liaison.models import Organization, Person
from notify.letters import write_letter
from tickets.answer_links import address_at, offer_link, token_of
from tickets.models import AnswerLink, Ticket, TicketLetter

# To one address in one day: whoever writes to us in a loop hears of it no more.
MOST_LETTERS, A_DAY = 20, timedelta(days=1)
# Nobody knows what a stranger reads; an agency reads the language of the region's offices.
LANGUAGE = "en"


def write_hand_over(ticket: Ticket, words: str, *, by: Person, at: datetime) -> None:
    """Tell the focal point of the agency that has the ticket, with the link by which it answers."""
    assert ticket.agency is not None
    if address := address_at(ticket.agency, ticket.category.code):
        link = offer_link(ticket=ticket, address=address, by=by, at=at)
        _post(ticket, "agency_handed", address, at, agency=ticket.agency, words=words, token=token_of(link))


def write_to_agency(ticket: Ticket, words: str, *, at: datetime) -> None:
    """What the office says to the agency goes on to whoever has its link."""
    link = AnswerLink.objects.live(at).filter(ticket=ticket).order_by("-pk").first()
    if link is not None:
        _post(ticket, "agency_asked", link.address, at, agency=link.agency, words=words, token=token_of(link))


def write_overdue(ticket: Ticket, *, at: datetime) -> bool:
    """Tell the focal point of the agency that has the ticket that its time has run out; False where it has none."""
    assert ticket.agency is not None
    link = AnswerLink.objects.live(at).filter(ticket=ticket, agency=ticket.agency).order_by("-pk").first()
    address = link.address if link else address_at(ticket.agency, ticket.category.code)
    if not address:
        return False
    link = link or offer_link(ticket=ticket, address=address, by=None, at=at)
    return _post(ticket, "agency_overdue", address, at, agency=ticket.agency, token=token_of(link))


def stranger_of(ticket: Ticket) -> str:
    """The address of whoever wrote by mail without an account and is to be answered so; empty where there is none."""
    is_strangers = ticket.opener_id is None and ticket.channel == Ticket.Channel.EMAIL
    return ticket.caller if is_strangers and "@" in ticket.caller else ""


def write_to_stranger(ticket: Ticket, name: str, *, words: str, at: datetime) -> None:
    """Answer a stranger by mail: ``name`` is that of the letter (received, replied, resolved)."""
    if address := stranger_of(ticket):
        _post(ticket, f"stranger_{name}", address, at, words=words)


def _post(
    ticket: Ticket, name: str, address: str, at: datetime, *, agency: Organization | None = None, **context: Any
) -> bool:
    """In the caller's transaction; the answer to it is known by the letter's number and by the reference. False where
    the address has had too many.
    """
    if TicketLetter.objects.filter(address=address, at__gt=at - A_DAY).count() >= MOST_LETTERS:
        return False
    given = {**context, "ticket": ticket, "agency": agency, "office_name": settings.OFFICE_NAME}
    given["portal_url"] = settings.PORTAL_URL
    with translation.override(LANGUAGE):
        subject, body = (
            render_to_string(f"tickets/letters/{name}.{part}.txt", given).strip() for part in ("subject", "body")
        )
    letter = write_letter(address=address, subject=" ".join(subject.split()), body=body + "\n", at=at)
    TicketLetter.objects.create(ticket=ticket, letter=letter.pk, address=address, agency=agency, at=at)
    return True
