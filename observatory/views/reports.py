"""The reports as they were made, to be read and downloaded by everybody."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liaison.permissions import person_of, signed_in
from observatory import readers
from observatory.models import Report
from observatory.presenting import period_words

MOST = 120


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """All reports, the latest first."""
    reports = Report.objects.defer("content").order_by("-starts_on", "span", "language")[:MOST]
    rows = [(report, period_words(report.span, report.starts_on)) for report in reports]
    mine = readers.spans_of(request.user)
    spans = [(span, words, span in mine) for span, words in Report.Span.choices]
    return render(request, "observatory/report_list.html", {"reports": rows, "spans": spans})


@require_POST
@signed_in
def report_subscribe(request: HttpRequest) -> HttpResponse:
    """Have the reports of a span sent, or no more."""
    person, at = person_of(request), timezone.now()
    span, ended = request.POST.get("span", ""), request.POST.get("end", "")
    if (span or ended) not in Report.Span.values:
        raise Http404
    if span:
        readers.subscribe(person=person, span=span, at=at)
        messages.success(request, _("It will be sent to %(address)s.") % {"address": person.email})
    else:
        readers.end(person=person, span=ended, at=at)
        messages.success(request, _("It is sent no more."))
    return redirect("observatory:report_list")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_end(request: HttpRequest, key: str) -> HttpResponse:
    """Ends a subscription with one POST, which a mail program may send by itself (RFC 8058); GET only asks."""
    reader = readers.find(key)
    if reader is not None and request.method == "POST":
        readers.end(person=reader.person, span=reader.span, at=timezone.now())
        reader = None
    return render(request, "observatory/report_end.html", {"reader": reader, "key": key})


@require_safe
def report_download(request: HttpRequest, pk: int) -> HttpResponse:
    """One report as a PDF."""
    report = get_object_or_404(Report, pk=pk)
    answer = HttpResponse(bytes(report.content), content_type="application/pdf")
    name = f"{report.span}-{report.starts_on}-{report.language}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
