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


def test_a_page_that_refuses_names_its_reader_too(cast: Cast, as_person: As) -> None:
    """What is kept of another person goes with the first page that is not hers, whatever it says."""
    client = as_person(cast.stranger)
    mine = client.get("/me/").headers["X-Reader"]
    for path, status in (("/consignments/RW26-999999/", 404), ("/sources/", 403)):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["X-Reader"]) == (status, mine)


def test_the_name_lasts_over_sessions_and_is_not_told_by_the_number(cast: Cast, as_person: As) -> None:
    first, second = (as_person(cast.importer).get("/me/").headers["X-Reader"] for _time in range(2))
    assert first == second
    assert len(first.split()[0]) == 16


def test_a_page_of_the_public_names_who_reads_it(cast: Cast, as_person: As) -> None:
    said = {part: as_person(person).get("/corridor/").headers["X-Reader"] for part, person in cast.people().items()}
    assert len(set(said.values())) == len(said)
    assert Client().get("/corridor/").headers.get("X-Reader") == "nobody 0"
