"""Where the trackers are that ride with a consignment's containers: the latest position of each, source and age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from cargo.matching import ENDINGS, PAIRED

_COLUMNS = "container name place zone lat lon speed_kmh fixed_at heard_at source".split()


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The latest position of one tracker: degrees of WGS 84, km/h, and the node where it is settled to be, if any."""

    container: str
    name: str
    place: str
    zone: str
    lat: float
    lon: float
    speed_kmh: float | None
    fixed_at: datetime
    heard_at: datetime
    source: str

    @property
    def is_moving(self) -> bool | None:
        """Whether it moves; None where the tracker does not say. Standing trackers drift by a little."""
        return None if self.speed_kmh is None else self.speed_kmh > 5


def whereabouts(consignment_id: int) -> list[Whereabouts]:
    """Of each tracker that rides with a container of the consignment, the newest first; one query."""
    return riding([consignment_id]).get(consignment_id, [])


def riding(consignments: Sequence[int]) -> dict[int, list[Whereabouts]]:
    """The same of several, by their ids; one query.

    A tracker rides with the container that it named last, until that is opened or delivered; where it names none, with
    the one that its truck, or without a plate its seal, was last named together with.
    """
    found: dict[int, list[Whereabouts]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_RIDING, [list(consignments)])
        for consignment, *row in cursor.fetchall():
            found.setdefault(consignment, []).append(Whereabouts(**dict(zip(_COLUMNS, row, strict=True))))
    return found


_RIDING = f"""
    WITH boxes AS (
        SELECT consignment_id, container, tracked_from, tracked_until FROM cargo_unit WHERE consignment_id = ANY(%s)
    ), numbers AS (
        SELECT DISTINCT e.container, n.reference
        FROM boxes b JOIN cargo_event e ON e.container = b.container AND e.container <> ''
        CROSS JOIN LATERAL (VALUES (e.plate), (split_part(e.seals, ' ', 1))) AS n (reference)
        WHERE n.reference <> ''
    ), riding AS MATERIALIZED (
        SELECT t.id, t.container FROM boxes b JOIN corridor_tracker t ON t.container = b.container AND t.container <> ''
        WHERE NOT EXISTS (
            SELECT FROM cargo_event z WHERE z.container = t.container AND z.container <> '' AND z.kind IN {ENDINGS}
            AND z.occurred_at > t.container_at AND z.occurred_at < t.fixed_at
        )
        UNION
        SELECT t.id, n.container FROM numbers n
        JOIN corridor_tracker t ON t.container = '' AND (
            t.plate <> '' AND t.plate = n.reference OR t.plate = '' AND t.number = n.reference
        )
        CROSS JOIN LATERAL (SELECT n.reference, t.fixed_at AS occurred_at) AS s
        CROSS JOIN LATERAL ({PAIRED.format(event="s")}) AS p
        WHERE p.container = n.container
    )
    SELECT b.consignment_id, r.container, coalesce(nullif(t.name, ''), t.number), coalesce(n.name, ''),
        coalesce(n.time_zone, 'Africa/Kigali'), t.lat, t.lon, t.speed_kmh, t.fixed_at, t.heard_at, s.name
    FROM riding r JOIN boxes b ON b.container = r.container JOIN corridor_tracker t ON t.id = r.id
    JOIN feeds_source s ON s.id = t.source_id LEFT JOIN corridor_node n ON n.id = t.node_id
    WHERE t.fixed_at IS NOT NULL AND (b.tracked_from IS NULL OR t.fixed_at >= b.tracked_from)
        AND (b.tracked_until IS NULL OR t.fixed_at < b.tracked_until)
    ORDER BY t.fixed_at DESC, r.container
"""
