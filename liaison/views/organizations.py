"""An organisation's own page: its particulars, numbers and papers, and how it stands with the office."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from liaison import documents
from liaison.accesses import note_access
from liaison.countries import country_name
from liaison.models import Document, Organization, Person
from liaison.organization_forms import DocumentForm, OrganizationForm
from liaison.organizations import OFFICE_MADE, apply_again, change_organization
from liaison.permissions import get_visible_or_404, person_of, signed_in
from liaison.roles import OFFICE, Role


def applications(person: Person) -> list[dict[str, Any]]:
    """The organisations of hers that the office does not vouch for now, and what it still needs; two queries."""
    rows = person.membership_set.filter(suspended_at__isnull=True).exclude(
        organization__standing=Organization.Standing.VERIFIED
    )
    papers = Prefetch("organization__documents", Document.objects.visible_to(person).defer("content"))
    return [
        {
            "organization": row.organization,
            "is_owner": row.role == Role.OWNER,
            "missing": documents.missing_papers(
                row.organization.kind, {paper.kind for paper in row.organization.documents.all()}
            ),
        }
        for row in rows.select_related("organization").prefetch_related(papers).order_by("pk")
    ]


@signed_in
def organization_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation as its own people and the office see it; its papers are for owners and the office."""
    organization = get_visible_or_404(Organization.objects.all(), request.user, pk=pk)
    return _detail(request, organization, DocumentForm())


def _detail(request: HttpRequest, organization: Organization, form: DocumentForm) -> HttpResponse:
    person = person_of(request)
    note_access(organization, by=person, at=timezone.now())
    papers = Document.objects.visible_to(person).filter(organization=organization).defer("content").order_by("pk")
    sent = list(papers.select_related("uploaded_by"))
    context = {
        "organization": organization,
        "application": {
            "organization": organization,
            "is_owner": _is_owner(request, organization),
            "missing": documents.missing_papers(organization.kind, {paper.kind for paper in sent}),
        },
        "country": country_name(organization.country),
        "numbers": organization.identifiers.order_by("scheme"),
        "papers": sent,
        "may_take_out": documents.may_take_out(organization),
        "is_office": bool(person.roles & OFFICE),
        "form": form,
    }
    return render(request, "liaison/organization_detail.html", context, status=422 if form.errors else 200)


def _is_owner(request: HttpRequest, organization: Organization) -> bool:
    mine = Organization.objects.visible_to(request.user).owned_by(request.user)
    return mine.filter(pk=organization.pk).exists()


def _own_or_403(request: HttpRequest, pk: int) -> Organization:
    """The organisation, which the person may change: 404 where she does not see it, 403 where she only does."""
    organization = get_visible_or_404(Organization.objects.all(), request.user, pk=pk)
    if not _is_owner(request, organization):
        raise PermissionDenied
    return organization


@signed_in
def organization_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the particulars; what sends a verified firm back to the office says so before."""
    organization = _own_or_403(request, pk)
    form = OrganizationForm(request.POST or None, organization=organization)
    if request.method == "POST" and form.is_valid() and _changed(request, organization, form):
        return redirect("liaison:organization_detail", pk=pk)
    context = {
        "form": form,
        "organization": organization,
        "goes_back": organization.standing == Organization.Standing.VERIFIED and organization.kind not in OFFICE_MADE,
    }
    return render(request, "liaison/organization_edit.html", context, status=422 if form.errors else 200)


def _changed(request: HttpRequest, organization: Organization, form: OrganizationForm) -> bool:
    try:
        goes_back = change_organization(
            organization=organization, particulars=form.particulars(), by=person_of(request), at=timezone.now()
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    if goes_back:
        messages.info(request, _("Saved. The office looks at it again before your people can go on."))
    else:
        messages.success(request, _("Saved."))
    return True


@require_POST
@signed_in
def organization_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """A refused firm asks the office to look once more."""
    organization = _own_or_403(request, pk)
    if apply_again(organization=organization, by=person_of(request), at=timezone.now()):
        messages.success(request, _("The office has been asked to look again."))
    return redirect("liaison:organization_detail", pk=pk)


@require_POST
@signed_in
def document_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a paper in; its bytes decide what it is."""
    organization = _own_or_403(request, pk)
    form = DocumentForm(request.POST, request.FILES)
    if form.is_valid() and _taken_in(request, organization, form):
        return redirect("liaison:organization_detail", pk=pk)
    return _detail(request, organization, form)


def _taken_in(request: HttpRequest, organization: Organization, form: DocumentForm) -> bool:
    said = form.cleaned_data
    try:
        _document, is_new = documents.add_document(
            organization=organization,
            kind=said["kind"],
            file_name=said["file_name"],
            content=said["file"],
            by=person_of(request),
            at=timezone.now(),
        )
    except ValidationError as error:
        form.add_error("file", error)
        return False
    if is_new:
        messages.success(request, _("The paper has been kept."))
    else:
        messages.info(request, _("This paper was there already."))
    return True


@never_cache
@require_safe
@signed_in
def document_download(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper, only ever as a file to be saved: never shown inside the portal, and powerless where it is opened."""
    document = get_visible_or_404(Document.objects.all(), request.user, pk=pk)
    content = documents.hand_out(document=document, by=person_of(request), at=timezone.now())
    answer = HttpResponse(content, content_type=document.content_type)
    answer["Content-Disposition"] = content_disposition_header(True, document.file_name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_POST
@signed_in
def document_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own paper out, as long as no decision rests on it."""
    document = get_visible_or_404(Document.objects.defer("content"), request.user, pk=pk)
    organization = _own_or_403(request, document.organization_id)
    if not documents.take_out(document=document, by=person_of(request), at=timezone.now()):
        raise PermissionDenied
    messages.success(request, _("The paper has been taken out."))
    return redirect("liaison:organization_detail", pk=organization.pk)
