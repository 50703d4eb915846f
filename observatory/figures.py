"""Reading what is counted: the series of an indicator, its figures over a range, and all indicators at a glance.

Never a query of events here: everything is read from the rollups.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from liaison.models import Person, Viewer
from liaison.roles import OFFICE, Role
from observatory.distribution import from_arrays
from observatory.indicators import Indicator
from observatory.models import Rollup
from observatory.rolling import Cell, end_of, figure_of, month_of, together, week_of

# Of fewer readings the public is told only their number: a single firm could be known by them.
LEAST_PUBLIC = 5
# Of one trip nothing is said to anybody.
LEAST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One period of one slice: its figure with all that says how much it is worth; None where there is too little."""

    starts_on: date
    until: date
    n: int
    missing: int
    value: float | None = None
    p10: float | None = None
    p50: float | None = None
    p90: float | None = None
    low: float | None = None
    high: float | None = None
    counted_at: datetime | None = None
    part: str = ""

    @property
    def is_enough(self) -> bool:
        """Whether anything can be said."""
        return self.value is not None

    @property
    def coverage(self) -> float | None:
        """How many of a hundred that count here could be measured; None where nothing counts."""
        counted = self.n + self.missing
        return 100 * self.n / counted if counted else None


def least_for(viewer: Viewer) -> int:
    """From how many readings on the viewer is told figures: officials and the office see small cells."""
    is_entitled = isinstance(viewer, Person) and bool(viewer.roles & (OFFICE | {Role.OFFICIAL}))
    return LEAST if is_entitled else LEAST_PUBLIC


def figure(indicator: Indicator, cell: Cell, since: date, until: date, *, least: int, part: str = "") -> Figure:
    """The figure of one cell from ``since`` to the day before ``until``."""
    seen = {"starts_on": since, "until": until - timedelta(days=1), "n": cell.n, "missing": cell.missing, "part": part}
    # A stock is one look a day: its readings are days, not firms.
    if cell.n < (1 if indicator.measure == "stock" else least):
        return Figure(**seen)  # type: ignore[arg-type]
    spread = cell.distribution
    p10, p50, p90 = (spread.percentile(share) for share in (0.1, 0.5, 0.9))
    low, high = spread.band() or (None, None)
    value = figure_of(indicator, cell.total, cell.base, p50)
    return Figure(**seen, value=value, p10=p10, p50=p50, p90=p90, low=low, high=high)  # type: ignore[arg-type]


def _figure_of_row(indicator: Indicator, row: Rollup, least: int) -> Figure:
    seen = {
        "starts_on": row.starts_on,
        "until": end_of(row.grain, row.starts_on) - timedelta(days=1),
        "n": row.n,
        "missing": row.missing,
        "counted_at": row.counted_at,
        "part": row.slice,
    }
    if row.n < (1 if indicator.measure == "stock" else least):
        return Figure(**seen)  # type: ignore[arg-type]
    value = figure_of(indicator, row.total, row.base, row.p50)
    names = ("p10", "p50", "p90", "low", "high")
    return Figure(**seen, value=value, **{name: getattr(row, name) for name in names})  # type: ignore[arg-type]


def series(indicator: Indicator, *, grain: str, since: date, until: date, least: int, part: str = "") -> list[Figure]:
    """Every period from the one of ``since`` to the one of ``until``, those without a reading as well; one query."""
    rows = Rollup.objects.filter(
        indicator=indicator.slug, slice=part, grain=grain, starts_on__range=(begin_of(grain, since), until)
    ).defer("values", "counts")
    found = {row.starts_on: _figure_of_row(indicator, row, least) for row in rows}
    return [
        found.get(start) or Figure(starts_on=start, until=end_of(grain, start) - timedelta(days=1), n=0, missing=0)
        for start in periods(grain, since, until)
    ]


def over(indicator: Indicator, *, since: date, until: date, least: int, part: str = "") -> Figure:
    """The figure of a whole range of days, from the months within it and the days at its ends; one query."""
    cells = [_cell(row) for row in _rows_over(indicator.slug, since, until).filter(slice=part)]
    return figure(indicator, together(cells), since, until + timedelta(days=1), least=least, part=part)


def parts_over(indicator: Indicator, name: str, *, since: date, until: date, least: int) -> list[Figure]:
    """The same for each part of one kind (cargo, node, …), the largest first; one query."""
    found: dict[str, list[Cell]] = {}
    for row in _rows_over(indicator.slug, since, until).filter(slice__startswith=f"{name}:"):
        found.setdefault(row.slice, []).append(_cell(row))
    end = until + timedelta(days=1)
    made = [figure(indicator, together(cells), since, end, least=least, part=part) for part, cells in found.items()]
    return sorted(made, key=lambda one: (-one.n, one.part))


def parts_known(slug: str) -> list[str]:
    """By what the readings of an indicator can be told apart, as far as any were; one query."""
    rows = Rollup.objects.filter(indicator=slug, grain="month").exclude(slice="")
    return sorted({part.partition(":")[0] for part in rows.order_by().values_list("slice", flat=True).distinct()})


def at_a_glance(indicators: Iterable[Indicator], *, grain: str, since: date, least: int) -> dict[str, list[Figure]]:
    """The periods from ``since`` on of each indicator in all, the earliest first; one query."""
    wanted = {one.slug: one for one in indicators}
    rows = Rollup.objects.filter(indicator__in=list(wanted), slice="", grain=grain, starts_on__gte=since)
    found: dict[str, list[Figure]] = {slug: [] for slug in wanted}
    for row in rows.defer("values", "counts").order_by("starts_on"):
        found[row.indicator].append(_figure_of_row(wanted[row.indicator], row, least))
    return found


def begin_of(grain: str, day: date) -> date:
    """The first day of the period that holds ``day``."""
    return {"week": week_of, "month": month_of}.get(grain, lambda same: same)(day)


def periods(grain: str, since: date, until: date) -> Sequence[date]:
    """The first days of the periods from that of ``since`` to that of ``until``."""
    found = [begin_of(grain, since)]
    while (after := end_of(grain, found[-1])) <= until:
        found.append(after)
    return found


def _rows_over(slug: str, since: date, until: date) -> QuerySet[Rollup]:
    """The rows that together make up a range: whole months where they fit, days before and after them."""
    first = since if since.day == 1 else end_of("month", month_of(since))
    after = end_of("month", month_of(until))
    last = after if after - timedelta(days=1) == until else month_of(until)
    rows = Rollup.objects.filter(indicator=slug)
    if first >= last:
        return rows.filter(grain="day", starts_on__range=(since, until))
    ends = rows.filter(grain="day", starts_on__gte=since, starts_on__lt=first)
    ends |= rows.filter(grain="day", starts_on__gte=last, starts_on__lte=until)
    return ends | rows.filter(grain="month", starts_on__gte=first, starts_on__lt=last)


def _cell(row: Rollup) -> Cell:
    return Cell(row.n, row.missing, Decimal(row.total), Decimal(row.base), from_arrays(row.values, row.counts))
