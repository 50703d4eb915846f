"""Comparing on one scale: modes, borders and corridors, kinds of cargo, and a period with the one before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from corridor.comparison import PUBLISHED
from liaison.models import Viewer
from observatory import figures
from observatory.asking import Asked, asked_of
from observatory.drawing import draw
from observatory.figures import Figure
from observatory.indicators import Indicator
from observatory.page import MOST_DRAWN, in_months_for, row_of
from observatory.presenting import part_words, period_words
from observatory.registry import INDICATORS
from observatory.telling import Telling, least_for, telling


@dataclass(frozen=True, slots=True)
class Side:
    """One of what is compared: an indicator, all of it or a part."""

    slug: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared under one name, in the same unit."""

    name: Promise
    sides: Sequence[Side]

    @property
    def drawn(self) -> Sequence[Side]:
        """As many as can be told apart."""
        return self.sides[:MOST_DRAWN]

    @property
    def is_of_parts(self) -> bool:
        """Whether any of them is a part."""
        return any(side.part for side in self.drawn)

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Their indicators with the names of their parts."""
        return [(side.slug, side.part.partition(":")[0]) for side in self.drawn]


COMPARISONS: dict[str, Comparison] = {
    "borders": Comparison(
        gettext_lazy("Border crossing times"),
        [Side(f"border_crossing_time_{name}") for name in ("malaba", "busia", "gatuna", "kagitumba")],
    ),
    "routes": Comparison(
        gettext_lazy("Transit times from Mombasa"),
        [Side(f"transit_time_mombasa_{name}") for name in ("malaba", "busia", "kigali")],
    ),
    "modes": Comparison(
        gettext_lazy("Tonnes out of the port by mode"),
        [Side("throughput_by_mode", f"mode:{mode}") for mode in ("road", "rail", "pipeline")],
    ),
    "cargo": Comparison(
        gettext_lazy("From the ship to Kigali by cargo kind"),
        [Side("ship_to_kigali_time", f"cargo:{kind}") for kind in ("container", "roro", "break_bulk", "dry_bulk")],
    ),
    "port": Comparison(
        gettext_lazy("Where the time in the port goes"),
        [
            Side(slug)
            for slug in ("ship_to_discharge_time", "one_stop_centre_clearance_time", "delay_after_customs_release")
        ],
    ),
}


def compared(query: Mapping[str, str], *, today: date, viewer: Viewer) -> dict[str, Any]:
    """The context of the page; two queries for each side, one more for the public."""
    asked = asked_of(query, today=today)
    what = query.get("what", "")
    what = what if what in COMPARISONS else "borders"
    chosen = COMPARISONS[what]
    asked = in_months_for(viewer, asked, is_of_part=chosen.is_of_parts)
    told = telling(least_for(viewer), chosen.asked, since=asked.earlier().since, until=asked.until)
    rows = [_side(side, asked, told) for side in chosen.drawn]
    first = rows[0][0]
    series = [(name, periods) for _indicator, name, periods, _whole, _before in rows]
    return {
        "what": what,
        "choices": [(key, str(one.name)) for key, one in COMPARISONS.items()],
        "title": str(chosen.name),
        "asked": asked,
        "chart": draw(first, series, grain=asked.grain),
        "names": [name for name, _periods in series],
        "sides": [
            (indicator, row_of(indicator, whole, name), row_of(indicator, before, name))
            for indicator, name, _periods, whole, before in rows
        ],
        "rows": [
            (period_words(asked.grain, same[0].starts_on), [row_of(first, one, "") for one in same])
            for same in zip(*(periods for _name, periods in series), strict=True)
        ][::-1],
        "corridors": PUBLISHED,
    }


def _side(side: Side, asked: Asked, told: Telling) -> tuple[Indicator, str, list[Figure], Figure, Figure]:
    indicator = INDICATORS[side.slug]
    ranges = [(one.since, one.until) for one in (asked, asked.earlier())]
    whole, before = figures.over_each(indicator, ranges, told=told, part=side.part)
    return (
        indicator,
        part_words(side.part) if side.part else str(indicator.name),
        figures.series(indicator, grain=asked.grain, since=asked.since, until=asked.until, told=told, part=side.part),
        whole,
        before,
    )
