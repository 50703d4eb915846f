"""Telling subscribers: one letter for each entry of the journal and subscription that it concerns, never two."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from corridor.audiences import PUBLISHED, READER, TOLD, concerned, told_before
from corridor.facts import SEVERITIES
from corridor.models import Subscription
from corridor.settling import CHANGED
from corridor.subscriptions import key_of
from liaison.journal import mark, unmarked
from liaison.models import JournalEntry
from notify.letters import News, write_news
from notify.models import Notice, OwnBrowser
from notify.pushing import Push
from notify.wording import fitted, stop_words

logger = logging.getLogger(__name__)
KINDS = (CHANGED, *TOLD)
READER_OF_JOURNAL = "corridor.subscriptions"
BATCH = 50
_PAGES = ("corridor:subscription_edit", "corridor:unsubscribe")
# Where each reader's own links stand in the foot, which is rendered once for all of them.
_CHANGE, _END = "<change>", "<end>"
# Any number that no other lock of the portal has.
_LOCK = 7_305_021


# How soon a phone is woken for it (RFC 8030, 5.3).
_URGENCIES = {"normal": "low", "slow": "normal", "severe": "high", "shut": "high"}


class _Words(NamedTuple):
    """Subject and body of a letter, and below it the foot with the way out; an SMS has none. ``url`` is its page."""

    subject: str
    body: str
    foot: str
    url: str


def tell_subscribers(*, at: datetime) -> int:
    """Write the letters of all entries that nobody was told of yet; returns how many. May run twice at any moment."""
    written, after = 0, 0
    while True:
        seen, letters = _tell_batch(at, after)
        written += letters
        if len(seen) < BATCH:
            return written
        after = seen[-1].pk


@transaction.atomic
def _tell_batch(at: datetime, after: int) -> tuple[list[JournalEntry], int]:
    """The letters of some entries behind ``after`` with the marks on them: all of it is there, or none.

    An entry that cannot be told holds up no other, however many there are, and is tried again the next time.
    """
    with connection.cursor() as cursor:
        # One after the other: a correction goes to those who have a letter of the version before.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    told: list[JournalEntry] = []
    written = 0
    seen = list(unmarked(reader=READER_OF_JOURNAL, kinds=KINDS).filter(pk__gt=after)[:BATCH])
    for entry in seen:
        try:
            with transaction.atomic():
                written += _tell(entry, at)
        except Exception:
            logger.exception("Subscribers could not be told of entry %s", entry.pk)
        else:
            told.append(entry)
    mark(told, reader=READER_OF_JOURNAL)
    return seen, written


def _tell(entry: JournalEntry, at: datetime) -> int:
    readers = _not_told(entry, _readers(entry))
    words = {key: _words(entry, *key) for key in {(reader.channel, reader.language) for reader in readers}}
    news = [_letter(entry, reader, words[reader.channel, reader.language]) for reader in readers]
    return write_news(news, entry=entry, at=at)


def _readers(entry: JournalEntry) -> Sequence[Subscription]:
    if entry.kind == CHANGED:
        node = entry.data["node"]
        # That it has become normal again is for those who heard that it was not.
        worst = max(_rank(entry.data["severity"]), _rank(entry.data["was"]))
        return concerned([node] if node else [], SEVERITIES[worst], entry.recorded_at)
    if entry.kind == PUBLISHED:
        facts = entry.data["advisory"]
        return concerned(facts["nodes"], facts["severity"], entry.recorded_at)
    return told_before(entry.key)


def _not_told(entry: JournalEntry, readers: Sequence[Subscription]) -> list[Subscription]:
    """Those who do not get the same by mail or in the same browser already, as people whom it concerns."""
    told = Notice.objects.filter(entry=entry).exclude(state=Notice.State.DROPPED)
    # What waits for a digest may be days away; a browser's news waits for the end of her night.
    mails = told.filter(channel="email").exclude(state=Notice.State.DUE, is_bundled=True)
    mailed = set(mails.values_list("person__email", flat=True))
    shown: set[str] = set()
    if any(reader.channel == Subscription.Channel.PUSH for reader in readers):
        pushed = OwnBrowser.objects.filter(person__in=told.filter(channel="push").values("person"))
        shown.update(pushed.values_list("endpoint", flat=True))
    addresses = {"email": mailed, "push": shown}
    return [reader for reader in readers if _plain(reader) not in addresses.get(reader.channel, ())]


def _plain(reader: Subscription) -> str:
    """Its address as people's are kept."""
    return reader.address.lower() if reader.channel == Subscription.Channel.EMAIL else reader.address


def _rank(severity: str) -> int:
    """How bad it is; what nobody knows is not bad."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else 0


def _words(entry: JournalEntry, channel: str, language: str) -> _Words:
    """What all who are told of one entry by one channel in one language read."""
    with translation.override(language):
        given = {**entry.data, "data": entry.data, "portal_url": settings.PORTAL_URL}
        subject, body, url = (
            render_to_string(f"notify/{entry.kind}.{part}.txt", given).strip() for part in ("subject", "body", "url")
        )
        foot = render_to_string("corridor/letters/foot.txt", {"change": _CHANGE, "end": _END})
        stop = stop_words()
    subject = " ".join(subject.split())[:200]
    if channel == Subscription.Channel.SMS:
        return _Words(subject, fitted([subject], url, must=stop), "", url)
    return _Words(subject, body, foot, url)


def _push(entry: JournalEntry, reader: Subscription, words: _Words, change: str) -> Push:
    """The letter's own paragraphs without the title, which stands above them, and the address, which a touch opens."""
    paragraphs = [said for said in words.body.split("\n\n") if said != words.subject and words.url not in said]
    facts = entry.data if entry.kind == CHANGED else entry.data["advisory"]
    with translation.override(reader.language):
        change_words = gettext("Settings")
    return Push(
        p256dh=reader.p256dh,
        auth=reader.auth,
        title=words.subject,
        body="\n\n".join(paragraphs),
        url=words.url,
        language=reader.language,
        # What is said of the same thing later takes the place of what was said before.
        tag=hashlib.sha256(f"{entry.subject}:{entry.key}".encode()).hexdigest()[:32],
        urgency=_URGENCIES.get(facts["severity"], "normal"),
        why=words.foot.strip().partition("\n")[0],
        change=change,
        change_words=change_words,
    )


def _letter(entry: JournalEntry, reader: Subscription, words: _Words) -> News:
    name = f"{READER}:{reader.pk}"
    if not words.foot:
        return News(name, reader.channel, reader.address, words.subject, words.body, "")
    key = key_of(reader)
    change, end = (settings.PORTAL_URL + reverse(page, args=[key]) for page in _PAGES)
    if reader.channel == Subscription.Channel.PUSH:
        return News(
            name, reader.channel, reader.address, words.subject, _push(entry, reader, words, change).packed(), ""
        )
    foot = words.foot.replace(_CHANGE, change).replace(_END, end)
    return News(name, reader.channel, reader.address, words.subject, f"{words.body}\n\n{foot}", end)
