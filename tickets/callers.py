"""Callers who opened a ticket by text and have no account: they are told by the way that they wrote."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation

from notify.correspondents import language_of
from notify.letters import write_letter
from tickets.models import Ticket
from tickets.talk.answers import answer

BY_TEXT = (Ticket.Channel.SMS, Ticket.Channel.WHATSAPP)


def tell_caller(ticket: Ticket, code: str, words: str, *, at: datetime) -> bool:
    """Write to the caller of a ticket in the caller's transaction; False where it has none who wrote by text."""
    if ticket.opener_id is not None or ticket.channel not in BY_TEXT or not ticket.caller:
        return False
    language = language_of(channel=ticket.channel, address=ticket.caller) or "en"
    with translation.override(language):
        body = answer(code, ref=ticket.ref, words=words)
    write_letter(channel=ticket.channel, address=ticket.caller, subject="", body=body, at=at)
    return True
