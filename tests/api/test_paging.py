"""Pages of the API by cursor, and filters that say what they take."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from api.paging import Filter, answer, moment_in, one_of
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


def test_a_cursor_that_says_a_number_where_a_moment_stands_is_refused(db: None) -> None:
    cursor = base64.urlsafe_b64encode(b"[5, 5, false]").decode()
    answered = Client().get(f"/api/v1/corridor/conditions/?cursor={cursor}")
    assert (answered.status_code, list(answered.json()["errors"])) == (400, ["cursor"])


def test_a_filter_s_reason_is_what_the_asker_reads(network: None) -> None:
    def by(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        raise ValueError(f"Not {words}.")

    with pytest.raises(ValidationError, match=r"Not this\."):
        asked("own=this", own=by)


@pytest.mark.parametrize("order", ["kind", "-kind", "slug", "-pk"])
def test_forth_and_back_are_the_same_pages_however_many_share_a_value(network: None, order: str) -> None:
    """By kind many rows are alike: going by the value alone would lose or double some."""

    def page(query: str) -> dict[str, Any]:
        request = Request(APIRequestFactory().get(f"/x/?{query}"))
        found = answer(request, Node.objects.all(), filters={}, order=order, shape=lambda node: {"pk": node.pk})
        assert found.data
        return dict(found.data)

    forth, query = [], "limit=7"
    while query:
        forth.append(page(query))
        query = (forth[-1]["next"] or "").partition("?")[2]
    seen = [row["pk"] for each in forth for row in each["results"]]
    sign = "-" if order.startswith("-") else ""
    assert seen == list(Node.objects.order_by(order, f"{sign}pk").values_list("pk", flat=True))
    back = [forth[-1]]
    while back[-1]["previous"]:
        back.append(page(back[-1]["previous"].partition("?")[2]))
    assert [each["results"] for each in reversed(back)] == [each["results"] for each in forth]
    assert (forth[0]["previous"], forth[-1]["next"], len(back)) == (None, None, len(forth))


@pytest.mark.parametrize("said", ["[]", "[1]", "null", "[null,1,false]", "[\"\\u0000\",1,false]", "[1,\"x\",true]", "[1,1,1]", "{}", "x", "[\"soon\",1,false]"])  # fmt: skip
def test_a_cursor_that_is_none_of_ours_is_refused(network: None, said: str) -> None:
    cursor = base64.urlsafe_b64encode(said.encode()).decode()
    with pytest.raises(ValidationError):
        answer(
            Request(APIRequestFactory().get(f"/x/?cursor={cursor}")),
            Node.objects.all(), filters={}, order="pk", shape=dict,
        )  # fmt: skip


@pytest.mark.parametrize(
    "said", ["soon", "2026-11-25T06:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_what_is_no_moment_is_refused_with_its_reason(said: str) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        moment_in(said)


def test_a_moment_is_the_same_by_every_offset_also_by_those_that_the_database_does_not_know() -> None:
    assert moment_in("2026-11-25T06:00:00+19:26") == datetime(2026, 11, 24, 10, 34, tzinfo=UTC)
    assert moment_in("2026-11-25T06:00:00-17:36").utcoffset() == timedelta(0)
