"""How much of a small telephone the navigation takes, and that wide tables move by themselves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from liaison.catalogs import LANGUAGES
from liaison.models import Person
from liaison.people import add_person
from tests.conftest import AT, Cast
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.slow
WIDTH = 320
ROWS = "[...new Set([...document.querySelectorAll('.nav > ul > li')].map(item => item.getBoundingClientRect().top))].length"


def _fits(page: Page) -> tuple[str, bool, bool]:
    """Where it is, whether the navigation takes three rows at most, and whether nothing is wider than the screen."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return page.url, page.evaluate(ROWS) <= 3, wide <= WIDTH


def test_the_navigation_takes_three_rows_at_most_for_everybody_in_every_language(
    people: Cast, visitor_without_scripts: Visitor
) -> None:
    visitor = visitor_without_scripts
    chief = add_person(email="chief@kpa.example", role="administrator", by=None, at=AT)
    for person in (people.importer, people.officer, chief, people.desk, people.official):
        visitor.come_as(person.email)
        for language in ("en", *LANGUAGES):
            Person.objects.filter(pk=person.pk).update(language=language)
            page = visitor.open("/corridor/")
            assert _fits(page) == (page.url, True, True), (person.email, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_is_behind_more_finds_it_as_short_and_no_wider(
    people: Cast, visitor_without_scripts: Visitor, language: str
) -> None:
    Person.objects.filter(pk=people.officer.pk).update(language=language)
    visitor = visitor_without_scripts
    visitor.come_as(people.officer.email)
    for path in ("/outbox/", "/sources/", "/unmatched/"):
        page = visitor.open(path)
        assert _fits(page) == (page.url, True, True)
