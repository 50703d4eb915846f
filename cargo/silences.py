"""Cargo of which nothing is heard because who would tell of it is silent: a source of its next step, or a tracker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q

from cargo.matching import PAIRED
from cargo.models import Consignment, Silence, Status
from cargo.usual import figures
from cargo.whereabouts import riding
from feeds.models import Source
from liaison.bulk import insert_rows
from liaison.journal import News, record_many

SILENT, HEARD = "cargo.consignment_silent", "cargo.consignment_heard_again"
LATELY = timedelta(days=90)
# So many of the latest trips say who tells of which step; who tells less than this share of it is not waited for.
TRIPS, SHARE = 500, 0.2
# Until a step is usually done nobody misses a word of it; so long where that is not known.
PATIENCE = timedelta(days=1)
# A tracker that rides with cargo on the road speaks within the hour; one silent for weeks was taken off.
TRACKER_SILENT, TRACKER_GONE = timedelta(hours=12), timedelta(days=14)
_LOCK = 7_310_008
_TYPES = {
    "consignment_id": "bigint",
    "source_id": "bigint",
    "tracker": "text",
    "awaits": "text",
    "heard_at": "timestamptz",
    "since": "timestamptz",
}
_AGAIN = ", ".join(f"{name} = excluded.{name}" for name in list(_TYPES)[1:5])


class Quiet(NamedTuple):
    """Who is silent (a source, or a tracker of it), when it was heard last, and the step that it would tell of."""

    source: int
    tracker: str
    awaits: str
    heard_at: datetime | None


@transaction.atomic
def watch_silences(*, at: datetime) -> int:
    """Mark the open cargo of which nobody can tell now, and no more what can be told of again; returns how many anew.

    Each is told once to the journal, with the evidence, and once more when it is over.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    found = {**_by_trackers(at), **_by_sources(at)}
    known = set(Silence.objects.values_list("consignment_id", flat=True))
    over = known - set(found)
    Silence.objects.filter(consignment__any=list(over)).delete()
    rows = [(pk, quiet.source, quiet.tracker, quiet.awaits, quiet.heard_at, at) for pk, quiet in found.items()]
    insert_rows("cargo_silence", _TYPES, rows, f"ON CONFLICT (consignment_id) DO UPDATE SET {_AGAIN}")
    fresh = {pk: quiet for pk, quiet in found.items() if pk not in known}
    ended = Consignment.objects.filter(pk__any=list(over)).order_by("pk").values_list("ref", flat=True)
    news = [News(kind=HEARD, subject="consignment", key=ref) for ref in ended]
    record_many([*_news(fresh, at), *news], by=None, at=at)
    return len(fresh)


def _by_sources(at: datetime) -> dict[int, Quiet]:
    """Open cargo that waits longer than usual for a step of which all who tell of it are silent."""
    silent = {source.pk: source.last_success_at for source in Source.objects.silent()}
    told = _tellers(at) if silent else {}
    # Where so many tell of a step that each does so rarely, none of them is waited for.
    mute = {step: tellers for step, tellers in told.items() if tellers and tellers <= silent.keys()}
    if not mute:
        return {}
    waiting, usual = Q(), figures().steps
    for kind, step in mute:
        waiting |= Q(cargo_kind=kind, status__next_step=step)
    rows = Consignment.objects.open().whole().filter(waiting)
    found = {}
    for pk, kind, step, moved_at in rows.values_list("pk", "cargo_kind", "status__next_step", "status__moved_at"):
        habit = usual.get((kind, step))
        if at - moved_at > (habit.median if habit else PATIENCE):
            # Of several that are silent the one that was heard last is closest to the truth.
            source = max(mute[kind, step], key=lambda pk: (silent[pk] or datetime.min.replace(tzinfo=at.tzinfo), pk))
            found[pk] = Quiet(source, "", step, silent[source])
    return found


