"""Callers who opened a ticket by text and have no account: they are told by the way that they wrote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation

from notify.correspondents import languages_of
from notify.letters import Draft, write_letters
from tickets.models import Ticket
from tickets.talk.answers import answer

BY_TEXT = (Ticket.Channel.SMS, Ticket.Channel.WHATSAPP)


def caller_language(ticket: Ticket) -> str:
    """That which the caller has chosen or written in; English where that is not known."""
    known = languages_of({(ticket.channel, ticket.caller)})
    return known.get((ticket.channel, ticket.caller)) or "en"


def tell_callers(tickets: Sequence[Ticket], code: str, words: str, *, at: datetime) -> int:
    """Write in the caller's transaction to those who opened these tickets by text; how many. Two queries or none."""
    called = [ticket for ticket in tickets if _is_by_text(ticket)]
    languages = languages_of({(ticket.channel, ticket.caller) for ticket in called}) if called else {}
    drafts = []
    for ticket in called:
        with translation.override(languages.get((ticket.channel, ticket.caller), "en")):
            body = answer(code, ref=ticket.ref, words=words)
        drafts.append(Draft(ticket.caller, "", body, ticket.channel))
    return len(write_letters(drafts, at=at))


def _is_by_text(ticket: Ticket) -> bool:
    return ticket.opener_id is None and ticket.channel in BY_TEXT and bool(ticket.caller)
