"""The public report card of the forecasts of arrival."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cargo.forecast_presenting import cards
from cargo.models import ForecastScore


@require_safe
def forecast_card(request: HttpRequest) -> HttpResponse:
    """How often the windows held and how far off their middles were, also when that is bad; public."""
    made = cards(ForecastScore.objects.filter(method__in=("B0", "B1", "C")))
    return render(request, "cargo/forecast_card.html", {"cards": made})
