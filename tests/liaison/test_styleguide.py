"""The living page: every component is there, and what can be shown is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client, RequestFactory

from liaison.models import Person
from liaison.styleguide import components, names, samples
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]
FILES = sorted(path.name for path in (settings.BASE_DIR / "templates" / "components").glob("*.html"))


def test_every_file_of_the_components_is_on_the_page_and_part_of_another(cast: Cast, as_person: As) -> None:
    page = as_person(cast.officer).get("/styleguide/").content.decode()
    assert re.findall(r'<section class="card component"\s+id="([^"]+)"', page) != []
    assert sorted(re.findall(r'<section class="card component"\s+id="([^"]+)"', page)) == FILES == names()
    unused = [shown.name for shown in components(_asked_by(cast.officer), at=AT) if not shown.pages]
    assert unused == [], "a component that no page uses"


def _asked_by(person: Person) -> HttpRequest:
    request = RequestFactory().get("/styleguide/")
    request.user = person
    return request


def test_what_is_shown_is_a_component_and_looks_like_something(cast: Cast) -> None:
    assert set(samples(at=AT)) <= set(FILES)
    shown = {each.name: each for each in components(_asked_by(cast.officer), at=AT)}
    looks = {(name, words): look for name, each in shown.items() for words, look in each.looks}
    assert len({name for name, _words in looks}) >= 25
    nothing = {("silent_sources.html", "none"), ("pager.html", "only"), ("binding.html", "none")}
    assert {case for case, look in looks.items() if not look.strip()} == nothing


@pytest.mark.parametrize("tone", ["good", "bad", "soon", ""])
def test_a_badge_has_the_colour_of_its_tone(cast: Cast, tone: str) -> None:
    shown = next(each for each in components(_asked_by(cast.officer), at=AT) if each.name == "state.html")
    assert f'class="badge {tone}"' in dict(shown.looks)[tone]
