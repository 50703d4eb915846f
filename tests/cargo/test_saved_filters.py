"""Filters that a person keeps: her own, a few, and nothing of an address but what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from cargo.models import SavedFilter
from cargo.saved_filters import MOST, filters_of, save_filter
from liaison.models import Person
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]
URL = "/consignments/filters/"


def kept(person: Person) -> list[tuple[str, str]]:
    return list(SavedFilter.objects.visible_to(person).order_by("name").values_list("name", "query"))


def test_what_is_asked_is_kept_and_nothing_else_of_the_address(cast: Cast, as_person: As) -> None:
    query = "q=UMUC&state=open&cursor=abc&list=papers&next=http://evil.example&kind="
    answer = as_person(cast.importer).post(URL, {"name": "Mine", "query": query})
    assert answer["Location"] == "/consignments/?q=UMUC&state=open&list=papers"
    assert kept(cast.importer) == [("Mine", "q=UMUC&state=open&list=papers")]
    page = as_person(cast.importer).get("/consignments/").content.decode()
    assert '<a href="/consignments/?q=UMUC&amp;state=open&amp;list=papers">Mine</a>' in page
    assert "Mine</a>" not in as_person(cast.agent).get("/consignments/").content.decode()


def test_each_has_her_own_by_name(cast: Cast) -> None:
    for person, name in ((cast.importer, "Sea"), (cast.importer, "Road"), (cast.agent, "Theirs")):
        save_filter(name=name, query="q=A", by=person, at=AT)
    found = {part: [kept.name for kept in filters_of(person)] for part, person in cast.people().items()}
    others = {part: names for part, names in found.items() if part not in ("importer", "agent")}
    assert (found["importer"], found["agent"], any(others.values())) == (["Road", "Sea"], ["Theirs"], False)


def test_the_same_name_is_asked_anew(cast: Cast) -> None:
    for query in ("q=A", "q=B"):
        save_filter(name="Mine", query=query, by=cast.importer, at=AT)
    save_filter(name="Mine", query="q=C", by=cast.agent, at=AT)
    assert (kept(cast.importer), kept(cast.agent)) == ([("Mine", "q=B")], [("Mine", "q=C")])


def test_a_few_are_enough(cast: Cast, as_person: As) -> None:
    for number in range(MOST):
        save_filter(name=f"F{number}", query="q=A", by=cast.importer, at=AT)
    with pytest.raises(ValidationError, match="20"):
        save_filter(name="One more", query="q=A", by=cast.importer, at=AT)
    save_filter(name="F0", query="q=B", by=cast.importer, at=AT)
    refused = as_person(cast.importer).post(URL, {"name": "One more", "query": ""}, follow=True)
    assert "Remove one first" in refused.content.decode()
    assert len(kept(cast.importer)) == MOST


@pytest.mark.parametrize("data", [{}, {"name": ""}, {"name": "x" * 41}, {"name": "a\x00b"}])
def test_a_filter_needs_a_name(cast: Cast, as_person: As, data: dict[str, Any]) -> None:
    answer = as_person(cast.importer).post(URL, data, follow=True)
    assert "at most 40 letters" in answer.content.decode()
    assert kept(cast.importer) == []


def test_it_is_removed_by_its_owner_alone(cast: Cast, as_person: As) -> None:
    mine = save_filter(name="Mine", query="q=\x00A", by=cast.importer, at=AT)
    assert mine.query == "q=A"
    url = f"{URL}{mine.pk}/remove/"
    assert as_person(cast.agent).post(url).status_code == 404
    assert as_person(cast.importer).get(url).status_code == 405
    assert as_person(cast.importer).post(url)["Location"] == "/consignments/"
    assert kept(cast.importer) == []


def test_the_database_keeps_a_name_once_and_none_without(cast: Cast) -> None:
    save_filter(name="Mine", query="", by=cast.importer, at=AT)
    for name in ("Mine", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedFilter.objects.create(person=cast.importer, name=name, query="", saved_at=AT)
