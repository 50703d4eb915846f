"""Signing in, home by role, and the profile."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from liaison.models import Membership, Person
from liaison.signin.pages import demo_people
from tests.conftest import Cast

As = Callable[[Person | None], Client]
PASSWORD = "umuhanda-mwiza"


@pytest.fixture
def importer(cast: Cast) -> Person:
    """The importer, with a password."""
    cast.importer.set_password(PASSWORD)
    cast.importer.save()
    return cast.importer


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> tuple[int, str]:
    answer = client.post("/accounts/login/", {"username": email, "password": password, **more})
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.parametrize(
    "email", ["importer@portal.example", "IMPORTER@PORTAL.EXAMPLE", "  Importer@Portal.example "], ids=repr
)
def test_signing_in_by_e_mail_whatever_its_case(importer: Person, email: str) -> None:
    client = Client()
    assert sign_in(client, email) == (302, "/")
    assert client.session["_auth_user_id"] == str(importer.pk)
    assert client.get("/accounts/login/")["Location"] == "/"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("importer@portal.example", "wrong"),
        ("importer@portal.example", PASSWORD.upper()),
        ("importer@portal.example", ""),
        ("agent@portal.example", PASSWORD),
        ("agent@portal.example", "!"),
        ("nobody@portal.example", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("importer@portal.example\x00", PASSWORD),
        ("", ""),
        ("x" * 9000, "y" * 9000),
    ],
    ids=range(10),
)
def test_what_does_not_belong_together_does_not_sign_in(importer: Person, email: str, password: str) -> None:
    client = Client()
    assert sign_in(client, email, password) == (200, "")
    assert "_auth_user_id" not in client.session
    assert client.get("/consignments/").status_code == 302


def test_a_wrong_password_and_an_unknown_address_read_the_same(importer: Person) -> None:
    words = "This e-mail address and password do not belong together."
    for email in (importer.email, "nobody@portal.example"):
        answer = Client().post("/accounts/login/", {"username": email, "password": "wrong"})
        assert words in answer.content.decode()
        assert "wrong" not in answer.content.decode().split("<form")[-1].replace(words, "")


def test_who_is_inactive_does_not_sign_in_and_is_out_at_once(importer: Person, as_person: As) -> None:
    client = as_person(importer)
    assert client.get("/me/").status_code == 200
    Person.objects.filter(pk=importer.pk).update(is_active=False)
    assert client.get("/me/").status_code == 302
    assert sign_in(Client(), importer.email) == (200, "")


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/me/", "/me/"),
        ("/consignments/?q=a&state=held", "/consignments/?q=a&state=held"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_back_and_to_no_other_site(importer: Person, target: str, location: str) -> None:
    assert sign_in(Client(), importer.email, next=target) == (302, location)


def test_signing_in_and_out_take_only_a_form_of_ours(importer: Person, as_person: As) -> None:
    form = {"username": importer.email, "password": PASSWORD}
    assert Client(enforce_csrf_checks=True).post("/accounts/login/", form).status_code == 403
    client = as_person(importer)
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize(
    ("part", "location", "navigation"),
    [
        (
            "importer",
            "/consignments/",
            ["/consignments/", "/tickets/", "/nominations/", "/tariff/", "/corridor/", "/observatory/", "/inbox/"],
        ),
        (
            "agent",
            "/consignments/",
            ["/consignments/", "/tickets/", "/nominations/", "/tariff/", "/corridor/", "/observatory/", "/inbox/"],
        ),
        (
            "officer",
            "/tickets/board/",
            [
                "/consignments/",
                "/tickets/board/",
                "/tickets/",
                "/nominations/",
                "/tariff/",
                "/unmatched/",
                "/sources/",
                "/outbox/",
                "/directory/",
                "/verification/",
                "/corridor/",
                "/observatory/",
                "/inbox/",
            ],
        ),
        ("desk", "/tickets/", ["/tickets/", "/corridor/", "/observatory/", "/inbox/"]),
        ("official", "/observatory/", ["/corridor/", "/observatory/", "/inbox/"]),
    ],
)
def test_each_lands_where_her_first_question_is_answered(
    cast: Cast, as_person: As, part: str, location: str, navigation: list[str]
) -> None:
    client = as_person(cast.people()[part])
    assert client.get("/")["Location"] == location
    entries = navigation_of(client.get("/corridor/"))
    # What is seldom wanted stands last, behind "More".
    assert sorted(entries) == sorted(navigation)
    assert [url for url, is_current in entries.items() if is_current] == ["/corridor/"]


def navigation_of(page: Any) -> dict[str, bool]:
    """The addresses of a page's navigation, in their order, and which of them is said to be this page."""
    drawn = re.search(r'<nav class="nav".*?</nav>', page.content.decode(), re.DOTALL)
    entries = re.findall(r'<a href="([^"]+)"\s*(aria-current="page")?', drawn[0]) if drawn else []
    return {url: bool(current) for url, current in entries}


