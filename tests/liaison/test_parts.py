"""Parts of pages that are drawn once for all who are shown the same."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from liaison.templatetags.parts import drawn

PAGER = "components/pager.html"


class Seen:
    """A page of a list, which counts how often it is looked at."""

    first_url = None

    def __init__(self, next_url: str) -> None:
        self._next_url, self.looked = next_url, 0

    @property
    def next_url(self) -> str:
        self.looked += 1
        return self._next_url


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


def test_it_is_drawn_once_for_the_same() -> None:
    page = Seen("/list/?cursor=a")
    first = drawn(PAGER, page=page)
    looked = page.looked
    assert looked
    assert (drawn(PAGER, page=page), page.looked) == (first, looked)
    assert "/list/?cursor=b" in drawn(PAGER, page=Seen("/list/?cursor=b"))


def test_each_language_has_its_own() -> None:
    page = Seen("/list/")
    assert "More" in drawn(PAGER, page=page)
    with translation.override("fr"):
        assert "More" not in drawn(PAGER, page=page)
    assert "More" in drawn(PAGER, page=page)


def test_what_is_safe_is_not_taken_for_the_same_text_that_is_not() -> None:
    shown = [drawn("components/none_found.html", label=label) for label in (mark_safe("<b>all</b>"), "<b>all</b>")]
    assert ["<b>all</b>" in each for each in shown] == [True, False]
    assert "&lt;b&gt;all&lt;/b&gt;" in shown[1]


def test_it_knows_neither_the_request_nor_the_page() -> None:
    page = Template('{% load parts %}{{ request.path }} {% drawn "components/person.html" user=1 %}')
    shown = page.render(Context({"request": RequestFactory().get("/secret/"), "csrf_token": "token"}))
    assert "/secret/" in shown
    assert "Sign in" in shown
    assert "token" not in shown.replace("csrfmiddlewaretoken", "")


def test_a_moment_is_said_anew_in_another_year() -> None:
    name, seen_at = "components/offline_bar.html", datetime(2026, 12, 31, 10, 0, tzinfo=UTC)
    shown = []
    for today in (date(2026, 12, 31), date(2027, 1, 2)):
        with time_machine.travel(datetime(today.year, today.month, today.day, 12, tzinfo=UTC), tick=False):
            shown.append(drawn(name, seen_at=seen_at))
    assert ["2026, 12:00" in each for each in shown] == [False, True]


def test_it_is_safe_itself() -> None:
    assert isinstance(drawn("components/track.html"), SafeString)
