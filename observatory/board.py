"""The dashboard: all indicators at a glance, the goal, what got worse, who answers in time, what is about to arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import inf
from statistics import median
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncDate

from cargo.models import Consignment, Forecast
from liaison.models import Viewer
from observatory import figures
from observatory.annotations import events_of
from observatory.charts import Chart, Series, Spot, chart
from observatory.drawing import GOALS, target_of, years_shown
from observatory.figures import Figure
from observatory.indicators import BLOCKS, Indicator
from observatory.measuring import KIGALI, day_of
from observatory.outlook import Outlook, outlook
from observatory.presenting import (
    BLOCK_NAMES,
    PART_NAMES,
    axis_number,
    lacking,
    number,
    part_words_of,
    period_words,
    short_period,
)
from observatory.published import Published, named, whole_years
from observatory.registry import INDICATORS
from observatory.rolling import end_of, week_of
from observatory.telling import Telling, least_for, telling

VOLUME = "transit_volume_rwanda"
GOAL_T = GOALS[VOLUME]
_DAY = timedelta(days=1)
_AHEAD = timedelta(days=21)
# By so much a week must be worse than the four before it to be named.
WORSE = 1.15
MOST_WORSE = 6
_USUAL_WEEKS = 4
_SCOREBOARD_DAYS = 90


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator's line: its latest whole month, the one before, and its target."""

    indicator: Indicator
    month: str
    figure: Figure | None
    change: float | None
    target: Published | None
    words: dict[str, str]

    @property
    def is_missed(self) -> bool | None:
        """Whether the median misses the target; None where there is none to tell."""
        if self.figure is None or self.figure.value is None or self.target is None:
            return None
        if self.indicator.is_more_better:
            return self.figure.value < self.target.value
        return self.figure.value > self.target.value


def board(at: datetime, *, viewer: Viewer) -> dict[str, Any]:
    """The context of the dashboard; at most thirteen queries, however much there is."""
    today, least = day_of(at), least_for(viewer)
    since = (today.replace(day=1) - timedelta(days=400)).replace(day=1)
    first_week = week_of(today) - timedelta(days=36)
    told = telling(least, [(slug, "") for slug in INDICATORS], since=first_week, until=today)
    months = figures.at_a_glance(INDICATORS.values(), grain="month", since=since, told=told)
    weeks = figures.at_a_glance(INDICATORS.values(), grain="week", since=first_week, told=told)
    lines = {slug: _line(INDICATORS[slug], rows, today) for slug, rows in months.items()}
    return {
        "at": at,
        "goal": goal(months[VOLUME], today, told=told),
        "blocks": [
            (str(BLOCK_NAMES[block]), [lines[one.slug] for one in INDICATORS.values() if one.block == block])
            for block in BLOCKS
        ],
        "worse": worse(weeks, today),
        "week": period_words("week", week_of(today) - timedelta(days=7)),
        "events": events_of(since=today - timedelta(days=14), until=today),
        "agencies": _agencies(today, least),
        "arrivals": arrivals(at, least=least),
        "burning": _weekly(_looks(today, told)),
        "counted_at": max((row.counted_at for rows in months.values() for row in rows if row.counted_at), default=None),
        "least": least,
    }


def _line(indicator: Indicator, rows: Sequence[Figure], today: date) -> Line:
    """The latest month that is over, or the running one where there is no other."""
    over = [row for row in rows if row.until < today]
    figure = (over or list(rows))[-1] if rows else None
    if figure is None:
        return Line(indicator, "", None, None, target_of(indicator), {"change": "–"})
    change = _change(over[-2], figure) if len(over) > 1 and over[-2].until + _DAY == figure.starts_on else None
    names = ("value", "p50", "p90", "coverage")
    units = {"coverage": "%"}
    words = {name: number(getattr(figure, name), units.get(name, indicator.unit)) for name in names}
    words["change"] = f"{round(change):+d} %" if change is not None else "–"
    return Line(indicator, period_words("month", figure.starts_on), figure, change, target_of(indicator), words)


def _change(before: Figure, figure: Figure) -> float | None:
    """By how many percent a figure is above the one before; None where there is nothing to compare."""
    return 100 * (figure.value / before.value - 1) if figure.value is not None and before.value else None


