"""Recording where trackers are: the latest of each, its trail by month, and the nodes that it reached and left.

A tracker's positions come mostly in order: then its last state is enough. What comes late is put into its place in the
trail, and the trail is followed anew from there; a passage that no longer holds is taken back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection

from corridor.entries import FUTURE_TOLERANCE, Context, fault_of
from corridor.fences import Crossing, Fences, Fix, Seen, area_of
from corridor.journeys import Followed, Named, Passed, Start, follow, ridden
from corridor.loads import NOTHING, Load
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
_HEARD = """
    ON CONFLICT (source_id, number) DO UPDATE SET heard_at = greatest(corridor_tracker.heard_at, excluded.heard_at)
"""
_LOAD = "container container_at plate plate_at".split()
_TRAIL = ["tracker_id", *"fixed_at received_at delivery_id lat lon speed_kmh course node_id".split(), *_LOAD]
TrailRow = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """What a tracker passed; ``is_withdrawn`` where a late position says that it did not, or with another load."""

    tracker: Tracker
    passed: Passed
    is_withdrawn: bool = False

    @property
    def crossing(self) -> Crossing:
        """Where and when."""
        return self.passed.crossing


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
    named: list[Named]
    places: list[int | None] = field(default_factory=list)

    @property
    def is_in_order(self) -> bool:
        """Whether all of it is later than whatever was known."""
        return self.tracker.fixed_at is None or self.named[0].fix.at > self.tracker.fixed_at


def record_positions(positions: Sequence[Position], context: Context) -> Tracked:
    """Put ``positions`` into the trails of their trackers, once; call it inside a transaction."""
    found = Tracked()
    timely = [position for position in positions if _is_timely(position, context, found)]
    found.accepted = len(timely)
    if not timely:
        return found
    fences = load_fences()
    visits = _visits(timely, context)
    places = iter(fences.nodes_at([each.fix for visit in visits for each in visit.named]))
    befores = _befores(fences, [visit.tracker for visit in visits])
    rows: list[TrailRow] = []
    for visit in visits:
        visit.places = list(islice(places, len(visit.named)))
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
            _call(tracker, ordered)
            visits.append(Visit(tracker, ordered, [_named(position) for position in ordered]))
    return visits


def _call(tracker: Tracker, ordered: Sequence[Position]) -> None:
    """A tracker is called what its newest position says that calls it anything."""
    names = (said for said in reversed(ordered) if said.name)
    newest = next(names, None)
    if newest and (not tracker.name or tracker.fixed_at is None or _at(newest) > tracker.fixed_at):
        tracker.name = newest.name[:60]


def _named(position: Position) -> Named:
    fix = Fix(_at(position), position.lat, position.lon)
    return Named(fix, position.container[:17], position.plate[:20])


def _at(position: Position) -> datetime:
    at = position.when.value
    assert isinstance(at, datetime)
    return at.astimezone(UTC)


def _lock_trackers(by_number: Mapping[str, Sequence[Position]], context: Context) -> list[Tracker]:
    rows = []
    for number in sorted(by_number):
        said = by_number[number]
        name = next((each.name for each in reversed(said) if each.name), "")
        rows.append((context.source_id, number, said[0].carrier, name[:60], "", "", context.received_at))
    insert_rows("corridor_tracker", _TRACKER, rows, _HEARD)
    known = Tracker.objects.filter(source=context.source_id, number__any=list(by_number))
    return list(known.order_by("number").select_for_update())


def _befores(fences: Fences, trackers: Iterable[Tracker]) -> dict[int, Seen]:
    """The last fix of each tracker that has one, and where it lies."""
    fixes = {
        t.pk: Fix(t.fixed_at, t.lat, t.lon) for t in trackers if t.fixed_at and t.lat is not None and t.lon is not None
    }
    places = fences.nodes_at(list(fixes.values()))
    return {pk: Seen(fix, place) for (pk, fix), place in zip(fixes.items(), places, strict=True)}


def _continue(visit: Visit, before: Seen | None, fences: Fences, context: Context, found: Tracked) -> list[TrailRow]:
    """Follow a tracker on from where it was; the new rows of its trail."""
    tracker = visit.tracker
    followed = follow(fences, visit.named, visit.places, Start(tracker.node_id, before, tracker.load))
    found.passages += [Passage(tracker, one) for one in followed.passed]
    _move(tracker, visit.positions[-1], followed, visit.named[-1].fix)
    return [
        _trail_row(tracker, *row, context)
        for row in zip(visit.positions, visit.named, followed.nodes, followed.loads, strict=True)
    ]


def _trail_row(
    tracker: Tracker, position: Position, named: Named, node: int | None, load: Load, context: Context
) -> TrailRow:
    fix, told = named.fix, (context.received_at, context.delivery_id)
    return (tracker.pk, fix.at, *told, fix.lat, fix.lon, position.speed_kmh, position.course, node, *load)


def _move(tracker: Tracker, last: Position, followed: Followed, fix: Fix) -> None:
    """Bring the tracker's row to its last position."""
    if followed.nodes[-1] != tracker.node_id:
        # Where a late fix has taken back that it had gone, since when it is there is not told by these fixes.
        tracker.node_id = followed.nodes[-1]
        tracker.node_since = followed.passed[-1].crossing.at if followed.passed else None
    tracker.fixed_at, tracker.lat, tracker.lon = fix
    tracker.speed_kmh, tracker.course = last.speed_kmh, last.course
    tracker.container, tracker.container_at, tracker.plate, tracker.plate_at = followed.loads[-1]


