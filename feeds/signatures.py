"""HMAC signatures over a delivery's raw bytes, as DCSA's Notification-Signature has them; pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac


def keys_of(secret: str) -> list[bytes]:
    """The keys that partners make of one secret: what it says in base64, as DCSA prescribes, and its own characters."""
    padded = secret.strip().replace("-", "+").replace("_", "/").rstrip("=")
    padded += "=" * (-len(padded) % 4)
    try:
        decoded = base64.b64decode(padded, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    return [key for key in (decoded, secret.encode()) if key]


def sign(body: bytes, key: bytes) -> str:
    """The header's value for ``body``."""
    return "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether ``signature`` is that of ``body`` under one of the secret's keys, in the same time whatever is wrong."""
    given = signature.strip().lower().encode("utf-8", "replace")
    # Every key is tried, so that the time says nothing of which was right.
    found = [hmac.compare_digest(given, sign(body, key).encode()) for key in keys_of(secret)]
    return any(found)
