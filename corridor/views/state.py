"""The public page on how the corridor stands, now and on each day kept."""

from __future__ import annotations

from datetime import date

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from corridor.days import KIGALI
from corridor.freshness import state_tag
from corridor.models import Advisory, DayRecord
from corridor.picture import headline, picture
from liaison.models import Person
from liaison.roles import OFFICE


@require_safe
@never_cache
def corridor_state(request: HttpRequest) -> HttpResponse:
    """How every part of the corridor stands now; public. The page asks again with its tag: 204 while nothing is new."""
    at = timezone.now()
    is_part = request.headers.get("HX-Request") == "true"
    tag = state_tag(at, is_asked_again=is_part)
    if is_part and request.GET.get("tag") == tag:
        return HttpResponse(status=204)
    # All readers see the same: it is made once for each tag.
    made = cache.get_or_set(f"corridor-picture-{tag}", lambda: picture(at), 60) or picture(at)
    context = {
        "picture": made,
        "headline": headline(made),
        "advisories": Advisory.objects.visible_to(request.user).standing(at),
        "tag": tag,
        "at": at,
        "is_office": _is_office(request),
    }
    template = "corridor/corridor_state.html"
    return render(request, f"{template}#state" if is_part else template, context)


def _is_office(request: HttpRequest) -> bool:
    return isinstance(request.user, Person) and bool(request.user.roles & OFFICE)


@require_safe
def corridor_day(request: HttpRequest, day: date) -> HttpResponse:
    """The picture as it was last shown on ``day``; of today, the page itself."""
    if day == timezone.localdate(timezone=KIGALI):
        return redirect("corridor:corridor_state")
    record = DayRecord.objects.filter(pk=day).first()
    if record is None:
        raise Http404
    near = DayRecord.objects.only("day")
    context = {
        "picture": record.picture,
        "headline": headline(record.picture),
        "day": day,
        "at": record.made_at,
        "earlier": near.filter(day__lt=day).order_by("-day").first(),
        "later": near.filter(day__gt=day).order_by("day").first(),
    }
    return render(request, "corridor/corridor_day.html", context)


@require_safe
def corridor_days(request: HttpRequest) -> HttpResponse:
    """Every day of which the picture was kept, newest first, a year at a time."""
    years = [found.year for found in DayRecord.objects.dates("day", "year", order="DESC")]
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else years[0] if years else None
    days = DayRecord.objects.filter(day__year=year).order_by("-day").values_list("day", flat=True) if year else []
    return render(request, "corridor/corridor_days.html", {"years": years, "year": year, "days": days})
