"""Keeping readings and what is counted of them true: what has changed since a mark is measured again, by the worker.

A run may stop anywhere and be run again, also by two workers: readings and the days they touch are written in one
transaction, and a day is counted again until its ``Due`` is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, Q

from cargo.models import Event, EventMatch
from cargo.telling import MOVED
from corridor.models import CallTiming, VesselCall
from liaison.bulk import copy_rows
from liaison.models import JournalEntry
from liaison.organizations import CHANGED
from observatory import gathering, rolling
from observatory.gathering import Found
from observatory.measuring import day_of
from observatory.models import Due, Mark, Reading, Rollup
from tickets.models import Entry

BATCH = 500
# For so long a transaction may have been open that took an id before and commits it after a run.
SETTLED = timedelta(minutes=2)
_LOCK = 0x0B5E
_AHEAD = (Event.Classifier.ESTIMATED, Event.Classifier.PLANNED)
_COLUMNS = ("subject", "subject_id", "indicator", "part", "day", "value", "base", "fault", "slices", "firm")


def count(*, at: datetime) -> int:
    """Measure what changed and count the days that it touches; returns how many days were counted."""
    for news in (_matches, _journal, _timings, _tickets):
        news(at)
    _keep("s", [day_of(at).toordinal()], lambda _ids: gathering.of_today(at))
    return rolling.count_due(at=at)


def count_forecasts(*, at: datetime) -> int:
    """Measure the forecasts that were scored and are not counted yet, or were scored anew by another arrival."""
    with connection.cursor() as cursor:
        cursor.execute(_SCORED)
        scored = [pk for (pk,) in cursor.fetchall()]
    _in_batches("f", scored, gathering.of_forecasts)
    return rolling.count_due(at=at)


_SCORED = """
    SELECT f.id FROM cargo_forecast f JOIN cargo_consignment c ON c.id = f.consignment_id AND c.direction = 'import'
    LEFT JOIN observatory_reading hit
        ON hit.subject = 'f' AND hit.subject_id = f.id AND hit.indicator = 'forecast_hit_rate'
    LEFT JOIN observatory_reading off
        ON off.subject = 'f' AND off.subject_id = f.id AND off.indicator = 'forecast_error'
    WHERE f.is_snapshot AND f.is_hit IS NOT NULL AND (
        hit.value IS DISTINCT FROM f.is_hit::int OR off.value IS NULL
        OR off.day <> (f.arrived_at AT TIME ZONE 'Africa/Kigali')::date
        OR abs(off.value - abs(extract(epoch FROM f.arrived_at - f.p50)) / 3600) > 0.0001
    )
    ORDER BY f.id
