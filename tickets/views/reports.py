"""What became of promises: the office's report with its file, and the public scoreboard of agencies."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from liaison.models import Person
from liaison.permissions import allow, person_of
from liaison.roles import OFFICE, Role
from liaison.views.members import done, posted
from tickets import reporting
from tickets.causes import branches
from tickets.comments import comment_on
from tickets.models.categories import category_label
from tickets.presenting import CLOCKS

PERIODS = [("30", _("the last 30 days")), ("90", _("the last 90 days")), ("365", _("the last 365 days"))]
USUAL = "90"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in UTC up to now."""

    days: int
    since: datetime
    until: datetime


class PeriodForm(forms.Form):
    """Over how many days."""

    days = forms.ChoiceField(label=_("Period"), required=False, choices=PERIODS)


def _period(request: HttpRequest) -> tuple[Period, PeriodForm]:
    form = PeriodForm({"days": request.GET.get("days") or USUAL})
    days = int(form.cleaned_data["days"] if form.is_valid() else USUAL)
    until = timezone.now()
    return Period(days, until - timedelta(days=days), until), form


@require_safe
@allow(OFFICE)
def ticket_reports(request: HttpRequest) -> HttpResponse:
    """Age, time to reply and to solve, breaches by agency and category, causes; ``?as=csv`` is a file."""
    period, form = _period(request)
    span = {"since": period.since, "until": period.until}
    own, by_category = reporting.office_promises(**span)
    by_agency = reporting.promises_by_agency(**span)
    outside = reporting.promises_by_outsiders(**span)
    if request.GET.get("as") == "csv":
        return _csv([("office", own), ("category", by_category), ("agency", by_agency), ("outside", outside)], period)
    context: dict[str, Any] = {
        "period": period,
        "filter": form,
        "ages": reporting.open_ages(at=period.until),
        "own": [_row(kept) for kept in own],
        "by_category": [_row(kept, label=category_label(kept.name)) for kept in by_category],
        "by_agency": [_row(kept, label=kept.name) for kept in by_agency],
        "outside": [_row(kept, label=kept.name) for kept in outside],
        "reopened": reporting.reopenings(**span),
        "causes": branches(reporting.causes(**span)),
    }
    return render(request, "tickets/ticket_reports.html", context)


def _row(kept: reporting.Kept, *, label: str = "") -> dict[str, Any]:
    return {"kept": kept, "label": label, "clock": str(CLOCKS[kept.kind]), "rate": _percent(kept.breach_rate)}


def _percent(rate: float | None) -> float | None:
    return None if rate is None else rate * 100


def _csv(parts: list[tuple[str, list[reporting.Kept]]], period: Period) -> HttpResponse:
    """One line for each kind of promise; hours of open time, rates in [0, 1]."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="tickets-{period.until:%Y-%m-%d}-{period.days}d.csv"'
    lines = csv.writer(answer)
    lines.writerow("by,name,promise,n,kept,broken,breach_rate,p50_hours,p90_hours,since,until".split(","))
    for by, rows in parts:
        for kept in rows:
            figures = (kept.n, kept.met, kept.late, kept.breach_rate, kept.p50_h, kept.p90_h)
            shown = ("" if figure is None else round(figure, 4) for figure in figures)
            # A spreadsheet takes what begins like a formula for one.
            name = f"'{kept.name}" if kept.name[:1] in ("=", "+", "-", "@") else kept.name
            lines.writerow([by, name, kept.kind, *shown, period.since.isoformat(), period.until.isoformat()])
    return answer


class CommentForm(forms.Form):
    """An agency's own words."""

    text = forms.CharField(
        label=_("What your agency says beside its line"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


def agency_scoreboard(request: HttpRequest) -> HttpResponse:
    """Which agency answers in time, to everybody; an agency's own desk comments on its line."""
    period, form = _period(request)
    desks = _desks(request)
    if request.method == "POST" and not desks:
        raise PermissionDenied
    comment = CommentForm(posted(request)) if desks else None

    def change() -> None:
        assert comment is not None
        text = comment.cleaned_data["text"]
        comment_on(organization_id=desks[0], text=text, by=person_of(request), at=timezone.now())

    if comment is not None and done(comment, change):
        return redirect("tickets:agency_scoreboard")
    rows = reporting.scoreboard(since=period.since, until=period.until)
    context = {
        "period": period,
        "filter": form,
        "rows": [_scored(row) for row in rows],
        "smallest": reporting.SMALLEST_CELL,
        "form": comment,
    }
    status = 422 if comment is not None and comment.errors else 200
    return render(request, "tickets/agency_scoreboard.html", context, status=status)


def _desks(request: HttpRequest) -> list[int]:
    """The agencies at whose desks the reader sits."""
    return request.user.organization_ids(Role.DESK) if isinstance(request.user, Person) else []


def _scored(row: reporting.Scored) -> dict[str, Any]:
    return {
        "row": row,
        "answers": _percent(row.answer_breach_rate),
        "receipts": _percent(row.acknowledge_breach_rate),
    }
