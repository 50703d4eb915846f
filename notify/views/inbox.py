"""The in-app inbox."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from liaison.paging import Page, paginate
from liaison.permissions import allow, person_of
from liaison.roles import EVERY
from notify.kinds import ACCOUNT
from notify.models import Notice
from notify.outbox import mark_read
from notify.wording import word
from notify.words import topic_label

MOST_COUNTED = 99
# How long a page waits before it asks again: longer each time that nothing is new.
FIRST_S, LONGEST_S = 15, 120
WAITS_S = {"": FIRST_S, "15": 30, "30": 60, "60": LONGEST_S, "120": LONGEST_S}


@allow(EVERY)
def inbox(request: HttpRequest) -> HttpResponse:
    """What the person was told, newest first, in her language."""
    mine = Notice.objects.visible_to(request.user).inbox().select_related("person", "entry")
    page: Page[Notice] = paginate(mine, request)
    rows = [
        {
            "words": word(notice),
            "at": notice.written_at,
            "is_read": notice.read_at is not None,
            "topic": topic_label(notice.topic or ACCOUNT),
        }
        for notice in page.rows
    ]
    return render(request, "notify/inbox.html", {"page": page, "rows": rows})


@require_POST
@allow(EVERY)
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything in the inbox as read."""
    mark_read(person=person_of(request), at=timezone.now())
    return redirect("notify:inbox")


@never_cache
@require_safe
@allow(EVERY)
def unread(request: HttpRequest) -> HttpResponse:
    """How many pieces of news are unread, for the navigation; 204 where that is what the page shows (``seen``).

    A page that has seen no change for a while asks less often: each answer says when the next is due.
    """
    mine = Notice.objects.visible_to(request.user).inbox().filter(read_at__isnull=True)
    count = mine[: MOST_COUNTED + 1].count()
    wait_s = WAITS_S.get(request.GET.get("wait", ""), WAITS_S[""])
    is_same = request.GET.get("seen") == str(count)
    if is_same and wait_s == LONGEST_S:
        return HttpResponse(status=204)
    context = {"count": count, "most": MOST_COUNTED, "wait_s": wait_s if is_same else FIRST_S}
    return render(request, "components/unread.html", context)