def goal(months: Sequence[Figure], today: date, *, told: Telling) -> dict[str, Any]:
    """The headline: a year's tonnes against the goal, as published and as counted here, and when it will be reached."""
    yearly = whole_years(VOLUME)
    ahead = outlook(yearly, GOAL_T)
    latest = max(yearly)
    years = _years_counted(today, told)
    return {
        "goal": number(GOAL_T, "t"),
        "latest": latest,
        "published": number(yearly[latest], "t"),
        "share": round(100 * yearly[latest] / GOAL_T),
        "outlook": ahead,
        "is_past": bool(ahead and ahead.reached_on and ahead.reached_on < today),
        "growth": number(ahead.growth, "%") if ahead else "",
        "chart": _years(yearly, ahead),
        "sources": [one for one in named([VOLUME]) if str(one.since.year) == one.period],
        **_counted(months, today, years),
        "years": years_shown(INDICATORS[VOLUME], years),
        "parts": _volume_parts(today, least=told.least),
    }


def _counted(months: Sequence[Figure], today: date, years: Sequence[Figure]) -> dict[str, Any]:
    """The tonnes that the portal has counted: of twelve whole months or those of them that are told, and by month."""
    whole = [year for year in years[-1:] if year.is_enough]
    told = whole or _twelve(months, today)
    return {
        "rolling": number(sum(row.value or 0 for row in told), "t") if told else "",
        "rolling_n": sum(row.n for row in told),
        "rolling_months": 12 if whole else len(told),
        "monthly": _months({row.starts_on: row for row in months}, today),
        "rows": [(period_words("month", row.starts_on), number(row.value, "t"), row) for row in reversed(months)],
    }


def _years_counted(today: date, told: Telling) -> list[Figure]:
    """The twelve months up to each of the last whole ones; two queries."""
    months = figures.periods("month", today - timedelta(days=365), today)
    return figures.years_to(INDICATORS[VOLUME], [day for day in months if end_of("month", day) <= today], told=told)


def _twelve(months: Sequence[Figure], today: date) -> list[Figure]:
    """Those of the last twelve whole months that are told."""
    end = today.replace(day=1)
    since = end.replace(year=end.year - 1)
    return [row for row in months if since <= row.starts_on < end and row.is_enough]


def _years(yearly: Mapping[int, float], ahead: Outlook | None) -> Chart | None:
    """The published years as bars, the expected ones with their band, and the goal as the target."""
    shown = [year for year in sorted(yearly) if year > max(yearly) - 8]
    expected = ahead.ahead if ahead else []
    days = [date(year, 7, 1) for year in range(min(shown), max(yearly) + len(expected) + 1)]
    bars = [Spot(date(year, 7, 1), yearly[year], words=f"{year}: {number(yearly[year], 't')}") for year in shown]
    band = [
        Spot(
            date(one.year, 7, 1), one.middle, one.low, one.high,
            f"{one.year}: {number(one.middle, 't')} ({number(one.low)} – {number(one.high, 't')})",
        )
        for one in expected
    ]  # fmt: skip
    series = [Series("published", bars, "bars"), Series("expected", band, "line", is_expected=True)]
    return chart(series, days=days, labels=[str(day.year) for day in days], target=GOAL_T, words=axis_number)


def _months(known: Mapping[date, Figure], today: date) -> Chart | None:
    """What was counted here, month by month."""
    asked = figures.periods("month", today - timedelta(days=365), today)
    spots = [
        Spot(day, one.value, words=f"{period_words('month', day)}: {number(one.value, 't')}")
        for day in asked
        if (one := known.get(day))
    ]
    labels = [short_period("month", day) for day in asked]
    return chart([Series("counted", spots, "bars")], days=asked, labels=labels, words=axis_number)


