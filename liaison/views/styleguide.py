"""The living page of the components, for staff."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from liaison.permissions import allow
from liaison.roles import OFFICE
from liaison.styleguide import components


@require_safe
@allow(OFFICE)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component as it looks now."""
    return render(request, "liaison/styleguide.html", {"components": components(request, at=timezone.now())})
