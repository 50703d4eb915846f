"""Letters about tickets to people without an account: an agency's focal point, and strangers who wrote by mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from liaison.models import Organization, Person
from notify.letters import Draft, write_letters
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
        _post([(ticket, address)], "agency_handed", at, agency=ticket.agency, words=words, token=token_of(link))


def write_to_agency(ticket: Ticket, words: str, *, at: datetime) -> None:
    """What the office says to the agency goes on to whoever has its link."""
    link = AnswerLink.objects.live(at).filter(ticket=ticket).order_by("-pk").first()
    if link is not None:
        _post([(ticket, link.address)], "agency_asked", at, agency=link.agency, words=words, token=token_of(link))


def write_overdue(ticket: Ticket, *, at: datetime) -> bool:
    """Tell the focal point of the agency that has the ticket that its time has run out; False where it has none."""
    assert ticket.agency is not None
    link = AnswerLink.objects.live(at).filter(ticket=ticket, agency=ticket.agency).order_by("-pk").first()
    address = link.address if link else address_at(ticket.agency, ticket.category.code)
    if not address:
        return False
    link = link or offer_link(ticket=ticket, address=address, by=None, at=at)
    return bool(_post([(ticket, address)], "agency_overdue", at, agency=ticket.agency, token=token_of(link)))


def stranger_of(ticket: Ticket) -> str:
    """The address of whoever wrote by mail without an account and is to be answered so; empty where there is none."""
    is_strangers = ticket.opener_id is None and ticket.channel == Ticket.Channel.EMAIL
    return ticket.caller if is_strangers and "@" in ticket.caller else ""


def write_to_strangers(tickets: Sequence[Ticket], name: str, *, words: str, at: datetime) -> None:
    """Answer by mail those who opened these as strangers; ``name`` is the letter's: received, replied, resolved.

    Three queries or none.
    """
    strangers = [(ticket, address) for ticket in tickets if (address := stranger_of(ticket))]
    if strangers:
        _post(strangers, f"stranger_{name}", at, words=words)


def write_declined(
    ticket: Ticket, address: str, files: Sequence[Mapping[str, Any]], *, language: str, at: datetime
) -> None:
    """Tell whoever sent files that are not kept which ones, and why; ``files`` have a name and a reason in words."""
    _post([(ticket, address)], "files_declined", at, language=language, files=files)


def _post(
    posted: Sequence[tuple[Ticket, str]], name: str, at: datetime, *, agency: Organization | None = None, **context: Any
) -> int:
    """Write about each ticket to its address, in the caller's transaction; how many: who has had too many gets none.

    The answer to a letter is known by its number and by the reference.
    """
    had = _lately({address for _ticket, address in posted}, at)
    given = {**context, "agency": agency, "office_name": settings.OFFICE_NAME, "portal_url": settings.PORTAL_URL}
    tickets, drafts = [], []
    for ticket, address in posted:
        had[address] += 1
        if had[address] <= MOST_LETTERS:
            tickets.append(ticket)
            drafts.append(_draft(name, address, {**given, "ticket": ticket}))
    letters = write_letters(drafts, at=at)
    TicketLetter.objects.bulk_create(
        TicketLetter(ticket=ticket, letter=letter.pk, address=letter.address, agency=agency, at=at)
        for ticket, letter in zip(tickets, letters, strict=True)
    )
    return len(letters)


def _lately(addresses: Collection[str], at: datetime) -> Counter[str]:
    """How many each address has had within a day."""
    rows = TicketLetter.objects.filter(address__in=addresses, at__gt=at - A_DAY)
    return Counter(rows.values_list("address", flat=True))


def _draft(name: str, address: str, given: dict[str, Any]) -> Draft:
    with translation.override(given.get("language", LANGUAGE)):
        subject, body = (
            render_to_string(f"tickets/letters/{name}.{part}.txt", given).strip() for part in ("subject", "body")
        )
    return Draft(address, " ".join(subject.split()), body + "\n")
