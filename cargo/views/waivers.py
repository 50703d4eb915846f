"""Waivers and campaigns, and exchange rates: what is in force and who says so, noted by the office's heads."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cargo.charge_words import group_label
from cargo.charges.days import day_of
from cargo.models import ExchangeRate, Waiver
from cargo.waiver_forms import RateForm, WaiverForm
from cargo.waivers import end_waiver, note_rate, note_waiver
from liaison.paging import paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import HEADS, OFFICE, TRADE


@allow(TRADE | OFFICE)
def waiver_list(request: HttpRequest) -> HttpResponse:
    """Campaigns, and what was granted to consignments whose charges the viewer may see, the newest first."""
    page = paginate(Waiver.objects.visible_to(request.user).select_related("consignment"), request)
    today = day_of(timezone.now())
    rows = [
        {
            "waiver": row,
            "groups": [group_label(code) for code in row.charge_groups.split()],
            "is_over": row.ends_on is not None and row.ends_on < today,
        }
        for row in page.rows
    ]
    context = {"page": page, "rows": rows, "is_head": bool(person_of(request).roles & HEADS)}
    return render(request, "cargo/waiver_list.html", context)


@allow(HEADS)
def waiver_new(request: HttpRequest) -> HttpResponse:
    """Note a waiver; with ``?consignment=`` one that was granted to it."""
    person = person_of(request)
    named = {"consignment": request.GET.get("consignment", "")[:20], "from_day": 1}
    form = WaiverForm(request.POST or None, initial=named, person=person)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            note_waiver(says=given, consignment=given["consignment"], by=person, at=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Noted. Charges are counted with it from now on."))
            return redirect("cargo:waiver_list")
    return render(request, "cargo/waiver_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@allow(TRADE | OFFICE)
def waiver_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it hold no longer."""
    waiver = get_visible_or_404(Waiver.objects, request.user, pk=pk)
    if not person_of(request).roles & HEADS:
        raise PermissionDenied
    is_done = end_waiver(waiver=waiver, by=person_of(request), at=timezone.now())
    messages.info(request, _("It holds no longer.") if is_done else _("It has ended already."))
    return redirect("cargo:waiver_list")


@allow(TRADE | OFFICE)
def rate_list(request: HttpRequest) -> HttpResponse:
    """Exchange rates by day with their sources; the office's heads add one."""
    person = person_of(request)
    is_head = bool(person.roles & HEADS)
    form = RateForm(request.POST or None) if is_head else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid() and _noted(request, form):
            return redirect("cargo:rate_list")
    page = paginate(ExchangeRate.objects.all(), request)
    context = {"page": page, "rows": page.rows, "form": form}
    return render(request, "cargo/rate_list.html", context, status=422 if form and form.is_bound else 200)


def _noted(request: HttpRequest, form: RateForm) -> bool:
    try:
        note_rate(**form.cleaned_data, by=person_of(request), at=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("Noted."))
    return True
