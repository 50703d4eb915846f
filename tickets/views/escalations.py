"""The supervisor's board: which promises run out, how far each is, and whom the ladder names."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from liaison.paging import Page, paginate
from liaison.permissions import allow
from liaison.roles import OFFICE
from tickets import presenting
from tickets.models import Escalation


class EscalationForm(forms.Form):
    """Which steps are shown; without a word those of tickets that are not over."""

    q = forms.CharField(label=_("Reference or words"), required=False, max_length=80)
    percent = forms.ChoiceField(
        label=_("Step"),
        required=False,
        choices=[("", _("every step")), ("75", "75 %"), ("90", "90 %"), ("100", "100 %")],
    )
    over = forms.BooleanField(label=_("Those of solved tickets too"), required=False)


@require_safe
@allow(OFFICE)
def escalation_list(request: HttpRequest) -> HttpResponse:
    """The steps that were taken, the latest first."""
    form = EscalationForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = Escalation.objects.visible_to(request.user).asked_for(
        words=asked.get("q", ""), percent=asked.get("percent", ""), is_over_too=asked.get("over", False)
    )
    related = ("ticket__category", "ticket__agency", "ticket__assignee", "ticket__organization")
    page: Page[Escalation] = paginate(rows.select_related(*related), request, order="at")
    context: dict[str, Any] = {
        "page": page,
        "rows": [presenting.step_row(row) for row in page.rows],
        "filter": form,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "tickets/escalation_list.html", context)
