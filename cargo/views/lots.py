"""The page of a consignment's lots: what was measured at each stage, one measure more, and one taken back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cargo.lot_forms import MeasureForm
from cargo.lots import lot_lines, note_measure, take_back
from cargo.models import Consignment, Measure
from cargo.views.parts import acted_on
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE
from liaison.views.members import posted


@allow(TRADE | OFFICE)
def lot_list(request: HttpRequest, ref: str) -> HttpResponse:
    """The lots with their measures, and one measure more."""
    consignment, _organization = acted_on(request, ref)
    form = MeasureForm(posted(request))
    if form.is_bound and form.is_valid() and _noted(request, consignment, form):
        return redirect("cargo:lot_list", ref=ref)
    context = {"consignment": consignment, "form": form, "lots": lot_lines(consignment), "can_amend": True}
    return render(request, "cargo/lot_list.html", context, status=422 if form.errors else 200)


def _noted(request: HttpRequest, consignment: Consignment, form: MeasureForm) -> bool:
    try:
        note_measure(consignment=consignment, said=form.measured(), by=person_of(request), at=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("Noted."))
    return True


@require_POST
@allow(TRADE | OFFICE)
def measure_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Count a measure no more."""
    measure = get_visible_or_404(Measure.objects.select_related("lot__consignment"), request.user, pk=pk)
    consignment, _organization = acted_on(request, measure.lot.consignment.ref)
    if take_back(measure=measure, by=person_of(request), at=timezone.now()):
        messages.success(request, _("Taken back; it stays on record."))
    return redirect("cargo:lot_list", ref=consignment.ref)
