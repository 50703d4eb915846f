"""Keys in the links of messages, by which a reader sees why she got one and ends a topic without signing in."""

from __future__ import annotations

import base64

from django.core.signing import BadSignature, Signer
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from notify.kinds import SENT_BY, TOPICS

_TOPICS = Signer(salt="notify.topics")
# Of its seal: an SMS has room for no more, and nobody can try 2^60.
_SEALED = 10


def topic_key(person_id: int, topic: str, channel: str = "email") -> str:
    """The part of an address where a person ends news of a topic by a channel; only her own messages tell of it."""
    return _TOPICS.sign(f"{person_id}.{topic}" if channel == "email" else f"{person_id}.{topic}.{channel}")


def topic_of(key: str) -> tuple[int, str, str] | None:
    """The person's id, the topic and the channel of that key; None where it is false."""
    try:
        number, topic, *rest = _TOPICS.unsign(key).split(".")
    except (BadSignature, ValueError):
        return None
    channel = ".".join(rest) or "email"
    return (int(number), topic, channel) if topic in TOPICS and channel in SENT_BY else None


def notice_key(number: int) -> str:
    """The part of a short address that says why somebody got a notice; only the message itself tells of it."""
    return f"{int_to_base36(number)}-{_seal(number)}"


def notice_of(key: str) -> int | None:
    """The number of the notice; None where the key is false."""
    head, _dash, seal = key.partition("-")
    try:
        number = base36_to_int(head)
    except ValueError:
        return None
    return number if constant_time_compare(seal, _seal(number)) else None


def _seal(number: int) -> str:
    digest = salted_hmac("notify.notices", str(number), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode()[:_SEALED]
