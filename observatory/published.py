"""Published figures as their own series: what was announced of which period, by whom; those that were restated stay."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "published_figures.csv"
SUPERSEDED = "superseded"
# Into the units of the indicators; others are shown as they are.
_UNITS = {
    "hour": ("h", 1.0), "day": ("h", 24.0), "minute": ("h", 1 / 60), "tonne": ("t", 1.0), "percent": ("%", 1.0),
    "TEU": ("TEU", 1.0), "USD": ("USD", 1.0), "call": ("n", 1.0), "vessel": ("n", 1.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One published figure, in our unit where there is one. ``until`` is the period's last day."""

    name: str
    period: str
    since: date
    until: date
    value: float
    unit: str
    source_url: str
    confidence: str
    note: str

    @property
    def is_superseded(self) -> bool:
        """Whether a later publication restated it."""
        return self.confidence == SUPERSEDED

    @property
    def words(self) -> str:
        """What it is called, for reading."""
        return self.name.replace("_", " ")

    @property
    def host(self) -> str:
        """Whose page it is."""
        return re.sub(r"^https?://(www\.)?", "", self.source_url).partition("/")[0]

    @property
    def middle(self) -> date:
        """The middle of its period."""
        return self.since + (self.until - self.since) / 2


@cache
def every() -> tuple[Published, ...]:
    """All published figures, by name and period; read once."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        found = [_published(row) for row in csv.DictReader(lines)]
    return tuple(sorted(found, key=lambda one: (one.name, one.since, one.until, one.is_superseded)))


def named(names: Iterable[str]) -> list[Published]:
    """Those of these names, by period."""
    wanted = set(names)
    return sorted((one for one in every() if one.name in wanted), key=lambda one: (one.since, one.until, one.name))


def of_indicator(slug: str, others: Iterable[str] = ()) -> list[Published]:
    """Those of an indicator by its own name, its published minimum and maximum, and under other names."""
    return named([slug, f"{slug}_min", f"{slug}_max", *others])


def target_named(slug: str) -> Published | None:
    """The latest target of that indicator; None where none was found."""
    return max(named([f"target_{slug}"]), key=lambda one: (one.until, one.since), default=None)


def whole_years(name: str) -> dict[int, float]:
    """What was published of whole years, the latest word on each."""
    return {
        one.since.year: one.value
        for one in named([name])
        if re.fullmatch(r"\d{4}", one.period) and not one.is_superseded
    }


def _published(row: dict[str, str]) -> Published:
    unit, factor = _UNITS.get(row["unit"], (row["unit"], 1.0))
    since, until = span_of(row["period"])
    return Published(
        name=row["indicator"],
        period=row["period"],
        since=since,
        until=until,
        value=round(float(row["value"]) * factor, 4),
        unit=unit,
        source_url=row["source_url"],
        confidence=row["confidence"],
        note=row["note"],
    )


def span_of(period: str) -> tuple[date, date]:
    """The first and the last day of a period: 2024, 2020-07, 2020-Q4, 2024-01/2024-09, or the day that ends a week."""
    if "/" in period:
        first, _slash, last = period.partition("/")
        return span_of(first)[0], span_of(last)[1]
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", period):
        last_day = date.fromisoformat(period)
        return last_day - timedelta(days=6), last_day
    if quarter := re.fullmatch(r"(\d{4})-Q([1-4])", period):
        first_month = 3 * int(quarter[2]) - 2
        return date(int(quarter[1]), first_month, 1), _end_of_month(int(quarter[1]), first_month + 2)
    if month := re.fullmatch(r"(\d{4})-(\d{2})", period):
        return date(int(month[1]), int(month[2]), 1), _end_of_month(int(month[1]), int(month[2]))
    if not re.fullmatch(r"\d{4}", period):
        raise ValueError(f"No period: {period}")
    return date(int(period), 1, 1), date(int(period), 12, 31)


def _end_of_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
