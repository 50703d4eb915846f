"""Callers who opened a ticket and have no account: they are told by the way that they wrote, by text or by mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation

from notify.correspondents import languages_of
from notify.letters import Draft, write_letters
from tickets.models import Ticket
from tickets.posting import write_to_strangers
from tickets.talk.answers import answer

BY_TEXT = (Ticket.Channel.SMS, Ticket.Channel.WHATSAPP)


def caller_language(ticket: Ticket) -> str:
    """That which the caller has chosen or written in; English where that is not known."""
    known = languages_of({(ticket.channel, ticket.caller)})
    return known.get((ticket.channel, ticket.caller)) or "en"


def answer_callers(tickets: Sequence[Ticket], code: str, words: str, *, at: datetime) -> None:
    """Tell those who opened these tickets, or others that go on in them, each under the reference that she knows.

    ``code``: replied, resolved. The same few queries for however many, and one for each generation of mergers.
    """
    calling = _with_merged(tickets)
    write_to_strangers(calling, code, words=words, at=at)
    tell_callers(calling, code, words, at=at)


def _with_merged(tickets: Sequence[Ticket]) -> list[Ticket]:
    """These and all that were merged into them, also by way of others: of each caller in one ticket her first alone."""
    found, due = list(tickets), list(tickets)
    ends = {ticket.pk: ticket.pk for ticket in tickets}
    told = {(ticket.pk, ticket.channel, ticket.caller) for ticket in tickets}
    while due:
        due = list(Ticket.objects.filter(merged_into__in=due).order_by("pk"))
        for ticket in due:
            assert ticket.merged_into_id is not None
            ends[ticket.pk] = ends[ticket.merged_into_id]
            caller = (ends[ticket.pk], ticket.channel, ticket.caller)
            if caller not in told:
                told.add(caller)
                found.append(ticket)
    return found


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
