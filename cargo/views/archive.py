"""Putting consignments away, and bringing one back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cargo.archive import archivable, archive, bring_back
from cargo.chosen_forms import chosen
from cargo.models import Consignment
from cargo.views.parts import acted_on
from liaison.permissions import allow, person_of
from liaison.roles import OFFICE, TRADE_WRITE


@allow(TRADE_WRITE | OFFICE)
def consignment_archive(request: HttpRequest) -> HttpResponse:
    """Say which of the chosen ones are put away and which are not delivered yet; then do it."""
    person = person_of(request)
    asked = chosen(person, (request.POST if request.method == "POST" else request.GET).getlist("consignment"))
    if request.method == "POST":
        count = archive(ids=[each.pk for each in asked], by=person, at=timezone.now())
        told = ngettext("%(count)s consignment is archived.", "%(count)s consignments are archived.", count)
        messages.success(request, told % {"count": count})
        return redirect("cargo:consignment_list")
    rows = Consignment.objects.visible_to(person).filter(pk__in=[each.pk for each in asked])
    ready = set(archivable(rows).values_list("pk", flat=True))
    context = {
        "ready": [each for each in asked if each.pk in ready],
        "others": [each for each in asked if each.pk not in ready],
    }
    return render(request, "cargo/consignment_archive.html", context)


@require_POST
@allow(TRADE_WRITE | OFFICE)
def consignment_bring_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Show it in the lists again."""
    consignment, _organization = acted_on(request, ref)
    if bring_back(ids=[consignment.pk], by=person_of(request), at=timezone.now()):
        messages.success(request, _("It is in the lists again."))
    return redirect("cargo:consignment_detail", ref=consignment.ref)
