"""The pages of how one signs in and where one is signed in."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.models import Person
from tests.conftest import Cast

PASSWORD = "umuhanda-mwiza-cyane"


@pytest.fixture
def importer(cast: Cast) -> Person:
    """The importer, with a password."""
    cast.importer.set_password(PASSWORD)
    cast.importer.save()
    return cast.importer


def signed_in(person: Person, browser: str = "Firefox Windows") -> Client:
    client = Client(headers={"user-agent": browser})
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def confirm(client: Client, answer: Any) -> Any:
    """Give the password that is asked for before the form is taken; returns what the form then answers."""
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    return client.post(answer["Location"], {"password": PASSWORD})


def test_security_gathers_everything_and_leads_on(importer: Person) -> None:
    client = signed_in(importer)
    page = client.get("/me/security/").content.decode()
    links = [
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/password/change/",
        "/accounts/email/",
        "/me/sessions/",
    ]
    assert [link for link in links if f'href="{link}"' not in page] == []
    assert importer.email in page
    assert "Your role opens" not in page
    assert 'href="/me/security/"' in client.get("/me/").content.decode()


def test_security_shows_ones_own_passkeys_alone(cast: Cast, importer: Person) -> None:
    client = signed_in(importer)
    for person, name in ((cast.stranger, "Hers"), (importer, "Mine <b>")):
        Authenticator.objects.create(user=person, type="webauthn", data={"name": name, "credential": {}})
    answer = client.get("/me/security/")
    assert [row["name"] for row in answer.context["passkeys"]] == ["Mine <b>"]
    text = answer.content.decode()
    assert ("Mine &lt;b&gt;" in text, "Hers" in text) == (True, False)


def test_sessions_are_shown_with_browser_address_and_which_is_this(cast: Cast, importer: Person) -> None:
    own, other = signed_in(importer), signed_in(importer, "Chrome Android")
    rows = own.get("/me/sessions/").context["rows"]
    shown = [(row["browser"], row["session"].ip, row["is_this"]) for row in rows]
    assert shown == [("Chrome on Android", "127.0.0.1", False), ("Firefox on Windows", "127.0.0.1", True)]
    rows = other.get("/me/sessions/").context["rows"]
    assert [row["is_this"] for row in rows] == [True, False]


def test_a_browser_that_says_evil_things_does_no_harm(importer: Person) -> None:
    text = signed_in(importer, "<script>alert(1)</script>").get("/me/sessions/").content.decode()
    assert "<script>alert" not in text


def test_one_session_is_ended(importer: Person) -> None:
    own, other = signed_in(importer), signed_in(importer)
    row = UserSession.objects.get(session_key=other.session.session_key)
    asked = own.post(f"/me/sessions/{row.pk}/end/")
    assert other.get("/me/").status_code == 200
    assert confirm(own, asked)["Location"] == "/me/sessions/"
    assert (own.get("/me/").status_code, other.get("/me/").status_code) == (200, 302)
    assert own.post(f"/me/sessions/{row.pk}/end/").status_code == 404
    this = UserSession.objects.get()
    assert own.post(f"/me/sessions/{this.pk}/end/")["Location"] == "/accounts/login/"
    assert own.get("/me/").status_code == 302


def test_nobody_elses_session_is_there(cast: Cast, importer: Person) -> None:
    own = signed_in(importer)
    row = UserSession.objects.get()
    for person in (cast.stranger, cast.officer, cast.official):
        person.set_password(PASSWORD)
        person.save()
        client = signed_in(person)
        assert len(client.get("/me/sessions/").context["rows"]) == 1
        assert confirm(client, client.post(f"/me/sessions/{row.pk}/end/")).status_code == 404
        client.post("/me/sessions/end/", {"here": ""})
        assert client.get("/me/").status_code == 302
    assert own.get("/me/").status_code == 200


@pytest.mark.parametrize(
    ("form", "place", "own_stays"), [({}, "/me/sessions/", True), ({"here": ""}, "/accounts/login/", False)]
)
def test_signing_out_everywhere(importer: Person, form: dict[str, str], place: str, own_stays: bool) -> None:
    own, *others = (signed_in(importer) for _ in range(3))
    asked = own.post("/me/sessions/end/", form)
    assert [client.get("/me/").status_code for client in others] == [200, 200]
    assert confirm(own, asked)["Location"] == place
    assert [client.get("/me/").status_code for client in others] == [302, 302]
    assert (own.get("/me/").status_code == 200) is own_stays


@pytest.mark.parametrize("path", ["/me/sessions/end/", "/me/sessions/1/end/"])
def test_ending_takes_a_form_of_ours(importer: Person, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(importer)
    assert client.get(path).status_code == 405
    assert client.post(path).status_code == 403


def test_the_list_costs_the_same_at_one_session_and_at_thirty(importer: Person) -> None:
    client = signed_in(importer)
    counts = []
    for more in (0, 29):
        for _ in range(more):
            signed_in(importer)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/me/sessions/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("path", ["/me/security/", "/me/sessions/", "/accounts/login/"])
def test_no_cache_keeps_these_pages(importer: Person, path: str) -> None:
    client = signed_in(importer) if path.startswith("/me/") else Client()
    assert "no-store" in client.get(path).headers["Cache-Control"]


def test_signing_out_is_on_every_page(importer: Person) -> None:
    client = signed_in(importer)
    for path in ("/consignments/", "/me/", "/me/security/", "/me/sessions/", "/inbox/", "/corridor/", "/nowhere/"):
        assert 'action="/accounts/logout/"' in client.get(path).content.decode(), path
