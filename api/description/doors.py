"""The shapes of tokens, of deliveries that are pushed, and of problems."""

from __future__ import annotations

from api.description.vocabulary import COUNT, MOMENT, TEXT, Schema, listed, maybe, one_of, part, record, text
from api.hooks.kinds import KINDS, TEST
from api.models import Scope, Webhook, WebhookMessage
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
PROBLEM["example"] = {
    "type": "about:blank",
    "title": "Bad Request",
    "status": 400,
    "errors": {"limit": ["From 1 to 500."]},
    "violations": [{"parameter": "limit", "detail": "From 1 to 500."}],
}
TOKEN_REQUEST = part(
    {
        "email": text(254, format="email"),
        "password": text(500),
        "otp": text(20, description="The code of your second factor, where you have one."),
        "name": text(60),
        "scopes": {**listed(one_of(Scope)), "description": f"All but “{Scope.PUSH}” where none is named."},
        "days": {"type": "integer", "minimum": 1, "maximum": MOST_DAYS, "default": DAYS},
    },
    ["email", "password"],
)
TOKEN_REQUEST["example"] = {"email": "you@firm.example", "password": "…", "name": "ERP", "scopes": ["read"], "days": 30}
_KIND = one_of([*KINDS.values(), TEST])
_WEBHOOK: dict[str, Schema] = {
    "id": COUNT,
    "url": TEXT,
    "kinds": listed(_KIND),
    "state": one_of(["active", "paused"]),
    "pause": maybe(one_of(Webhook.Pause)),
    "made_at": MOMENT,
    "failing_since": maybe(MOMENT),
    "waiting": COUNT,
}
NEW_WEBHOOK = part({"url": text(500), "kinds": {**listed(_KIND), "description": "All when left out."}}, ["url"])
NEW_WEBHOOK["example"] = {"url": "https://erp.firm.example/kpa", "kinds": ["consignment.moved", "ticket.replied"]}
REPLAY = part({"since": MOMENT, "message": TEXT})
REPLAY["example"] = {"since": "2026-11-25T06:00:00+02:00"}
COMPONENTS: dict[str, Schema] = {
    "Webhook": part(_WEBHOOK),
    "WebhookWithSecret": record({**_WEBHOOK, "secret": TEXT}),
    "NewWebhook": NEW_WEBHOOK,
    "WebhookChange": part({"kinds": listed(_KIND), "paused": {"type": "boolean"}}),
    "WebhookSecret": record({"secret": TEXT, "old_secret_until": MOMENT}),
    "WebhookMessage": part(
        {
            "id": TEXT,
            "kind": _KIND,
            "about": TEXT,
            "state": one_of(WebhookMessage.State),
            "written_at": MOMENT,
            "due_at": MOMENT,
            "sent_at": maybe(MOMENT),
            "attempts": COUNT,
            "tries": listed(record({"at": MOMENT, "status": maybe(COUNT), "words": TEXT})),
        }
    ),
    "Replay": REPLAY,
    "Replayed": record({"messages": COUNT}),
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
