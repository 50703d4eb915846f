"""Taking a container out of a consignment."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cargo.chosen_forms import TakeOutForm
from cargo.models import Consignment
from cargo.particulars import may_act
from cargo.taking_out import take_out
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE_WRITE
from liaison.views.members import posted


@allow(TRADE_WRITE | OFFICE)
def container_take_out(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask which container and why, and show what was taken out before."""
    person = person_of(request)
    consignment = get_visible_or_404(Consignment.objects.whole(), person, ref=ref)
    if not may_act(person, consignment):
        raise PermissionDenied
    form = TakeOutForm(posted(request), consignment=consignment)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            take_out(consignment=consignment, **said, by=person, at=timezone.now())
        except ValidationError as error:
            form.add_error("container", error)
        else:
            messages.success(request, _("%(container)s was taken out.") % said)
            return redirect("cargo:consignment_detail", ref=consignment.ref)
    removals = consignment.removals.select_related("by").order_by("-at")
    context = {"form": form, "consignment": consignment, "removals": removals}
    return render(request, "cargo/container_take_out.html", context, status=422 if form.errors else 200)
