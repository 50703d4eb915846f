"""How each source stands, one source, what it would send, and one delivery of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feeds import quarantines
from feeds.board import board, rows_of
from feeds.forms import ReasonForm, UploadForm
from feeds.intake import receive
from feeds.models import Delivery, Quarantine, Source
from feeds.previewing import preview_file, preview_pull
from feeds.reasons import explain
from feeds.sources import pause, resume
from liaison.paging import paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import HEADS, OFFICE

PREVIEW_BYTES = 4096
FEW_PARTS = 20


@allow(OFFICE)
def source_list(request: HttpRequest) -> HttpResponse:
    """The trust board: every source, the most troubled first."""
    rows = board(request.user, timezone.now())
    context = {
        "rows": rows,
        "silent": [row.source for row in rows if row.state == "quiet"],
        "is_head": bool(person_of(request).roles & HEADS),
    }
    return render(request, "feeds/source_list.html", context)


@allow(OFFICE)
def source_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One source: how it stands, what of it is quarantined, its deliveries, and a form to upload a file."""
    source = get_visible_or_404(Source.objects.all(), request.user, slug=slug)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _upload(request, source, form.cleaned_data["file"])
    return _source_page(request, source, form, status=422 if request.method == "POST" else 200)


def _source_page(
    request: HttpRequest, source: Source, form: UploadForm, *, reason: ReasonForm | None = None, status: int = 200
) -> HttpResponse:
    deliveries = Delivery.objects.visible_to(request.user).filter(source=source).defer("raw")
    quarantined = Quarantine.objects.visible_to(request.user).open().filter(source=source)
    parts = quarantined.select_related("delivery").defer("delivery__raw").order_by("-id")
    context: dict[str, Any] = {
        "source": source,
        "row": rows_of([source], timezone.now())[0],
        "form": form,
        "reason": reason or ReasonForm(),
        "is_head": bool(person_of(request).roles & HEADS),
        "deliveries": paginate(deliveries, request, order="received_at"),
        "quarantined": parts[:FEW_PARTS],
    }
    return render(request, "feeds/source_detail.html", context, status=status)


def _upload(request: HttpRequest, source: Source, file: Any) -> HttpResponse:
    receipt = receive(
        source=source,
        raw=file.read(),
        at=timezone.now(),
        file_name=file.name or "",
        content_type=file.content_type or "",
        by=person_of(request),
    )
    if receipt.is_duplicate:
        messages.info(request, _("This file had come before; nothing was added."))
    else:
        messages.success(request, _("The file has been stored and is being read."))
    return redirect("feeds:delivery_detail", pk=receipt.delivery.pk)


@require_POST
@allow(HEADS)
def source_pause(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop pulling a source, with a reason."""
    source = get_visible_or_404(Source.objects.all(), request.user, slug=slug)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _source_page(request, source, UploadForm(), reason=form, status=422)
    if pause(source=source, by=person_of(request), at=timezone.now(), reason=form.cleaned_data["reason"]):
        messages.success(request, _("Paused. It is not pulled until somebody resumes it."))
    else:
        messages.info(request, _("It is paused already."))
    return redirect("feeds:source_detail", slug=slug)


@require_POST
@allow(HEADS)
def source_resume(request: HttpRequest, slug: str) -> HttpResponse:
    """Pull a paused source again."""
    source = get_visible_or_404(Source.objects.all(), request.user, slug=slug)
    if resume(source=source, by=person_of(request), at=timezone.now()):
        messages.success(request, _("Resumed. The next pull is due now."))
    else:
        messages.info(request, _("It was not paused."))
    return redirect("feeds:source_detail", slug=slug)


@require_POST
@allow(OFFICE)
def source_test(request: HttpRequest, slug: str) -> HttpResponse:
    """What would be read now: of an uploaded file, else of a pull. Nothing is stored."""
    source = get_visible_or_404(Source.objects.all(), request.user, slug=slug)
    is_file = "read" in request.POST or bool(request.FILES) or not source.fetch
    form = UploadForm(request.POST, request.FILES)
    if is_file and not form.is_valid():
        return _source_page(request, source, form, status=422)
    file = form.cleaned_data["file"] if is_file else None
    at = timezone.now()
    trial = preview_file(source, file.name or "", file.read(), at) if file else preview_pull(source, at)
    context = {"source": source, "trial": trial, "is_file": is_file}
    return render(request, "feeds/source_test.html", context)


@allow(OFFICE)
def delivery_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: its raw beginning as text, and what of it could not be read."""
    delivery = get_visible_or_404(Delivery.objects.select_related("source", "by"), request.user, pk=pk)
    preview = bytes(delivery.raw[:PREVIEW_BYTES]).decode("utf-8", "replace").replace("\x00", "\N{SYMBOL FOR NULL}")
    context = {
        "delivery": delivery,
        "flags": [explain(code) for code in delivery.flags],
        "preview": preview,
        "is_cut": delivery.size > PREVIEW_BYTES,
        "quarantined": delivery.quarantines.order_by("resolved_at", "line")[:200],
    }
    return render(request, "feeds/delivery_detail.html", context)


@require_safe
@allow(OFFICE)
def delivery_raw(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes as they came, only ever as a file to be saved, and powerless where it is opened."""
    delivery = get_visible_or_404(Delivery.objects.all(), request.user, pk=pk)
    content = quarantines.hand_out(delivery=delivery, by=person_of(request), at=timezone.now())
    name = delivery.file_name.rpartition("/")[2] or f"delivery-{delivery.pk}"
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "no-store"
    return answer
