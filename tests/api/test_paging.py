"""Pages of the API by cursor, and filters that say what they take."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from api.paging import Filter, answer, one_of
from corridor.models import Node


def asked(query: str, **filters: Filter) -> list[str]:
    request = Request(APIRequestFactory().get(f"/x/?{query}"))
    found = answer(request, Node.objects.all(), filters=filters, order="slug", shape=lambda node: {"slug": node.slug})
    assert found.data
    return [row["slug"] for row in found.data["results"]]


def slugs(**narrowed: Any) -> list[str]:
    return sorted(Node.objects.filter(**narrowed).values_list("slug", flat=True))


def test_a_filter_narrows_and_others_are_left_alone(network: None) -> None:
    kind, country = one_of("kind", lambda: ["port", "city"]), one_of("country", lambda: ["KE", "UG"])
    assert asked("", kind=kind, country=country) == slugs()
    assert asked("kind=city", kind=kind, country=country) == slugs(kind="city")
    assert asked("kind=city&country=UG", kind=kind, country=country) == slugs(kind="city", country="UG")
    assert asked("limit=2", kind=kind) == slugs()[:2]


@pytest.mark.parametrize(
    "query", ["kind=town", "kind=", "kind=%00", "kinds=city", "limit=501", "limit=-1", "cursor=rubbish"]
)
def test_what_is_not_understood_is_refused(network: None, query: str) -> None:
    with pytest.raises(ValidationError) as refused:
        asked(query, kind=one_of("kind", lambda: ["port", "city"]))
    assert list(refused.value.get_full_details()) == [query.partition("=")[0]]


def test_a_filter_s_reason_is_what_the_asker_reads(network: None) -> None:
    def by(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        raise ValueError(f"Not {words}.")

    with pytest.raises(ValidationError, match=r"Not this\."):
        asked("own=this", own=by)
