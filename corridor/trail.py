"""The trail of trackers over time: its parts by month, their thinning, and their end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from liaison.retention import MONTH, Rule

MONTHS_AHEAD = 3
THIN_AFTER = timedelta(days=3)
# Of a thinned trail one position stays in so many seconds, and each that came to a node or went from it.
THIN_TO_S = 600


def ready_months(*, at: datetime) -> list[str]:
    """Make the parts of the trail's table for this month and the next ones; returns those that were new.

    Positions of other months have a part in common; so a tracker with a wrong clock makes no tables.
    """
    month = at.astimezone(UTC).date().replace(day=1)
    made = []
    with connection.cursor() as cursor:
        for _number in range(MONTHS_AHEAD):
            # A function of the database's owner: whoever calls it may make nothing else.
            cursor.execute("SELECT corridor_ready_month(%s)", [month])
            if cursor.fetchone() == (True,):
                made.append(f"corridor_position_{month:%Y_%m}")
            month = (month + timedelta(days=32)).replace(day=1)
    return made


def thin(*, at: datetime) -> int:
    """Take out of the trail of the day that is old enough what nobody needs; returns how many rows. May be repeated."""
    until = (at - THIN_AFTER).replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_THIN, {"since": until - timedelta(days=2), "until": until, "every": THIN_TO_S})
        return int(cursor.rowcount)


_THIN = """
    DELETE FROM corridor_position p USING (
        SELECT tracker_id, fixed_at,
            lag(node_id) OVER (PARTITION BY tracker_id ORDER BY fixed_at) IS DISTINCT FROM node_id
            OR lead(node_id) OVER (PARTITION BY tracker_id ORDER BY fixed_at) IS DISTINCT FROM node_id
                AS is_turn,
            row_number() OVER (
                PARTITION BY tracker_id, floor(extract(epoch FROM fixed_at) / %(every)s) ORDER BY fixed_at
            ) AS number
        FROM corridor_position WHERE fixed_at >= %(since)s AND fixed_at < %(until)s
    ) t
    WHERE p.fixed_at >= %(since)s AND p.fixed_at < %(until)s
        AND p.tracker_id = t.tracker_id AND p.fixed_at = t.fixed_at AND t.number > 1 AND NOT t.is_turn
"""


def _end(before: datetime, at: datetime) -> int:
    """Drop the parts of whole months that lie before, and delete what else does."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM corridor_position WHERE fixed_at < %s", [before])
        removed = int(cursor.rowcount)
        cursor.execute("SELECT corridor_end_months(%s)", [before.astimezone(UTC).date()])
    return removed


RULES = [
    Rule(
        name="positions",
        what=_("Where trucks, seals and ships were"),
        period=13 * MONTH,
        basis=_("Comparing a journey with those of a year ago; then no purpose is left"),
        remove=_end,
    ),
]
