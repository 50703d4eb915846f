"""How long goods wait at ports, depots and borders, counted from milestones: now, and usually."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from corridor.berthing import measure_berthing
from corridor.waits import NOW, USUAL, Measured, keep_waits

# What came longer ago and never left is an event that was lost rather than somebody who waits.
LONGEST = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A wait by the milestones that begin and end it, and the nodes at which it is measured.

    ``at`` are the slugs of nodes by the slug under which the wait is kept: several quays are one port.
    """

    kind: str
    begins: str
    ends: str
    at: dict[str, str]


_PORT = "ke-port-mombasa"
_QUAYS = dict.fromkeys([_PORT, "ke-term-ct1", "ke-term-ct2", "ke-term-conventional"], _PORT)
_DEPOTS = {slug: slug for slug in ("ke-depot-eldoret", "ke-depot-kisumu")}
_EAST = {slug: slug for slug in ("xx-border-malaba", "xx-border-busia")}
_SOUTH = {slug: slug for slug in ("xx-border-gatuna", "xx-border-kagitumba")}
STAYS = (
    Stay(kind="port", begins="discharged", ends="gate_out", at=_QUAYS),
    Stay(kind="fuel", begins="at_depot", ends="loaded", at=_DEPOTS),
    Stay(kind="border", begins="border1_in", ends="border1_out", at=_EAST),
    Stay(kind="border", begins="border2_in", ends="border2_out", at=_SOUTH),
)
# Exports stand at the same places on their way out; how the corridor stands is told by what comes in.
EXPORT_STAYS = (
    Stay(kind="export_port", begins="export_at_port", ends="export_aboard", at=_QUAYS),
    Stay(kind="export_ship", begins="export_aboard", ends="export_departed", at=_QUAYS),
    Stay(kind="export_border", begins="export_border1_in", ends="export_border1_out", at=_EAST),
    Stay(kind="export_border", begins="export_border2_in", ends="export_border2_out", at=_SOUTH),
)


def measure_waits(*, at: datetime) -> int:
    """Count every wait at ``at`` and keep it; returns how many severities changed."""
    counted = [measured for stay in STAYS for measured in _measure(stay, at)]
    return keep_waits([*counted, measure_berthing(at)], at=at)


def usual_of_exports(*, at: datetime) -> Iterator[tuple[str, int, int, int]]:
    """How long exports usually stood: the wait's kind with the node's slug, median and ninth decile in seconds, n."""
    for stay in EXPORT_STAYS:
        for node, (_now_n, _now_s, n, median_s, p90_s) in sorted(_rows(_LEFT, stay, at).items()):
            if n:
                yield f"{stay.kind} {node}", median_s, p90_s, n


def _measure(stay: Stay, at: datetime) -> list[Measured]:
    left = _rows(_LEFT, stay, at)
    there = _rows(_THERE, stay, at)
    return [
        Measured(
            kind=stay.kind,
            node=node,
            now_s=left[node][1] if node in left else None,
            now_n=left[node][0] if node in left else 0,
            usual_s=left[node][3] if node in left else None,
            usual_p90_s=left[node][4] if node in left else None,
            usual_n=left[node][2] if node in left else 0,
            waiting_n=there[node][0] if node in there else 0,
            waiting_s=there[node][1] if node in there else None,
            longest_s=there[node][2] if node in there else None,
        )
        for node in sorted(set(stay.at.values()))
    ]


def _rows(sql: str, stay: Stay, at: datetime) -> dict[str, tuple[Any, ...]]:
    values: dict[str, str | list[str] | datetime] = {
        "begins": stay.begins,
        "ends": stay.ends,
        "slugs": list(stay.at),
        "nodes": list(stay.at.values()),
        "at": at,
        "now": at - NOW,
        "usual": at - USUAL,
        "longest": at - LONGEST,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {row[0]: row[1:] for row in cursor.fetchall()}


# Those that left: of the last hours, and of the weeks before these. A time of which only the day is known measures
# nothing. When each of them came is looked up (OFFSET 0): joined, all that ever came would be read.
_LEFT = """
    WITH stays AS (
        SELECT places.kept, ended.actual_at AS left_at,
            extract(epoch FROM ended.actual_at - began.actual_at)::int AS seconds
        FROM cargo_milestone ended
        CROSS JOIN LATERAL (
            SELECT each.actual_at, each.is_day FROM cargo_milestone each
            WHERE each.consignment_id = ended.consignment_id AND each.code = %(begins)s
                AND each.unit_id IS NOT DISTINCT FROM ended.unit_id
            OFFSET 0
        ) began
        JOIN cargo_event event ON event.id = ended.event_id
        JOIN corridor_node node ON node.id = event.node_id
        JOIN unnest(%(slugs)s::text[], %(nodes)s::text[]) AS places (slug, kept) ON places.slug = node.slug
        WHERE ended.code = %(ends)s AND ended.actual_at > %(usual)s AND ended.actual_at <= %(at)s
            AND NOT ended.is_day AND NOT began.is_day AND began.actual_at <= ended.actual_at
    )
    SELECT kept,
        count(*) FILTER (WHERE left_at > %(now)s),
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE left_at > %(now)s))::int,
        count(*) FILTER (WHERE left_at <= %(now)s),
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE left_at <= %(now)s))::int,
        round(percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE left_at <= %(now)s))::int
    FROM stays GROUP BY kept
"""
# Those that came and have not left, nor come any further.
_THERE = """
    SELECT places.kept, count(*),
        extract(epoch FROM %(at)s - percentile_disc(0.5) WITHIN GROUP (ORDER BY began.actual_at))::int,
        extract(epoch FROM %(at)s - min(began.actual_at))::int
    FROM cargo_milestone began
    JOIN cargo_event event ON event.id = began.event_id
    JOIN corridor_node node ON node.id = event.node_id
    JOIN unnest(%(slugs)s::text[], %(nodes)s::text[]) AS places (slug, kept) ON places.slug = node.slug
    JOIN cargo_status status ON status.consignment_id = began.consignment_id
        AND status.state NOT IN ('delivered', 'closed', 'in_kigali')
    WHERE began.code = %(begins)s AND began.actual_at > %(longest)s AND began.actual_at <= %(at)s
        AND NOT EXISTS (
            SELECT FROM cargo_milestone ended WHERE ended.consignment_id = began.consignment_id
                AND ended.unit_id IS NOT DISTINCT FROM began.unit_id AND ended.code = %(ends)s
                AND ended.actual_at IS NOT NULL
        )
    GROUP BY places.kept
"""
