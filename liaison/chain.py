"""The chain over the journal: each link's digest covers the one before it, so that no byte changes unnoticed.

Entries are linked a moment after they commit, by one worker at a time, so that no writer waits for another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction

from liaison.bulk import insert_rows
from liaison.models import JournalLink

BATCH = 5000
MOST_FAULTS = 20
_LOCK = 7_301_001
# The entry as PostgreSQL itself writes it: exact, and independent of the session's time zone.
_CONTENT = """
    json_build_array(e.id, e.kind, e.subject, e.key, e.by_id, e.at AT TIME ZONE 'UTC', e.recorded_at AT TIME ZONE 'UTC',
        host(e.origin), e.data::text)::text
"""
# No transaction stays open for an hour, so whatever has a smaller number than a link of that age is linked.
_UNLINKED = f"""
    SELECT e.id, {_CONTENT} FROM liaison_journalentry e
    WHERE e.id > coalesce((SELECT entry_id FROM liaison_journallink
            WHERE linked_at < now() - interval '1 hour' AND NOT %s ORDER BY number DESC LIMIT 1), 0)
        AND NOT EXISTS (SELECT FROM liaison_journallink l WHERE l.entry_id = e.id)
    ORDER BY e.id LIMIT %s
"""
_LINKED = f"""
    SELECT l.number, l.digest, CASE WHEN e.id IS NOT NULL THEN {_CONTENT} END FROM liaison_journallink l
    LEFT JOIN liaison_journalentry e ON e.id = l.entry_id
    WHERE l.number > %s ORDER BY l.number LIMIT %s
"""


@dataclass
class Verdict:
    """What a verification found: how many links hold, the last digest (hexadecimal), and each fault in words."""

    links: int = 0
    head: str = ""
    faults: list[str] = field(default_factory=list)


def extend(*, everything: bool = False) -> int:
    """Link the entries that have no link yet, oldest first; returns how many.

    ``everything`` looks for them from the first entry on, not only among the latest.
    """
    linked = 0
    while count := _extend_by_a_batch(everything):
        linked += count
    return linked


@transaction.atomic
def _extend_by_a_batch(everything: bool) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        last = JournalLink.objects.order_by("-number").first()
        cursor.execute(_UNLINKED, [everything, BATCH])
        entries = cursor.fetchall()
    latest, digest = (last.number, bytes(last.digest)) if last else (0, b"")
    rows = []
    for number, (entry, content) in enumerate(entries, latest + 1):
        digest = link(digest, content)
        rows.append((number, entry, digest))
    return insert_rows("liaison_journallink", {"number": "bigint", "entry_id": "bigint", "digest": "bytea"}, rows)


def link(before: bytes, content: str) -> bytes:
    """The digest of a link: SHA-256 over the digest before it and the entry's content."""
    return hashlib.sha256(before + content.encode()).digest()


def verify(*, expected: Sequence[tuple[int, str]] = ()) -> Verdict:
    """Go through the whole chain. ``expected`` holds (number, digest) pairs that were noted elsewhere earlier."""
    verdict = Verdict()
    noted = dict(expected)
    before = b""
    for number, digest, content in _links():
        if number != verdict.links + 1:
            verdict.faults.append(f"links {verdict.links + 1} to {number - 1} are missing")
        if content is None:
            verdict.faults.append(f"link {number}: no entry")
        elif digest != link(before, content):
            verdict.faults.append(f"entry of link {number} has been altered")
        if noted.pop(number, digest.hex()) != digest.hex():
            verdict.faults.append(f"link {number} is not the one that was noted")
        verdict.links, verdict.head, before = number, digest.hex(), digest
        if len(verdict.faults) >= MOST_FAULTS:
            return verdict
    verdict.faults += [f"link {number}, which was noted, is missing" for number in noted]
    return verdict


def _links() -> Iterator[tuple[int, bytes, str | None]]:
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_LINKED, [after, BATCH])
            found = cursor.fetchall()
        if not found:
            return
        for number, digest, content in found:
            yield number, bytes(digest), content
        after = found[-1][0]
