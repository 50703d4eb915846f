"""The in-app inbox."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liaison.paging import Page, paginate
from liaison.permissions import allow, person_of
from liaison.roles import EVERY
from notify.models import Notice
from notify.outbox import mark_read
from notify.wording import word


@allow(EVERY)
def inbox(request: HttpRequest) -> HttpResponse:
    """What the person was told, newest first, in her language."""
    mine = Notice.objects.visible_to(request.user).inbox().select_related("person", "entry")
    page: Page[Notice] = paginate(mine, request)
    rows = [
        {"words": word(notice), "at": notice.written_at, "is_read": notice.read_at is not None} for notice in page.rows
    ]
    why = _("You are told because your organisation is a party to the consignment.")
    return render(request, "notify/inbox.html", {"page": page, "rows": rows, "why": why})


@require_POST
@allow(EVERY)
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything in the inbox as read."""
    mark_read(person=person_of(request), at=timezone.now())
    return redirect("notify:inbox")
