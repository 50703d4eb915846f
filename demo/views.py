"""The pages on which the demo shows the mail that the portal has sent."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from demo import mailbox


@never_cache
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """All mail, newest first; there is no such page outside the demo."""
    _need_demo()
    letters, has_more = mailbox.newest(settings.DEMO_MAIL_DIR, before=request.GET.get("cursor", ""))
    rows = [{"id": letter.id, "to": letter.to, "subject": letter.subject, "at": letter.at} for letter in letters]
    next_url = f"{request.path}?{urlencode({'cursor': letters[-1].id})}" if has_more and letters else None
    return render(request, "demo/mail_list.html", {"rows": rows, "page": {"next_url": next_url}})


@never_cache
@require_safe
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """One message as plain text."""
    _need_demo()
    letter = mailbox.read(settings.DEMO_MAIL_DIR, name)
    if letter is None:
        raise Http404
    context = {"to": letter.to, "subject": letter.subject, "at": letter.at, "text": letter.text}
    return render(request, "demo/mail_detail.html", context)


def _need_demo() -> None:
    if not settings.DEMO:
        raise Http404
