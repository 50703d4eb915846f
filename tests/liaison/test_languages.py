"""Which language a page is in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from liaison.models import Person
from tests.conftest import Cast

As = Callable[[Person | None], Client]


def language_of(client: Client, accept: str = "") -> str:
    answer = client.get("/corridor/", headers={"Accept-Language": accept} if accept else None)
    assert answer.status_code == 200
    found = re.search(r'<html lang="([a-z-]+)"', answer.content.decode())
    assert found is not None
    assert answer.headers["Content-Language"] == found[1]
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["Vary"].split(", "))
    return found[1]


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("fr-CA,fr;q=0.9,en;q=0.5", "fr"),
        ("sw", "sw"),
        ("rw-RW", "rw"),
        ("de,rw;q=0.4", "rw"),
        ("en;q=0.1,sw;q=0.9", "sw"),
        ("de", "en"),
        ("*", "en"),
        (";;;q=x,,", "en"),
        ("x" * 9000, "en"),
        ("../../etc/passwd", "en"),
    ],
)
def test_a_visitors_browser_asks_for_it(network: None, accept: str, language: str) -> None:
    assert language_of(Client(), accept) == language


@pytest.mark.parametrize(
    ("cookie", "language"), [("rw", "rw"), ("de", "fr"), ("../x", "fr"), ("", "fr"), ("EN" * 900, "fr")]
)
def test_a_visitors_choice_comes_before_her_browser(network: None, cookie: str, language: str) -> None:
    client = Client()
    client.cookies["django_language"] = cookie
    assert language_of(client, "fr") == language


def test_the_persons_own_language_comes_first(cast: Cast, as_person: As) -> None:
    Person.objects.filter(pk=cast.importer.pk).update(language="rw")
    client = as_person(cast.importer)
    client.cookies["django_language"] = "sw"
    assert language_of(client, "fr") == "rw"


def test_a_choice_is_kept_for_a_visitor(network: None) -> None:
    client = Client()
    answer = client.post("/language/", {"language": "sw", "next": "/corridor/?a=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/corridor/?a=1")
    assert language_of(client, "fr") == "sw"
    client.post("/language/", {"language": "fr"})
    assert language_of(client) == "fr"


def test_a_choice_is_kept_with_somebody_signed_in_and_with_nobody_else(cast: Cast, as_person: As) -> None:
    as_person(cast.importer).post("/language/", {"language": "rw"})
    assert language_of(as_person(cast.importer)) == "rw"
    assert set(Person.objects.exclude(pk=cast.importer.pk).values_list("language", flat=True)) == {"en"}


@pytest.mark.parametrize("language", ["de", "", "en\x00", "english", "../rw"])
def test_a_language_that_is_not_offered_changes_nothing(cast: Cast, as_person: As, language: str) -> None:
    client = as_person(cast.importer)
    answer = client.post("/language/", {"language": language})
    assert (answer.status_code, answer["Location"], dict(answer.cookies)) == (302, "/", {})
    assert Person.objects.get(pk=cast.importer.pk).language == "en"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:///evil", "", "\x00"],
)
def test_the_switch_leads_to_no_other_site(network: None, target: str) -> None:
    assert Client().post("/language/", {"language": "fr", "next": target})["Location"] == "/"


def test_the_switch_takes_only_a_form_of_ours(network: None) -> None:
    assert Client().get("/language/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/language/", {"language": "fr"}).status_code == 403


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_each_language_is_offered_by_its_own_name(db: None, language: str) -> None:
    page = Client().get("/corridor/", headers={"Accept-Language": language}).content.decode()
    found = re.findall(r'name="language"\s+value="(\w+)"\s+lang="\w+"\s+aria-pressed="\w+">([^<]+)<', page)
    names = {"en": "English", "fr": "Français", "rw": "Ikinyarwanda", "sw": "Kiswahili"}
    assert (dict(found), len(found)) == (names, 4)