class Station(NamedTuple):
    """One row of the trail: the fix, and the node and the load with which the tracker was settled then."""

    fix: Fix
    node: int | None
    load: Load

    @property
    def named(self) -> Named:
        """The fix and what it named itself."""
        return Named(self.fix, *self.load.named_at(self.fix.at))


def _stations(trail: Iterable[Any]) -> list[Station]:
    return [Station(Fix(*row[:3]), row[3], Load(*row[4:])) for row in trail]


def _insert_late(visit: Visit, fences: Fences, context: Context, found: Tracked) -> None:
    """Put what came late into its place in the trail, and follow the trail anew from there."""
    trail = TrailPosition.objects.filter(tracker=visit.tracker)
    times = [each.fix.at for each in visit.named]
    known = set(trail.filter(fixed_at__any=times).values_list("fixed_at", flat=True))
    late = {each: said for said, each in zip(visit.positions, visit.named, strict=True) if each.fix.at not in known}
    if not late:
        return
    first = min(late).fix.at
    rows = trail.values_list("fixed_at", "lat", "lon", "node_id", *_LOAD)
    before = next(iter(_stations(rows.filter(fixed_at__lt=first).order_by("-fixed_at")[:1])), None)
    if first >= context.received_at - FOLLOWED:
        after = _stations(rows.filter(fixed_at__gte=first).order_by("fixed_at"))
        settled = _follow_anew(visit.tracker, fences, before, after, late, found)
    else:
        loads, _turns = ridden(late, before.load if before else NOTHING)
        settled = {each.fix.at: (None, load) for each, load in zip(late, loads, strict=True)}
    new = [_trail_row(visit.tracker, said, each, *settled[each.fix.at], context) for each, said in late.items()]
    copy_rows("corridor_position", _TRAIL, new)
    found.new += len(late)


Settled = Mapping[datetime, tuple[int | None, Load]]
"""By the time of each fix the node and the load with which the tracker is settled after it."""


