"""Telling subscribers: one letter for each entry of the journal and subscription that it concerns, never two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from corridor.audiences import PUBLISHED, READER, TOLD, concerned, told_before
from corridor.models import Subscription
from corridor.subscriptions import key_of
from liaison.journal import mark, unmarked
from liaison.models import JournalEntry
from notify.gsm import SINGLE, gsm, shortened
from notify.letters import News, write_news

CHANGED = "corridor.condition_changed"
KINDS = (CHANGED, *TOLD)
READER_OF_JOURNAL = "corridor.subscriptions"
BATCH = 50
# Any number that no other lock of the portal has.
_LOCK = 7_305_021


def tell_subscribers(*, at: datetime) -> int:
    """Write the letters of all entries that nobody was told of yet; returns how many. May run twice at any moment."""
    written = 0
    while True:
        entries, letters = _tell_batch(at)
        written += letters
        if entries < BATCH:
            return written


@transaction.atomic
def _tell_batch(at: datetime) -> tuple[int, int]:
    """The letters of some entries together with the marks on them: all of it is there, or none."""
    with connection.cursor() as cursor:
        # One after the other: a correction goes to those who have a letter of the version before.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    entries = list(unmarked(reader=READER_OF_JOURNAL, kinds=KINDS)[:BATCH])
    written = sum(_tell(entry, at) for entry in entries)
    mark(entries, reader=READER_OF_JOURNAL)
    return len(entries), written


def _tell(entry: JournalEntry, at: datetime) -> int:
    readers = _readers(entry)
    words = {key: _words(entry, *key) for key in {(reader.channel, reader.language) for reader in readers}}
    news = [_letter(reader, *words[reader.channel, reader.language]) for reader in readers]
    return write_news(news, entry=entry, at=at)


def _readers(entry: JournalEntry) -> Sequence[Subscription]:
    if entry.kind == CHANGED:
        node = entry.data["node"]
        # That it has become normal again is for those who heard that it was not.
        worst = max(filter(None, (entry.data["severity"], entry.data["was"])), key=_rank)
        return concerned([node] if node else [], worst, entry.recorded_at)
    if entry.kind == PUBLISHED:
        facts = entry.data["advisory"]
        return concerned(facts["nodes"], facts["severity"], entry.recorded_at)
    return told_before(entry.key)


def _rank(severity: str) -> int:
    return ["normal", "slow", "severe", "shut"].index(severity)


def _words(entry: JournalEntry, channel: str, language: str) -> tuple[str, str]:
    """Subject and body of one entry by one channel in one language."""
    with translation.override(language):
        given = {**entry.data, "data": entry.data, "portal_url": settings.PORTAL_URL}
        subject, body, url = (
            render_to_string(f"notify/{entry.kind}.{part}.txt", given).strip() for part in ("subject", "body", "url")
        )
    subject = " ".join(subject.split())
    if channel == Subscription.Channel.SMS:
        return subject[:200], f"{shortened(gsm(subject), SINGLE - len(url) - 1)} {url}"
    return subject[:200], body


def _letter(reader: Subscription, subject: str, body: str) -> News:
    if reader.channel == Subscription.Channel.SMS:
        return News(f"{READER}:{reader.pk}", reader.channel, reader.address, subject, body, "")
    key = key_of(reader)
    end = settings.PORTAL_URL + reverse("corridor:unsubscribe", args=[key])
    with translation.override(reader.language):
        foot = render_to_string("corridor/letters/foot.txt", _links(key, end))
    return News(f"{READER}:{reader.pk}", reader.channel, reader.address, subject, f"{body}\n\n{foot}", end)


def _links(key: str, end: str) -> Mapping[str, Any]:
    return {"change": settings.PORTAL_URL + reverse("corridor:subscription_edit", args=[key]), "end": end}
