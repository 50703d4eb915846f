"""One consignment's page, as its parties and the office see it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cargo import page
from cargo.views.parts import render_part
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE


@allow(TRADE | OFFICE)
def consignment_detail(request: HttpRequest, ref: str) -> HttpResponse:
    """One consignment: where it is, who says so, who holds it, its milestones and its events."""
    at = timezone.now()
    consignment = get_visible_or_404(page.rows(), request.user, ref=ref)
    forecast = consignment.forecasts.current().first()
    version = page.version(consignment, forecast, at=at)
    if request.GET.get("seen") == version:
        return HttpResponse(status=204)
    context = page.contents(consignment, forecast, viewer=person_of(request), at=at) | {"version": version}
    return render_part(request, "cargo/consignment_detail.html", "live", context)
