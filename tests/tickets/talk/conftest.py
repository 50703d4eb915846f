"""Telephones that are shown to be somebody's, and texts that come from them."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from django.utils import timezone

from liaison.models import Person
from notify.models import Phone
from tickets.models import Talk
from tickets.talk.conversations import answer_talk, receive_talk

HERS, STRANGE = "+250788111222", "+250788333444"
NUMBERS = count(1)


def proven(person: Person, number: str = HERS, *, days_ago: int = 1) -> Phone:
    """The person has shown that the number is hers."""
    at = timezone.now() - timedelta(days=days_ago)
    return Phone.objects.create(person=person, number=number, asked_at=at, verified_at=at)


def text(words: str, address: str = STRANGE, *, channel: str = "sms", provider_id: str = "") -> Talk:
    """A text that came in and was answered."""
    at = timezone.now()
    provider_id = provider_id or f"ATPid_{next(NUMBERS)}"
    came = receive_talk(channel=channel, provider_id=provider_id, address=address, text=words, raw={}, at=at)
    answered = answer_talk(talk_id=came.talk.pk, at=timezone.now())
    assert answered is not None
    return answered


def said(words: str, address: str = STRANGE, **how: str) -> str:
    """What a text is answered."""
    return text(words, address, **how).answer
