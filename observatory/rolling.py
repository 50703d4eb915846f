"""Counting readings by day, week and month, and noting where late data changed a month that was over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from liaison.bulk import copy_rows
from observatory.distribution import Distribution, distribution_of, from_arrays, merged
from observatory.indicators import Indicator
from observatory.measuring import day_of
from observatory.models import Due, Revision, Rollup
from observatory.registry import INDICATORS

# What changes within these days after a month is only its last reports coming in.
SETTLING = timedelta(days=3)
_LOCK = 0x0B5F
_COLUMNS = (
    "indicator", "slice", "grain", "starts_on", "n", "missing", "total", "base", "values", "counts", "p10", "p50",
    "p90", "low", "high", "firms", "firm_totals", "counted_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """What is counted of one slice in one period; ``firms`` are those that brought in most of a sum."""

    n: int
    missing: int
    total: Decimal
    base: Decimal
    distribution: Distribution
    firms: Mapping[int, float] = field(default_factory=dict)


def count_due(*, at: datetime) -> int:
    """Count every day that is due, with its week and its month; returns how many days there were.

    Month by month: the readings of a year together may be more than a worker can hold.
    """
    months = sorted({(slug, month_of(day)) for slug, day in Due.objects.values_list("indicator", "day")})
    return sum(_count(slug, month, at) for slug, month in months)


@transaction.atomic
def _count(slug: str, month: date, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_TAKEN, [slug, month, end_of("month", month)])
        days = sorted(day for (day,) in cursor.fetchall())
    indicator = INDICATORS.get(slug)
    if not days:
        return 0
    if indicator is None:
        # It is not in the registry any more.
        Rollup.objects.filter(indicator=slug).delete()
        return len(days)
    _write(slug, "day", days, _of_days(indicator, days), at)
    for grain, begins in (("week", week_of), ("month", month_of)):
        periods = sorted({begins(day) for day in days})
        _write(slug, grain, periods, _of_periods(slug, grain, periods), at)
    return len(days)


_TAKEN = "DELETE FROM observatory_due WHERE indicator = %s AND day >= %s AND day < %s RETURNING day"


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> date:
    """The first of its month."""
    return day.replace(day=1)


def end_of(grain: str, starts_on: date) -> date:
    """The day after a period's last."""
    if grain == "month":
        return (starts_on + timedelta(days=32)).replace(day=1)
    return starts_on + timedelta(days=7 if grain == "week" else 1)


Cells = Iterable[tuple[date, str, Cell]]

# Every reading counts for all together (an empty slice) and for each of its slices.
_DAYS = """
    SELECT r.day, s.slice, count(r.value), count(*) - count(r.value), coalesce(sum(r.value), 0),
        coalesce(sum(r.base) FILTER (WHERE r.value IS NOT NULL), 0),
        array_agg(r.value::float8) FILTER (WHERE r.value IS NOT NULL)
    FROM observatory_reading r CROSS JOIN LATERAL unnest(array_append(r.slices, '')) AS s (slice)
    WHERE r.indicator = %s AND r.day = ANY(%s)
    GROUP BY r.day, s.slice
"""


# Those of each slice that brought in most: one with three quarters of it is among them, and so are five if there are.
_FIRMS = """
    SELECT day, slice, array_agg(firm ORDER BY rank), array_agg(total ORDER BY rank) FROM (
        SELECT r.day, s.slice, r.firm, sum(r.value)::float8 AS total,
            row_number() OVER (PARTITION BY r.day, s.slice ORDER BY sum(r.value) DESC, r.firm) AS rank
        FROM observatory_reading r CROSS JOIN LATERAL unnest(array_append(r.slices, '')) AS s (slice)
        WHERE r.indicator = %s AND r.day = ANY(%s) AND r.value > 0
        GROUP BY r.day, s.slice, r.firm
    ) AS ranked WHERE rank <= %s GROUP BY day, slice
"""
MOST_FIRMS = 10


def _firms(indicator: Indicator, days: Sequence[date]) -> dict[tuple[date, str], dict[int, float]]:
    if not indicator.is_by_firm:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_FIRMS, [indicator.slug, list(days), MOST_FIRMS])
        return {(day, part): dict(zip(firms, sums, strict=True)) for day, part, firms, sums in cursor.fetchall()}


