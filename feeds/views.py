"""The staff's pages on sources: how each stands, what came, what could not be read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from feeds.forms import UploadForm
from feeds.intake import receive
from feeds.models import Delivery, Quarantine, Source
from feeds.reasons import explain
from liaison.paging import paginate
from liaison.permissions import allow, get_visible_or_404
from liaison.roles import OFFICE

PREVIEW_BYTES = 4096
LATE_AFTER = 3


def standing(source: Source, at: datetime) -> str:
    """How the pulling of ``source`` stands: off, failing, late or fresh; a pushed source is fresh or never heard of."""
    if not source.is_active:
        return "off"
    if source.failures:
        return "failing"
    if not source.fetch:
        return "fresh" if source.last_success_at else "silent"
    late = timedelta(seconds=source.every_s * LATE_AFTER + 60)
    return "late" if not source.last_success_at or at - source.last_success_at > late else "fresh"


@allow(OFFICE)
def source_list(request: HttpRequest) -> HttpResponse:
    """Every source with its standing and the number of its deliveries by state."""
    at = timezone.now()
    counts: dict[int, dict[str, int]] = {}
    by_state = Delivery.objects.visible_to(request.user).order_by().values("source_id", "state").annotate(n=Count("pk"))
    for row in by_state:
        counts.setdefault(row["source_id"], {})[row["state"]] = row["n"]
    sources = Source.objects.visible_to(request.user).order_by("slug")
    rows = [{"source": s, "state": standing(s, at), "deliveries": counts.get(s.pk, {})} for s in sources]
    return render(request, "feeds/source_list.html", {"rows": rows})


@allow(OFFICE)
def source_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One source: its deliveries, what of them is quarantined, and a form to upload a file."""
    source = get_visible_or_404(Source.objects.all(), request.user, slug=slug)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _upload(request, source, form.cleaned_data["file"])
    deliveries = Delivery.objects.visible_to(request.user).filter(source=source).defer("raw")
    quarantined = Quarantine.objects.visible_to(request.user).open().filter(delivery__source=source)
    context: dict[str, Any] = {
        "source": source,
        "state": standing(source, timezone.now()),
        "form": form,
        "deliveries": paginate(deliveries, request, order="received_at"),
        "quarantined": quarantined.select_related("delivery").defer("delivery__raw").order_by("-id")[:50],
    }
    return render(request, "feeds/source_detail.html", context)


def _upload(request: HttpRequest, source: Source, file: Any) -> HttpResponse:
    receipt = receive(
        source=source,
        raw=file.read(),
        at=timezone.now(),
        file_name=file.name or "",
        content_type=file.content_type or "",
    )
    if receipt.is_duplicate:
        messages.info(request, _("This file had come before; nothing was added."))
    else:
        messages.success(request, _("The file has been stored and is being read."))
    return redirect("feeds:delivery_detail", pk=receipt.delivery.pk)


@allow(OFFICE)
def delivery_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: its raw beginning as text, and what of it could not be read."""
    delivery = get_visible_or_404(Delivery.objects.select_related("source"), request.user, pk=pk)
    preview = bytes(delivery.raw[:PREVIEW_BYTES]).decode("utf-8", "replace").replace("\x00", "\N{SYMBOL FOR NULL}")
    context = {
        "delivery": delivery,
        "flags": [explain(code) for code in delivery.flags],
        "preview": preview,
        "is_cut": delivery.size > PREVIEW_BYTES,
        "quarantined": delivery.quarantines.order_by("resolved_at", "line")[:200],
    }
    return render(request, "feeds/delivery_detail.html", context)
