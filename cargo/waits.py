"""How long goods wait at ports, depots and borders, counted from milestones: now, and usually."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from corridor.berthing import measure_berthing
from corridor.waits import NOW, USUAL, Measured, keep_waits
from liaison.pacing import counted_seldom

# What came longer ago and never left is an event that was lost rather than somebody who waits.
LONGEST = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A wait by the milestones that begin and end it, and the nodes at which it is measured.

    ``at`` are the slugs of nodes by the slug under which the wait is kept: several quays are one port. Who is ``past``
    it, by one of these milestones, waits there no more, though nobody told when that ended.
    """

    kind: str
    begins: str
    ends: str
    at: dict[str, str]
    past: tuple[str, ...] = ()


_PORT = "ke-port-mombasa"
_QUAYS = dict.fromkeys([_PORT, "ke-term-ct1", "ke-term-ct2", "ke-term-conventional"], _PORT)
_DEPOTS = {slug: slug for slug in ("ke-depot-eldoret", "ke-depot-kisumu")}
_EAST = {slug: slug for slug in ("xx-border-malaba", "xx-border-busia")}
_SOUTH = {slug: slug for slug in ("xx-border-gatuna", "xx-border-kagitumba")}
_BEYOND_EAST = ("border2_in", "border2_out", "arrived_kigali")
_INLAND = ("border1_in", "border1_out", *_BEYOND_EAST)
STAYS = (
    Stay(kind="port", begins="discharged", ends="gate_out", at=_QUAYS, past=("railed_to_icd", *_INLAND)),
    Stay(kind="fuel", begins="at_depot", ends="loaded", at=_DEPOTS, past=_INLAND),
    Stay(kind="border", begins="border1_in", ends="border1_out", at=_EAST, past=_BEYOND_EAST),
    Stay(kind="border", begins="border2_in", ends="border2_out", at=_SOUTH, past=("arrived_kigali",)),
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
    usual = counted_seldom("cargo.waits.usual", lambda: [_usual(stay, at) for stay in STAYS])
    counted = [row for stay, left in zip(STAYS, usual, strict=True) for row in _measure(stay, left, at)]
    return keep_waits([*counted, measure_berthing(at)], at=at)


def usual_of_exports(*, at: datetime) -> Iterator[tuple[str, int, int, int]]:
    """How long exports usually stood: the wait's kind with the node's slug, median and ninth decile in seconds, n."""
    for stay in EXPORT_STAYS:
        for node, (n, median_s, p90_s) in sorted(_usual(stay, at).items()):
            yield f"{stay.kind} {node}", median_s, p90_s, n


Rows = dict[str, tuple[Any, ...]]


def _usual(stay: Stay, at: datetime) -> Rows:
    """Of those that left in the weeks before now, by node: how many, their median and ninth decile in seconds."""
    return _rows(_LEFT, stay, since=at - USUAL, until=at - NOW)


def _measure(stay: Stay, usual: Rows, at: datetime) -> list[Measured]:
    left = _rows(_LEFT, stay, since=at - NOW, until=at)
    there = _rows(_THERE, stay, since=at - LONGEST, until=at)
    nobody = (0, None, None)
    return [
        Measured.of(
            stay.kind,
            node,
            left=left.get(node, nobody)[:2],
            usual=usual.get(node, nobody),
            there=there.get(node, nobody),
        )
        for node in sorted(set(stay.at.values()))
    ]


def _rows(sql: str, stay: Stay, *, since: datetime, until: datetime) -> Rows:
    values: dict[str, str | list[str] | datetime] = {
        "begins": stay.begins,
        "ends": stay.ends,
        "over": [stay.ends, *stay.past],
        "slugs": list(stay.at),
        "nodes": list(stay.at.values()),
        "since": since,
        "until": until,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {row[0]: row[1:] for row in cursor.fetchall()}


# Those that left meanwhile. A time of which only the day is known measures nothing. When each of them came is looked up
# (OFFSET 0): joined, all that ever came would be read.
_LEFT = """
    WITH stays AS (
        SELECT places.kept, extract(epoch FROM ended.actual_at - began.actual_at)::int AS seconds
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
        WHERE ended.code = %(ends)s AND ended.actual_at > %(since)s AND ended.actual_at <= %(until)s
            AND NOT ended.is_day AND NOT began.is_day AND began.actual_at <= ended.actual_at
    )
    SELECT kept, count(*),
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds))::int,
        round(percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds))::int
    FROM stays GROUP BY kept
"""
# Those that came meanwhile and have not left, nor come any further.
_THERE = """
    SELECT places.kept, count(*),
        extract(epoch FROM %(until)s - percentile_disc(0.5) WITHIN GROUP (ORDER BY began.actual_at))::int,
        extract(epoch FROM %(until)s - min(began.actual_at))::int
    FROM cargo_milestone began
    JOIN cargo_event event ON event.id = began.event_id
    JOIN corridor_node node ON node.id = event.node_id
    JOIN unnest(%(slugs)s::text[], %(nodes)s::text[]) AS places (slug, kept) ON places.slug = node.slug
    JOIN cargo_status status ON status.consignment_id = began.consignment_id
        AND status.state NOT IN ('delivered', 'closed', 'in_kigali')
    WHERE began.code = %(begins)s AND began.actual_at > %(since)s AND began.actual_at <= %(until)s
        AND NOT EXISTS (
            SELECT FROM cargo_milestone ended WHERE ended.consignment_id = began.consignment_id
                AND ended.unit_id IS NOT DISTINCT FROM began.unit_id AND ended.code = ANY(%(over)s)
                AND ended.actual_at IS NOT NULL
        )
    GROUP BY places.kept
"""