def _volume_parts(today: date, *, least: int) -> list[tuple[str, list[tuple[str, str, int, str]]]]:
    """The last twelve months' tonnes by what is known of them; two queries."""
    first = (today.replace(day=1) - timedelta(days=360)).replace(day=1)
    last = end_of("month", today.replace(day=1)) - _DAY
    names = ("cargo", "direction", "regime", "origin", "sector")
    told = telling(least, [(VOLUME, name) for name in names], since=first)
    found = figures.parts_over(INDICATORS[VOLUME], *names, since=first, until=last, told=told)
    by_size = sorted(found, key=lambda one: -(one.value or 0))
    rows = [(str(PART_NAMES[name]), [one for one in by_size if one.part.startswith(f"{name}:")][:8]) for name in names]
    return [(words, [_part_row(one) for one in parts]) for words, parts in rows if parts]


def _part_row(one: Figure) -> tuple[str, str, int, str]:
    return part_words_of(one), number(one.value, "t") if one.is_enough else "", one.n, lacking(one)


def worse(weeks: Mapping[str, Sequence[Figure]], today: date) -> list[dict[str, Any]]:
    """What the last whole week was clearly worse in than the four before it, the worst first."""
    last = week_of(today) - timedelta(days=7)
    found = []
    for slug, rows in weeks.items():
        indicator = INDICATORS[slug]
        compared = _against_usual(rows, last) if indicator.measure in ("duration", "share") else None
        if compared is None:
            continue
        now, value, usual = compared
        ratio = (usual / value if value else inf) if indicator.is_more_better else value / usual
        if ratio >= WORSE:
            found.append((ratio, indicator, now, usual))
    return [
        {
            "indicator": indicator,
            "value": number(now.value, indicator.unit),
            "usual": number(usual, indicator.unit),
            "n": now.n,
        }
        for _ratio, indicator, now, usual in sorted(found, key=lambda each: -each[0])[:MOST_WORSE]
    ]


def _against_usual(rows: Sequence[Figure], last: date) -> tuple[Figure, float, float] | None:
    """The week, its figure and the median of the four before; None where there is too little of either."""
    now = next((row for row in rows if row.starts_on == last), None)
    since = last - timedelta(days=7 * _USUAL_WEEKS)
    before = [row.value for row in rows if since <= row.starts_on < last and row.value is not None]
    if now is None or now.value is None or len(before) < 2 or not (usual := median(before)):
        return None
    return now, now.value, usual


def _agencies(today: date, least: int) -> list[tuple[str, Figure, str, str]]:
    """How fast each agency answered in the last months; one query, two more for the public."""
    since = (today - timedelta(days=_SCOREBOARD_DAYS)).replace(day=1)
    told = telling(least, [("agency_answer_time", "agency")], since=since)
    rows = figures.parts_over(INDICATORS["agency_answer_time"], "agency", since=since, until=today, told=told)
    return [(part_words_of(one), one, number(one.p50, "h"), number(one.p90, "h")) for one in rows]


def arrivals(at: datetime, *, least: int) -> list[tuple[date, date, int | None]]:
    """How many consignments are expected in Kigali in each of the next three weeks, by the middles of their windows.

    None where they are too few to be told; one query.
    """
    today = day_of(at)
    end = datetime.combine(today, time(), KIGALI) + _AHEAD
    outward = Consignment.objects.filter(direction=Consignment.Direction.EXPORT)
    inward = Forecast.objects.current().exclude(consignment__in=outward.values("pk"))
    rows = inward.filter(p50__gte=at, p50__lt=end, arrived_at__isnull=True)
    by_day = rows.order_by().annotate(day=TruncDate("p50", tzinfo=KIGALI)).values("day").annotate(n=Count("pk"))
    counted = dict(by_day.values_list("day", "n"))
    return [
        (first, first + timedelta(days=6), n if (n := _within(counted, first)) >= least else None)
        for first in (today + timedelta(days=7 * week) for week in range(3))
    ]


def _within(counted: Mapping[date, int], first: date) -> int:
    return sum(n for day, n in counted.items() if first <= day <= first + timedelta(days=6))


def _looks(today: date, told: Telling) -> list[Figure]:
    """What accrues in a day as it stood yesterday and stands today; one query."""
    burning = INDICATORS["burning_usd_day"]
    return figures.at_a_glance([burning], grain="day", since=today - _DAY, told=told)[burning.slug]


def _weekly(looks: Sequence[Figure]) -> str:
    """What a week costs at the pace of the latest look; empty where nothing is known."""
    value = looks[-1].value if looks else None
    return number(7 * value, "USD") if value is not None else ""
