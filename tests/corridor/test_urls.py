"""Addresses of the corridor's pages: a day is a day of the calendar, and every address leads to one view."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import Http404
from django.urls import NoReverseMatch, resolve, reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.urls import DayConverter, urlpatterns

PAGE = "corridor:corridor_day"


# The first one loads every view of the portal.
@settings(deadline=None)
@given(st.dates())
def test_every_day_leads_to_its_page_and_back(day: date) -> None:
    address = reverse(PAGE, args=[day])
    assert address == f"/corridor/{day.isoformat()}/"
    found = resolve(address)
    assert (found.view_name, found.kwargs) == (PAGE, {"day": day})


@given(st.dates())
def test_a_day_as_text_makes_the_same_address(day: date) -> None:
    assert DayConverter().to_url(day.isoformat()) == DayConverter().to_url(day)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-11-31",
        "0000-01-01",
        "2026-1-01",
        "26-01-01",
        "20260101",
        "2026-W01-1",
        "2026-01-01T00:00",
        " 2026-01-01",
        "２０２６-01-01",
        "-2026-01-01",
    ],
)
def test_what_is_no_day_is_no_page(text: str) -> None:
    with pytest.raises(Http404):
        resolve(f"/corridor/{text}/")


@pytest.mark.parametrize("text", ["2026-1-1", "today", ""])
def test_no_address_is_made_of_what_is_no_day(text: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(PAGE, args=[text])


def test_each_address_is_there_once_and_is_named_after_its_view() -> None:
    routes = [str(pattern.pattern) for pattern in urlpatterns]
    assert len(set(routes)) == len(routes)
    names = [str(pattern.name) for pattern in urlpatterns]
    assert len(set(names)) == len(names)
    # A worker of the whole portal has to lie at its root.
    assert [route for route in routes if not route.startswith("corridor/")] == ["sw.js"]


def test_no_address_hides_another() -> None:
    """A word at the end of an address is not taken for a key, a number or a day."""
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if "<" not in route:
            assert resolve(f"/{route}").url_name == pattern.name
