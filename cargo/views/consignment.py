"""One consignment's page, as its parties and the office see it, and its days for a calendar."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cargo import page
from cargo.calendars import calendar_of
from cargo.charge_lines import binding_line
from cargo.forecast_presenting import window_of
from cargo.models import Consignment
from cargo.money import money_of
from cargo.views.parts import render_part
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE
from notify.preferences import stance_on, take_stance


@allow(TRADE | OFFICE)
def consignment_detail(request: HttpRequest, ref: str) -> HttpResponse:
    """One consignment: where it is, who says so, who holds it, its milestones and its events."""
    at, viewer = timezone.now(), person_of(request)
    consignment = page.row(get_visible_or_404(Consignment.objects.only("pk"), viewer, ref=ref), viewer)
    if consignment.merged_into:
        messages.info(request, _("%(ref)s was merged into this consignment.") % {"ref": ref})
        return redirect("cargo:consignment_detail", ref=consignment.merged_into.ref)
    forecast = page.forecast_of(consignment)
    version = page.version(consignment, forecast, at=at)
    if request.GET.get("seen") == version:
        return HttpResponse(status=204)
    since = page.looked(consignment, by=viewer, at=at)
    context = page.contents(consignment, forecast, viewer=viewer, since=since, at=at) | {"version": version}
    context["stance"] = stance_on(viewer, "consignment", ref)
    return render_part(request, "cargo/consignment_detail.html", "live", context)


@require_POST
@allow(TRADE | OFFICE)
def consignment_told(request: HttpRequest, ref: str) -> HttpResponse:
    """Be told all of a consignment at once, nothing outside the inbox, or what is usual."""
    person = person_of(request)
    consignment = get_visible_or_404(Consignment.objects.all(), person, ref=ref)
    stance = request.POST.get("stance", "")
    take_stance(person=person, subject="consignment", key=consignment.ref, stance=stance, by=person, at=timezone.now())
    return redirect("cargo:consignment_detail", ref=ref)


@require_safe
@allow(TRADE | OFFICE)
def consignment_calendar(request: HttpRequest, ref: str) -> HttpResponse:
    """The last day without charge and the days on which it reaches Kigali, as entries for a calendar."""
    at = timezone.now()
    consignment = get_visible_or_404(Consignment.objects.all(), request.user, ref=ref)
    money = money_of([consignment], viewer=request.user, at=at).get(consignment.pk)
    window = window_of(consignment.forecasts.current().first(), consignment.direction, at=at)
    address = request.build_absolute_uri(reverse("cargo:consignment_detail", kwargs={"ref": ref}))
    calendar = calendar_of(ref, window, binding_line(money), address=address, at=at)
    if calendar is None:
        raise Http404
    answer = HttpResponse(calendar, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{ref}.ics"'
    return answer