def _tellers(at: datetime) -> dict[tuple[str, str], set[int]]:
    """By cargo kind and step the sources that told of it on the latest trips, without those that did so rarely."""
    told: dict[tuple[str, str], Counter[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TELLERS, {"since": at - LATELY, "at": at, "trips": TRIPS})
        for kind, step, source, count in cursor.fetchall():
            told.setdefault((kind, step), Counter())[source] = count
    return {
        step: {source for source, count in counts.items() if count >= SHARE * counts.total()}
        for step, counts in told.items()
    }


_TELLERS = """
    WITH ended AS (
        (SELECT consignment_id, unit_id FROM cargo_milestone
        WHERE code = 'border2_out' AND actual_at > %(since)s AND actual_at <= %(at)s
        ORDER BY actual_at DESC LIMIT %(trips)s)
        UNION ALL
        (SELECT consignment_id, unit_id FROM cargo_milestone
        WHERE code = 'export_departed' AND actual_at > %(since)s AND actual_at <= %(at)s
        ORDER BY actual_at DESC LIMIT %(trips)s)
    )
    SELECT c.cargo_kind, m.code, e.source_id, count(*)
    FROM ended JOIN cargo_consignment c ON c.id = ended.consignment_id
    JOIN cargo_milestone m ON m.consignment_id = ended.consignment_id AND m.unit_id IS NOT DISTINCT FROM ended.unit_id
    JOIN cargo_event e ON e.id = m.event_id
    WHERE m.actual_at IS NOT NULL GROUP BY c.cargo_kind, m.code, e.source_id
"""


def _by_trackers(at: datetime) -> dict[int, Quiet]:
    """Cargo on the road that has not moved otherwise, and of whose trackers none has spoken for hours."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TRACKERS, {"quiet": at - TRACKER_SILENT, "gone": at - TRACKER_GONE, "states": [Status.State.ON_ROAD]}
        )
        found = {row[0]: Quiet(*row[1:]) for row in cursor.fetchall()}
    heard = riding(list(found)) if found else {}
    return {
        pk: quiet for pk, quiet in found.items()
        if all(one.heard_at < at - TRACKER_SILENT for one in heard.get(pk, ()))
    }  # fmt: skip


_TRACKERS = f"""
    WITH quiet AS (
        SELECT id, source_id, container, plate, number, coalesce(nullif(name, ''), number) AS called, heard_at
        FROM corridor_tracker WHERE carrier = 'truck' AND heard_at < %(quiet)s AND heard_at > %(gone)s
    ), riding AS (
        SELECT source_id, called, heard_at, container FROM quiet WHERE container <> ''
        UNION ALL
        SELECT q.source_id, q.called, q.heard_at, p.container
        FROM quiet q CROSS JOIN LATERAL (SELECT coalesce(nullif(q.plate, ''), q.number)) AS n (reference)
        CROSS JOIN LATERAL (SELECT n.reference, q.heard_at AS occurred_at) AS s
        CROSS JOIN LATERAL ({PAIRED.format(event="s")}) AS p
        WHERE q.container = ''
    )
    SELECT DISTINCT ON (u.consignment_id) u.consignment_id, r.source_id, r.called, s.next_step, r.heard_at
    FROM riding r JOIN cargo_unit u ON u.container = r.container
        AND (u.tracked_from IS NULL OR r.heard_at >= u.tracked_from)
        AND (u.tracked_until IS NULL OR r.heard_at < u.tracked_until)
    JOIN cargo_status s ON s.consignment_id = u.consignment_id
    WHERE s.state = ANY(%(states)s) AND s.moved_at < %(quiet)s
    ORDER BY u.consignment_id, r.heard_at DESC
"""


def _news(fresh: Mapping[int, Quiet], at: datetime) -> Iterator[News]:
    """Who is silent since when, for what it is waited, and the last fact with its source."""
    names = dict(Source.objects.filter(pk__in={quiet.source for quiet in fresh.values()}).values_list("pk", "name"))
    rows = Consignment.objects.filter(pk__any=list(fresh)).select_related(
        "status__event__node", "status__event__source"
    )
    for consignment in rows.order_by("pk"):
        quiet, event = fresh[consignment.pk], consignment.status.event
        age = at - quiet.heard_at if quiet.heard_at else None
        last = {
            "kind": event.kind, "at": event.occurred_at.isoformat(), "source": event.source.name,
            "place": event.node.name if event.node else event.place,
        } if event else {}  # fmt: skip
        data = {
            "source": names[quiet.source], "tracker": quiet.tracker, "awaits": quiet.awaits,
            "heard_at": quiet.heard_at.isoformat() if quiet.heard_at else None,
            "silent_h": round(age / timedelta(hours=1), 1) if age is not None else None, "last": last,
        }  # fmt: skip
        yield News(kind=SILENT, subject="consignment", key=consignment.ref, data=data)
