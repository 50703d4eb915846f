"""The office's page of one leg: its published distances, which one is used and why, and one more."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from corridor.models import Leg
from corridor.network_editing import leg_history, note_distance, use_distance
from corridor.network_forms import DistanceForm, UseForm
from liaison.permissions import allow, person_of
from liaison.roles import OFFICE
from liaison.views.members import done, posted


def _leg_or_404(pk: int) -> Leg:
    return get_object_or_404(Leg.objects.select_related("origin", "destination"), pk=pk)


def _page(request: HttpRequest, leg: Leg, form: UseForm, adding: DistanceForm) -> HttpResponse:
    context = {"leg": leg, "form": form, "adding": adding, "history": leg_history(leg)}
    return render(request, "corridor/leg_edit.html", context, status=422 if form.errors or adding.errors else 200)


@allow(OFFICE)
def leg_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose which distance of a leg is used."""
    leg = _leg_or_404(pk)
    form = UseForm(posted(request), leg=leg)
    if done(form, lambda: use_distance(leg=leg, by=person_of(request), at=timezone.now(), **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("corridor:leg_edit", pk=pk)
    return _page(request, leg, form, DistanceForm())


@require_POST
@allow(OFFICE)
def distance_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what one more source says of the length of a leg."""
    leg = _leg_or_404(pk)
    adding = DistanceForm(request.POST)
    if done(adding, lambda: note_distance(leg=leg, by=person_of(request), at=timezone.now(), **adding.cleaned_data)):
        messages.success(request, _("The distance is kept beside the others."))
        return redirect("corridor:leg_edit", pk=pk)
    return _page(request, leg, UseForm(leg=leg), adding)
