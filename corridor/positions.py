"""Recording where trackers are: the latest of each, its trail by month, and the nodes that it reached and left.

A tracker's positions come mostly in order: then its last state is enough. What comes late is put into its place in the
trail, and the trail is followed anew from there; a crossing that no longer holds is taken back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice

from django.db import connection

from corridor.entries import FUTURE_TOLERANCE, Context, fault_of
from corridor.fences import Crossing, Fences, Fix, Seen, Settled, area_of, settle
from corridor.models import Fence, Tracker
from corridor.models import Position as TrailPosition
from feeds.facts import Fault, Moment, Position
from liaison.bulk import copy_rows, insert_rows

# What is older when it comes is put into the trail, which may be thinned there by then, and moves nothing.
FOLLOWED = timedelta(hours=48)
_TRACKER = {
    "source_id": "bigint",
    "number": "text",
    "carrier": "text",
    "name": "text",
    "container": "text",
    "plate": "text",
    "heard_at": "timestamptz",
}
_KNOWN_BETTER = """
    ON CONFLICT (source_id, number) DO UPDATE SET heard_at = greatest(corridor_tracker.heard_at, excluded.heard_at),
        name = coalesce(nullif(excluded.name, ''), corridor_tracker.name),
        container = coalesce(nullif(excluded.container, ''), corridor_tracker.container),
        plate = coalesce(nullif(excluded.plate, ''), corridor_tracker.plate)
"""
_TRAIL = "tracker_id fixed_at received_at delivery_id lat lon speed_kmh course node_id".split()
TrailRow = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A crossing and the tracker that made it; ``is_withdrawn`` where a late position says that it was none."""

    tracker: Tracker
    crossing: Crossing
    is_withdrawn: bool = False


@dataclass(slots=True)
class Tracked:
    """What became of positions: how many were taken, how many of those were new, and what was crossed."""

    accepted: int = 0
    new: int = 0
    faults: list[Fault] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)


@dataclass(slots=True)
class Visit:
    """What one delivery brings of one tracker: its positions by time, each time once, and where each lies."""

    tracker: Tracker
    positions: list[Position]
    fixes: list[Fix]
    places: list[int | None] = field(default_factory=list)

    @property
    def is_in_order(self) -> bool:
        """Whether all of it is later than whatever was known."""
        return self.tracker.fixed_at is None or self.fixes[0].at > self.tracker.fixed_at


def record_positions(positions: Sequence[Position], context: Context) -> Tracked:
    """Put ``positions`` into the trails of their trackers, once; call it inside a transaction."""
    found = Tracked()
    timely = [position for position in positions if _is_timely(position, context, found)]
    found.accepted = len(timely)
    if not timely:
        return found
    fences = load_fences()
    visits = _visits(timely, context)
    places = iter(fences.nodes_at([fix for visit in visits for fix in visit.fixes]))
    befores = _befores(fences, [visit.tracker for visit in visits])
    rows: list[TrailRow] = []
    for visit in visits:
        visit.places = list(islice(places, len(visit.fixes)))
        if visit.is_in_order:
            rows += _continue(visit, befores.get(visit.tracker.pk), fences, context, found)
        else:
            _insert_late(visit, fences, context, found)
    copy_rows("corridor_position", _TRAIL, rows)
    found.new += len(rows)
    _keep_latest([visit.tracker for visit in visits])
    return found


def _is_timely(position: Position, context: Context, found: Tracked) -> bool:
    at = position.when.value
    if isinstance(at, datetime) and at.tzinfo and at.astimezone(UTC) <= context.received_at + FUTURE_TOLERANCE:
        return True
    code = "future" if isinstance(at, datetime) and at.tzinfo else "no_time"
    found.faults.append(fault_of(position, code, position.when.words))
    return False


