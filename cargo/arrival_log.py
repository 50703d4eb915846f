"""From the database to the arrays of the forecast: milestones as they stand, and events by when they were received."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection
from django.db.models.functions import Mod

from cargo.arrival.chains import EXPORT
from cargo.arrival.log import CODES, COLUMN, Log
from cargo.deriving import events_of
from cargo.milestones import Happening, withdrawn
from cargo.models import Consignment

LANES = (*(str(kind) for kind in Consignment.CargoKind.values), EXPORT)
_LANE = {kind: number for number, kind in enumerate(LANES)}
# A source's news of an hour came as history, not as it happened, when it is many and old and spans days: each of it
# then counts as known when it was issued, else (or where the issues are as old) when it happened.
_HISTORY_LEAST = 10
_HISTORY_H = 72.0
# Trips that arrived longer ago teach nothing of today.
TAUGHT_DAYS = 365
# Of very many the latest teach enough.
MOST_TAUGHT = 10_000
# Of more consignments than these every so manyth is replayed: more would not say more, and cost memory.
MOST_REPLAYED = 12_000


def hours(at: datetime) -> float:
    """Hours since 1970."""
    return at.timestamp() / 3600


@dataclass(slots=True)
class Gathering:
    """Rows on their way to a log, the consignment's id by its number as a trip, and the nodes' numbers."""

    ids: list[int] = field(default_factory=list)
    lane: list[int] = field(default_factory=list)
    facts: list[tuple[float, ...]] = field(default_factory=list)
    etas: list[tuple[float, ...]] = field(default_factory=list)
    nodes: dict[str, int] = field(default_factory=dict)

    def log(self) -> Log:
        """The ordered log."""
        facts = np.array(self.facts, dtype=np.float64).reshape(-1, 7)
        etas = np.array(self.etas, dtype=np.float64).reshape(-1, 3)
        return Log(
            lanes=LANES,
            lane=np.array(self.lane, dtype=np.int64),
            trip=facts[:, 0].astype(np.int64),
            code=facts[:, 1].astype(np.int64),
            at=facts[:, 2],
            known=facts[:, 3],
            gone=facts[:, 4],
            rank=facts[:, 5].astype(np.int64),
            node=facts[:, 6].astype(np.int64),
            eta_trip=etas[:, 0].astype(np.int64),
            eta_at=etas[:, 1],
            eta_known=etas[:, 2],
        ).ordered()


def standing_log(ids: Iterable[int] | None, *, at: datetime) -> tuple[list[int], Log]:
    """The milestones as they stand, of these consignments, or of all that are under way or arrived of late."""
    found = Gathering()
    numbers: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _STANDING,
            {
                "ids": None if ids is None else sorted(ids),
                "codes": list(CODES),
                "at": at,
                "days": TAUGHT_DAYS,
                "most": MOST_TAUGHT,
            },
        )
        for pk, lane, code, is_actual, occurred_h, known_h, node in cursor.fetchall():
            if pk not in numbers:
                numbers[pk] = len(found.ids)
                found.ids.append(pk)
                found.lane.append(_LANE[lane])
            if is_actual:
                found.facts.append((numbers[pk], COLUMN[code], occurred_h, known_h, np.inf, 0, node))
            elif code == "vessel_arrived":
                found.etas.append((numbers[pk], occurred_h, known_h))
    return found.ids, found.log()


# Registration is a milestone too. Of several units the first counts: the window is of the first arrival. The milestones
# are asked for consignment by consignment, else all that ever were are read for the few chosen ones.
_STANDING = """
    WITH taught AS (
        SELECT consignment_id FROM cargo_status
        WHERE state IN ('delivered', 'closed') AND moved_at > %(at)s - make_interval(days => %(days)s)
        ORDER BY moved_at DESC LIMIT %(most)s
    ), picked AS (
        SELECT unnest(%(ids)s::bigint[]) AS consignment_id
        UNION SELECT consignment_id FROM cargo_status
            WHERE %(ids)s::bigint[] IS NULL AND state NOT IN ('delivered', 'closed')
        UNION SELECT consignment_id FROM taught WHERE %(ids)s::bigint[] IS NULL
    ), chosen AS MATERIALIZED (
        SELECT c.id, CASE c.direction WHEN 'export' THEN 'export' ELSE c.cargo_kind END AS lane, c.registered_at
        FROM picked JOIN cargo_consignment c ON c.id = picked.consignment_id WHERE c.merged_into_id IS NULL
    )
    SELECT id, lane, 'registered', true,
        extract(epoch FROM registered_at)::float8 / 3600, extract(epoch FROM registered_at)::float8 / 3600, -1
    FROM chosen
    UNION ALL
    SELECT chosen.id, chosen.lane, told.* FROM chosen CROSS JOIN LATERAL (
        SELECT m.code, m.actual_at IS NOT NULL,
            extract(epoch FROM min(coalesce(m.actual_at, m.expected_at)))::float8 / 3600,
            extract(epoch FROM min(least(coalesce(e.issued_at, e.received_at), e.received_at)))::float8 / 3600,
            coalesce(min(e.node_id), -1)
        FROM cargo_milestone m JOIN cargo_event e ON e.id = m.event_id
        WHERE m.consignment_id = chosen.id AND m.code = ANY(%(codes)s)
        GROUP BY m.code, m.actual_at IS NOT NULL
    ) told
