"""The charts of indicators: their figures as series of a chart, with target, published figures and what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from observatory.charts import Chart, Event, Series, Spot, chart
from observatory.figures import Figure
from observatory.indicators import Indicator
from observatory.presenting import axis_number, figure_words, lacking, number, period_words, short_period
from observatory.published import Published, target_named
from observatory.rolling import end_of, month_of

_DAY = timedelta(days=1)
# What a year of an indicator is to reach: the corridor's tonnes of Rwanda.
GOALS = {"transit_volume_rwanda": 1_000_000.0}


def target_of(indicator: Indicator) -> Published | None:
    """The Charter's latest target, in the indicator's unit."""
    found = target_named(indicator.slug)
    return found if found and found.unit == indicator.unit else None


def draw(
    indicator: Indicator,
    named: Sequence[tuple[str, Sequence[Figure]]],
    *,
    grain: str,
    published: Iterable[Published] = (),
    events: Iterable[Event] = (),
) -> Chart | None:
    """The chart of one or more named series over the same periods; None where there is nothing to draw."""
    days = [one.starts_on for one in named[0][1]] if named else []
    kind = "line" if indicator.has_percentiles or indicator.measure == "share" or len(named) > 1 else "bars"
    series = [Series(name, [_spot(indicator, one, grain, len(named) == 1) for one in row], kind) for name, row in named]
    # Of several that are compared each would have its own.
    target = target_of(indicator) if len(named) == 1 else None
    # The sum of a year would make those of its months invisible; it has a drawing of its own.
    is_sum = indicator.measure in ("sum", "count")
    fitting = [one for one in published if not is_sum or one.until + _DAY == end_of(grain, one.since)]
    return chart(
        [*series, *_published(indicator, fitting)],
        days=days,
        labels=[short_period(grain, day) for day in days],
        until=named[0][1][-1].until if days else None,
        target=target.value if target else None,
        events=events,
        words=axis_number,
    )


def years_shown(indicator: Indicator, years: Sequence[Figure]) -> dict[str, Any]:
    """The twelve months up to each as a drawing and as a table, the latest first."""
    rows = [
        (
            period_words("month", month_of(one.until)),
            number(one.value, indicator.unit) if one.is_enough else lacking(one),
            one,
        )
        for one in years[::-1]
    ]
    return {"chart": _draw_years(indicator, years), "rows": rows}


def _draw_years(indicator: Indicator, years: Sequence[Figure]) -> Chart | None:
    """A line against the goal of a year; None where there is nothing to draw."""
    days = [month_of(one.until) for one in years]
    spots = [
        Spot(day, one.value, words=f"{period_words('month', day)}: {figure_words(indicator, one)}")
        for day, one in zip(days, years, strict=True)
    ]
    labels = [short_period("month", day) for day in days]
    line = Series(_("Sum of the twelve months up to each"), spots)
    return chart([line], days=days, labels=labels, target=GOALS.get(indicator.slug), words=axis_number)


def _spot(indicator: Indicator, one: Figure, grain: str, has_band: bool) -> Spot:
    words = f"{period_words(grain, one.starts_on)}: {figure_words(indicator, one)}"
    if has_band and indicator.has_percentiles:
        return Spot(one.starts_on, one.value, one.p10, one.p90, words)
    return Spot(one.starts_on, one.value, words=words)


def _published(indicator: Indicator, published: Iterable[Published]) -> list[Series]:
    """What others published, where it is in the same unit and may stand in the same drawing."""
    spots = [
        Spot(one.middle, one.value, words=f"{one.period}: {number(one.value, one.unit)} ({one.host})")
        for one in published
        if one.unit == indicator.unit and not one.is_superseded
    ]
    return [Series(_("Published"), spots, "marks")] if spots else []


def draw_published(indicator: Indicator, published: Iterable[Published]) -> Chart | None:
    """The chart of what was published alone, of single years and months over all the time there is."""
    fitting = [one for one in published if one.unit == indicator.unit and not one.is_superseded]
    if not fitting:
        return None
    first, last = min(one.since.year for one in fitting), max(one.until.year for one in fitting)
    years = [date(year, 1, 1) for year in range(first, last + 1)]
    return chart(
        _published(indicator, fitting), days=years, labels=[str(day.year) for day in years],
        until=date(last, 12, 31),
        target=None if (target := target_of(indicator)) is None else target.value, words=axis_number,
    )  # fmt: skip
