"""The pages of claims: the claimant's and the office's list, one of them with the decision, and its paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cargo.claims import decide, goods_of, hand_out, particulars_of
from cargo.knowledge import holder_of
from cargo.models import Claim
from cargo.register_forms import ClaimDecisionForm
from liaison.paging import paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE
from liaison.views.members import posted


@allow(TRADE | OFFICE)
def claim_list(request: HttpRequest) -> HttpResponse:
    """The claims that the person may see, the newest first; to the office first those that wait for it."""
    rows = Claim.objects.visible_to(request.user).defer("content").select_related("claimant", "outcome")
    is_all = bool(request.GET.get("all")) or not person_of(request).roles & OFFICE
    page = paginate(rows if is_all else rows.filter(decided_at__isnull=True), request, order="claimed_at")
    context = {"page": page, "is_all": is_all, "is_office": bool(person_of(request).roles & OFFICE)}
    return render(request, "cargo/claim_list.html", context)


@allow(TRADE | OFFICE)
def claim_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim; to the office with all that the decision rests on."""
    related = ("claimant", "claimed_by", "consignment__consignee", "outcome")
    claim = get_visible_or_404(Claim.objects.defer("content").select_related(*related), request.user, pk=pk)
    person = person_of(request)
    is_office = bool(person.roles & OFFICE)
    if request.method == "POST" and not is_office:
        raise PermissionDenied
    form = ClaimDecisionForm(posted(request))
    if form.is_bound and form.is_valid() and _decided(request, claim, form):
        return redirect("cargo:claim_list")
    held = goods_of(claim) if is_office else None
    beside = (claim.consignment or holder_of(particulars_of(claim))) if is_office and not held else None
    context: dict[str, Any] = {
        "claim": claim,
        "form": form,
        "is_office": is_office,
        "held": held or beside,
        "is_beside": beside is not None,
        "can_decide": is_office and claim.decided_at is None,
    }
    return render(request, "cargo/claim_detail.html", context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, claim: Claim, form: ClaimDecisionForm) -> bool:
    said = form.cleaned_data
    try:
        decide(
            claim=claim,
            decision=said["decision"],
            reason=said["reason"],
            by=person_of(request),
            at=timezone.now(),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("%(number)s: decided. The claimant is told.") % {"number": claim.number})
    return True


@require_safe
@never_cache
@allow(TRADE | OFFICE)
def claim_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper that proves a claim, as a download."""
    claim = get_visible_or_404(Claim.objects.all(), request.user, pk=pk)
    content = hand_out(claim=claim, by=person_of(request), at=timezone.now())
    answer = HttpResponse(content, content_type=claim.content_type)
    answer["Content-Disposition"] = content_disposition_header(True, claim.file_name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
