"""Keys in the links of mails, by which a reader ends a topic without signing in."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer

from notify.kinds import TOPICS

_TOPICS = Signer(salt="notify.topics")


def topic_key(person_id: int, topic: str) -> str:
    """The part of an address where a person ends mail about a topic; only her own mails tell of it."""
    return _TOPICS.sign(f"{person_id}.{topic}")


def topic_of(key: str) -> tuple[int, str] | None:
    """The person's id and the topic of that key; None where it is false."""
    try:
        number, _dot, topic = _TOPICS.unsign(key).partition(".")
    except BadSignature:
        return None
    return (int(number), topic) if topic in TOPICS else None
