"""What one has ordered: how far it is, and the file once it is made."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from liaison.jobs import may_have, start_job, work_of
from liaison.models import Job
from liaison.permissions import get_visible_or_404, person_of, signed_in


@require_safe
@signed_in
def job_list(request: HttpRequest) -> HttpResponse:
    """Everything that was ordered; the page asks again while something is still to come."""
    works = work_of(person_of(request))
    part = "#works" if request.headers.get("HX-Request") == "true" else ""
    context = {"works": works, "runs": any(work.is_running for work in works)}
    answer = render(request, f"liaison/job_list.html{part}", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def order(request: HttpRequest, *, kind: str, label: str, asked: dict[str, Any]) -> HttpResponse:
    """Have a file made that takes longer than a page may; whoever only follows a link is asked first."""
    if request.method != "POST":
        return render(request, "liaison/job_new.html", {"label": label})
    start_job(kind=kind, label=label, asked=asked, by=person_of(request), at=timezone.now())
    return redirect("liaison:job_list")


@require_safe
@signed_in
def job_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, while she who ordered it may still see what is in it."""
    job = get_visible_or_404(Job.objects.select_related("by"), request.user, pk=pk)
    if job.content is None:
        raise Http404
    if not may_have(job):
        raise PermissionDenied
    answer = HttpResponse(bytes(job.content), content_type=job.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{job.file_name}"'
    answer["Cache-Control"] = "no-store"
    return answer
