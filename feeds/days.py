"""What each source sends a day: counted set by set by timetable, and what is usual, from those counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from feeds.models import Source, SourceDay

ZONE = "Africa/Kigali"
# Rows that were written before the last count and committed after it.
OVERLAP = timedelta(minutes=10)
DAY = timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))
WINDOW_DAYS = 28
FEWEST_DAYS = 7
ERROR_DAYS = 7


def working_days(source: Source) -> frozenset[int]:
    """The days on which ``source`` promises to speak, from its setting; each day where it names none. Monday is 0."""
    return days_named(source.setting("working_days")) or EVERY_DAY


def days_named(words: str) -> frozenset[int] | None:
    """Days of the week from "mon-fri" or "mon wed sat"; None where that names none."""
    found: set[int] = set()
    for part in words.lower().replace(",", " ").split():
        first, _dash, last = part.partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            return None
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        found.update(day % 7 for day in range(begin, end + 1 if end >= begin else end + 8))
    return frozenset(found) or None


def worked(since: datetime, until: datetime, working: frozenset[int]) -> timedelta:
    """How much of the time between is of working days, as they pass in Kigali; its clock is never put forward."""
    local, end = (timezone.localtime(at, ZoneInfo(ZONE)).replace(tzinfo=None) for at in (since, until))
    weeks = max((end - local).days // 7, 0)
    total, local = weeks * len(working) * DAY, local + weeks * 7 * DAY
    while local < end:
        midnight = datetime.combine(local.date() + DAY, time())
        total += min(midnight, end) - local if local.weekday() in working else timedelta()
        local = midnight
    return total


def count_days(*, at: datetime) -> int:
    """Count anew every day of a source of which something came or was read since the last count; returns how many.

    Each day is counted whole, so that running twice, late, or after a replay of old deliveries gives what is true.
    """
    last = SourceDay.objects.aggregate(last=Max("counted_at"))["last"]
    since = last - OVERLAP if last else datetime.min.replace(tzinfo=at.tzinfo)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"since": since, "at": at, "zone": ZONE})
        return int(cursor.rowcount)


_COUNT = """
    WITH touched AS (
        SELECT source_id, (received_at AT TIME ZONE %(zone)s)::date AS day
        FROM feeds_delivery WHERE read_at >= %(since)s
        UNION
        SELECT s.id, d.day FROM feeds_source s CROSS JOIN LATERAL (
            SELECT DISTINCT (received_at AT TIME ZONE %(zone)s)::date AS day
            FROM feeds_delivery WHERE source_id = s.id AND received_at >= %(since)s
        ) d
    )
    INSERT INTO feeds_sourceday
        (source_id, day, deliveries, failed, facts, events, unmatched, quarantined, bytes, counted_at)
    SELECT t.source_id, t.day, count(*), count(*) FILTER (WHERE d.state = 'quarantined'), sum(d.facts), sum(d.events),
        sum(d.unmatched), sum(d.quarantined), sum(d.size), %(at)s
    FROM touched t JOIN feeds_delivery d ON d.source_id = t.source_id
        AND d.received_at >= t.day::timestamp AT TIME ZONE %(zone)s
        AND d.received_at < (t.day + 1)::timestamp AT TIME ZONE %(zone)s
    GROUP BY t.source_id, t.day
    ON CONFLICT (source_id, day) DO UPDATE SET
        deliveries = EXCLUDED.deliveries, failed = EXCLUDED.failed, facts = EXCLUDED.facts, events = EXCLUDED.events,
        unmatched = EXCLUDED.unmatched, quarantined = EXCLUDED.quarantined, bytes = EXCLUDED.bytes,
        counted_at = EXCLUDED.counted_at
"""


@dataclass(frozen=True, slots=True)
class Habit:
    """What is usual of a source: deliveries a day (None where too few days are known), and the week's failures."""

    usual: float | None = None
    failed: int = 0
    deliveries: int = 0


def habits(at: datetime, sources: Collection[Source]) -> dict[int, Habit]:
    """The habit of each of ``sources`` that has sent something in the window, by its id; one query."""
    today = timezone.localtime(at, ZoneInfo(ZONE)).date()
    rows: dict[int, list[SourceDay]] = {}
    for row in SourceDay.objects.filter(source__in=sources, day__gte=today - timedelta(days=WINDOW_DAYS)):
        rows.setdefault(row.source_id, []).append(row)
    return {source.pk: _habit(rows[source.pk], today, working_days(source)) for source in sources if source.pk in rows}


def _habit(rows: Iterable[SourceDay], today: date, working: frozenset[int]) -> Habit:
    by_day = {row.day: row for row in rows}
    week = [row for row in by_day.values() if row.day > today - timedelta(days=ERROR_DAYS)]
    return Habit(
        usual=usual({day: row.deliveries for day, row in by_day.items()}, today, working),
        failed=sum(row.failed for row in week),
        deliveries=sum(row.deliveries for row in week),
    )


def usual(counts: Mapping[date, int], today: date, working: frozenset[int] = EVERY_DAY) -> float | None:
    """The median of the full working days in the window, from the first on which something came; None of under seven.

    A day without deliveries counts as none.
    """
    first = min(counts, default=today)
    known = [today - timedelta(days=n) for n in range(1, WINDOW_DAYS + 1)]
    full = [counts.get(day, 0) for day in known if day >= first and day.weekday() in working]
    return float(median(full)) if len(full) >= FEWEST_DAYS else None


def is_low(last_day: int, usual_day: float | None, *, share: float) -> bool:
    """Whether the deliveries of the last 24 hours are fewer than ``share`` of those of a usual day."""
    return usual_day is not None and last_day < usual_day * share
