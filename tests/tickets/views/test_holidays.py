"""The page of holidays: officers look, heads change, and a wrong day is shown again with its reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from liaison.models import JournalEntry, Person
from liaison.people import add_person
from tests.conftest import AT, Cast
from tickets.models import DayOff

As = Callable[[Person | None], Client]
URL = "/tickets/holidays/"
DAY = {"country": "RW", "on": "2026-12-24", "is_closed": "yes", "reason": "Announced"}


@pytest.fixture
def head(cast: Cast) -> Person:
    return add_person(email="head@portal.example", role="supervisor", by=None, at=AT)


@pytest.mark.parametrize("part", ["importer", "agent", "stranger", "desk", "official"])
def test_it_is_the_offices_alone(cast: Cast, as_person: As, part: str) -> None:
    client = as_person(cast.people()[part])
    assert [client.get(URL).status_code, client.post(URL, DAY).status_code] == [403, 403]
    assert not DayOff.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"country": "TZ"}, "country"),
        ({"country": ""}, "country"),
        ({"on": "2026-02-30"}, "on"),
        ({"on": ""}, "on"),
        ({"is_closed": "perhaps"}, "is_closed"),
        ({"reason": "x" * 121}, "reason"),
        ({"reason": "  "}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
    ],
)
def test_a_wrong_day_is_shown_again(head: Person, as_person: As, change: dict[str, str], field: str) -> None:
    answer = as_person(head).post(URL, {**DAY, **change})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not DayOff.objects.exists()


def test_a_day_that_is_entered_again_is_replaced_and_told_twice(head: Person, as_person: As) -> None:
    client = as_person(head)
    assert [client.post(URL, each).status_code for each in (DAY, {**DAY, "is_closed": "no", "reason": "Open"})] == [
        302,
        302,
    ]
    day = DayOff.objects.get()
    assert (day.country, day.on.isoformat(), day.is_closed, day.reason, day.by) == (
        *("RW", "2026-12-24", False, "Open", head),
    )
    told = JournalEntry.objects.filter(subject="day_off").order_by("pk")
    assert [(entry.key, entry.data) for entry in told] == [
        ("RW 2026-12-24", {"is_closed": True, "reason": "Announced"}),
        ("RW 2026-12-24", {"is_closed": False, "reason": "Open"}),
    ]


def test_the_latest_that_was_entered_comes_first(head: Person, cast: Cast, as_person: As) -> None:
    for country in ("KE", "UG", "RW"):
        as_person(head).post(URL, {**DAY, "country": country})
    page = as_person(cast.officer).get(URL)
    assert [day.country for day in page.context["page"].rows] == ["RW", "UG", "KE"]
    assert page.context["may_enter"] is False


def test_a_day_is_taken_back_by_post_alone_and_once(head: Person, as_person: As) -> None:
    client = as_person(head)
    client.post(URL, DAY)
    url = f"{URL}{DayOff.objects.get().pk}/remove/"
    assert [client.get(url).status_code, client.post(url).status_code, client.post(url).status_code] == [405, 302, 404]
    assert list(JournalEntry.objects.filter(subject="day_off").order_by("pk").values_list("kind", flat=True)) == [
        "tickets.day_entered",
        "tickets.day_taken_back",
    ]


@pytest.mark.parametrize("part", ["importer", "official", "officer", ""])
def test_nobody_but_a_head_takes_a_day_back(cast: Cast, as_person: As, part: str) -> None:
    day = DayOff.objects.create(country="RW", on="2026-12-24", reason="x", by=cast.officer, at=AT)
    status = as_person(cast.people().get(part)).post(f"{URL}{day.pk}/remove/").status_code
    assert (status, DayOff.objects.count()) == (403 if part else 302, 1)