def _visits(positions: Iterable[Position], context: Context) -> list[Visit]:
    """The visits of the trackers that have a valid position, with their trackers locked and brought up to date."""
    by_number: dict[str, list[Position]] = {}
    for position in positions:
        by_number.setdefault(position.device[:60], []).append(position)
    trackers = _lock_trackers(by_number, context)
    visits = []
    for tracker in trackers:
        valid = {_at(position): position for position in by_number[tracker.number] if not position.is_old}
        if valid:
            ordered = [valid[at] for at in sorted(valid)]
            fixes = [Fix(_at(position), position.lat, position.lon) for position in ordered]
            visits.append(Visit(tracker, ordered, fixes))
    return visits


def _at(position: Position) -> datetime:
    at = position.when.value
    assert isinstance(at, datetime)
    return at.astimezone(UTC)


def _lock_trackers(by_number: Mapping[str, Sequence[Position]], context: Context) -> list[Tracker]:
    rows = []
    for number in sorted(by_number):
        said = by_number[number]
        name, container, plate = (_said(said, what) for what in ("name", "container", "plate"))
        carrier = said[0].carrier
        rows.append((context.source_id, number, carrier, name[:60], container[:17], plate[:20], context.received_at))
    insert_rows("corridor_tracker", _TRACKER, rows, _KNOWN_BETTER)
    known = Tracker.objects.filter(source=context.source_id, number__any=list(by_number))
    return list(known.order_by("number").select_for_update())


def _said(positions: Sequence[Position], what: str) -> str:
    """The last that the sender said of its tracker."""
    return next((said for position in reversed(positions) if (said := str(getattr(position, what)))), "")


def _befores(fences: Fences, trackers: Iterable[Tracker]) -> dict[int, Seen]:
    """The last fix of each tracker that has one, and where it lies."""
    fixes = {
        t.pk: Fix(t.fixed_at, t.lat, t.lon) for t in trackers if t.fixed_at and t.lat is not None and t.lon is not None
    }
    places = fences.nodes_at(list(fixes.values()))
    return {pk: Seen(fix, place) for (pk, fix), place in zip(fixes.items(), places, strict=True)}


def _continue(visit: Visit, before: Seen | None, fences: Fences, context: Context, found: Tracked) -> list[TrailRow]:
    """Follow a tracker on from where it was; the new rows of its trail."""
    settled = settle(fences, visit.fixes, visit.places, node=visit.tracker.node_id, before=before)
    found.passages += [Passage(visit.tracker, crossing) for crossing in settled.crossings]
    _move(visit.tracker, visit.positions[-1], settled, visit.fixes[-1])
    return [
        _trail_row(visit.tracker, position, fix, node, context)
        for position, fix, node in zip(visit.positions, visit.fixes, settled.nodes, strict=True)
    ]


def _trail_row(
    tracker: Tracker, position: Position, fix: Fix, node: int | None, context: Context
) -> tuple[object, ...]:
    told = (context.received_at, context.delivery_id)
    return (tracker.pk, fix.at, *told, fix.lat, fix.lon, position.speed_kmh, position.course, node)


def _move(tracker: Tracker, last: Position, settled: Settled, fix: Fix) -> None:
    """Bring the tracker's row to its last position."""
    if settled.nodes[-1] != tracker.node_id:
        # Where a late fix has taken back that it had gone, since when it is there is not told by these fixes.
        tracker.node_id = settled.nodes[-1]
        tracker.node_since = settled.crossings[-1].at if settled.crossings else None
    tracker.fixed_at, tracker.lat, tracker.lon = fix
    tracker.speed_kmh, tracker.course = last.speed_kmh, last.course


Station = tuple[datetime, float, float, int | None]
"""One row of the trail: when, where, and the node at which the tracker was settled then."""


def _insert_late(visit: Visit, fences: Fences, context: Context, found: Tracked) -> None:
    """Put what came late into its place in the trail, and follow the trail anew from there."""
    tracker = visit.tracker
    trail = TrailPosition.objects.filter(tracker=tracker)
    known = set(trail.filter(fixed_at__any=[fix.at for fix in visit.fixes]).values_list("fixed_at", flat=True))
    late = {fix: said for said, fix in zip(visit.positions, visit.fixes, strict=True) if fix.at not in known}
    if not late:
        return
    first = min(late).at
    stations = trail.values_list("fixed_at", "lat", "lon", "node_id")
    before = stations.filter(fixed_at__lt=first).order_by("-fixed_at").first()
    after = list(stations.filter(fixed_at__gte=first).order_by("fixed_at"))
    copy_rows(
        "corridor_position", _TRAIL, [_trail_row(tracker, said, fix, None, context) for fix, said in late.items()]
    )
    found.new += len(late)
    if first >= context.received_at - FOLLOWED:
        _follow_anew(tracker, fences, before, after, late, found)