def _of_days(indicator: Indicator, days: Sequence[date]) -> Iterator[tuple[date, str, Cell]]:
    firms = _firms(indicator, days)
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, [indicator.slug, list(days)])
        for day, part, n, missing, total, base, values in cursor.fetchall():
            spread = distribution_of(values or ()) if indicator.has_percentiles else Distribution()
            yield day, part, Cell(n, missing, total, base, spread, firms.get((day, part), {}))


def _of_periods(slug: str, grain: str, periods: Sequence[date]) -> Iterator[tuple[date, str, Cell]]:
    """Weeks or months from their days: no reading is looked at again."""
    found: dict[tuple[date, str], list[Cell]] = defaultdict(list)
    begins = week_of if grain == "week" else month_of
    wanted = set(periods)
    rows = Rollup.objects.filter(
        indicator=slug, grain="day", starts_on__gte=periods[0], starts_on__lt=end_of(grain, periods[-1])
    )
    for day, part, n, missing, total, base, values, counts, firms, sums in rows.values_list(
        "starts_on", "slice", "n", "missing", "total", "base", "values", "counts", "firms", "firm_totals"
    ):
        if begins(day) in wanted:
            most = dict(zip(firms, sums, strict=True))
            found[begins(day), part].append(Cell(n, missing, total, base, from_arrays(values, counts), most))
    for (start, part), cells in found.items():
        yield start, part, together(cells)


def together(cells: Iterable[Cell]) -> Cell:
    """Several cells as one."""
    every = list(cells)
    return Cell(
        sum(cell.n for cell in every),
        sum(cell.missing for cell in every),
        sum((cell.total for cell in every), Decimal(0)),
        sum((cell.base for cell in every), Decimal(0)),
        merged(cell.distribution for cell in every),
        _most(cell.firms for cell in every),
    )


def _most(parts: Iterable[Mapping[int, float]]) -> dict[int, float]:
    """The firms that brought in most of all together."""
    totals: dict[int, float] = defaultdict(float)
    for part in parts:
        for firm, total in part.items():
            totals[firm] += total
    return dict(sorted(totals.items(), key=lambda each: (-each[1], each[0]))[:MOST_FIRMS])


def _write(slug: str, grain: str, periods: Sequence[date], cells: Cells, at: datetime) -> None:
    old = Rollup.objects.filter(indicator=slug, grain=grain, starts_on__in=periods)
    rows: list[tuple[Any, ...]] = [(slug, part, grain, start, *_columns(cell), at) for start, part, cell in cells]
    if grain == "month":
        before = {row.starts_on: row for row in old.filter(slice="").defer("values", "counts")}
        after = {row[3]: row for row in rows if not row[1]}
        _note_revisions(slug, before, after, at)
    old.delete()
    copy_rows("observatory_rollup", _COLUMNS, rows)


def _columns(cell: Cell) -> tuple[Any, ...]:
    spread = cell.distribution
    band = spread.band() or (None, None)
    percentiles = [spread.percentile(share) for share in (0.1, 0.5, 0.9)]
    values, counts = [repr(value) for value in spread.values], [str(count) for count in spread.counts]
    firms = [list(map(repr, each)) for each in (cell.firms, cell.firms.values())]
    return cell.n, cell.missing, cell.total, cell.base, values, counts, *percentiles, *band, *firms


def _note_revisions(slug: str, before: dict[date, Rollup], after: dict[date, tuple[Any, ...]], at: datetime) -> None:
    """Months that were over and counted, and whose figures are others now."""
    indicator = INDICATORS[slug]
    today = day_of(at)
    revisions = []
    for month, old in before.items():
        row = after.get(month)
        n, figure = (0, None) if row is None else (row[4], figure_of(indicator, row[6], row[7], row[11]))
        was = figure_of(indicator, old.total, old.base, old.p50)
        if end_of("month", month) + SETTLING <= today and (old.n, was) != (n, figure):
            revisions.append(
                Revision(
                    indicator=slug,
                    month=month,
                    at=at,
                    n_before=old.n,
                    n_after=n,
                    figure_before=was,
                    figure_after=figure,
                )
            )
    Revision.objects.bulk_create(revisions)


def figure_of(indicator: Indicator, total: Decimal, base: Decimal, p50: float | None) -> float | None:
    """The one figure of a period: the median, the sum, or the share in percent; None for a share of nothing."""
    if indicator.has_percentiles:
        return p50
    if indicator.measure == "share":
        return float(100 * total / base) if base else None
    return float(total)
