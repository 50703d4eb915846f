"""Tickets and what is said in them, as the API's JSON; times carry Kigali's offset."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cargo.models import KIGALI, Consignment
from tickets.clocks.calendars import NEVER
from tickets.clocks.reckoning import Clock
from tickets.models import Message, Ticket


def ticket_shape(
    ticket: Ticket,
    clocks: Iterable[Clock],
    consignments: Iterable[Consignment],
    *,
    sees_money: bool,
    sees_assignee: bool,
) -> dict[str, Any]:
    """A ticket with its category, parties and clocks at hand; what is unknown, or not for the caller, is null."""
    return {
        "ref": ticket.ref,
        "category": ticket.category.code,
        "title": ticket.title,
        "body": ticket.body,
        "answers": ticket.answers,
        "consignments": [consignment.ref for consignment in consignments],
        **_parties(ticket),
        "assignee": str(ticket.assignee) if sees_assignee and ticket.assignee else None,
        "channel": ticket.channel,
        "state": ticket.state,
        "priority": ticket.priority,
        "accepted_at": _text(ticket.accepted_at),
        "waiting_on": ticket.waiting_on or None,
        "waiting_since": _text(ticket.waiting_since),
        "clocks": [_clock(clock) for clock in clocks],
        **_at_risk(ticket if sees_money else None),
        "cause": ticket.cause or None,
        "rating": ticket.rating,
        "version": ticket.version,
        "opened_at": _text(ticket.opened_at),
        "resolved_at": _text(ticket.resolved_at),
        "updated_at": _text(ticket.changed_at),
    }


def _parties(ticket: Ticket) -> dict[str, str | None]:
    """Which organisations have to do with it, by name; and the ticket in which it goes on."""
    named = {"organization": ticket.organization, "agency": ticket.agency}
    return {name: str(found) if found else None for name, found in {**named, "merged_into": ticket.merged_into}.items()}


def _at_risk(ticket: Ticket | None) -> dict[str, str | None]:
    """What a day more costs; None for a ticket of which the caller may not see it."""
    if ticket is None or ticket.usd_at_risk is None:
        return {"usd_at_risk": None, "usd_at_risk_at": None}
    return {"usd_at_risk": f"{ticket.usd_at_risk:.2f}", "usd_at_risk_at": _text(ticket.risk_at)}


def message_shape(message: Message) -> dict[str, Any]:
    """Something that was said, and by whom; neither a person nor an address is the portal."""
    return {
        "id": message.pk,
        "kind": message.kind,
        "author": str(message.author) if message.author else message.address or None,
        "channel": message.channel,
        "text": message.text,
        "at": _text(message.at),
    }


def _clock(clock: Clock) -> dict[str, Any]:
    """``due_at`` is null while the clock stands still; ``remaining_s`` is of open time."""
    is_due = clock.due_at is not None and clock.due_at != NEVER
    return {
        "kind": clock.kind,
        "contract": clock.contract,
        "agency": clock.agency or None,
        "due_at": _text(clock.due_at) if is_due else None,
        "remaining_s": round(clock.remaining.total_seconds()),
        "paused": clock.is_paused,
        "waiting_on": clock.waiting_on or None,
        "breached": clock.breached,
        "met_at": _text(clock.met_at),
        "ended_at": _text(clock.ended_at),
    }


def _text(at: datetime | None) -> str | None:
    return at.astimezone(KIGALI).isoformat() if at else None
