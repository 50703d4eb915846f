"""How long ships wait for a berth, counted from their calls: now, and usually."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from corridor.waits import USUAL, Measured, now_of

_PORT = "ke-port-mombasa"


def measure_berthing(at: datetime) -> Measured:
    """The wait from arriving at the port to the berth."""
    values: dict[str, str | datetime] = {"slug": _PORT, "at": at, "now": at - now_of("berth"), "usual": at - USUAL}
    with connection.cursor() as cursor:
        cursor.execute(_WAITED, values)
        counted = cursor.fetchone() or (0, None, 0, None, None)
        cursor.execute(_WAITING, values)
        there = cursor.fetchone() or (0, None, None)
    return Measured.of("berth", _PORT, left=counted[:2], usual=counted[2:], there=there)


_WAITED = """
    WITH stays AS (
        SELECT c.berthed_at, extract(epoch FROM c.berthed_at - c.arrived_at)::int AS seconds
        FROM corridor_vesselcall c JOIN corridor_node n ON n.id = c.port_id AND n.slug = %(slug)s
        WHERE c.berthed_at > %(usual)s AND c.berthed_at <= %(at)s AND c.arrived_at <= c.berthed_at
    )
    SELECT count(*) FILTER (WHERE berthed_at > %(now)s),
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE berthed_at > %(now)s))::int,
        count(*) FILTER (WHERE berthed_at <= %(now)s),
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE berthed_at <= %(now)s))::int,
        round(percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE berthed_at <= %(now)s))::int
    FROM stays
"""
# Those at anchor of whom one has heard within three weeks.
_WAITING = """
    SELECT count(*),
        extract(epoch FROM %(at)s - percentile_disc(0.5) WITHIN GROUP (ORDER BY c.arrived_at))::int,
        extract(epoch FROM %(at)s - min(c.arrived_at))::int
    FROM corridor_vesselcall c JOIN corridor_node n ON n.id = c.port_id AND n.slug = %(slug)s
    WHERE c.state = 'anchored' AND c.arrived_at <= %(at)s AND c.updated_at > %(at)s - interval '21 days'
"""
