"""Merging a consignment that was registered twice."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cargo.chosen_forms import MergeForm
from cargo.merging import merge, twins
from cargo.models import Consignment
from cargo.particulars import may_act
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE_WRITE
from liaison.views.members import posted

MOST_TWINS = 20


@allow(TRADE_WRITE | OFFICE)
def consignment_merge(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what looks like the same goods; make the one that is named a part of this one."""
    person = person_of(request)
    kept = get_visible_or_404(Consignment.objects.whole(), person, ref=ref)
    if not may_act(person, kept):
        raise PermissionDenied
    form = MergeForm(posted(request), person=person)
    if form.is_bound and form.is_valid():
        other = form.cleaned_data["other"]
        try:
            merge(kept=kept, other=other, by=person, at=timezone.now())
        except ValidationError as error:
            form.add_error("other", error)
        else:
            messages.success(request, _("%(ref)s was merged into this consignment.") % {"ref": other.ref})
            return redirect("cargo:consignment_detail", ref=kept.ref)
    found = twins(kept).visible_to(person).order_by("-pk")[:MOST_TWINS]
    context = {"form": form, "consignment": kept, "twins": found}
    return render(request, "cargo/consignment_merge.html", context, status=422 if form.errors else 200)
