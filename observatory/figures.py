"""Reading what is counted: the series of an indicator, its figures over a range, and all indicators at a glance.

Never a query of events here: everything is read from the rollups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import Min, Q, QuerySet

from observatory.distribution import band_ranks, from_arrays
from observatory.indicators import Indicator
from observatory.models import Rollup
from observatory.rolling import Cell, end_of, figure_of, month_of, together, week_of
from observatory.telling import LEAST_PUBLIC, Telling

_DAY = timedelta(days=1)
Span = tuple[date, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One period of one slice: its figure with all that says how much it is worth; None where there is too little.

    ``held_back`` readings are enough, but fewer could be had by subtraction (``observatory.disclosure``). Of a whole
    period they are ``n``, of a range of months those of the months that are left out.
    """

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
    held_back: int = 0

    @property
    def is_enough(self) -> bool:
        """Whether anything can be said."""
        return self.value is not None

    @property
    def coverage(self) -> float | None:
        """How many of a hundred that count here could be measured; None where nothing counts."""
        counted = self.n + self.missing
        return 100 * self.n / counted if counted else None


def figure(indicator: Indicator, cell: Cell, since: date, until: date, *, least: int, part: str = "") -> Figure:
    """The figure of one cell from ``since`` to the day before ``until``."""
    seen = {"starts_on": since, "until": until - timedelta(days=1), "n": cell.n, "missing": cell.missing, "part": part}
    if not _is_enough(indicator, cell, least):
        return Figure(**seen)  # type: ignore[arg-type]
    least = _least(indicator, least)
    spread = cell.distribution
    band = spread.band() or (None, None)
    percentiles = [spread.percentile(share) for share in (0.1, 0.5, 0.9)]
    known = dict(zip(("p10", "p50", "p90", "low", "high"), [*percentiles, *band], strict=True))
    value = figure_of(indicator, cell.total, cell.base, known["p50"])
    return Figure(**seen, value=value, **{name: known[name] for name in _told_of(cell.n, least)})  # type: ignore[arg-type]


def _least(indicator: Indicator, least: int) -> int:
    """A stock is one look a day: its readings are days, not firms; at how many it was, see ``_is_enough``."""
    return 1 if indicator.measure == "stock" else least


def _is_enough(indicator: Indicator, counted: Cell | Rollup, least: int) -> bool:
    """Of what firms owe the public is told where every look was at enough of them."""
    if indicator.is_look_at_firms and least >= LEAST_PUBLIC and counted.base < counted.n:
        return False
    return counted.n >= _least(indicator, least)


def _told_of(n: int, least: int) -> list[str]:
    """The median, and what lies further out where at least ``least`` readings lie at or beyond it on either side.

    Deciles and the ends of the band are readings, or lie between two: of few the smallest and the largest, by which
    one firm could be known.
    """
    band = band_ranks(n)
    deciles = ["p10", "p90"] if (n - 1) // 10 + 1 >= least else []
    return ["p50", *deciles, *(["low", "high"] if band and band[0] + 1 >= least else [])]


def _figure_of_row(indicator: Indicator, row: Rollup, told: Telling) -> Figure:
    end = end_of(row.grain, row.starts_on)
    seen = {
        "starts_on": row.starts_on,
        "until": end - _DAY,
        "n": row.n,
        "missing": row.missing,
        "counted_at": row.counted_at,
        "part": row.slice,
    }
    if not _is_enough(indicator, row, told.least):
        return Figure(**seen)  # type: ignore[arg-type]
    if not told.is_told(indicator, row.slice, row.starts_on, end):
        return Figure(**seen, held_back=row.n)  # type: ignore[arg-type]
    value = figure_of(indicator, row.total, row.base, row.p50)
    least = _least(indicator, told.least)
    return Figure(**seen, value=value, **{name: getattr(row, name) for name in _told_of(row.n, least)})  # type: ignore[arg-type]


def series(
    indicator: Indicator, *, grain: str, since: date, until: date, told: Telling, part: str = ""
) -> list[Figure]:
    """Every period from the one of ``since`` to the one of ``until``, those without a reading as well; one query."""
    rows = Rollup.objects.filter(
        indicator=indicator.slug, slice=part, grain=grain, starts_on__range=(begin_of(grain, since), until)
    ).defer("values", "counts")
    found = {row.starts_on: _figure_of_row(indicator, row, told) for row in rows}
    return [
        found.get(start) or Figure(starts_on=start, until=end_of(grain, start) - _DAY, n=0, missing=0)
        for start in periods(grain, since, until)
    ]


def over(indicator: Indicator, *, since: date, until: date, told: Telling, part: str = "") -> Figure:
    """The figure of a whole range of days, or of as much of it as may be told; one query.

    It is put together from the months within it and the days at its ends.
    """
    return over_each(indicator, [(since, until)], told=told, part=part)[0]


def over_each(indicator: Indicator, asked: Iterable[Span], *, told: Telling, part: str = "") -> list[Figure]:
    """The same of several ranges, each with both ends in it; one query for all."""
    borders = None if part else told.of(indicator)
    spans = [(since, until + _DAY) for since, until in asked]
    cuts = [borders.between(*span) if borders else span for span in spans]
    rows = list(_rows_over(indicator.slug, *spans, *filter(None, cuts)).filter(slice=part))
    return [_said(indicator, part, rows, span, cut, told) for span, cut in zip(spans, cuts, strict=True)]


def _said(
    indicator: Indicator, part: str, rows: Sequence[Rollup], span: Span, cut: Span | None, told: Telling
) -> Figure:
    """Of what may be told of a range, which is nothing where there is no ``cut``."""
    made = _figure_over(indicator, part, _within(rows, cut), cut, told) if cut else None
    if made and (cut == span or made.is_enough):
        return made
    return _unsaid(_within(rows, span), span, part, told)