def _follow_anew(
    tracker: Tracker,
    fences: Fences,
    before: Station | None,
    after: Sequence[Station],
    late: Mapping[Named, Position],
    found: Tracked,
) -> Settled:
    """Follow the trail from ``before`` on, with and without what came late, and say what differs."""
    old = [station.named for station in after]
    named = sorted([*old, *late])
    start = Start()
    if before:
        start = Start(before.node, Seen(before.fix, fences.nodes_at([before.fix])[0]), before.load)
    was, now = (follow(fences, each, fences.nodes_at([one.fix for one in each]), start) for each in (old, named))
    found.passages += _differing(tracker, was.passed, now.passed)
    last = named[-1]
    settled = {each.fix.at: (node, load) for each, node, load in zip(named, now.nodes, now.loads, strict=True)}
    _rewrite(tracker, after, settled)
    if tracker.fixed_at is not None and last.fix.at >= tracker.fixed_at:
        _move(tracker, late.get(last) or _as_it_was(tracker), now, last.fix)
    return settled


def _differing(tracker: Tracker, was: Sequence[Passed], now: Sequence[Passed]) -> Iterable[Passage]:
    """What is taken back, then what is new."""
    yield from (Passage(tracker, one, is_withdrawn=True) for one in was if one not in now)
    yield from (Passage(tracker, one) for one in now if one not in was)


def _as_it_was(tracker: Tracker) -> Position:
    """The tracker's last position, which nothing later has come after."""
    when = Moment(value=tracker.fixed_at or tracker.heard_at)
    lat, lon, speed, course = tracker.lat or 0.0, tracker.lon or 0.0, tracker.speed_kmh, tracker.course
    return Position(device=tracker.number, carrier="truck", when=when, lat=lat, lon=lon, speed_kmh=speed, course=course)


def _rewrite(tracker: Tracker, after: Iterable[Station], settled: Settled) -> None:
    """Write the rows of the trail that are settled at another node now, or with another load."""
    wrong = [
        (tracker.pk, fix.at, settled[fix.at][0], *settled[fix.at][1])
        for fix, node, load in after
        if settled[fix.at] != (node, load)
    ]
    _update(_REWRITE, wrong)


_REWRITE = """
    UPDATE corridor_position p SET node_id = w.node_id, container = w.container, container_at = w.container_at,
        plate = w.plate, plate_at = w.plate_at
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::bigint[], %s::text[], %s::timestamptz[], %s::text[],
        %s::timestamptz[]) AS w (tracker_id, fixed_at, node_id, container, container_at, plate, plate_at)
    WHERE p.tracker_id = w.tracker_id AND p.fixed_at = w.fixed_at
"""
_LATEST = """
    UPDATE corridor_tracker t SET name = n.name, fixed_at = n.fixed_at, lat = n.lat, lon = n.lon,
        speed_kmh = n.speed_kmh, course = n.course, node_id = n.node_id, node_since = n.node_since,
        container = n.container, container_at = n.container_at, plate = n.plate, plate_at = n.plate_at
    FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::float8[], %s::float8[], %s::float8[], %s::float8[],
        %s::bigint[], %s::timestamptz[], %s::text[], %s::timestamptz[], %s::text[], %s::timestamptz[])
        AS n (id, name, fixed_at, lat, lon, speed_kmh, course, node_id, node_since, container, container_at, plate,
        plate_at)
    WHERE t.id = n.id
"""


def _keep_latest(trackers: Iterable[Tracker]) -> None:
    _update(
        _LATEST,
        [
            (t.pk, t.name, t.fixed_at, t.lat, t.lon, t.speed_kmh, t.course, t.node_id, t.node_since, *t.load)
            for t in trackers
        ],
    )


def _update(sql: str, rows: Sequence[Sequence[object]]) -> None:
    """Write ``rows``, whose columns ``sql`` takes as arrays."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])


def load_fences() -> Fences:
    """The fences as they stand; they are put together anew only when one has changed."""
    return _assembled(
        tuple((pk, json.dumps(ring)) for pk, ring in Fence.objects.order_by("pk").values_list("pk", "ring"))
    )


@lru_cache(maxsize=2)
def _assembled(rings: tuple[tuple[int, str], ...]) -> Fences:
    return Fences(area_of(node, json.loads(ring)) for node, ring in rings)
