"""Who looked at a consignment when, so that what has come since is marked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from cargo.models import Consignment, Look
from liaison.models import Person

# A look is written down at most so often; one after a pause this long begins a new time of looking.
AGAIN, PAUSE = timedelta(minutes=1), timedelta(minutes=30)


def look(*, consignment: Consignment, before: Look | None, by: Person, at: datetime) -> datetime | None:
    """When she had looked before this time of looking, None for the first; ``before`` is her look as it is kept.

    Marks stay for as long as she keeps looking. Nothing worth telling: the journal learns nothing of it.
    """
    if before is not None and at - before.seen_at < AGAIN:
        return before.before_at
    values: dict[str, int | datetime] = {
        "person": by.pk,
        "consignment": consignment.pk,
        "at": at,
        "paused": at - PAUSE,
        "again": at - AGAIN,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, values)
        row = cursor.fetchone()
    if row is None:
        # Another window of hers was a moment quicker.
        return before.before_at if before else None
    return row[0] if isinstance(row[0], datetime) else None


_LOOK = """
    INSERT INTO cargo_look (person_id, consignment_id, seen_at) VALUES (%(person)s, %(consignment)s, %(at)s)
    ON CONFLICT (person_id, consignment_id) DO UPDATE SET
        before_at = CASE WHEN cargo_look.seen_at < %(paused)s THEN cargo_look.seen_at ELSE cargo_look.before_at END,
        seen_at = %(at)s
    WHERE cargo_look.seen_at <= %(again)s
    RETURNING before_at
"""
