"""The providers' callbacks taken apart: Africa's Talking's forms and reports, and Meta's signature; pure."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What a delivery report says of a message, by Africa's Talking's words; "Success" is the telephone's own yes.
REPORTED = {
    "Sent": "on_way",
    "Submitted": "on_way",
    "Buffered": "on_way",
    "Success": "delivered",
    "Rejected": "failed",
    "Failed": "failed",
}
LONGEST_ID, LONGEST_ADDRESS, LONGEST_VALUE, MOST_VALUES = 160, 140, 2_000, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An SMS that came in; ``is_silent`` where it came from no telephone that could be answered."""

    provider_id: str
    address: str
    text: str
    is_silent: bool
    raw: dict[str, Any]


def read_text(form: Mapping[str, str]) -> Text | None:
    """The SMS of a form; None where it names no sender or no text."""
    address = phone_of(form.get("from", ""))
    if not address or "text" not in form:
        return None
    raw = _kept(form)
    provider_id = form.get("id", "").strip() or hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()
    return Text(
        provider_id=provider_id.replace("\x00", "")[:LONGEST_ID],
        address=address,
        text=form["text"],
        is_silent=not address.startswith("+"),
        raw=raw,
    )


def _kept(form: Mapping[str, str]) -> dict[str, Any]:
    """The form as it is kept: everything that a provider sends, and no more than that."""
    return {
        name.replace("\x00", "")[:40]: value.replace("\x00", "")[:LONGEST_VALUE]
        for name, value in list(form.items())[:MOST_VALUES]
    }


def phone_of(said: str) -> str:
    """A number in E.164, also where a form has lost its plus; the sender's own name where it is none."""
    digits = re.sub(r"[\s()+-]", "", said)
    if re.fullmatch(r"[1-9][0-9]{6,14}", digits):
        return f"+{digits}"
    return said.replace("\x00", "").strip()[:LONGEST_ADDRESS]


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether Meta signed these bytes with the app's secret (X-Hub-Signature-256); never without a secret."""
    if not secret:
        return False
    right = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), signature.strip().encode())