"""


def event_log(*, until: datetime) -> tuple[list[int], Log]:
    """All that was known of all imports by then (of very many: of every so manyth), with when it came to be known.

    Of those that were registered later is known what had been told of their numbers.
    """
    found = Gathering()
    every = Consignment.objects.filter(direction="import")
    thinned = every.alias(turn=Mod("pk", max(-(-every.count() // MOST_REPLAYED), 1))).filter(turn=0)
    consignments = list(thinned.order_by("pk").values_list("pk", "cargo_kind", "registered_at"))
    told = list(events_of([pk for pk, _kind, _at in consignments]))
    history = _history((happening, received) for _pk, happening, received in told)
    by_consignment: dict[int, list[tuple[Happening, float]]] = {}
    for pk, happening, received in told:
        known = _known(happening, received, history)
        if known <= hours(until):
            by_consignment.setdefault(pk, []).append((happening, known))
    for number, (pk, kind, registered_at) in enumerate(consignments):
        found.ids.append(pk)
        found.lane.append(_LANE[kind])
        moment = hours(registered_at)
        found.facts.append((number, COLUMN["registered"], moment, moment, np.inf, 0, -1))
        _gather(found, number, by_consignment.get(pk, []))
    return found.ids, found.log()


Batch = tuple[int, int]


def _batch(happening: Happening, received: datetime) -> Batch:
    return happening.source, int(received.timestamp() // 3600)


def _history(told: Iterator[tuple[Happening, datetime]]) -> dict[Batch, bool]:
    """The batches (source and hour) that brought the past rather than news, and whether it was news when it was issued:
    what is written out of an archive bears the day on which that was done."""
    received: dict[Batch, list[tuple[float, float]]] = {}
    issued: dict[Batch, list[tuple[float, float]]] = {}
    for happening, received_at in told:
        if happening.classifier == "ACT":
            batch, occurred = _batch(happening, received_at), hours(happening.occurred_at)
            received.setdefault(batch, []).append((occurred, hours(received_at) - occurred))
            if happening.issued_at:
                issued.setdefault(batch, []).append((occurred, hours(happening.issued_at) - occurred))
    return {batch: not _is_history(issued.get(batch, [])) for batch, rows in received.items() if _is_history(rows)}


def _is_history(rows: Sequence[tuple[float, float]]) -> bool:
    if len(rows) < _HISTORY_LEAST:
        return False
    span = max(occurred for occurred, _lag in rows) - min(occurred for occurred, _lag in rows)
    middle = sorted(lag for _occurred, lag in rows)[len(rows) // 2]
    return span > _HISTORY_H and middle > _HISTORY_H


def _known(happening: Happening, received: datetime, history: Mapping[Batch, bool]) -> float:
    batch = _batch(happening, received)
    if batch not in history:
        return hours(received)
    if happening.issued_at and (history[batch] or happening.classifier != "ACT"):
        return min(hours(happening.issued_at), hours(received))
    # What was foretold says itself when it was only where it was issued.
    return min(hours(happening.occurred_at), hours(received)) if happening.classifier == "ACT" else hours(received)


def _gather(found: Gathering, number: int, told: Sequence[tuple[Happening, float]]) -> None:
    unique = {happening.key: (happening, known) for happening, known in told}
    gone = _gone(unique)
    for key, (happening, known) in unique.items():
        code = happening.milestone
        if code not in COLUMN or happening.function == "cancel":
            continue
        occurred = hours(happening.occurred_at)
        if happening.classifier == "ACT":
            node = found.nodes.setdefault(happening.spot.slug, len(found.nodes)) if happening.spot else -1
            gone_at = gone.get(key, np.inf)
            found.facts.append((number, COLUMN[code], occurred, known, gone_at, happening.rank, node))
        elif code == "vessel_arrived":
            found.etas.append((number, occurred, known))


def _gone(unique: Mapping[Any, tuple[Happening, float]]) -> dict[Any, float]:
    """When each event that was withdrawn ceased to count."""
    gone = withdrawn(happening for happening, _known in unique.values())
    return {key: unique[by][1] for key, by in gone.items()}
