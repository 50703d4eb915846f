"""What the portal does with personal data: the public page, and the record of processing for supervisors."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from liaison.models import RetentionRun
from liaison.permissions import allow
from liaison.processing import ACTIVITIES
from liaison.retention import rules
from liaison.roles import Role

LATEST_RUNS = 14


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Who is responsible, why and how long what is kept, and what everybody may ask for."""
    context = {"activities": ACTIVITIES, "rules": rules(), "address": settings.PRIVACY_EMAIL}
    return render(request, "liaison/privacy.html", context)


@require_safe
@allow({Role.SUPERVISOR, Role.ADMINISTRATOR})
def privacy_record(request: HttpRequest) -> HttpResponse:
    """The record of processing, and what the last runs of the retention timetable took out."""
    timetable = rules()
    runs = [
        {"ran_at": run.ran_at, "counts": [run.removed.get(rule.name, 0) for rule in timetable]}
        for run in RetentionRun.objects.visible_to(request.user).order_by("-ran_at")[:LATEST_RUNS]
    ]
    context = {"activities": ACTIVITIES, "rules": timetable, "runs": runs}
    return render(request, "liaison/privacy_record.html", context)
