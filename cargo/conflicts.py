"""How often a source's word is contested by others, for the board of the sources."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext_lazy as _

from feeds.figures import Figure, Shares

# A source is trusted for what it says of late; to count all of the years takes a minute.
LATEST = 100_000
_COUNTED = """
    SELECT e.source_id, count(*) FILTER (WHERE m.is_contested), count(*)
    FROM (
        SELECT event_id, is_contested FROM cargo_milestone WHERE actual_at IS NOT NULL ORDER BY id DESC LIMIT %s
    ) m JOIN cargo_event e ON e.id = m.event_id
    GROUP BY e.source_id
"""


def contested() -> Shares:
    """By source, of the latest milestones that rest on its word, how many are contested and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [LATEST])
        return {source: (part, whole) for source, part, whole in cursor.fetchall()}


FIGURES = [Figure("conflicts", _("Contested by others"), contested)]
