"""Letters: messages to an address, written with a change and sent like the rest of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings

from liaison.bell import ring
from liaison.bulk import insert_rows
from liaison.models import JournalEntry
from notify.models import Letter


class News(NamedTuple):
    """A letter that tells a reader of an entry; ``unsubscribe`` is the address that ends it with one POST, if any."""

    reader: str
    channel: str
    address: str
    subject: str
    body: str
    unsubscribe: str


class Draft(NamedTuple):
    """A letter that is yet to be written; an answer goes also to who wants nothing more."""

    address: str
    subject: str
    body: str
    channel: str = "email"
    is_answer: bool = False


BATCH = 5000
_COLUMNS = {
    "reader": "text",
    "channel": "text",
    "address": "text",
    "subject": "text",
    "body": "text",
    "unsubscribe": "text",
    "entry_id": "bigint",
    "due_at": "timestamptz",
    "state": "text",
    "is_news": "boolean",
    "attempts": "smallint",
    "error": "text",
}


def write_letter(
    *, address: str, subject: str, body: str, at: datetime, channel: str = "email", is_answer: bool = False
) -> Letter:
    """As ``write_letters`` for one."""
    return write_letters([Draft(address, subject, body, channel, is_answer)], at=at)[0]


def write_letters(drafts: Sequence[Draft], *, at: datetime) -> list[Letter]:
    """Write letters with one statement in the caller's transaction, due at once; in the order given."""
    letters = Letter.objects.bulk_create(
        Letter(**(draft._asdict() | {"subject": draft.subject[:200]}), due_at=at) for draft in drafts
    )
    for channel in sorted({letter.channel for letter in letters}):
        ring(settings.OUTBOX_BELL, channel=channel)
    return letters


def write_news(news: Sequence[News], *, entry: JournalEntry, at: datetime) -> int:
    """Write the letters of one entry in the caller's transaction; no reader gets a second one. Returns how many."""
    once = "ON CONFLICT (entry_id, reader) WHERE is_news DO NOTHING"
    written = 0
    for start in range(0, len(news), BATCH):
        rows = [(*item, entry.pk, at, Letter.State.DUE, True, 0, "") for item in news[start : start + BATCH]]
        written += insert_rows(Letter._meta.db_table, _COLUMNS, rows, once)
    for channel in sorted({item.channel for item in news} if written else ()):
        ring(settings.OUTBOX_BELL, channel=channel)
    return written
