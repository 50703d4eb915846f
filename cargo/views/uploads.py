"""Consignments as a spreadsheet: filled in, read, looked at, and only then registered, with progress."""

from __future__ import annotations

from typing import IO, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cargo.models import Upload
from cargo.register_forms import UploadForm
from cargo.uploads import Fate, counts_of, failures, keep_upload, order, plan, progress_of, template, version_of
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE_WRITE
from liaison.sheets import CONTENT_TYPE
from liaison.views.members import posted

MOST_SHOWN = 200
MOST_OLD = 10


@allow(TRADE_WRITE | OFFICE)
def consignment_upload(request: HttpRequest) -> HttpResponse:
    """Take a spreadsheet in; what would become of its rows is shown before anything does."""
    form = UploadForm(posted(request), request.FILES or None, person=person_of(request))
    upload = _kept(request, form) if form.is_bound and form.is_valid() else None
    if upload:
        return redirect("cargo:upload_detail", pk=upload.pk)
    old = Upload.objects.visible_to(request.user).defer("rows").order_by("-pk")[:MOST_OLD]
    context = {"form": form, "old": old}
    return render(request, "cargo/consignment_upload.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, form: UploadForm) -> Upload | None:
    said = form.cleaned_data
    try:
        upload, unread = keep_upload(
            content=said["file"],
            file_name=said["file_name"],
            consignee=said["consignee"],
            by=person_of(request),
            at=timezone.now(),
        )
    except ValidationError as error:
        form.add_error("file", error)
        return None
    if unread:
        messages.info(request, _("These columns are not read: %(columns)s.") % {"columns": ", ".join(unread)})
    return upload


@allow(TRADE_WRITE | OFFICE)
def upload_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What would become of each row and every wrong cell; after the yes how far it has come, and what became of it."""
    # The rows are read once they are looked at, not each time that the page asks how far it has come.
    upload = get_visible_or_404(Upload.objects.defer("rows").select_related("by", "consignee"), request.user, pk=pk)
    error = None
    if request.method == "POST":
        try:
            order(upload=upload, seen=request.POST.get("seen", ""), at=timezone.now())
        except ValidationError as refusal:
            error = refusal.messages[0]
        else:
            return redirect("cargo:upload_detail", pk=pk)
    if upload.state == Upload.State.ORDERED:
        return _progress(request, upload)
    planned = plan(upload)
    wrong = [cell for each in planned for cell in each.wrong]
    counts = counts_of(planned)
    context: dict[str, Any] = {
        "upload": upload,
        "counts": [{"fate": fate, "n": number} for fate, number in counts.items()],
        "consignments": sum(each.fate == Fate.NEW for each in planned),
        "wrong": wrong[:MOST_SHOWN],
        "more": max(0, len(wrong) - MOST_SHOWN),
        "version": version_of(planned),
        "error": error,
    }
    return render(request, "cargo/upload_detail.html", context, status=422 if error else 200)


def _progress(request: HttpRequest, upload: Upload) -> HttpResponse:
    """How far it has come: the page asks again each second, or its reader does."""
    context = {"upload": upload, "done": progress_of(upload), "all": upload.outcome.get("wanted", 0)}
    return render(request, "cargo/upload_progress.html", context)


@require_safe
@allow(TRADE_WRITE | OFFICE)
def upload_failures(request: HttpRequest, pk: int) -> FileResponse:
    """The rows to be mended: the same columns, and what is wrong."""
    upload = get_visible_or_404(Upload.objects.select_related("by", "consignee"), request.user, pk=pk)
    return _file(failures(upload), "to-be-mended.xlsx")


@require_safe
@allow(TRADE_WRITE | OFFICE)
def upload_template(request: HttpRequest) -> FileResponse:
    """The empty spreadsheet, to be filled in."""
    return _file(template(), "consignments.xlsx")


def _file(file: IO[bytes], name: str) -> FileResponse:
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer
