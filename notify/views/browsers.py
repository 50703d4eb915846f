"""A person's own browsers: told from now on, told no more, and given another address by their makers."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from liaison.permissions import person_of, signed_in
from liaison.signin.browsers import browser_words
from notify.browsers import add_browser, remove_browser, renew_browser
from notify.forms import BrowserForm
from notify.models import OwnBrowser
from notify.pushing import Browser

MOST_BYTES = 4000


@require_POST
@signed_in
def browser_add(request: HttpRequest) -> HttpResponse:
    """Show the person's news in the browser that asks, which has her permission."""
    person, form = person_of(request), BrowserForm(request.POST, auto_id=False)
    if form.is_valid():
        name = browser_words(request.headers.get("User-Agent", ""))
        add_browser(person=person, browser=form.browser(), name=name, by=person, at=timezone.now())
        messages.success(request, _("Your news is shown in this browser from now on."))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("notify:notification_edit")


@require_POST
@signed_in
def browser_remove(request: HttpRequest) -> HttpResponse:
    """Show no more in a browser of hers: one of the list by its number, or the one that asks by its endpoint."""
    person = person_of(request)
    number = request.POST.get("browser", "")
    which = (
        {"pk": int(number)}
        if number.isdecimal() and len(number) < 19
        else {"endpoint": request.POST.get("endpoint", "")}
    )
    held = get_object_or_404(OwnBrowser, person=person, **which)
    remove_browser(held=held, by=person, at=timezone.now())
    messages.success(request, _("Nothing more is shown there."))
    return redirect("notify:notification_edit")


@csrf_exempt
@require_POST
def browser_renew(request: HttpRequest) -> HttpResponse:
    """What a browser's worker sends when its maker gave it another address: the keys of the old one prove it."""
    old, new = _said(request.body)
    if old is None or new is None:
        return HttpResponse(status=400)
    return HttpResponse(status=204 if renew_browser(old=old, new=new, at=timezone.now()) else 404)


def _said(body: bytes) -> tuple[Browser | None, Browser | None]:
    """The old and the new one, each None where it is none that can be reached."""
    try:
        said: Any = json.loads(body) if len(body) <= MOST_BYTES else {}
        old, new = (_browser(said[name]) for name in ("old", "new"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None, None
    return old, new


def _browser(said: dict[str, dict[str, str]]) -> Browser | None:
    form = BrowserForm({"endpoint": said["endpoint"], **said["keys"]}, auto_id=False)
    return form.browser() if form.is_valid() else None
