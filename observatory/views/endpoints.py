"""Indicators for other people's programs and pages: definitions and series, open to everybody and to every origin.

The API's addresses name these views as strings, for the API and the observatory know nothing of each other.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from observatory import figures
from observatory.asking import GRAINS, Asked, asked_of
from observatory.files import as_data, metadata, period_shape
from observatory.indicators import BLOCKS
from observatory.measuring import day_of
from observatory.page import shown
from observatory.registry import INDICATORS

# Whoever asks is told what the public may know.
PUBLIC = AnonymousUser()
_LISTED = ("block", "limit", "cursor")
_OF_ONE = ("grain", "from", "until", "part")


@api_view(["GET"])
def indicators(request: Request) -> Response:
    """Every indicator with its definition and the last thirteen months; one page, for there are some dozens."""
    _check(request, _LISTED)
    block = request.query_params.get("block", "")
    if block and block not in BLOCKS:
        raise ValidationError({"block": [f"One of: {', '.join(BLOCKS)}."]})
    chosen = [one for one in INDICATORS.values() if block in ("", one.block)]
    since = asked_of({}, today=day_of(timezone.now())).since
    found = figures.at_a_glance(chosen, grain="month", since=since, least=figures.LEAST_PUBLIC)
    results = [_listed(slug, rows) for slug, rows in found.items()]
    return _open({"next": None, "previous": None, "results": results})


@api_view(["GET"])
def indicator(request: Request, slug: str) -> Response:
    """One indicator: its definition, target, series by day, week or month, and what others published of it."""
    _check(request, _OF_ONE)
    if slug not in INDICATORS:
        raise Http404
    return _open(as_data(shown(INDICATORS[slug], _asked(request), viewer=PUBLIC)))


def _listed(slug: str, rows: list[figures.Figure]) -> dict[str, Any]:
    said = metadata(INDICATORS[slug])
    made_at = max((row.counted_at for row in rows if row.counted_at), default=None)
    return {
        **said,
        "made_at": made_at.isoformat(timespec="seconds") if made_at else None,
        "grain": "month",
        "series": [period_shape(row) for row in rows],
    }


def _asked(request: Request) -> Asked:
    """What is asked for; 400 where a page would have shown something else."""
    said = {name: str(request.query_params.get(name, "")) for name in _OF_ONE}
    if said["grain"] and said["grain"] not in GRAINS:
        raise ValidationError({"grain": [f"One of: {', '.join(GRAINS)}."]})
    for name in ("from", "until"):
        if said[name] and not _is_day(said[name]):
            raise ValidationError({name: ["A day as 2026-11-26, or a month as 2026-11."]})
    asked = asked_of({name: words for name, words in said.items() if words}, today=day_of(timezone.now()))
    if said["part"] and not asked.part:
        raise ValidationError({"part": ["A part as cargo:container."]})
    return asked


def _is_day(words: str) -> bool:
    try:
        date.fromisoformat(f"{words}-01" if len(words) == 7 else words)
    except ValueError:
        return False
    return True


def _check(request: Request, known: tuple[str, ...]) -> None:
    unknown = sorted(set(request.query_params) - set(known))
    if unknown:
        raise ValidationError({name: [f"Unknown parameter. Known: {', '.join(known)}."] for name in unknown})


def _open(data: dict[str, Any]) -> Response:
    return Response(data, headers={"Access-Control-Allow-Origin": "*"})
