"""The guides: one page a role, in every language, and the files that are written from them."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import gettext, override

from liaison.catalogs import LANGUAGES, collect
from liaison.guides import GUIDES, documents
from tests.conftest import Cast

DOCS = settings.BASE_DIR / "docs"
ROLES = ["importer", "agent", "officer", "desk", "official"]


def test_the_files_are_what_the_guides_say() -> None:
    written = {f"guides/{path.name}": path.read_text(encoding="utf-8") for path in (DOCS / "guides").glob("*.md")}
    assert written == documents(), "run manage.py guides_write"
    assert len(written) == len(ROLES) * 4 + 1


def test_each_role_has_a_guide_that_fits_on_a_page() -> None:
    assert list(GUIDES) == ROLES
    for language in LANGUAGES:
        with override(language):
            words = {role: sum(len(f"{a} {b}".split()) for a, b in guide.steps) for role, guide in GUIDES.items()}
        assert {role: n for role, n in words.items() if not 40 < n < 260} == {}


def test_a_guide_names_buttons_as_the_pages_do() -> None:
    """What stands in quotes is a string of the portal, in each language the same."""
    asked = {str(message.id) for message in collect(settings.BASE_DIR) if isinstance(message.id, str)}
    for guide in GUIDES.values():
        for _title, words in guide.steps:
            assert [name for name in re.findall("“([^”]+)”", str(words)) if name not in asked] == []


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_the_pages_are_there_for_everybody(db: None, language: str) -> None:
    client = Client(headers={"accept-language": language})
    listed = client.get("/help/").content.decode()
    for role, guide in GUIDES.items():
        page = client.get(f"/help/{role}/").content.decode()
        assert f'href="/help/{role}/"' in listed
        assert page.count("<li>\n        <h2>") == len(guide.steps)
        assert "help@liaison.example" in page
    assert client.get("/help/stranger/").status_code == 404


def test_a_refusal_says_what_to_do(db: None) -> None:
    page = Client().get("/no/such/page/").content.decode()
    assert "/accounts/login/?next=/no/such/page/" in page
    assert "mailto:help@liaison.example" in page


@pytest.mark.parametrize(
    ("who", "suggested"),
    [
        ("importer", ["/consignments/", "/tickets/", "/corridor/", "/observatory/"]),
        ("officer", ["/consignments/", "/tickets/board/", "/tickets/", "/corridor/", "/observatory/"]),
        ("desk", ["/tickets/", "/corridor/", "/observatory/"]),
        ("official", ["/corridor/", "/observatory/"]),
    ],
)
def test_a_refusal_suggests_what_the_role_has(cast: Cast, who: str, suggested: list[str]) -> None:
    client = Client()
    client.force_login(getattr(cast, who))
    # What there is not, and, for who does not see cargo, what is not theirs.
    for path, statuses in (("/no/such/page/", {404}), ("/consignments/RW26-000999/", {403, 404})):
        refused = client.get(path)
        main = refused.content.decode().partition("<main")[2].partition("</main")[0]
        assert (refused.status_code in statuses, re.findall(r'class="tap" href="(/[^"]*)"', main)) == (True, suggested)
    assert [client.get(path).status_code for path in suggested] == [200] * len(suggested)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translated_guide_names_buttons_as_the_translated_pages_do(language: str) -> None:
    for guide in GUIDES.values():
        for _title, words in guide.steps:
            names = re.findall("“([^”]+)”", str(words))
            with override(language):
                told = re.findall("[“«]\\s*([^”»]+?)\\s*[”»]", str(words))
                assert told == [gettext(name) for name in names], (guide.role, language)
