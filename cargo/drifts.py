"""Telling people that an arrival has moved: each by her own threshold, since she was told last."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import Max

from cargo.models import Consignment, Forecast
from cargo.telling import people_told, with_watchers
from liaison.journal import News, record_many
from notify.models import Notice
from notify.outbox import fan_out
from notify.readers import readers_of
from notify.rules import moves_enough

DRIFTED = "cargo.arrival_drifted"
# Whoever was told nothing within these days compares with what was forecast then.
REMEMBERED = timedelta(days=3)
# Without a last look forecasts made within so long are looked at; the timetable comes round more often.
FRESH = timedelta(minutes=15)
# For so long a transaction may have been open that made forecasts and commits them after a look.
SETTLED = timedelta(minutes=3)
BATCH = 500
_LOOKED = "cargo.drifts.looked"


@dataclass(frozen=True, slots=True)
class _Now:
    """A consignment with its arrival as it is forecast now."""

    pk: int
    ref: str
    consignee: int
    held_by: str
    next_step: str
    p10: datetime
    p50: datetime
    p90: datetime


def tell_new_drifts(*, at: datetime) -> int:
    """Tell of what was forecast since the last look, as Redis remembers it; returns how many outbox rows."""
    rows = tell_drifts(since=cache.get(_LOOKED) or at - FRESH, at=at)
    cache.set(_LOOKED, at - SETTLED, timeout=REMEMBERED.total_seconds())
    return rows


def tell_drifts(*, since: datetime, at: datetime) -> int:
    """Tell of the forecasts made since then whom they have moved enough for; returns how many outbox rows."""
    fresh = Forecast.objects.current().filter(made_at__gt=since, made_at__lte=at, p50__gt=at)
    # What is told is of Kigali; exports come to no place where somebody waits for them.
    inward = fresh.filter(consignment__direction=Consignment.Direction.IMPORT)
    moved = inward.filter(moved_h__isnull=False).exclude(moved_h=0).order_by("consignment")
    rows = [_Now(*row) for row in moved.values_list(*_COLUMNS)]
    return sum(_tell(rows[start : start + BATCH], at) for start in range(0, len(rows), BATCH))


_COLUMNS = (
    "consignment_id", "consignment__ref", "consignment__consignee_id", "consignment__status__held_by",
    "consignment__status__next_step", "p10", "p50", "p90",
)  # fmt: skip


@transaction.atomic
def _tell(rows: Sequence[_Now], at: datetime) -> int:
    # Those who tell of the same consignments take turns.
    locked = Consignment.objects.filter(pk__any=[row.pk for row in rows]).order_by("pk").select_for_update(no_key=True)
    list(locked.values_list("pk"))
    refs = {row.pk: row.ref for row in rows}
    people = with_watchers(people_told({row.pk: row.consignee for row in rows}, at), refs)
    before = _forecast_then([row.pk for row in rows], at - REMEMBERED)
    last = _told_last(set().union(*people.values()), list(refs.values()), at - REMEMBERED)
    by_drift = _by_drift(rows, people, before, last)
    now = {row.pk: row for row in rows}
    entries = record_many([_news(now[pk], drift_h) for pk, drift_h in by_drift], by=None, at=at)
    return fan_out(dict(zip(entries, by_drift.values(), strict=True)), at=at)


def _by_drift(
    rows: Sequence[_Now],
    people: Mapping[int, Collection[int]],
    before: Mapping[int, datetime],
    last: Mapping[tuple[int, str], datetime],
) -> dict[tuple[int, float], set[int]]:
    """By consignment and drift those for whom it has moved enough since each was told last."""
    readers = readers_of(set().union(*people.values()))
    found: dict[tuple[int, float], set[int]] = {}
    for row in rows:
        for person in people[row.pk]:
            drift_h = _drift_h(row, last.get((person, row.ref)) or before.get(row.pk))
            if moves_enough(drift_h, readers[person]):
                found.setdefault((row.pk, drift_h), set()).add(person)
    return found


def _drift_h(row: _Now, then: datetime | None) -> float:
    """By how many hours the middle has moved since then."""
    return round((row.p50 - then) / timedelta(hours=1), 1) if then else 0.0


def _forecast_then(ids: Collection[int], then: datetime) -> dict[int, datetime]:
    """What the first forecast since then said, or the last one before."""
    since = Forecast.objects.filter(consignment__any=list(ids), made_at__gte=then).order_by("consignment", "-made_at")
    found = dict(since.values_list("consignment", "p50"))
    lasting = Forecast.objects.filter(consignment__any=list(ids), made_at__lt=then)
    latest = lasting.values("consignment").annotate(at=Max("made_at")).values_list("consignment", "at")
    by_moment = dict(latest)
    held = lasting.filter(made_at__in=set(by_moment.values())).values_list("consignment", "made_at", "p50")
    return found | {pk: p50 for pk, made_at, p50 in held if by_moment[pk] == made_at}


def _told_last(people: Collection[int], refs: Collection[str], since: datetime) -> dict[tuple[int, str], datetime]:
    """By person and reference the arrival of which she was told last."""
    rows = Notice.objects.filter(
        person__any=sorted(people), entry__subject="consignment", entry__key__any=list(refs), entry__kind=DRIFTED,
        entry__at__gte=since, channel=Notice.Channel.INBOX,
    ).order_by("entry_id")  # fmt: skip
    told = rows.values_list("person_id", "entry__key", "entry__data__p50")
    return {(person, ref): datetime.fromisoformat(p50) for person, ref, p50 in told}


def _news(row: _Now, drift_h: float) -> News:
    data: Mapping[str, object] = {
        "ref": row.ref,
        "drift_h": drift_h,
        "held_by": row.held_by,
        "next_step": row.next_step,
        **{name: getattr(row, name).isoformat() for name in ("p10", "p50", "p90")},
    }
    return News(kind=DRIFTED, subject="consignment", key=row.ref, data=dict(data))
