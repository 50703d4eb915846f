"""What a sender overrides or takes back by an event's own number, whatever it said of whichever goods before."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper

from cargo.entries import COLUMNS

# One key for each source, so that of two of its deliveries at one moment the second sees what the first said.
_LOCK = 7_310_452
_LIST = ", ".join(COLUMNS)


def lock_numbers(cursor: CursorWrapper, source_id: int) -> bool:
    """Whether this source numbers its events; then nobody else appends what it says until the transaction ends."""
    cursor.execute(
        "SELECT pg_advisory_xact_lock(%s, id::int) FROM feeds_source WHERE id = %s AND format = 'dcsa'",
        [_LOCK, source_id],
    )
    return cursor.fetchone() is not None


def withdraw_numbered(cursor: CursorWrapper, events: Sequence[int]) -> list[int]:
    """Append a cancellation of each event that a later word of its source under the same number overrides.

    DCSA's rule: the later word of an event's number discards all earlier ones, also of another kind or other goods.
    Of the same kind and goods milestones see it by themselves. ``events`` are those that are new; each order of them
    comes to the same. Returns the cancellations, each with the goods of what it withdraws and issued with it, so that
    it withdraws nothing else.
    """
    cursor.execute(_WITHDRAW, [list(events)])
    return [pk for (pk,) in cursor.fetchall()]


_OWN = {
    "key": "md5(x.key::text || ' overridden')::uuid",
    "delivery_id": "l.delivery_id",
    "received_at": "l.received_at",
    "function": "'cancel'",
    "corrects": "x.key",
    "series": "NULL::uuid",
}
_WITHDRAW = f"""
    WITH numbers AS (
        SELECT DISTINCT source_id, document FROM cargo_event WHERE id = ANY(%s) AND document <> ''
    )
    INSERT INTO cargo_event ({_LIST}, is_matched)
    SELECT DISTINCT ON (x.id) {", ".join(_OWN.get(name, f"x.{name}") for name in COLUMNS)}, x.is_matched
    FROM numbers n
    JOIN cargo_event x ON x.source_id = n.source_id AND x.document = n.document AND x.document <> ''
    JOIN cargo_event l ON l.source_id = n.source_id AND l.document = n.document AND l.document <> ''
    WHERE l.function <> 'original' AND x.function <> 'cancel'
        AND coalesce(x.issued_at, '-infinity') < coalesce(l.issued_at, l.received_at)
        AND (l.kind, coalesce(nullif(l.container, ''), l.bill_of_lading))
            <> (x.kind, coalesce(nullif(x.container, ''), x.bill_of_lading))
    ORDER BY x.id, l.id
    ON CONFLICT (key) DO NOTHING
    RETURNING id
"""
