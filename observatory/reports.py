"""The weekly and the monthly report: what its pages say, and their making, once, when the period is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from liaison.journal import record
from observatory import figures
from observatory.annotations import events_of
from observatory.board import board, worse
from observatory.drawing import draw, target_of
from observatory.figures import Figure, begin_of
from observatory.indicators import BLOCKS, Indicator
from observatory.measuring import day_of
from observatory.models import Report, Revision, Rollup
from observatory.page import row_of, told_revisions
from observatory.presenting import BLOCK_NAMES, period_words
from observatory.printing import pdf
from observatory.registry import INDICATORS
from observatory.rolling import SETTLING, end_of
from observatory.telling import LEAST_PUBLIC, telling

LANGUAGES = ("en", "fr")
# The last reports of a week come in within a day.
_AFTER = {"week": timedelta(days=1), "month": SETTLING}
# Drawn in every report, over so many periods.
DRAWN = ("container_dwell_time", "ship_to_kigali_time", "transit_time_mombasa_malaba")
_PERIODS = 13


def make_due(*, at: datetime) -> list[Report]:
    """Make the reports of the latest week and month that are over and have none yet; of nothing none is made."""
    return [
        make_report(span=span, starts_on=starts_on, language=language, at=at)
        for span, starts_on in due(day_of(at))
        if Rollup.objects.filter(grain=span, starts_on=starts_on).exists()
        for language in LANGUAGES
        if not Report.objects.filter(span=span, starts_on=starts_on, language=language).exists()
    ]


def due(today: date) -> Iterator[tuple[str, date]]:
    """The latest week and month of which everything should have been reported by now."""
    for span, after in _AFTER.items():
        current = begin_of(span, today - after)
        yield span, begin_of(span, current - timedelta(days=1))


@transaction.atomic
def make_report(*, span: str, starts_on: date, language: str, at: datetime) -> Report:
    """Print a report and keep it; one that is there already stays as it was made.

    PrintingFailed where this machine cannot print.
    """
    with translation.override(language):
        content = pdf(render_to_string("observatory/report.html", context_of(span, starts_on, at=at)))
    report, is_new = Report.objects.get_or_create(
        span=span, starts_on=starts_on, language=language, defaults={"made_at": at, "content": content}
    )
    if is_new:
        key = f"{span} {starts_on} {language}"
        record(kind="observatory.report_made", subject="report", key=key, by=None, at=at, size=len(content))
    return report


def context_of(span: str, starts_on: date, *, at: datetime) -> dict[str, Any]:
    """All that a report says, as the public may know it."""
    since = _earlier(span, starts_on, _PERIODS - 1)
    until = end_of(span, starts_on) - timedelta(days=1)
    told = telling(LEAST_PUBLIC, [(slug, "") for slug in INDICATORS], since=since, until=until)
    seen = figures.at_a_glance(INDICATORS.values(), grain=span, since=since, told=told)
    rows = {slug: [one for one in found if one.starts_on <= starts_on] for slug, found in seen.items()}
    overall = board(at, viewer=AnonymousUser())
    return {
        "office_name": settings.OFFICE_NAME,
        "title": Report.Span(span).label,
        "period": period_words(span, starts_on),
        "until": until,
        "at": at,
        "goal": overall["goal"],
        "agencies": overall["agencies"],
        "burning": overall["burning"],
        "blocks": [
            (str(BLOCK_NAMES[block]), [_line(one, rows[one.slug], starts_on) for one in _ours(block)])
            for block in BLOCKS
        ],
        "charts": [(INDICATORS[slug], _chart(INDICATORS[slug], rows[slug], span, since, starts_on)) for slug in DRAWN],
        "worse": worse(rows, end_of(span, starts_on)) if span == "week" else [],
        "events": events_of(since=starts_on, until=until),
        "revisions": [
            (INDICATORS[one.indicator].name, one, is_told)
            for one, is_told in told_revisions(_revisions(at), LEAST_PUBLIC)
            if one.indicator in INDICATORS
        ],
        "least": LEAST_PUBLIC,
    }


def _ours(block: str) -> list[Indicator]:
    return [one for one in INDICATORS.values() if one.block == block and one.is_ours]


def _line(indicator: Indicator, rows: list[Figure], starts_on: date) -> dict[str, Any]:
    """The period's figure beside that of the period before."""
    latest = rows[-1] if rows and rows[-1].starts_on == starts_on else None
    figure = latest or Figure(starts_on=starts_on, until=starts_on, n=0, missing=0)
    before = next((one for one in reversed(rows) if one.until + timedelta(days=1) == starts_on), None)
    return {
        "indicator": indicator,
        "now": row_of(indicator, figure, ""),
        "before": row_of(indicator, before, "")["value"] if before else "–",
        "target": target_of(indicator),
    }


def _chart(indicator: Indicator, rows: list[Figure], span: str, since: date, starts_on: date) -> Any:
    known = {one.starts_on: one for one in rows}
    series = [
        known.get(day) or Figure(starts_on=day, until=day, n=0, missing=0)
        for day in figures.periods(span, since, starts_on)
    ]
    return draw(indicator, [(str(indicator.name), series)], grain=span)


def _earlier(span: str, starts_on: date, count: int) -> date:
    for _number in range(count):
        starts_on = begin_of(span, starts_on - timedelta(days=1))
    return starts_on


def _revisions(at: datetime) -> list[Revision]:
    return list(Revision.objects.filter(at__gt=at - timedelta(days=31)).order_by("-at")[:20])
