"""Each page says for whom it is, so that the browser keeps nobody else's."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from liaison.models import Person
from tests.conftest import Cast

As = Callable[[Person | None], Client]


def test_a_page_names_its_reader_without_saying_who_she_is(cast: Cast, as_person: As) -> None:
    said = {part: as_person(person).get("/me/").headers["X-Reader"] for part, person in cast.people().items()}
    names = {part: text.split()[0] for part, text in said.items()}
    assert len(set(names.values())) == len(names)
    assert {part: int(text.split()[1]) for part, text in said.items()} == {
        **dict.fromkeys(("importer", "agent", "stranger"), 7 * 86_400),
        **dict.fromkeys(("officer", "desk", "official"), 3_600),
    }
    assert as_person(cast.importer).get("/corridor/").headers["X-Reader"] == said["importer"]
    assert str(cast.importer.pk) not in names.values()
    assert cast.importer.email not in said["importer"]


def test_after_signing_out_it_is_nobody(cast: Cast, as_person: As) -> None:
    client = as_person(cast.importer)
    client.post("/accounts/logout/")
    assert client.get("/").headers["X-Reader"] == "nobody 0"


def test_what_asks_for_nobody_and_what_is_no_page_says_nothing(
    cast: Cast, as_person: As, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_person(cast.importer)
    with django_assert_num_queries(0):
        assert "X-Reader" not in Client().get("/healthz").headers
    assert "X-Reader" not in client.get("/consignments/export.csv").headers
