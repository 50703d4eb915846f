"""Signatures as Standard Webhooks has them: HMAC-SHA256 over id, time and body, one for each secret in force. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """A secret as it is shown once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signed(*, message: str, body: bytes, keys: Sequence[str], at: datetime) -> dict[str, str]:
    """The three headers of a message; each of the ``keys`` signs, so that a receiver may know either."""
    second = str(int(at.timestamp()))
    content = f"{message}.{second}.".encode() + body
    marks = [base64.b64encode(hmac.digest(_key(key), content, hashlib.sha256)).decode() for key in keys]
    return {
        "webhook-id": message,
        "webhook-timestamp": second,
        "webhook-signature": " ".join(f"v1,{mark}" for mark in marks),
    }


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))


def signed_for_dcsa(*, subscription: str, body: bytes, key: str, version: str) -> dict[str, str]:
    """The headers of a notification of DCSA, which signs the body alone, by the secret that the subscriber gave."""
    mark = hmac.digest(base64.b64decode(key), body, hashlib.sha256).hex()
    return {"Notification-Signature": f"sha256={mark}", "Subscription-ID": subscription, "API-Version": version}
