"""Mails taken apart without trusting them: bounds before Python's own reader, and what a part says of itself."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from typing import Any

# What a mail may be made of before it is taken apart: each line and each part costs memory, and Python reads a
# header in a time that grows with the square of its length.
MOST_LINES, MOST_RULES, LONGEST_HEADER = 2_000_000, 2_000, 1_000
_HEADERS = HeaderRegistry()
_POLICY = policy.default.clone(
    raise_on_defect=False, header_factory=lambda name, value: _HEADERS(name, value[:LONGEST_HEADER])
)


class TooHard(ValueError):
    """A mail that is made to be hard to read; the text says how."""


def open_mail(raw: bytes) -> EmailMessage:
    """The mail taken apart. Raises TooHard, and whatever Python's own reader fails with: on some mails it does."""
    if raw.count(b"\n") > MOST_LINES or raw.count(b"\n--") > MOST_RULES:
        raise TooHard("it has more lines or parts than are read")
    return message_from_bytes(raw, policy=_POLICY)


def sender_of(message: EmailMessage) -> str:
    """The address of the sender in lower case; empty where the mail names none, or several."""
    try:
        addresses: tuple[Any, ...] = message["From"].addresses if message["From"] else ()
    except (AttributeError, ValueError, IndexError):
        return ""
    return str(addresses[0].addr_spec).lower() if len(addresses) == 1 else ""


def file_name_of(part: EmailMessage) -> str:
    """The name that a part gives its file, without the folders before it; empty where it gives none."""
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError):
        return ""
    return name.replace("\\", "/").rpartition("/")[2].strip()


def payload_of(part: EmailMessage) -> bytes:
    """The bytes of a part as they were before they were wrapped for the way; none where they cannot be unwrapped."""
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return b""
    return payload if isinstance(payload, bytes) else b""