"""


def rebuild(*, at: datetime) -> int:
    """Drop everything that is counted and count it again; revisions that were told and reports stay as they are.

    What stood at the end of each day cannot be made again and stays, too.
    """
    with transaction.atomic():
        _lock()
        Reading.objects.exclude(subject=Reading.Subject.DAY).delete()
        for model in (Rollup, Due, Mark):
            model.objects.all().delete()
        days = Reading.objects.order_by().values_list("indicator", "day").distinct()
        Due.objects.bulk_create(Due(indicator=indicator, day=day) for indicator, day in days)
    return count(at=at) + count_forecasts(at=at)


def _matches(at: datetime) -> None:
    with _Following("match", EventMatch.objects.all(), at) as since:
        # What is measured is what has happened: of estimates a vessel's alone are thousands a day.
        told = EventMatch.objects.filter(pk__gt=since).exclude(event__classifier__in=_AHEAD, event__function="original")
        ids = told.order_by().values_list("consignment", flat=True).distinct()
        _in_batches("c", sorted(ids), gathering.of_consignments)


def _journal(at: datetime) -> None:
    """Consignments that somebody changed, gave away or put together, and what is told by a sector or a name that
    became another.
    """
    with _Following("journal", JournalEntry.objects.all(), at) as since:
        told = JournalEntry.objects.filter(pk__gt=since, subject="consignment")
        refs = sorted(set(told.exclude(kind=MOVED).order_by().values_list("key", flat=True)))
        for start in range(0, len(refs), BATCH):
            _in_batches("c", gathering.consignments_by_ref(refs[start : start + BATCH]), gathering.of_consignments)
        firms, renamed = _changed(since, "sector"), _changed(since, "name")
        _in_batches("c", gathering.consignments_of(firms) if firms else [], gathering.of_consignments)
        _in_batches("t", gathering.tickets_handed_to(renamed) if renamed else [], gathering.of_tickets)


def _changed(since: int, what: str) -> list[str]:
    """The organisations of which this was changed; one query."""
    told = JournalEntry.objects.filter(pk__gt=since, kind=CHANGED, data__changed__contains=what)
    return sorted(set(told.order_by().values_list("key", flat=True)))


def _timings(at: datetime) -> None:
    """Calls of ships of which something is new, and calls that turned out to be one with others, with those others."""
    with _Following("timing", CallTiming.objects.all(), at) as since:
        still = VesselCall.objects.filter(pk=OuterRef("subject_id"))
        gone = Reading.objects.filter(~Exists(still), subject=Reading.Subject.CALL)
        joined = set(gone.order_by().values_list("subject_id", flat=True))
        # A call bears the id of its first time, which stays when the call is no more.
        vessels = CallTiming.objects.filter(Q(pk__gt=since) | Q(pk__in=joined)).order_by().values("vessel")
        ids = VesselCall.objects.filter(vessel__in=vessels).values_list("pk", flat=True)
        _in_batches("v", sorted(joined.union(ids)), gathering.of_calls)


def _tickets(at: datetime) -> None:
    with _Following("ticket", Entry.objects.all(), at) as since:
        ids = Entry.objects.filter(pk__gt=since).order_by().values_list("ticket", flat=True).distinct()
        _in_batches("t", sorted(ids), gathering.of_tickets)


class _Following:
    """The mark of one kind of rows while they are read: it moves once all is kept, and stays where something failed."""

    def __init__(self, name: str, rows: Any, at: datetime) -> None:
        self.name, self.rows, self.at = name, rows, at

    def __enter__(self) -> int:
        self.newest = self.rows.aggregate(newest=Max("pk"))["newest"] or 0
        first = {"ahead": self.newest, "ahead_at": self.at}
        self.mark, _made = Mark.objects.get_or_create(name=self.name, defaults=first)
        return self.mark.position

    def __exit__(self, error: type[BaseException] | None, *rest: object) -> None:
        if error is None and self.mark.ahead_at <= self.at - SETTLED:
            Mark.objects.filter(name=self.name, ahead_at=self.mark.ahead_at).update(
                position=self.mark.ahead, ahead=self.newest, ahead_at=self.at
            )


def _in_batches(subject: str, ids: Sequence[int], gather: Callable[[Sequence[int]], Found]) -> None:
    for start in range(0, len(ids), BATCH):
        _keep(subject, ids[start : start + BATCH], gather)


Key = tuple[int, str, int]
Row = tuple[Any, ...]


@transaction.atomic
def _keep(subject: str, ids: Sequence[int], gather: Callable[[Sequence[int]], Found]) -> None:
    """Bring the readings of these subjects to what is measured now; what differs makes its day due."""
    _lock()
    after = dict(_rows(subject, gather(ids)))
    known = Reading.objects.filter(subject=subject, subject_id__any=list(ids))
    before = {row[2:5]: (row[0], row[1:]) for row in known.values_list("pk", *_COLUMNS)}
    gone = [old for key, old in before.items() if after.get(key) != old[1]]
    new = [row for key, row in after.items() if key not in before or before[key][1] != row]
    Reading.objects.filter(pk__in=[pk for pk, _row in gone]).delete()
    copy_rows("observatory_reading", _COLUMNS, new)
    touched = {(row[2], row[4]) for row in [*new, *(row for _pk, row in gone)]}
    Due.objects.bulk_create((Due(indicator=slug, day=day) for slug, day in sorted(touched)), ignore_conflicts=True)


def _rows(subject: str, measured: Found) -> Iterator[tuple[Key, Row]]:
    """The readings as rows of the table in the order of ``_COLUMNS``; of two of one key the latest day counts."""
    for pk, readings in measured.items():
        for one in sorted(readings, key=lambda reading: reading.day):
            key = (pk, one.indicator, one.part)
            yield key, (subject, *key, one.day, one.value, one.base, one.fault, list(one.slices), one.firm)


def _lock() -> None:
    """One writer at a time until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
