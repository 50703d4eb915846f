"""The dashboard, the page of each indicator, its files and the comparison; public, and more for whoever is entitled."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from csp.decorators import csp_replace
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from liaison.models import Viewer
from liaison.sheets import CONTENT_TYPE
from observatory import files
from observatory.asking import Asked, asked_of
from observatory.board import board
from observatory.comparing import compared
from observatory.indicators import Indicator
from observatory.measuring import day_of
from observatory.page import Shown, context_of, of_known_part, shown
from observatory.pictures import png
from observatory.registry import INDICATORS
from observatory.telling import least_for

_NOBODY = AnonymousUser()
# The dashboard is made anew as often as this; with half a minute until an event is counted it shows within one.
KEPT_S = 20


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Volume against the goal, every indicator at a glance, and what got worse; public."""
    at = timezone.now()
    key = f"observatory.dashboard.{get_language()}.{least_for(request.user)}.{day_of(at)}"
    content = cache.get_or_set(key, partial(_dashboard, at, request.user), KEPT_S)
    return render(request, "observatory/dashboard.html", {"content": content})


def _dashboard(at: datetime, viewer: Viewer) -> str:
    """The same for all who may be told the same."""
    return render_to_string("observatory/dashboard.html#content", board(at, viewer=viewer))


@require_safe
def indicator_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One indicator over time, how it is counted, and what can be taken away."""
    indicator, asked = _asked(request, slug)
    template = "observatory/indicator_detail.html"
    is_part = request.headers.get("HX-Request") == "true"
    context = context_of(indicator, asked, viewer=request.user)
    answer = render(request, f"{template}#figures" if is_part else template, context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]
@xframe_options_exempt
@require_safe
def indicator_embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The chart with its table alone, for other people's pages: what the public sees, whoever looks."""
    indicator, asked = _asked(request, slug)
    return render(request, "observatory/indicator_embed.html", context_of(indicator, asked, viewer=_NOBODY))


@require_safe
def indicator_file(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """The same as a file: csv, xlsx, json, metadata.json, svg or png; none of a part that there is not."""
    indicator, asked = _asked(request, slug)
    if asked.is_part_unknown:
        raise Http404
    found = shown(indicator, asked, viewer=request.user)
    answer = _FILES[kind](request, found)
    if kind == "xlsx":
        answer["Content-Disposition"] = f'attachment; filename="{slug}.xlsx"'
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    """Several indicators, or parts of one, on one scale."""
    context = compared(request.GET, today=day_of(timezone.now()), viewer=request.user)
    return render(request, "observatory/comparison.html", context)


def _asked(request: HttpRequest, slug: str) -> tuple[Indicator, Asked]:
    indicator = INDICATORS.get(slug)
    if indicator is None:
        raise Http404
    asked = asked_of(request.GET, today=day_of(timezone.now()))
    return indicator, of_known_part(indicator, asked, request.GET.get("part", ""))


def _csv(request: HttpRequest, found: Shown) -> HttpResponseBase:
    return HttpResponse(files.as_csv(found), content_type="text/csv; charset=utf-8")


def _xlsx(request: HttpRequest, found: Shown) -> HttpResponseBase:
    return FileResponse(files.as_book(found), content_type=CONTENT_TYPE)


def _json(request: HttpRequest, found: Shown) -> HttpResponseBase:
    return JsonResponse(files.as_data(found))


def _metadata(request: HttpRequest, found: Shown) -> HttpResponseBase:
    return JsonResponse(files.metadata(found.indicator, found))


def _svg(request: HttpRequest, found: Shown) -> HttpResponseBase:
    return HttpResponse(_drawing(request, found), content_type="image/svg+xml")


def _png(request: HttpRequest, found: Shown) -> HttpResponseBase:
    return HttpResponse(png(_drawing(request, found)), content_type="image/png")


def _drawing(request: HttpRequest, found: Shown) -> str:
    context = context_of(found.indicator, found.asked, viewer=request.user)
    return render_to_string("observatory/chart.svg", context, request)


_FILES = {"csv": _csv, "xlsx": _xlsx, "json": _json, "metadata.json": _metadata, "svg": _svg, "png": _png}
