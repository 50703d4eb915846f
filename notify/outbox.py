"""Writing outbox rows: who is told what by which channel and when, what is called off, and what was read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from liaison.bell import ring
from liaison.models import JournalEntry, Person
from notify.keys import notice_of
from notify.kinds import INBOX, kind_of
from notify.models import Notice
from notify.readers import lately_of, reachable_now, readers_of, stances_of
from notify.rules import BURST, Got, Lately, News, Sending, decide


class _Row(NamedTuple):
    """One row of the outbox to be written."""

    entry: int
    person: int
    sending: Sending
    topic: str
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the rules ask of a journal entry."""

    pk: int
    subject: str
    key: str
    topic: str
    is_urgent: bool


def fan_out(
    told: Mapping[int, Collection[int]],
    *,
    at: datetime,
    due_at: datetime | None = None,
    corrects: Mapping[int, Collection[int]] | None = None,
) -> int:
    """Write the outbox rows of journal entries in the caller's transaction; returns how many were new.

    ``told`` gives for each entry's id the ids of the people who are to hear of it, ``due_at`` when they are to at the
    earliest, where that is not at once. ``notify.rules`` says by which channels and when; the inbox needs no sending:
    its rows are there at once. What an entry ``corrects`` (the ids of earlier entries) goes to those of ``told`` who
    got one of these, by the channels by which they got it and have not refused since, no sooner than what still waits
    there; of what was urgent as urgently. Writing the same again changes nothing.
    """
    people = set().union(*told.values()) if told else set()
    if not people:
        return 0
    entries, readers = _entries(told), readers_of(people)
    stances = stances_of(people, {(entry.subject, entry.key) for entry in entries.values()})
    lately = lately_of(people, at - BURST)
    before = _before(corrects or {})
    rows: list[_Row] = []
    for pk, entry in entries.items():
        news = News(topic=entry.topic, is_urgent=entry.is_urgent, due_at=due_at or at)
        for person in sorted(told[pk]):
            got = before.get((pk, person), []) if pk in (corrects or {}) else None
            is_urgent = entry.is_urgent or any(each.is_urgent for each in got or [])
            reader = reachable_now(readers[person], is_urgent=is_urgent, at=at)
            is_muted = stances.get((person, entry.subject, entry.key))
            sendings = decide(
                replace(news, is_urgent=is_urgent), reader, is_muted=is_muted, lately=lately.get(person), got=got
            )
            rows += [_Row(pk, person, sending, entry.topic, is_urgent) for sending in sendings]
            _count(lately.setdefault(person, {}), sendings, is_urgent=is_urgent)
    return write_rows(rows, at=at)


def _entries(told: Mapping[int, Collection[int]]) -> dict[int, _Entry]:
    rows = JournalEntry.objects.filter(pk__any=list(told)).order_by("pk")
    found = {}
    for pk, kind, subject, key, topic, urgent in rows.values_list(
        "pk", "kind", "subject", "key", "data__topic", "data__urgent"
    ):
        known = kind_of(kind, topic, is_urgent=urgent)
        found[pk] = _Entry(pk, subject, key, known.topic, known.is_urgent)
    return found


def _count(lately: dict[str, Lately], sendings: Iterable[Sending], *, is_urgent: bool) -> None:
    """Let the next entry of the same call know of this one."""
    for sending in sendings:
        if sending.channel == INBOX or is_urgent:
            continue
        held = lately.get(sending.channel, Lately())
        if sending.is_bundled:
            lately[sending.channel] = replace(held, bundle_at=held.bundle_at or sending.due_at)
        else:
            lately[sending.channel] = replace(held, count=held.count + 1)


def _before(corrects: Mapping[int, Collection[int]]) -> dict[tuple[int, int], list[Got]]:
    """By correcting entry and person how she got what it corrects, or is about to."""
    earlier = {entry for entries in corrects.values() for entry in entries}
    if not earlier:
        return {}
    got: dict[int, list[tuple[int, Got]]] = {}
    reached = Notice.objects.filter(entry__any=sorted(earlier), state__in=[Notice.State.SENT, Notice.State.DUE])
    for entry, person, is_urgent, state, *sending in reached.values_list(*_GOT):
        got.setdefault(entry, []).append((person, Got(Sending(*sending), is_urgent, state == Notice.State.DUE)))
    found: dict[tuple[int, int], list[Got]] = {}
    for pk, entries in corrects.items():
        for person, each in chain.from_iterable(got.get(entry, []) for entry in entries):
            found.setdefault((pk, person), []).append(each)
    return found


_GOT = ("entry_id", "person_id", "is_urgent", "state", "channel", "due_at", "is_bundled")


def write_rows(rows: Collection[_Row], *, at: datetime) -> int:
    """Write these rows with one statement, and ring the bell of each channel that has something to send now."""
    if not rows:
        return 0
    columns = zip(
        *((row.entry, row.person, row.topic, row.is_urgent, *_sending(row.sending)) for row in rows), strict=True
    )
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [at, *(list(column) for column in columns)])
        written = int(cursor.rowcount)
    if written:
        for channel in sorted({row.sending.channel for row in rows if row.sending.due_at <= at} - {INBOX}):
            ring(settings.OUTBOX_BELL, channel=channel)
    return written


def _sending(sending: Sending) -> tuple[str, datetime, bool]:
    return sending.channel, sending.due_at, sending.is_bundled


_WRITE = """
    INSERT INTO notify_notice (
        entry_id, person_id, topic, is_urgent, channel, due_at, is_bundled, state, sent_at, attempts, error
    )
    SELECT entry_id, person_id, topic, is_urgent, channel, due_at, is_bundled,
        CASE channel WHEN 'inbox' THEN 'sent' ELSE 'due' END,
        CASE channel WHEN 'inbox' THEN %s::timestamptz END, 0, ''
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::boolean[], %s::text[], %s::timestamptz[], %s::boolean[])
        AS t (entry_id, person_id, topic, is_urgent, channel, due_at, is_bundled)
    ON CONFLICT (entry_id, person_id, channel) DO NOTHING
"""


def add_row(notice: Notice, sending: Sending, *, at: datetime) -> int:
    """Tell the same person the same news by another channel; 0 where that was done before."""
    row = _Row(notice.entry_id, notice.person_id, sending, notice.topic, notice.is_urgent)
    return write_rows([row], at=at)


def call_off(entries: Collection[int]) -> int:
    """Send no more of these entries what is not being sent yet; returns how many rows."""
    waiting = Notice.objects.filter(entry__in=entries, state=Notice.State.DUE, attempts=0, lease_until__isnull=True)
    return waiting.update(state=Notice.State.DROPPED, error="Called off before it was due")


def find_notice(key: str) -> Notice | None:
    """What the link of a message is about; its key, which stands nowhere else, is the right to see why it came."""
    return Notice.objects.with_words().filter(pk=notice_of(key) or 0, person__is_active=True).first()


def mark_read(*, person: Person, at: datetime) -> int:
    """Everything in the person's inbox is read now; returns how many were not."""
    return Notice.objects.visible_to(person).inbox().filter(read_at__isnull=True).update(read_at=at)
