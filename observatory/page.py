"""All that the page of one indicator shows, put together in few queries; its files are made of the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from cargo.models import Consignment
from liaison.models import Viewer
from observatory import figures
from observatory.annotations import events_of
from observatory.asking import GRAINS, Asked
from observatory.causes import causes
from observatory.charts import Chart, Event
from observatory.drawing import draw, draw_published, target_of, years_shown
from observatory.figures import Figure
from observatory.indicators import Indicator
from observatory.models import Reading, Revision, Rollup
from observatory.presenting import (
    PART_NAMES,
    definition_of,
    exclusions_of,
    figure_words,
    is_part,
    lacking,
    number,
    part_title,
    part_words_of,
    period_words,
    place_names,
    unit_words,
)
from observatory.published import Published, of_indicator
from observatory.registry import INDICATORS
from observatory.telling import LEAST_PUBLIC, Telling, least_for, telling
from tickets.models import Ticket

MOST_PARTS = 30
# So many parts are drawn at once; more could not be told apart.
MOST_DRAWN = 4
MOST_WORST = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """An indicator as it was asked for: the periods, the whole range and the one before it.

    ``years`` are the sums of the twelve months up to each whole one, where months are shown.
    """

    indicator: Indicator
    asked: Asked
    periods: list[Figure]
    whole: Figure
    before: Figure
    counted_at: datetime | None
    years: list[Figure] = field(default_factory=list)


def shown(indicator: Indicator, asked: Asked, *, viewer: Viewer) -> Shown:
    """The figures that the viewer may see; four queries at most, one more for the public."""
    asked = in_months_for(viewer, asked, is_of_part=bool(asked.part))
    earlier = asked.earlier()
    name = asked.part.partition(":")[0]
    told = telling(least_for(viewer), [(indicator.slug, name)], since=earlier.since, until=asked.until)
    periods = figures.series(
        indicator, grain=asked.grain, since=asked.since, until=asked.until, told=told, part=asked.part
    )
    ranges = [(one.since, one.until) for one in (asked, earlier)]
    whole, before = figures.over_each(indicator, ranges, told=told, part=asked.part)
    return Shown(
        indicator=indicator,
        asked=asked,
        periods=periods,
        whole=whole,
        before=before,
        counted_at=max((one.counted_at for one in periods if one.counted_at), default=None),
        years=_years(indicator, asked, periods, told),
    )


def _years(indicator: Indicator, asked: Asked, periods: Sequence[Figure], told: Telling) -> list[Figure]:
    """Of a sum by months in all; two queries there, none elsewhere."""
    if indicator.measure != "sum" or not indicator.is_ours or asked.grain != "month" or asked.part:
        return []
    return figures.years_to(indicator, [one.starts_on for one in periods if one.until <= asked.until], told=told)


def of_known_part(indicator: Indicator, asked: Asked, part: str) -> Asked:
    """What is asked for, of all where there is no such part: what stands in an address is never drawn as a name."""
    is_known = not part or is_part(indicator, asked.part)
    return asked if is_known else replace(asked, part="", is_part_unknown=True)


def in_months_for(viewer: Viewer, asked: Asked, *, is_of_part: bool) -> Asked:
    """What is asked for: of parts the public is told whole months only."""
    return asked.in_months() if is_of_part and least_for(viewer) >= LEAST_PUBLIC else asked


def context_of(indicator: Indicator, asked: Asked, *, viewer: Viewer) -> dict[str, Any]:
    """The context of the page; at most a dozen queries."""
    found = shown(indicator, asked, viewer=viewer)
    asked = found.asked
    published = of_indicator(indicator.slug, indicator.also)
    names = figures.parts_known(indicator.slug)
    parts = _parts(indicator, asked, viewer) if asked.by in names else []
    places = place_names([asked.part, *(one.part for one in parts)])
    events = events_of(since=found.periods[0].starts_on, until=asked.until)
    return {
        "indicator": indicator,
        "asked": asked,
        "shown": found,
        "grains": [(grain, str(Rollup.Grain(grain).label)) for grain in GRAINS],
        "chart": _chart(found, published if asked.is_published_shown else [], events),
        "years": years_shown(indicator, found.years),
        "published_chart": draw_published(indicator, published),
        "published": published,
        "events": events,
        "rows": [row_of(indicator, one, period_words(asked.grain, one.starts_on)) for one in found.periods[::-1]],
        "whole": row_of(indicator, found.whole, ""),
        "before": row_of(indicator, found.before, ""),
        "is_cut": (found.whole.starts_on, found.whole.until) != (asked.since, asked.until),
        "part": part_title(asked.part, places) if asked.part else "",
        "part_links": [(str(PART_NAMES.get(name, name)), asked.address(by=name), name == asked.by) for name in names],
        "parts": [
            (asked.address(part=one.part, by=""), row_of(indicator, one, part_words_of(one, places))) for one in parts
        ],
        **_addresses(indicator, asked),
        "definition": definition_of(indicator),
        "exclusions": exclusions_of(indicator),
        "unit": unit_words(indicator.unit),
        "target": target_of(indicator),
        "revisions": told_revisions(_revisions(indicator), least_for(viewer)),
        "least": least_for(viewer),
        "causes": causes(indicator, asked, viewer=viewer),
        "worst": worst(indicator, asked, viewer=viewer),
    }


def _addresses(indicator: Indicator, asked: Asked) -> dict[str, Any]:
    """Where the same can be had as a file, and as a page for other people's pages."""
    query = asked.address()
    files = [
        (kind.upper(), f"{reverse('observatory:indicator_file', args=[indicator.slug, kind])}?{query}")
        for kind in ("csv", "xlsx", "json", "metadata.json", "svg", "png")
    ]
    embed = f"{reverse('observatory:indicator_embed', args=[indicator.slug])}?{query}"
    return {"downloads": files, "embed": embed, "all_address": asked.address(part="")}


