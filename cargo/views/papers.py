"""The papers and notes of a consignment: sent, handed out, taken out, written."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cargo import papers
from cargo.beside import beside, side_on
from cargo.models import Consignment, Note, Paper
from cargo.page_forms import NoteForm, PaperForm
from cargo.parties import nominations_of
from cargo.views.parts import acted_on
from liaison.once import once
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE


@allow(TRADE | OFFICE)
def paper_new(request: HttpRequest, ref: str) -> HttpResponse:
    """The papers that the person may see, and one more; its bytes decide what it is."""
    consignment, organization = acted_on(request, ref)
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _taken_in(request, consignment, organization, form):
        return redirect("cargo:paper_new", ref=ref)
    nominations = nominations_of(consignment, viewer=person_of(request), at=timezone.now())
    sent, _notes = beside(consignment, side_on(consignment, nominations, person_of(request)))
    context = {
        "consignment": consignment,
        "form": form,
        "papers": sent,
        "organization": organization,
        "taken": papers.taken_of(consignment, organization),
    }
    return render(request, "cargo/paper_new.html", context, status=422 if form.errors else 200)


def _taken_in(request: HttpRequest, consignment: Consignment, organization: int, form: PaperForm) -> bool:
    said = form.cleaned_data
    try:
        paper, is_new = papers.add_paper(
            consignment=consignment,
            organization=organization,
            kind=said["kind"],
            file_name=said["file_name"],
            content=said["file"],
            audience=form.audience(),
            by=person_of(request),
            at=timezone.now(),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    if is_new:
        messages.success(request, _("Kept as version %(version)s.") % {"version": paper.version})
    else:
        messages.info(request, _("This very file has been sent before."))
    return True


@require_safe
@never_cache
@allow(TRADE | OFFICE)
def paper_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper as a file to be saved; never shown in the browser."""
    paper = get_visible_or_404(Paper.objects.select_related("consignment"), request.user, pk=pk)
    content = papers.hand_out(paper=paper, by=person_of(request), at=timezone.now())
    answer = HttpResponse(content, content_type=paper.content_type)
    answer["Content-Disposition"] = content_disposition_header(True, paper.file_name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_POST
@allow(TRADE | OFFICE)
def paper_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out a version of a paper that one's own organisation sent."""
    paper = get_visible_or_404(Paper.objects.select_related("consignment").defer("content"), request.user, pk=pk)
    consignment, organization = acted_on(request, paper.consignment.ref)
    if paper.organization_id != organization:
        raise PermissionDenied
    if papers.take_out(paper=paper, by=person_of(request), at=timezone.now()):
        messages.success(request, _("The paper has been taken out."))
    return redirect("cargo:paper_new", ref=consignment.ref)


@allow(TRADE | OFFICE)
@once
def note_new(request: HttpRequest, ref: str) -> HttpResponse:
    """The notes that the person may see, and one more."""
    consignment, organization = acted_on(request, ref)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            papers.write_note(
                consignment=consignment,
                organization=organization,
                text=said["text"],
                is_shared=said["is_shared"],
                by=person_of(request),
                at=timezone.now(),
            )
            return redirect("cargo:note_new", ref=ref)
        except ValidationError as error:
            form.add_error(None, error)
    notes = Note.objects.visible_to(request.user).filter(consignment=consignment)
    context = {
        "consignment": consignment,
        "form": form,
        "notes": notes.select_related("organization", "written_by").order_by("-written_at", "-pk")[: papers.MOST_NOTES],
    }
    return render(request, "cargo/note_new.html", context, status=422 if form.errors else 200)
