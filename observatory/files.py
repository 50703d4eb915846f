"""An indicator to take away: its figures as CSV, XLSX and JSON, and what a machine needs to know of them."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from liaison.sheets import write_book
from observatory.drawing import target_of
from observatory.figures import Figure
from observatory.indicators import Indicator
from observatory.page import Shown
from observatory.presenting import definition_of, exclusions_of
from observatory.published import Published, of_indicator

KIGALI = ZoneInfo("Africa/Kigali")
# In English whatever the reader's language: programs look for them.
COLUMNS = (
    "indicator", "part", "grain", "from", "until", "value", "unit", "p10", "p50", "p90", "median_low_95",
    "median_high_95", "n", "not_measured", "coverage_percent", "made_at",
    "twelve_months",
)  # fmt: skip
PUBLISHED_COLUMNS = ("indicator", "period", "value", "unit", "confidence", "source_url", "note")


def rows_of(shown: Shown) -> list[list[object]]:
    """A row for each period, with the sum of the twelve months up to it; what there is too little of is empty."""
    years = {one.until: one.value for one in shown.years}
    return [
        [
            shown.indicator.slug, shown.asked.part, shown.asked.grain, one.starts_on, one.until, _round(one.value),
            shown.indicator.unit, *(_round(value) for value in (one.p10, one.p50, one.p90, one.low, one.high)), one.n,
            one.missing, _round(one.coverage), local(one.counted_at), _round(years.get(one.until)),
        ]
        for one in shown.periods
    ]  # fmt: skip


def as_csv(shown: Shown) -> str:
    """The periods, then nothing else: what was published has its own columns and is in the other files."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows_of(shown))
    return out.getvalue()


def as_book(shown: Shown) -> IO[bytes]:
    """An XLSX file: the figures, the published ones, and the method."""
    rows = [[_plain(value) for value in row] for row in rows_of(shown)]
    published = [list(published_row(one)) for one in of_indicator(shown.indicator.slug, shown.indicator.also)]
    method = [[name, _plain(value)] for name, value in metadata(shown.indicator, shown).items()]
    return write_book(
        [
            ("figures", [list(COLUMNS), *rows]),
            ("published", [list(PUBLISHED_COLUMNS), *published]),
            ("method", method),
        ]
    )


def as_data(shown: Shown) -> dict[str, Any]:
    """The same as plain JSON."""
    return {
        **metadata(shown.indicator, shown),
        "grain": shown.asked.grain,
        "part": shown.asked.part or None,
        "series": [period_shape(one) for one in shown.periods],
        "twelve_months": [period_shape(one) for one in shown.years],
        "range": period_shape(shown.whole),
        "published": [published_shape(one) for one in of_indicator(shown.indicator.slug, shown.indicator.also)],
    }


def metadata(indicator: Indicator, shown: Shown | None = None) -> dict[str, Any]:
    """What a figure means: definition, unit, target, how it was made and how old it is."""
    target = target_of(indicator)
    return {
        "slug": indicator.slug,
        "name": str(indicator.name),
        "block": indicator.block,
        "measure": indicator.measure,
        "unit": indicator.unit,
        "definition": definition_of(indicator),
        "note": str(indicator.note) if indicator.note else None,
        "starts": list(indicator.starts),
        "stops": indicator.stops or None,
        "exclusions": exclusions_of(indicator),
        "target": target_shape(target) if target else None,
        "is_more_better": indicator.is_more_better,
        "is_counted_here": indicator.is_ours,
        "time_zone": "Africa/Kigali",
        "percentiles": "linear between order statistics",
        "confidence_band": "95 % of the median, by order statistics, where enough readings lie beyond each end",
        "made_at": local(shown.counted_at) if shown else None,
    }


def period_shape(one: Figure) -> dict[str, Any]:
    """One period."""
    return {
        "from": one.starts_on.isoformat(),
        "until": one.until.isoformat(),
        "value": _round(one.value),
        "p10": _round(one.p10),
        "p50": _round(one.p50),
        "p90": _round(one.p90),
        "median_band": None if one.low is None else [_round(one.low), _round(one.high)],
        "n": one.n,
        "not_measured": one.missing,
        "coverage": _round(one.coverage),
        "held_back": one.held_back,
        "made_at": local(one.counted_at),
    }


def target_shape(target: Published) -> dict[str, Any]:
    """A target with whose word it is."""
    return {"value": target.value, "unit": target.unit, "period": target.period, "source": target.source_url}


def published_row(one: Published) -> tuple[object, ...]:
    """A published figure as a row."""
    return one.name, one.period, one.value, one.unit, one.confidence, one.source_url, one.note


def published_shape(one: Published) -> dict[str, Any]:
    """A published figure, also one that was restated."""
    return {**dict(zip(PUBLISHED_COLUMNS, published_row(one), strict=True)), "is_superseded": one.is_superseded}


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def local(at: datetime | None) -> str | None:
    """A moment by Kigali's clock."""
    return at.astimezone(KIGALI).isoformat(timespec="seconds") if at else None


def _plain(value: object) -> object:
    """A value as a cell takes it."""
    if isinstance(value, list | dict):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
