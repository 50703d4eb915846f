"""Appending events: one COPY into a staging table, then matching and inserting set by set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.db import connection
from django.db.backends.utils import CursorWrapper

from cargo import matching
from cargo.entries import COLUMNS, Row
from cargo.overriding import lock_numbers, withdraw_numbered
from liaison.bulk import copy_text

_LIST = ", ".join(COLUMNS)


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many events were new, how many of them match nothing, and the consignments that have something new."""

    events: int
    unmatched: int
    consignments: list[int]


def append(rows: Sequence[Row]) -> Recorded:
    """Append the rows (in the order of COLUMNS) of one source that are not there yet, matched.

    Call it inside a transaction.
    """
    if not rows:
        return Recorded(0, 0, [])
    with connection.cursor() as cursor:
        cursor.execute(  # nothing but column names is put in
            f"CREATE TEMP TABLE staged ON COMMIT DROP AS SELECT {_LIST}, id AS event_id FROM cargo_event LIMIT 0"
        )
        cursor.copy_expert(f"COPY staged ({_LIST}) FROM STDIN", copy_text(rows))
        matching.lock_shared(cursor)
        has_numbers = lock_numbers(cursor, cast(int, rows[0][COLUMNS.index("source_id")]))
        cursor.execute(_INSERT)
        new = dict(cursor.fetchall())
        overridden = withdraw_numbered(cursor, list(new)) if new and has_numbers else []
        consignments = matching.match_events(cursor, [*new, *overridden]) if new else []
        consignments = sorted({*consignments, *_restate(cursor)})
        cursor.execute("DROP TABLE staged")
        paired = matching.events_paired_by(cursor, list(new)) if new else []
    if paired:
        # What a tracker or a seal said before it was known what it rides on finds its consignment now, or loses it.
        consignments = sorted({*consignments, *matching.rematch(paired)})
    return Recorded(len(new), sum(not is_matched for is_matched in new.values()), consignments)


def _restate(cursor: CursorWrapper) -> list[int]:
    """Note the latest issue of what is there already; returns the consignments for which that may matter."""
    cursor.execute(_RESTATE)
    restated = [pk for (pk,) in cursor.fetchall()]
    if not restated:
        return []
    cursor.execute(_CONCERNED, [restated])
    return [pk for (pk,) in cursor.fetchall()]


# What is stated again may have been cancelled in between, so its latest issue is kept, whichever came first.
_RESTATE = """
    UPDATE cargo_event e SET restated_at = r.issued_at, restated_in = r.document
    FROM (
        SELECT o.id, s.issued_at, s.document FROM (
            SELECT DISTINCT ON (key) key, issued_at, document FROM staged
            WHERE function = 'original' AND classifier = 'ACT' AND issued_at IS NOT NULL
            ORDER BY key, issued_at DESC, document DESC
        ) s JOIN cargo_event o ON o.key = s.key
        WHERE (s.issued_at, s.document) > (
            coalesce(o.restated_at, o.issued_at, '-infinity'),
            CASE WHEN o.restated_at IS NULL THEN o.document ELSE o.restated_in END
        )
        ORDER BY o.key FOR UPDATE OF o
    ) r
    WHERE e.id = r.id
    RETURNING e.id
"""
# Only where the source says more of that kind of the same goods may anything follow for the consignment.
_CONCERNED = """
    SELECT DISTINCT m.consignment_id FROM cargo_event n JOIN cargo_eventmatch m ON m.event_id = n.id
    WHERE n.id = ANY(%s) AND EXISTS (
        SELECT FROM cargo_eventmatch o JOIN cargo_event e ON e.id = o.event_id
        WHERE o.consignment_id = m.consignment_id AND e.id <> n.id
            AND (e.source_id, e.kind, e.container) = (n.source_id, n.kind, n.container)
    )
"""
_INSERT = f"""
    INSERT INTO cargo_event ({_LIST}, is_matched)
    SELECT DISTINCT ON (key) {_LIST}, EXISTS (
        SELECT FROM cargo_unit u
        WHERE s.container <> '' AND u.container = s.container
        AND (u.tracked_from IS NULL OR s.occurred_at >= u.tracked_from)
        AND (u.tracked_until IS NULL OR s.occurred_at < u.tracked_until)
        AND NOT ({matching.RIDDEN_OUT.format(event="s")})
    ) OR EXISTS (
        SELECT FROM cargo_consignment c WHERE s.bill_of_lading <> '' AND c.bill_of_lading = s.bill_of_lading
    ) OR EXISTS (
        SELECT FROM cargo_consignment c WHERE s.reference <> '' AND c.bill_of_lading = s.reference
    ) OR EXISTS (
        SELECT FROM cargo_consignment c WHERE s.reference <> '' AND c.ref = s.reference
    ) OR EXISTS (
        SELECT FROM (VALUES (s.declaration), (s.reference)) AS n (number) JOIN cargo_consignment c
            ON c.rw_declaration = n.number AND c.rw_declaration <> '' OR c.kra_entry = n.number AND c.kra_entry <> ''
    ) OR EXISTS (
        SELECT FROM ({matching.PAIRED.format(event="s")}) p JOIN cargo_unit u ON u.container = p.container
            AND (u.tracked_from IS NULL OR s.occurred_at >= u.tracked_from)
            AND (u.tracked_until IS NULL OR s.occurred_at < u.tracked_until)
        WHERE s.container = '' AND s.reference <> ''
    )
    FROM staged s
    ORDER BY key
    ON CONFLICT (key) DO NOTHING
    RETURNING id, is_matched
"""
