"""The directory as a spreadsheet: taken out, filled in, read, looked at, and only then carried out."""

from __future__ import annotations

from typing import IO

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from liaison.directory_forms import DirectoryForm, SheetForm
from liaison.exports import MOST_EXPORTED, export_directory, template
from liaison.imports import Fate, carry_out, counts_of, keep_draft, outcome_of, plan, version_of
from liaison.models import SheetDraft
from liaison.once import once
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE
from liaison.sheets import CONTENT_TYPE
from liaison.views.directory import KEEPERS, found
from liaison.views.jobs import order
from liaison.views.members import posted

MOST_SHOWN = 200
# More rows take longer than a second.
MOST_WAITED_FOR = 2_000


@require_http_methods(["GET", "HEAD", "POST"])
@allow(OFFICE)
@once
def directory_export(request: HttpRequest) -> FileResponse | HttpResponse:
    """What the directory's box finds, as XLSX; of many it is ordered with a POST and made in the background."""
    form = DirectoryForm(request.GET)
    rows = found(request, form)
    many = list(rows.values_list("pk", flat=True)[:MOST_EXPORTED])
    # Words that were searched for may name a person: only that there were some is kept.
    asked = {**form.cleaned_data, "q": bool(form.cleaned_data.get("q"))}
    if len(many) > MOST_WAITED_FOR:
        label = _("%(n)d organisations as XLSX") % {"n": len(many)}
        return order(request, kind="directory", label=label, asked={**asked, "organizations": many})
    file, _count = export_directory(rows=rows, asked=asked, by=person_of(request), at=timezone.now())
    return _file(file, "directory.xlsx")


@require_safe
@allow(KEEPERS)
def sheet_template(request: HttpRequest) -> FileResponse:
    """The empty spreadsheet, to be filled in."""
    return _file(template(), "organisations.xlsx")


def _file(file: IO[bytes], name: str) -> FileResponse:
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer


@allow(KEEPERS)
def sheet_new(request: HttpRequest) -> HttpResponse:
    """Take a spreadsheet in; what would become of its rows is shown before anything does."""
    form = SheetForm(posted(request), request.FILES or None)
    draft = _kept(request, form) if form.is_valid() else None
    if draft:
        return redirect("liaison:sheet_detail", pk=draft.pk)
    return render(request, "liaison/sheet_new.html", {"form": form}, status=422 if form.errors else 200)


def _kept(request: HttpRequest, form: SheetForm) -> SheetDraft | None:
    said = form.cleaned_data
    try:
        draft, unread = keep_draft(
            content=said["file"], file_name=said["file_name"], by=person_of(request), at=timezone.now()
        )
    except ValidationError as error:
        form.add_error("file", error)
        return None
    if unread:
        messages.info(request, _("These columns are not read: %(columns)s.") % {"columns": ", ".join(unread)})
    return draft


@allow(KEEPERS)
def sheet_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What would become of each row, what is wrong with some, and the yes to all the others."""
    draft = SheetDraft.objects.visible_to(request.user).filter(pk=pk).first()
    error = None
    if draft and request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            carry_out(draft=draft, seen=seen, by=person_of(request), at=timezone.now())
        except ValidationError as refusal:
            error = refusal.messages[0]
    # Whoever pressed twice sees what the first time did.
    counts = outcome_of(draft_id=pk, by=person_of(request))
    if counts:
        return _done(request, counts)
    return _preview(request, get_visible_or_404(SheetDraft.objects.all(), request.user, pk=pk), error)


def _done(request: HttpRequest, counts: dict[Fate, int]) -> HttpResponse:
    done = counts[Fate.NEW] + counts[Fate.CHANGED]
    words = ngettext("%(n)d organisation is kept.", "%(n)d organisations are kept.", done)
    messages.success(request, words % {"n": done})
    return redirect("liaison:directory_list")


def _preview(request: HttpRequest, draft: SheetDraft, error: str | None) -> HttpResponse:
    planned = plan(draft.rows)
    counts = counts_of(planned)
    order = list(Fate)
    shown = sorted(
        (row for row in planned if row.fate != Fate.SAME or row.notes), key=lambda row: order.index(row.fate)
    )
    context = {
        "draft": draft,
        "rows": shown[:MOST_SHOWN],
        "is_cut": len(shown) > MOST_SHOWN,
        "counts": [{"fate": fate, "n": number} for fate, number in counts.items()],
        "to_do": counts[Fate.NEW] + counts[Fate.CHANGED],
        "version": version_of(planned),
        "error": error,
    }
    return render(request, "liaison/sheet_detail.html", context, status=422 if error else 200)