def _revisions(indicator: Indicator) -> QuerySet[Revision]:
    return Revision.objects.filter(indicator=indicator.slug).order_by("-at")[:20]


def told_revisions(rows: Iterable[Revision], least: int) -> list[tuple[Revision, bool]]:
    """Revisions, each with whether the figures before and after are told: of one reading more they would tell it.

    Of tonnes and money they never are to the public, for whose the others were is not known.
    """
    return [(one, least < LEAST_PUBLIC or _is_told(one, least)) for one in rows]


def _is_told(one: Revision, least: int) -> bool:
    indicator = INDICATORS.get(one.indicator)
    return bool(indicator and not indicator.is_of_firms and abs(one.n_after - one.n_before) >= least)


def _parts(indicator: Indicator, asked: Asked, viewer: Viewer) -> list[Figure]:
    asked = in_months_for(viewer, asked, is_of_part=True)
    told = telling(least_for(viewer), [(indicator.slug, asked.by)], since=asked.since)
    found = figures.parts_over(indicator, asked.by, since=asked.since, until=asked.until, told=told)
    return found[:MOST_PARTS]


def _chart(found: Shown, published: Sequence[Published], events: Sequence[Event]) -> Chart | None:
    name = _("Median, with P10 to P90") if found.indicator.has_percentiles else str(found.indicator.name)
    return draw(found.indicator, [(name, found.periods)], grain=found.asked.grain, published=published, events=events)


def row_of(indicator: Indicator, one: Figure, name: str) -> dict[str, Any]:
    """A figure as a row of a table."""
    unit = indicator.unit
    return {
        "name": name,
        "figure": one,
        "words": figure_words(indicator, one),
        "lacking": lacking(one),
        "value": number(one.value, unit),
        "p10": number(one.p10, unit),
        "p50": number(one.p50, unit),
        "p90": number(one.p90, unit),
        "deciles": f"{number(one.p10)} – {number(one.p90, unit)}" if one.p10 is not None else "–",
        "band": f"{number(one.low)} – {number(one.high, unit)}" if one.low is not None else "–",
        "coverage": number(one.coverage, "%"),
    }


def worst(indicator: Indicator, asked: Asked, *, viewer: Viewer) -> list[tuple[str, str, str]]:
    """The longest of the range among what the viewer may see: address, name and how long; two queries at most.

    None for the public, which is not asked for.
    """
    if not viewer.is_authenticated or indicator.measure != "duration" or not indicator.is_ours:
        return []
    seen: QuerySet[Any] = Consignment.objects.visible_to(viewer)
    page, subject = "cargo:consignment_detail", Reading.Subject.CONSIGNMENT
    if indicator.block == "tickets":
        seen, page, subject = Ticket.objects.visible_to(viewer), "tickets:ticket_detail", Reading.Subject.TICKET
    found = _longest(indicator, asked, subject, seen)
    refs = dict(seen.filter(pk__in=[pk for pk, _words in found]).values_list("pk", "ref")) if found else {}
    return [(reverse(page, args=[refs[pk]]), refs[pk], words) for pk, words in found if pk in refs]


def _longest(
    indicator: Indicator, asked: Asked, subject: Reading.Subject, seen: QuerySet[Any]
) -> list[tuple[int, str]]:
    """The ids of the longest among ``seen``, with how long; one query."""
    readings = Reading.objects.filter(
        subject=subject, indicator=indicator.slug, day__range=(asked.since, asked.until), value__isnull=False,
        subject_id__in=seen.order_by().values("pk"),
    )  # fmt: skip
    if asked.part:
        readings = readings.filter(slices__contains=[asked.part])
    rows = readings.order_by("-value", "subject_id").values_list("subject_id", "value")[:MOST_WORST]
    return [(pk, number(float(value or 0), indicator.unit)) for pk, value in rows]
