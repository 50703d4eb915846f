"""Keyset pages put together are the whole list; whatever stands in a cursor, there is a page."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Lower, Mod
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from liaison.models import JournalEntry, JournalMark, Organization
from liaison.paging import SIZE, Page, paginate
from tests.conftest import AT

REUSED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def page_of(rows: QuerySet[Any], url: str, **options: Any) -> Page[Any]:
    return paginate(rows, RequestFactory().get(url), **options)


def walk(rows: QuerySet[Any], **options: Any) -> list[list[int]]:
    """The keys on each page, from the first to the last."""
    pages, url = [], "/list/"
    while True:
        page = page_of(rows, url, **options)
        pages.append([row.pk for row in page.rows])
        if page.next_url is None:
            return pages
        url = page.next_url


def write(minutes: list[int]) -> None:
    entries = [
        JournalEntry(kind="test", subject="t", key=str(n), at=AT + timedelta(minutes=m, microseconds=m))
        for n, m in enumerate(minutes)
    ]
    for entry in JournalEntry.objects.bulk_create(entries):
        JournalMark.objects.create(entry=entry, reader="r")


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("order", ["", "at"])
@REUSED
@given(minutes=st.lists(st.integers(-2, 2), max_size=14), size=st.integers(1, 5))
def test_the_pages_together_are_the_list(
    db: None, order: str, oldest_first: bool, minutes: list[int], size: int
) -> None:
    with transaction.atomic():
        write(minutes)
        rows = JournalEntry.objects.all()
        pages = walk(rows, order=order, size=size, oldest_first=oldest_first)
        sign = "" if oldest_first else "-"
        whole = list(rows.order_by(*([f"{sign}{order}"] if order else []), f"{sign}pk").values_list("pk", flat=True))
        transaction.set_rollback(True)
    assert [pk for page in pages for pk in page] == whole
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert len(pages) == max(1, -(-len(minutes) // size))


NAMES = st.lists(st.text("aAbBéÉ 道'\"%_\\", min_size=1, max_size=3), max_size=12)


@REUSED
@given(names=NAMES, size=st.integers(1, 5))
def test_a_list_by_name_is_whole_as_the_database_sorts_it(db: None, names: list[str], size: int) -> None:
    with transaction.atomic():
        Organization.objects.bulk_create(Organization(name=name, kind="agent", standing="pending") for name in names)
        rows = Organization.objects.annotate(sort_name=Lower("name"))
        pages = walk(rows, order="sort_name", size=size, alphabetical=True)
        whole = list(rows.order_by("sort_name", "pk").values_list("pk", flat=True))
        transaction.set_rollback(True)
    assert [pk for page in pages for pk in page] == whole
    assert len(pages) == max(1, -(-len(names) // size))


def test_a_list_by_a_number_begins_with_the_highest_and_a_damaged_cursor_is_its_first_page(db: None) -> None:
    Organization.objects.bulk_create(
        Organization(name=f"Firm {number}", kind="agent", standing="pending") for number in range(7)
    )
    rows = Organization.objects.annotate(rank=Mod(F("pk"), 3))
    pages = walk(rows, order="rank", size=2, numeric=True)
    assert [pk for page in pages for pk in page] == list(rows.order_by("-rank", "-pk").values_list("pk", flat=True))
    for value in ("null", '"x"', "[]", "{}"):
        assert page_of(rows, f"/list/?cursor={coded(f'[{value}, 1]')}", order="rank", numeric=True).first_url is None


@pytest.mark.parametrize(
    "value", ["null", "1", "1.5", "[]", "{}", "true", '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udfff x"']
)
def test_a_damaged_name_is_the_first_page(db: None, value: str) -> None:
    Organization.objects.create(name="Akabuto", kind="agent")
    rows = Organization.objects.annotate(sort_name=Lower("name"))
    page = page_of(rows, f"/list/?cursor={coded(f'[{value}, 1]')}", order="sort_name", alphabetical=True)
    assert ([row.name for row in page.rows], page.first_url) == (["Akabuto"], None)


def test_a_later_page_begins_at_the_index(db: None) -> None:
    rows = Organization.objects.annotate(sort_name=Lower("name"))
    with CaptureQueriesContext(connection) as queries:
        page_of(rows, f"/list/?cursor={coded(json.dumps(['k', 1]))}", order="sort_name", alphabetical=True)
    (query,) = queries
    assert 'LOWER("liaison_organization"."name") >= \'k\'' in query["sql"]
    assert "OFFSET" not in query["sql"]


def test_an_order_may_follow_a_relation(db: None) -> None:
    write([3, 1, 2, 2, 1])
    marks = JournalMark.objects.select_related("entry")
    whole = list(marks.order_by("-entry__at", "-pk").values_list("pk", flat=True))
    assert [pk for page in walk(marks, order="entry__at", size=2) for pk in page] == whole


def test_rows_that_come_meanwhile_shift_nothing(db: None) -> None:
    write([0] * 5)
    rows = JournalEntry.objects.all()
    first = page_of(rows, "/list/", size=3)
    write([9] * 4)
    assert first.next_url is not None
    second = page_of(rows, first.next_url, size=3)
    assert [row.key for row in (*first.rows, *second.rows)] == ["4", "3", "2", "1", "0"]


def test_a_page_costs_one_query_and_keeps_the_filters(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    write([0] * (SIZE + 1))
    with django_assert_num_queries(1):
        page = page_of(JournalEntry.objects.all(), "/list/?q=a%26b&state=held&state=due&cursor=damaged")
    assert len(page.rows) == SIZE
    assert page.first_url is None
    assert page.next_url is not None
    query = parse_qs(urlsplit(page.next_url).query)
    assert {name: values for name, values in query.items() if name != "cursor"} == {
        "q": ["a&b"],
        "state": ["held", "due"],
    }
    second = page_of(JournalEntry.objects.all(), page.next_url)
    assert (len(second.rows), second.next_url) == (1, None)
    assert second.first_url == "/list/?q=a%26b&state=held&state=due"


def test_the_first_page_of_an_unfiltered_list_is_its_plain_address(db: None) -> None:
    write([0, 0])
    page = page_of(JournalEntry.objects.all(), "/list/", size=1)
    assert page.next_url is not None
    assert page_of(JournalEntry.objects.all(), page.next_url, size=1).first_url == "/list/"


def coded(value: str) -> str:
    return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")


DAMAGED = [
    "%00",
    "%ff%fe",
    "é道",
    "====",
    "A",
    "x" * 8000,
    coded(""),
    coded("null"),
    coded("[]"),
    coded("[1]"),
    coded("{}"),
    coded('[null, "x"]'),
    coded("[null, null]"),
    coded("[null, NaN]"),
    coded("[null, 1e999]"),
    coded("[" * 5000),
    coded(f"[null, {'9' * 5000}]"),
    coded('["2026-11-20T06:00:00", 1.5, 2]'),
]
DAMAGED_TIMES = [
    coded("[null, 1]"),
    coded('["yesterday", 1]'),
    coded('["2026-11-20T06:00:00", 1]'),
    coded('["0001-01-01T00:00:00+23:59", 1]'),
    coded('["9999-12-31T23:59:59-23:59", 1]'),
    coded('["2026-11-20T06:00:00+00:00", 1e999]'),
    coded('["\\u0000", 1]'),
]


@pytest.mark.parametrize("cursor", DAMAGED, ids=range(len(DAMAGED)))
@pytest.mark.parametrize("order", ["", "at"])
def test_a_damaged_cursor_is_the_first_page(db: None, cursor: str, order: str) -> None:
    write([0, 1, 2])
    page = page_of(JournalEntry.objects.all(), f"/list/?cursor={cursor}", order=order, size=2)
    assert [row.key for row in page.rows] == ["2", "1"]
    assert page.first_url is None


@pytest.mark.parametrize("cursor", DAMAGED_TIMES, ids=range(len(DAMAGED_TIMES)))
def test_a_damaged_time_is_the_first_page(db: None, cursor: str) -> None:
    write([0, 1, 2])
    page = page_of(JournalEntry.objects.all(), f"/list/?cursor={cursor}", order="at", size=2)
    assert [row.key for row in page.rows] == ["2", "1"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)
zoned = st.datetimes(timezones=st.timezones()).map(datetime.isoformat)


@pytest.mark.parametrize("order", ["", "at"])
@REUSED
@given(
    cursor=st.text(max_size=60)
    | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode())
    | st.one_of(json_values, st.tuples(zoned | json_values, st.integers() | json_values)).map(json.dumps).map(coded)
)
def test_whatever_stands_in_a_cursor_there_is_a_page(db: None, order: str, cursor: str) -> None:
    request = RequestFactory().get("/list/", {"cursor": cursor})
    with transaction.atomic():
        page = paginate(JournalEntry.objects.all(), request, order=order)
    assert page.next_url is None


def test_rows_are_fetched_by_their_keys_in_the_order_of_the_list(db: None) -> None:
    write([3, 1, 2])
    rows = JournalEntry.objects.filter(kind="test")
    ordered = list(rows.order_by("-at"))

    def beside(keys: list[int]) -> list[JournalEntry]:
        # As if the second had gone meanwhile.
        return [row for row in rows.filter(pk__in=keys).order_by("pk") if row.pk != ordered[1].pk]

    assert page_of(rows, "/list/", order="at", beside=beside).rows == [ordered[0], ordered[2]]
    # One that is gone does not end the list, even as the last of its page.
    assert walk(rows, order="at", beside=beside, size=2) == [[ordered[0].pk], [ordered[2].pk]]
