"""Texts coming in: each is stored as it came, once, then answered in the language of who wrote it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import translation

from liaison.bell import ring
from liaison.journal import record
from liaison.models import Person
from notify.correspondents import choose_language, hear, language_of, owner_of
from notify.letters import write_letter
from tickets.models import Talk
from tickets.talk.reading import read
from tickets.talk.requests import Asker, respond

TALK_BELL = "tickets.tasks.answer_talk"
# Who writes more than this in that time is a machine, or wants to do harm.
LONGEST = 8_000
MOST_TALKS, FLOOD = 20, timedelta(minutes=10)


class Received(NamedTuple):
    """A text that was taken in, and whether it had come before."""

    talk: Talk
    is_duplicate: bool


@transaction.atomic
def receive_talk(
    *,
    channel: str,
    provider_id: str,
    address: str,
    text: str,
    raw: dict[str, Any],
    at: datetime,
    is_silent: bool = False,
) -> Received:
    """Store a text as it came, once by the provider's number of it, and wake who answers.

    One that is silent (a heart, a change of number) is kept and not answered.
    """
    given: dict[str, Any] = {
        "address": address,
        "text": text.replace("\x00", "")[:LONGEST],
        "raw": raw,
        "received_at": at,
    }
    if is_silent:
        given |= {"state": Talk.State.LEFT, "reason": "silent", "answered_at": at}
    talk, is_new = Talk.objects.get_or_create(channel=channel, provider_id=provider_id, defaults=given)
    if is_new:
        hear(channel=channel, address=address, at=at)
        if not is_silent:
            ring(TALK_BELL, talk_id=talk.pk)
    return Received(talk, not is_new)


def answer_talk(*, talk_id: int, at: datetime) -> Talk | None:
    """Answer a stored text; None where that has been done, or is being done by somebody else."""
    Talk.objects.filter(pk=talk_id, state=Talk.State.STORED).update(attempts=F("attempts") + 1)
    with transaction.atomic():
        waiting = Talk.objects.select_for_update(skip_locked=True).filter(pk=talk_id, state=Talk.State.STORED)
        talk = waiting.first()
        if talk is not None:
            _settle(talk, at)
        return talk


def _settle(talk: Talk, at: datetime) -> None:
    """Answer it or leave it, and tell the journal."""
    talk.answered_at = at
    earlier = Talk.objects.lately_of(talk.channel, talk.address, talk.received_at - FLOOD).filter(pk__lt=talk.pk)
    if earlier.count() >= MOST_TALKS:
        talk.state, talk.reason = Talk.State.LEFT, "flood"
    else:
        _answer(talk, at)
    talk.save()
    record(
        kind=f"tickets.talk_{talk.state}",
        subject="talk",
        key=str(talk.pk),
        by=talk.person,
        at=at,
        channel=talk.channel,
        what=talk.kind,
        reason=talk.reason,
        ref=talk.ticket.ref if talk.ticket else "",
    )


def _answer(talk: Talk, at: datetime) -> None:
    request = read(talk.text)
    talk.state, talk.kind = Talk.State.ANSWERED, request.kind
    talk.person = owner_of(talk.address, at=at)
    talk.language = language_for(talk.person, talk.channel, talk.address, used=request.language)
    if request.language and talk.person is None:
        choose_language(channel=talk.channel, address=talk.address, language=request.language)
    asker = Asker(channel=talk.channel, address=talk.address, person=talk.person, at=at)
    with translation.override(talk.language):
        reply = respond(request, asker)
    talk.answer, talk.ticket, talk.message = reply.text, reply.ticket, reply.message
    talk.letter = write_letter(
        channel=talk.channel, address=talk.address, subject="", body=reply.text, at=at, is_answer=True
    )


def language_for(person: Person | None, channel: str, address: str, *, used: str = "") -> str:
    """The person's own, else that of the words she used, else what was last chosen there, else English."""
    return (person.language if person else used or language_of(channel=channel, address=address)) or "en"
