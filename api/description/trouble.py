"""The shapes of tickets and of what is said in them; see ``api.ticket_shapes``, which makes them."""

from __future__ import annotations

from api.description.vocabulary import (
    COUNT,
    FLAG,
    MOMENT,
    MONEY,
    TEXT,
    Schema,
    listed,
    maybe,
    one_of,
    part,
    record,
    ref,
    text,
)
from liaison.concerns import Concern
from tickets import acting
from tickets.models import Message, Ticket

_HOLDER = maybe(one_of(Ticket.Holder))
_TICKET: dict[str, Schema] = {
    "ref": TEXT,
    "category": one_of(Concern),
    "title": TEXT,
    "body": TEXT,
    "answers": {"type": "object", "additionalProperties": True},
    "consignments": listed(TEXT),
    "organization": maybe(TEXT),
    "agency": maybe(TEXT),
    "assignee": maybe(TEXT),
    "merged_into": maybe(TEXT),
    "channel": TEXT,
    "state": one_of(Ticket.State),
    "priority": one_of(Ticket.Priority),
    "accepted_at": maybe(MOMENT),
    "waiting_on": _HOLDER,
    "waiting_since": maybe(MOMENT),
    "clocks": listed(ref("TicketClock")),
    "usd_at_risk": maybe(MONEY),
    "usd_at_risk_at": maybe(MOMENT),
    "cause": maybe(one_of(Ticket.Cause)),
    "rating": maybe({"type": "integer", "minimum": 1, "maximum": 5}),
    "version": COUNT,
    "opened_at": maybe(MOMENT),
    "resolved_at": maybe(MOMENT),
    "updated_at": maybe(MOMENT),
}
_VERSION: Schema = {"type": ["integer", "string", "null"], "description": "The version that you have seen."}
NEW_TICKET = part(
    {
        "category": {"type": "string", "description": f"One of: {', '.join(Concern.values)}."},
        "title": {"type": ["string", "null"], "maxLength": 120},
        "body": {"type": ["string", "null"], "maxLength": 8000},
        "consignments": {"type": ["array", "null"], "items": text(20)},
        "answers": {"type": ["object", "null"], "additionalProperties": TEXT},
    },
    ["category"],
)
NEW_TICKET["example"] = {"category": "PORT_DELAY", "title": "Not discharged", "consignments": ["RW26-000123"]}
NEW_MESSAGE = part(
    {"text": TEXT, "body": TEXT, "kind": maybe(one_of(Message.Kind)), "version": _VERSION},
)
NEW_MESSAGE["example"] = {"text": "The release is there since this morning."}
ACTION: Schema = {
    "type": "object",
    "properties": {"action": one_of(list(acting.ACTS)), "version": _VERSION},
    "required": ["action"],
    "additionalProperties": True,
    "description": "What an action needs beside its name stands in the reference.",
    "example": {"action": "pause", "waiting_on": "importer", "reason": "The packing list is missing."},
}
FILTERS: dict[str, Schema] = {
    "q": text(100, description="A reference, a container, or words."),
    "state": one_of(["unsolved", *Ticket.State.values]),
    "category": one_of(Concern),
    "priority": one_of(Ticket.Priority),
    "waiting_on": one_of(Ticket.Holder),
    "updated_since": MOMENT,
}
COMPONENTS: dict[str, Schema] = {
    "TicketClock": record(
        {
            "kind": one_of(["first_reply", "next_reply", "resolve"]),
            "contract": TEXT,
            "agency": maybe(TEXT),
            "due_at": maybe(MOMENT),
            "remaining_s": COUNT,
            "paused": FLAG,
            "waiting_on": _HOLDER,
            "breached": FLAG,
            "met_at": maybe(MOMENT),
            "ended_at": maybe(MOMENT),
        }
    ),
    "Ticket": part(_TICKET),
    "TicketWithMessages": part({**_TICKET, "messages": listed(ref("Message"))}),
    "Message": record(
        {
            "id": COUNT,
            "kind": one_of(Message.Kind),
            "author": maybe(TEXT),
            "channel": TEXT,
            "text": TEXT,
            "at": maybe(MOMENT),
        }
    ),
    "NewTicket": NEW_TICKET,
    "NewMessage": NEW_MESSAGE,
    "Action": ACTION,
}
