"""How the person signs in, and where she is signed in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from liaison.paging import paginate
from liaison.permissions import person_of, signed_in
from liaison.signin.browsers import browser_words
from liaison.signin.factors import factors_of, must_have_second
from liaison.signin.pages import reauthenticated
from liaison.signin.sessions import end_other_sessions, end_sessions, open_sessions


@never_cache
@signed_in
def security(request: HttpRequest) -> HttpResponse:
    """Password, e-mail address, second factors and sessions at a glance."""
    person = person_of(request)
    factors = factors_of(person)
    context = {
        "factors": factors,
        "passkeys": [{"pk": row.pk, "name": row.wrap().name, "since": row.created_at} for row in factors.passkeys],
        "is_led_here": must_have_second(person) and not factors.has_second,
        "session_count": open_sessions(person, at=timezone.now()).count(),
    }
    return render(request, "liaison/security.html", context)


@never_cache
@signed_in
def session_list(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in, latest first."""
    page = paginate(open_sessions(person_of(request), at=timezone.now()), request)
    rows = [
        {
            "session": row,
            "browser": browser_words(row.user_agent),
            "is_this": row.session_key == request.session.session_key,
        }
        for row in page.rows
    ]
    return render(request, "liaison/session_list.html", {"page": page, "rows": rows})


@require_POST
@signed_in
@reauthenticated
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the person's sessions."""
    person, at = person_of(request), timezone.now()
    row = get_object_or_404(open_sessions(person, at=at), pk=pk)
    is_this = row.session_key == request.session.session_key
    end_sessions(of=person, rows=open_sessions(person, at=at).filter(pk=pk), by=person, at=at)
    if is_this:
        logout(request)
        return redirect("account_login")
    messages.success(request, _("This session is ended."))
    return redirect("liaison:session_list")


@require_POST
@signed_in
@reauthenticated
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere: with ``here`` in this browser, too."""
    person, is_here = person_of(request), "here" in request.POST
    kept = None if is_here else request.session.session_key
    ended = end_other_sessions(of=person, kept=kept, by=person, at=timezone.now())
    if is_here:
        logout(request)
        return redirect("account_login")
    messages.success(request, _("You are signed out everywhere else.") if ended else _("You were signed in only here."))
    return redirect("liaison:session_list")
