"""A token for an e-mail address and password: who gets one, who does not, and what the journal is told."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from api.models import AccessToken
from liaison.models import JournalEntry
from liaison.signin.sessions import open_sessions
from tests.conftest import Cast
from tests.liaison.signin.conftest import PASSWORD, enrol, signed_in, told, totp

URL = "/api/v1/token/"


@pytest.fixture
def people(cast: Cast) -> Cast:
    for person in cast.people().values():
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    return cast


def ask(**body: Any) -> Any:
    return Client().post(URL, body, content_type="application/json")


def test_the_right_password_gives_a_token_that_opens_her_own(people: Cast) -> None:
    answer = ask(email="Importer@portal.example", password=PASSWORD)
    assert (answer.status_code, answer["Cache-Control"].split(",")[0]) == (200, "max-age=0")
    body = answer.json()
    assert sorted(body) == ["expires_at", "name", "scopes", "token", "token_type"]
    assert (body["token_type"], body["scopes"]) == ("Bearer", ["read", "write", "money", "tickets"])
    listed = Client(headers={"authorization": f"Bearer {body['token']}"}).get("/api/v1/consignments/")
    assert (listed.status_code, listed.json()) == (200, {"next": None, "previous": None, "results": []})
    token = AccessToken.objects.get()
    assert (token.person, token.last_used_at is None) == (people.importer, False)
    assert body["token"] not in (token.digest, token.start)
    assert list(JournalEntry.objects.filter(kind="api.token_made").values_list("by", "key")) == [
        (people.importer.pk, str(people.importer.pk))
    ]


def test_it_has_the_name_the_scopes_and_the_days_that_were_asked_for(people: Cast) -> None:
    body = ask(email="importer@portal.example", password=PASSWORD, name="ERP", scopes=["money", "read"], days=7).json()
    assert (body["name"], body["scopes"]) == ("ERP", ["read", "money"])
    lives = AccessToken.objects.get().expires_at - timezone.now()
    assert 6.9 < lives.total_seconds() / 86_400 <= 7


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"email": "importer@portal.example", "password": "wrong"}, 401),
        ({"email": "nobody@portal.example", "password": PASSWORD}, 401),
        ({"email": "importer@portal.example"}, 400),
        ({"email": "no address", "password": PASSWORD}, 400),
        ({"email": "importer@portal.example", "password": PASSWORD, "scopes": ["root"]}, 400),
        ({"email": "importer@portal.example", "password": PASSWORD, "days": 0}, 400),
        ({"email": ["importer@portal.example"], "password": PASSWORD}, 400),
        ({"email": "imp\x00rter@portal.example", "password": PASSWORD}, 400),
    ],
)
def test_anything_else_gets_none(people: Cast, body: dict[str, Any], status: int) -> None:
    answer = ask(**body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert AccessToken.objects.count() == 0


def test_a_wrong_password_is_told_to_the_journal_and_limited(people: Cast) -> None:
    statuses = [ask(email="importer@portal.example", password="wrong").status_code for _try in range(12)]
    assert (statuses[0], statuses[-1]) == (401, 429)
    refused = ask(email="importer@portal.example", password=PASSWORD)
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    assert told("sign_in_failed")[0][1:] == (str(people.importer.pk), None, {"step": "password"})


def test_who_has_a_second_factor_sends_its_code(people: Cast) -> None:
    key, codes = enrol(signed_in(people.importer))
    asked = {"email": "importer@portal.example", "password": PASSWORD}
    assert [ask(**asked).status_code, ask(**asked, otp="000000").status_code] == [401, 401]
    assert ask(**asked, otp=codes[0]).status_code == 200
    assert ask(**asked, otp=codes[0]).status_code == 401
    assert totp(key)


def test_who_must_have_a_second_factor_and_has_none_gets_none(people: Cast, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    asked = {"password": PASSWORD}
    assert ask(email="officer@portal.example", **asked).status_code == 403
    assert ask(email="importer@portal.example", **asked).status_code == 200


def test_it_opens_no_session(people: Cast) -> None:
    client = Client()
    client.post(URL, {"email": "importer@portal.example", "password": PASSWORD}, content_type="application/json")
    assert client.get("/me/").status_code == 302
    assert open_sessions(people.importer, at=timezone.now()).count() == 0


def test_a_form_will_do(people: Cast) -> None:
    body = {"email": "importer@portal.example", "password": PASSWORD}
    answer = Client().post(URL, urlencode(body), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200, answer.content
    assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_a_body_without_end_is_not_read(people: Cast, kind: str) -> None:
    answer = Client().post(URL, b"x" * 2_000_001, content_type=kind)
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


@pytest.mark.parametrize("charset", ["zlib", "rot13", "utf-7"])
def test_a_body_is_read_in_utf_8_whatever_it_says_of_itself(people: Cast, charset: str) -> None:
    body = b'{"email": "importer@portal.example", "password": "x"}'
    assert Client().generic("POST", URL, body, content_type=f"application/json; charset={charset}").status_code == 401
    assert (
        Client().generic("POST", URL, b"\xff", content_type=f"application/json; charset={charset}").status_code == 400
    )