def test_a_visitor_is_told_what_this_is(network: None) -> None:
    answer = Client().get("/")
    assert (answer.status_code, navigation_of(answer)) == (200, {})
    assert 'href="/accounts/login/"' in answer.content.decode()


def test_the_profile_shows_and_keeps_the_persons_own(cast: Cast, as_person: As) -> None:
    Membership.objects.create(person=cast.importer, organization=cast.agent_firm, role="member")
    client = as_person(cast.importer)
    shown = [(row["organization"].name, row["role"]) for row in client.get("/me/").context["memberships"]]
    assert shown == [("Inzira Clearing", "Member"), ("Umucyo Traders", "Owner")]
    answer = client.post(
        "/me/",
        {"name": " Keza <b> ", "phone": "0788 123 456", "language": "fr", "email": "x@y.example", "is_active": ""},
    )
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    found = Person.objects.get(pk=cast.importer.pk)
    assert (found.name, found.phone, found.language, found.email, found.is_active) == (
        "Keza <b>",
        "+250788123456",
        "fr",
        "importer@portal.example",
        True,
    )
    text = client.get("/me/").content.decode()
    assert "Keza &lt;b&gt;" in text
    assert '<html lang="fr">' in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "n" * 121},
        {"name": "a\x00b"},
        {"language": ""},
        {"language": "de"},
        {"language": "french"},
        {"phone": "12"},
        {"phone": "+250 788"},
        {"phone": "call me"},
    ],
)
def test_a_wrong_profile_changes_nothing(cast: Cast, as_person: As, wrong: dict[str, str]) -> None:
    answer = as_person(cast.importer).post("/me/", {"name": "Keza", "language": "fr", **wrong})
    assert answer.status_code == 422
    assert answer.context["form"].errors
    found = Person.objects.get(pk=cast.importer.pk)
    assert (found.name, found.language) == ("Importer", "en")


def test_the_profile_is_for_whoever_is_signed_in(cast: Cast, as_person: As) -> None:
    assert as_person(None).get("/me/")["Location"] == "/accounts/login/?next=/me/"
    roleless = Person.objects.create(email="nobody@portal.example", name="Nobody")
    assert as_person(roleless).get("/me/").status_code == 200


def test_the_demo_says_whom_one_can_sign_in_as_and_nothing_else_does(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.STATE_DIR, settings.DEMO = tmp_path, True
    assert demo_people() == []
    people = [{"email": "importer@demo.example", "role": "owner"}, {"email": "x@demo.example", "role": "new"}]
    (tmp_path / "demo.json").write_text(json.dumps({"password": "p-1", "people": people}))
    assert demo_people() == [
        {"email": "importer@demo.example", "role": "Owner", "password": "p-1"},
        {"email": "x@demo.example", "role": "new", "password": "p-1"},
    ]
    assert "importer@demo.example" in Client().get("/accounts/login/").content.decode()
    for damaged in ("", "{}", '{"people": [{}]}', '{"people": [{"email": "a", "role": "b"}]}'):
        (tmp_path / "demo.json").write_text(damaged)
        assert demo_people() == []
    settings.DEMO = False
    (tmp_path / "demo.json").write_text(json.dumps({"password": "p-1", "people": people}))
    assert "importer@demo.example" not in Client().get("/accounts/login/").content.decode()


@pytest.mark.parametrize("path", ["/nowhere/", "/consignments/%00/", "/%ff%fe"])
def test_an_unknown_address_is_a_page_of_ours(cast: Cast, as_person: As, path: str) -> None:
    answer = as_person(cast.importer).get(path)
    assert answer.status_code == 404
    assert 'id="main"' in answer.content.decode()


def test_every_page_tells_the_browser_what_it_may_do(network: None) -> None:
    headers = Client().get("/corridor/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == (
        "DENY",
        "nosniff",
        "same-origin",
    )
