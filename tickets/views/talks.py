"""The texts that came in, for the office: what each wanted, what it was answered, and whether that arrived."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from liaison.paging import Page, paginate
from liaison.permissions import allow
from liaison.roles import OFFICE
from tickets.models import Talk
from tickets.talk.forms import TalkForm
from tickets.talk.log import spoiled_templates, talk_rows, tallies


@require_safe
@allow(OFFICE)
def talk_list(request: HttpRequest) -> HttpResponse:
    """The newest first; ``q`` finds a telephone by its digits, a ticket by its reference, or words."""
    form = TalkForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    talks = Talk.objects.visible_to(request.user).by_channel(given.get("channel", "")).about(given.get("q", ""))
    page: Page[Talk] = paginate(talks.select_related("ticket", "person", "letter").defer("raw"), request)
    context = {
        "page": page,
        "rows": talk_rows(page.rows),
        "filter": form,
        "tallies": tallies(at=timezone.now()),
        "templates": spoiled_templates(),
    }
    return render(request, "tickets/talk_list.html", context)
