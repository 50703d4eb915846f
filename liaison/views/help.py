"""Help: the guides by role, each on a page to print, and the glossary."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from liaison.glossary import in_order
from liaison.guides import GUIDES


@require_safe
def help_list(request: HttpRequest) -> HttpResponse:
    """Which guide is for whom, and how the office is reached."""
    return render(request, "liaison/help_list.html", {"guides": GUIDES.values()})


@require_safe
def help_detail(request: HttpRequest, role: str) -> HttpResponse:
    """One role's guide, on one page of paper."""
    if role not in GUIDES:
        raise Http404
    return render(request, "liaison/help_detail.html", {"guide": GUIDES[role]})


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """The terms of the trade in plain words."""
    return render(request, "liaison/glossary.html", {"terms": in_order()})