def _follow_anew(
    tracker: Tracker,
    fences: Fences,
    before: Station | None,
    after: Sequence[Station],
    late: Mapping[Fix, Position],
    found: Tracked,
) -> None:
    """Follow the trail from ``before`` on, with and without what came late, and say what differs."""
    old = [Fix(*row[:3]) for row in after]
    fixes = sorted([*old, *late])
    seen = Seen(Fix(*before[:3]), fences.nodes_at([Fix(*before[:3])])[0]) if before else None
    node = before[3] if before else None
    was = settle(fences, old, fences.nodes_at(old), node=node, before=seen)
    now = settle(fences, fixes, fences.nodes_at(fixes), node=node, before=seen)
    found.passages += [Passage(tracker, one, is_withdrawn=True) for one in was.crossings if one not in now.crossings]
    found.passages += [Passage(tracker, one) for one in now.crossings if one not in was.crossings]
    _rewrite(tracker, fixes, now, {row[0]: row[3] for row in after})
    if tracker.fixed_at is not None and fixes[-1].at >= tracker.fixed_at:
        _move(tracker, late.get(fixes[-1]) or _as_it_was(tracker), now, fixes[-1])


def _as_it_was(tracker: Tracker) -> Position:
    """The tracker's last position, which nothing later has come after."""
    when = Moment(value=tracker.fixed_at or tracker.heard_at)
    lat, lon, speed, course = tracker.lat or 0.0, tracker.lon or 0.0, tracker.speed_kmh, tracker.course
    return Position(device=tracker.number, carrier="truck", when=when, lat=lat, lon=lon, speed_kmh=speed, course=course)


def _rewrite(tracker: Tracker, fixes: Sequence[Fix], settled: Settled, was: Mapping[datetime, int | None]) -> None:
    """Write the nodes of the trail's rows that are settled elsewhere now."""
    wrong = [
        (tracker.pk, fix.at, node) for fix, node in zip(fixes, settled.nodes, strict=True) if was.get(fix.at) != node
    ]
    if wrong:
        with connection.cursor() as cursor:
            cursor.execute(_REWRITE, [list(column) for column in zip(*wrong, strict=True)])


_REWRITE = """
    UPDATE corridor_position p SET node_id = w.node_id
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::bigint[]) AS w (tracker_id, fixed_at, node_id)
    WHERE p.tracker_id = w.tracker_id AND p.fixed_at = w.fixed_at
"""
_LATEST = """
    UPDATE corridor_tracker t SET fixed_at = n.fixed_at, lat = n.lat, lon = n.lon, speed_kmh = n.speed_kmh,
        course = n.course, node_id = n.node_id, node_since = n.node_since
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::float8[], %s::float8[], %s::float8[], %s::float8[], %s::bigint[],
        %s::timestamptz[]) AS n (id, fixed_at, lat, lon, speed_kmh, course, node_id, node_since)
    WHERE t.id = n.id
"""


def _keep_latest(trackers: Iterable[Tracker]) -> None:
    rows = [(t.pk, t.fixed_at, t.lat, t.lon, t.speed_kmh, t.course, t.node_id, t.node_since) for t in trackers]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_LATEST, [list(column) for column in zip(*rows, strict=True)])


def load_fences() -> Fences:
    """The fences as they stand; they are put together anew only when one has changed."""
    return _assembled(
        tuple((pk, json.dumps(ring)) for pk, ring in Fence.objects.order_by("pk").values_list("pk", "ring"))
    )


@lru_cache(maxsize=2)
def _assembled(rings: tuple[tuple[int, str], ...]) -> Fences:
    return Fences(area_of(node, json.loads(ring)) for node, ring in rings)