def _unsaid(rows: Sequence[Rollup], span: Span, part: str, told: Telling) -> Figure:
    """Of a range of which nothing may be told how many readings it has."""
    n, missing = sum(row.n for row in rows), sum(row.missing for row in rows)
    held_back = n if n >= told.least else 0
    return Figure(starts_on=span[0], until=span[1] - _DAY, n=n, missing=missing, part=part, held_back=held_back)


def parts_over(indicator: Indicator, *names: str, since: date, until: date, told: Telling) -> list[Figure]:
    """The same for each part of one kind (cargo, node, …) or several, the largest first; one query."""
    found: dict[str, list[Rollup]] = {}
    kinds = reduce(or_, (Q(slice__startswith=f"{name}:") for name in names))
    span = since, until + _DAY
    for row in _rows_over(indicator.slug, span).filter(kinds):
        found.setdefault(row.slice, []).append(row)
    made = [_figure_over(indicator, part, rows, span, told) for part, rows in found.items()]
    return sorted(made, key=lambda one: (-one.n - one.held_back, one.part))


def _figure_over(indicator: Indicator, part: str, rows: Sequence[Rollup], span: Span, told: Telling) -> Figure:
    """A range from its rows: of a part the months that may be told of it, of which the public asks for whole ones."""
    if not part:
        return figure(indicator, together(map(_cell, rows)), *span, least=told.least)
    months = {month_of(row.starts_on) for row in rows}
    known = {month for month in months if told.is_told(indicator, part, month, end_of("month", month))}
    counted = [row for row in rows if month_of(row.starts_on) in known]
    made = figure(indicator, together(map(_cell, counted)), *span, least=told.least, part=part)
    if not counted:
        return _unsaid(rows, span, part, told)
    return replace(made, held_back=sum(row.n for row in rows) - made.n)


def years_to(indicator: Indicator, months: Sequence[date], *, told: Telling) -> list[Figure]:
    """The twelve months that end with each of these, the earliest first, as one sum; two queries.

    Told is the sum of exactly those, where the rule for ranges tells it and the first day with a reading is none after
    their first.
    """
    ends = [end_of("month", month) for month in months]
    spans = [(end.replace(year=end.year - 1), end) for end in ends]
    if not spans:
        return []
    rows = _rows_over(indicator.slug, (spans[0][0], spans[-1][1])).filter(slice="", n__gt=0)
    found = list(rows.defer("values", "counts").order_by("starts_on"))
    days = Rollup.objects.filter(indicator=indicator.slug, grain="day", slice="", n__gt=0)
    begun = days.aggregate(first=Min("starts_on"))["first"] or date.max
    return [_year(indicator, _within(found, span), span, told, is_whole=begun <= span[0]) for span in spans]


def _year(indicator: Indicator, rows: Sequence[Rollup], span: Span, told: Telling, *, is_whole: bool) -> Figure:
    n, missing = sum(row.n for row in rows), sum(row.missing for row in rows)
    counted_at = max((row.counted_at for row in rows), default=None)
    seen = Figure(starts_on=span[0], until=span[1] - _DAY, n=n, missing=missing, counted_at=counted_at)
    if not is_whole or n < told.least:
        return seen
    if not told.is_told(indicator, "", *span):
        return replace(seen, held_back=n)
    return replace(seen, value=float(sum(row.total for row in rows)))


def parts_known(slug: str) -> list[str]:
    """By what the readings of an indicator can be told apart, as far as any were; one query."""
    rows = Rollup.objects.filter(indicator=slug, grain="month").exclude(slice="")
    return sorted({part.partition(":")[0] for part in rows.order_by().values_list("slice", flat=True).distinct()})


def at_a_glance(indicators: Iterable[Indicator], *, grain: str, since: date, told: Telling) -> dict[str, list[Figure]]:
    """The periods from ``since`` on of each indicator in all, the earliest first; one query."""
    wanted = {one.slug: one for one in indicators}
    rows = Rollup.objects.filter(indicator__in=list(wanted), slice="", grain=grain, starts_on__gte=since)
    found: dict[str, list[Figure]] = {slug: [] for slug in wanted}
    for row in rows.defer("values", "counts").order_by("starts_on"):
        found[row.indicator].append(_figure_of_row(wanted[row.indicator], row, told))
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


def _pieces(since: date, end: date) -> Iterator[tuple[str, date, date]]:
    """The parts that make up a range: whole months where they fit, days before and after them."""
    first = since if since.day == 1 else end_of("month", month_of(since))
    last = month_of(end)
    if first >= last:
        yield "day", since, end
    else:
        yield from (("day", since, first), ("month", first, last), ("day", last, end))


def _rows_over(slug: str, *spans: Span) -> QuerySet[Rollup]:
    """The rows of which ranges are put together, each with the day after its last."""
    chosen = Q(pk__in=[])
    for grain, first, end in {piece for span in spans for piece in _pieces(*span)}:
        chosen |= Q(grain=grain, starts_on__gte=first, starts_on__lt=end)
    return Rollup.objects.filter(chosen, indicator=slug)


def _within(rows: Iterable[Rollup], span: Span) -> list[Rollup]:
    pieces = list(_pieces(*span))
    return [row for row in rows if any(row.grain == grain and a <= row.starts_on < b for grain, a, b in pieces)]


def _cell(row: Rollup) -> Cell:
    return Cell(row.n, row.missing, Decimal(row.total), Decimal(row.base), from_arrays(row.values, row.counts))
