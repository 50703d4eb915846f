"""The shapes of tokens, of deliveries that are pushed, and of problems."""

from __future__ import annotations

from api.description.vocabulary import COUNT, MOMENT, TEXT, Schema, listed, one_of, part, record, text
from api.models import Scope
from api.tokens import DAYS, MOST_DAYS

PROBLEM: Schema = part(
    {
        "type": TEXT,
        "title": TEXT,
        "status": COUNT,
        "detail": TEXT,
        "errors": {"type": "object", "additionalProperties": True},
        "violations": listed(part({"pointer": TEXT, "parameter": TEXT, "detail": TEXT}, ["detail"])),
    },
    ["type", "title", "status"],
)
TOKEN_REQUEST = part(
    {
        "email": text(254, format="email"),
        "password": text(500),
        "otp": text(20, description="The code of your second factor, where you have one."),
        "name": text(60),
        "scopes": {**listed(one_of(Scope)), "description": "All of them where none is named."},
        "days": {"type": "integer", "minimum": 1, "maximum": MOST_DAYS, "default": DAYS},
    },
    ["email", "password"],
)
TOKEN_REQUEST["example"] = {"email": "you@firm.example", "password": "…", "name": "ERP", "scopes": ["read"], "days": 30}
COMPONENTS: dict[str, Schema] = {
    "Problem": PROBLEM,
    "TokenRequest": TOKEN_REQUEST,
    "Token": record(
        {
            "token": TEXT,
            "token_type": one_of(["Bearer"]),
            "name": TEXT,
            "scopes": listed(one_of(Scope)),
            "expires_at": MOMENT,
        }
    ),
    "Receipt": record({"id": COUNT, "state": one_of(["stored", "duplicate"])}),
    "Delivery": part(
        {
            "id": COUNT,
            "source": TEXT,
            "received_at": MOMENT,
            "state": one_of(["stored", "read", "quarantined"]),
            "facts": COUNT,
            "events": COUNT,
            "unmatched": COUNT,
            "quarantined": COUNT,
            "reason": TEXT,
        }
    ),
}
