"""Sessions: their key, their age, their cookies, and ending them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from liaison.models import Membership, Person
from liaison.signin.sessions import end_other_sessions, end_sessions, lifetime_of, open_sessions
from tests.conftest import Cast
from tests.liaison.signin.conftest import is_in, prove, sign_in, signed_in, told
from tests.shape import ROOT

TRADE_IDLE, TRADE_ALL = (timedelta(seconds=seconds) for seconds in settings.SESSION_AGES["trade"])
OFFICE_IDLE, OFFICE_ALL = (timedelta(seconds=seconds) for seconds in settings.SESSION_AGES["office"])
MINUTE = timedelta(minutes=1)


def test_the_key_is_new_after_signing_in_and_the_old_one_lets_nobody_in(importer: Person) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": importer.email})
    planted = client.session.session_key
    client.post("/accounts/logout/")
    sign_in(client, importer.email)
    assert is_in(client)
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = str(planted)
    assert not is_in(thief)


def test_the_key_is_new_after_proving_oneself_again(importer: Person) -> None:
    client = signed_in(importer)
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    prove(client, "/accounts/2fa/totp/activate/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before
    assert (is_in(client), is_in(thief)) == (True, False)
    assert UserSession.objects.get().session_key == client.session.session_key


def test_signing_out_ends_the_session_on_the_server(importer: Person) -> None:
    client = signed_in(importer)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert not is_in(thief)
    assert not Session.objects.filter(session_key=kept).exists()


def test_keys_are_long_and_differ(importer: Person) -> None:
    keys = {str(signed_in(importer).session.session_key) for _ in range(5)}
    assert (len(keys), {len(key) for key in keys}) == (5, {32})


@pytest.mark.parametrize(
    ("part", "unused", "stays"),
    [
        ("importer", TRADE_IDLE - MINUTE, True),
        ("importer", TRADE_IDLE + MINUTE, False),
        ("officer", OFFICE_IDLE - MINUTE, True),
        ("officer", OFFICE_IDLE + MINUTE, False),
    ],
)
def test_an_unused_session_ends(
    importer: Person, officer: Person, clock: time_machine.Traveller, part: str, unused: timedelta, stays: bool
) -> None:
    client = signed_in({"importer": importer, "officer": officer}[part])
    clock.shift(unused)
    assert is_in(client) is stays


@pytest.mark.parametrize("part", ["importer", "officer"])
def test_a_session_ends_however_much_it_is_used(
    importer: Person, officer: Person, clock: time_machine.Traveller, part: str
) -> None:
    idle, in_all = (TRADE_IDLE, TRADE_ALL) if part == "importer" else (OFFICE_IDLE, OFFICE_ALL)
    client, lasted = signed_in({"importer": importer, "officer": officer}[part]), timedelta()
    while lasted + idle / 2 <= in_all:
        assert is_in(client), lasted
        clock.shift(idle / 2)
        lasted += idle / 2
    clock.shift(idle / 2)
    assert not is_in(client)


def test_the_strictest_role_counts(cast: Cast) -> None:
    Membership.objects.create(person=cast.importer, organization_id=cast.officer.organization_ids()[0], role="officer")
    assert lifetime_of(Person.objects.get(pk=cast.importer.pk)) == settings.SESSION_AGES["office"]
    assert lifetime_of(cast.agent) == settings.SESSION_AGES["trade"]


def test_using_it_is_noted_once_a_minute(importer: Person, clock: time_machine.Traveller) -> None:
    client = signed_in(importer)
    client.get("/me/")
    seen = UserSession.objects.get().last_seen_at
    clock.shift(timedelta(seconds=30))
    with CaptureQueriesContext(connection) as queries:
        client.get("/me/")
    assert [query["sql"] for query in queries if query["sql"].startswith(("UPDATE", "INSERT"))] == []
    assert UserSession.objects.get().last_seen_at == seen
    clock.shift(timedelta(seconds=31))
    client.get("/me/", REMOTE_ADDR="198.51.100.7")
    noted = UserSession.objects.get()
    assert (noted.last_seen_at, noted.ip) == (timezone.now(), "198.51.100.7")


def test_ending_others_leaves_the_one_kept_and_other_people(cast: Cast, importer: Person, officer: Person) -> None:
    own, first, second, foreign = (signed_in(person) for person in (importer, importer, importer, officer))
    ended = end_other_sessions(of=importer, kept=own.session.session_key, by=importer, at=timezone.now())
    assert (ended, [is_in(client) for client in (own, first, second, foreign)]) == (2, [True, False, False, True])
    entry = ("liaison.sessions_ended", str(importer.pk), importer.pk, {"count": 2})
    assert told("sessions_ended") == [entry]
    assert end_other_sessions(of=importer, kept=own.session.session_key, by=importer, at=timezone.now()) == 0
    assert told("sessions_ended") == [entry]


def test_the_rows_of_another_person_cannot_be_ended_in_ones_name(importer: Person, officer: Person) -> None:
    foreign = signed_in(officer)
    assert end_sessions(of=importer, rows=UserSession.objects.all(), by=importer, at=timezone.now()) == 0
    assert is_in(foreign)


def test_open_are_those_that_still_let_somebody_in(importer: Person, clock: time_machine.Traveller) -> None:
    gone, out = signed_in(importer), signed_in(importer)
    clock.shift(TRADE_IDLE - MINUTE)
    out.post("/accounts/logout/")
    own = signed_in(importer)
    clock.shift(2 * MINUTE)
    keys = [row.session_key for row in open_sessions(importer, at=timezone.now())]
    assert keys == [own.session.session_key]
    assert not is_in(gone)


def test_an_administrator_ends_the_sessions_of_one_or_of_all(importer: Person, officer: Person) -> None:
    own, other = signed_in(importer), signed_in(officer)
    with pytest.raises(CommandError, match="nobody has this e-mail address"):
        call_command("sessions_end", "nobody@portal.example")
    out = StringIO()
    call_command("sessions_end", " IMPORTER@portal.example", stdout=out)
    assert (out.getvalue(), is_in(own), is_in(other)) == ("1 ended\n", False, True)
    assert told("sessions_ended") == [("liaison.sessions_ended", str(importer.pk), None, {"count": 1})]
    call_command("sessions_end", "--all", stdout=out)
    assert (is_in(other), Session.objects.count(), UserSession.objects.count()) == (False, 0, 0)


def in_production(**environment: str) -> dict[str, object]:
    """What the settings are where there is no demo."""
    names = [
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "SESSION_COOKIE_SAMESITE",
        "LANGUAGE_COOKIE_NAME",
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "MFA_REQUIRED",
        "TRUSTED_PROXY_COUNT",
    ]
    show = f"import json, liaison.settings as s; print(json.dumps({{n: getattr(s, n, None) for n in {names}}}))"
    given = {**os.environ, "STATE_DIR": "/nonexistent", "DEMO": "0", "SECRET_KEY": "x", **environment}
    out = subprocess.run([sys.executable, "-c", show], cwd=ROOT, env=given, capture_output=True, check=True, text=True)
    found: dict[str, object] = json.loads(out.stdout)
    return found


def test_cookies_are_kept_from_scripts_and_plain_lines() -> None:
    assert in_production() == {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "LANGUAGE_COOKIE_NAME": "__Host-language",
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "MFA_REQUIRED": True,
        "TRUSTED_PROXY_COUNT": 0,
    }


def test_what_the_operator_says_counts() -> None:
    found = in_production(INSECURE_COOKIES="1", MFA_REQUIRED="0", TRUSTED_PROXY_COUNT="2")
    assert (found["SESSION_COOKIE_NAME"], found["MFA_REQUIRED"], found["TRUSTED_PROXY_COUNT"]) == (None, False, 2)


def test_the_cookie_of_a_session_says_so(importer: Person) -> None:
    cookie = signed_in(importer).cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
