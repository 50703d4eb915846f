"""Sessions: how long they last, which are open, and ending them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from liaison.journal import record
from liaison.models import Person
from liaison.origins import client_address
from liaison.roles import TRADE

BEGAN, SEEN = "liaison.began", "liaison.seen"
# How often it is noted that a session is in use.
NOTED_EVERY_S = 60


def begin(request: HttpRequest) -> None:
    """Note that the session begins now; call it once its person has signed in."""
    request.session[BEGAN] = request.session[SEEN] = time.time()


def renew(request: HttpRequest) -> None:
    """Give the session a new key, so that the one from before its person proved herself again lets nobody in."""
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def lifetime_of(person: Person) -> tuple[int, int]:
    """(seconds unused, seconds in all) after which the person's sessions end: the strictest of all her roles."""
    beyond_trade = {held.role for held in person.standings} - TRADE
    return settings.SESSION_AGES["office" if beyond_trade else "trade"]


def limit_age(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: ends a session that was not used for too long, or that has lasted too long."""

    def respond(request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, Person) and BEGAN in request.session:
            now = time.time()
            idle, in_all = lifetime_of(request.user)
            unused = now - request.session[SEEN]
            if unused > idle or now - request.session[BEGAN] > in_all:
                logout(request)
            elif unused > NOTED_EVERY_S:
                request.session[SEEN] = now
                UserSession.objects.create_from_request(request)
        return get_response(request)

    return respond


def address_of(request: HttpRequest) -> str:
    """The client's address; one that means "unknown" where there is none, for a column that must have one."""
    return client_address(request) or "0.0.0.0"  # noqa: S104


def open_sessions(person: Person, *, at: datetime) -> QuerySet[Any]:
    """The person's allauth ``UserSession`` rows that still let somebody in."""
    idle, in_all = (timedelta(seconds=seconds) for seconds in lifetime_of(person))
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    rows: QuerySet[Any] = UserSession.objects.filter(user=person, session_key__in=alive)
    return rows.filter(last_seen_at__gt=at - idle, created_at__gt=at - in_all)


@transaction.atomic
def end_sessions(*, of: Person, rows: QuerySet[Any], by: Person | None, at: datetime) -> int:
    """End those of the person's sessions that ``rows`` selects; returns how many."""
    keys = list(rows.filter(user=of).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    if keys:
        record(kind="liaison.sessions_ended", subject="person", key=str(of.pk), by=by, at=at, count=len(keys))
    return len(keys)


def end_other_sessions(*, of: Person, kept: str | None, by: Person, at: datetime) -> int:
    """End all sessions of the person but the one with the key ``kept``; returns how many."""
    return end_sessions(of=of, rows=UserSession.objects.exclude(session_key=kept or ""), by=by, at=at)
