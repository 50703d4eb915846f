"""Of what a webhook can be told, by which entry of the journal, and what of the entry it is told: pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

# What a test sends; nobody subscribes to it.
TEST = "test"
# What a subscription of DCSA is told of.
DCSA = "dcsa.events"
_TOLD_OF_TICKETS = (
    "opened replied paused resumed handed_over accepted given_back resolved confirmed reopened merged".split()
)
# By the kind of the journal's entry the kind that a webhook knows.
KINDS: dict[str, str] = {
    "cargo.consignment_registered": "consignment.registered",
    "cargo.consignment_moved": "consignment.moved",
    "cargo.consignment_amended": "consignment.amended",
    "cargo.consignment_stalled": "consignment.stalled",
    **{f"tickets.{kind}": f"ticket.{kind}" for kind in _TOLD_OF_TICKETS},
}
# What of the entry's own data may be told; all else stays in the house.
_TOLD = {
    "consignment.moved": ("moves", "more"),
    "consignment.amended": ("changed",),
    "consignment.stalled": ("stands", "waited_h"),
}
_OF_A_TICKET = ("title", "category")
MOST_BYTES = 20_000


def body_of(*, kind: str, subject: str, key: str, data: Mapping[str, Any], at: datetime, portal: str) -> str:
    """The message as it is sent each time: its type, when it happened, and what, with the address of the whole."""
    names = _TOLD.get(kind, _OF_A_TICKET if subject == "ticket" else ())
    told = {name: data[name] for name in names if name in data}
    facts = {"ref": key, **told, "url": f"{portal}/api/v1/{subject}s/{key}/"} if key else {"ref": None}
    body = json.dumps({"type": kind, "timestamp": at.isoformat(), "data": facts}, ensure_ascii=False)
    if len(body.encode()) < MOST_BYTES:
        return body
    short = {"ref": key, "url": facts["url"], "is_short": True}
    return json.dumps({"type": kind, "timestamp": at.isoformat(), "data": short}, ensure_ascii=False)
