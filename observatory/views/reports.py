"""The reports as they were made, to be read and downloaded by everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from observatory.models import Report
from observatory.presenting import period_words

MOST = 120


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """All reports, the latest first."""
    reports = Report.objects.defer("content").order_by("-starts_on", "span", "language")[:MOST]
    rows = [(report, period_words(report.span, report.starts_on)) for report in reports]
    return render(request, "observatory/report_list.html", {"reports": rows})


@require_safe
def report_download(request: HttpRequest, pk: int) -> HttpResponse:
    """One report as a PDF."""
    report = get_object_or_404(Report, pk=pk)
    answer = HttpResponse(bytes(report.content), content_type="application/pdf")
    name = f"{report.span}-{report.starts_on}-{report.language}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
