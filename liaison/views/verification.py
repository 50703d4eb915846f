"""The office's queue of organisations to look at, and the decision on one of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from liaison.accesses import note_access
from liaison.countries import country_name
from liaison.documents import missing_papers
from liaison.models import Document, Identifier, Organization
from liaison.organization_forms import DecisionForm, QueueForm
from liaison.paging import paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, Role
from liaison.verification import (
    decide,
    is_own,
    possible_decisions,
    same_number,
    search,
    similar_names,
    version_of,
    with_doubts,
)

_SHOWN = [choice for choice in Organization.Standing if choice != Organization.Standing.VERIFIED]


@allow(OFFICE)
def verification_list(request: HttpRequest) -> HttpResponse:
    """What waits for the office, the longest first; also what it refused or suspended."""
    form = QueueForm(request.GET)
    found = form.cleaned_data if form.is_valid() else {}
    standing = found.get("standing") or Organization.Standing.PENDING
    rows = search(Organization.objects.visible_to(request.user).filter(standing=standing), found.get("q", ""))
    if found.get("kind"):
        rows = rows.filter(kind=found["kind"])
    context: dict[str, Any] = {
        "page": paginate(with_doubts(rows), request, order="created_at", oldest_first=True),
        "filter": form,
        "counts": _counts(request, standing),
        "is_filtered": bool(found.get("q") or found.get("kind")),
    }
    return render(request, "liaison/verification_list.html", context)


def _counts(request: HttpRequest, chosen: str) -> list[dict[str, Any]]:
    """How many stand how, without the verified, of whom there are thousands."""
    rows = Organization.objects.visible_to(request.user).filter(standing__in=_SHOWN).order_by()
    number = dict(rows.values_list("standing").annotate(n=Count("pk")))
    return [
        {"standing": each.value, "label": each.label, "n": number.get(each.value, 0), "is_chosen": each.value == chosen}
        for each in _SHOWN
    ]


@allow(OFFICE)
def verification_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation with all that a decision rests on, and the decision."""
    organization = get_visible_or_404(Organization.objects.select_related("decided_by"), request.user, pk=pk)
    person = person_of(request)
    note_access(organization, by=person, at=timezone.now())
    form = DecisionForm(request.POST or None, organization=organization)
    if request.method == "POST" and form.is_valid() and _decided(request, organization, form):
        return redirect("liaison:verification_list")
    numbers = list(organization.identifiers.order_by("scheme"))
    papers = list(Document.objects.visible_to(person).filter(organization=organization).defer("content").order_by("pk"))
    context: dict[str, Any] = {
        "organization": organization,
        "country": country_name(organization.country),
        "numbers": _with_others(organization, numbers),
        "similar": similar_names(organization),
        "papers": papers,
        "missing": missing_papers(organization.kind, {paper.kind for paper in papers}),
        "owners": organization.membership_set.filter(role=Role.OWNER).select_related("person").order_by("pk"),
        "is_own": is_own(organization, person),
        "can_decide": bool(possible_decisions(organization)),
        "form": form,
        "version": version_of(organization, numbers, papers),
    }
    return render(request, "liaison/verification_detail.html", context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, organization: Organization, form: DecisionForm) -> bool:
    said = form.cleaned_data
    try:
        decide(
            organization=organization,
            decision=said["decision"],
            reason=said["reason"],
            seen=said["seen"],
            by=person_of(request),
            at=timezone.now(),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(
        request,
        _("%(name)s: decided. The owners are told by letter.") % {"name": organization.name},
    )
    return True


def _with_others(organization: Organization, numbers: list[Identifier]) -> list[dict[str, Any]]:
    """Each number with the other organisations that claim it; one query."""
    others = list(same_number(organization))
    return [
        {
            "number": number,
            "others": [other for other in others if (other.scheme, other.value) == (number.scheme, number.value)],
        }
        for number in numbers
    ]
