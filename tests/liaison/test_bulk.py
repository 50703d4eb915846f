"""Many rows with one statement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from liaison.bulk import copy_text, insert_rows, next_ids, update_rows
from liaison.models import Organization
from tests.conftest import Cast

AT, HOUR = datetime(2026, 3, 1, 9, 30, 15, 123457, tzinfo=UTC), timedelta(hours=1)
TABLE = "liaison_organization"
TYPES = {"name": "text", "kind": "text", "country": "text"}


def names() -> list[str]:
    return list(Organization.objects.order_by("pk").values_list("name", flat=True))


def test_it_writes_every_row_with_one_query(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert insert_rows(TABLE, TYPES, [(f"Firm {n}", "importer", "RW") for n in range(100)]) == 100
    assert names() == [f"Firm {n}" for n in range(100)]


def test_no_rows_are_no_query(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert insert_rows(TABLE, TYPES, []) == 0


def test_it_counts_what_a_conflict_leaves_out(db: None) -> None:
    rows = [("One", "importer", "RW"), ("Two", "importer", "RW")]
    assert insert_rows(TABLE, TYPES, rows[:1]) == 1
    assert insert_rows(TABLE, TYPES, rows, "ON CONFLICT DO NOTHING") == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(TABLE, TYPES, rows)


@pytest.mark.parametrize(
    "name", ["'; DROP TABLE liaison_organization; --", "%s %(x)s {a,b}", "Ünïcödé 道", 'a"b\\c', "NULL"]
)
def test_values_are_only_ever_values(db: None, name: str) -> None:
    insert_rows(TABLE, TYPES, [(name, "importer", "RW")])
    assert names() == [name]


@pytest.mark.parametrize(
    ("row", "failure"),
    [
        (("Short",), ValueError),
        ((None, "importer", "RW"), IntegrityError),
        (("n", "importer", "Rwanda"), DataError),
    ],
)
def test_a_wrong_row_is_an_error(db: None, row: tuple[Any, ...], failure: type[Exception]) -> None:
    with pytest.raises(failure), transaction.atomic():
        insert_rows(TABLE, TYPES, [("Good", "importer", "RW"), row])
    assert names() == []


def test_rows_are_saved_with_one_query_as_they_are(
    db: None, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    names = ["Ünï 道", 'a"b\\c\n', "%s {a,b}", "NULL"]
    rows = [Organization.objects.create(name=f"Firm {n}", kind="importer", address="Here") for n in range(4)]
    for number, (row, name) in enumerate(zip(rows, names, strict=True)):
        row.name, row.decided_by, row.decided_at, row.address = name, cast.officer, AT + number * HOUR, "Elsewhere"
    rows[3].decided_by = rows[3].decided_at = None
    with django_assert_num_queries(1):
        update_rows(rows, ["name", "decided_by", "decided_at"])
    found = Organization.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    assert [(row.name, row.decided_by, row.decided_at, row.address) for row in found] == [
        *((names[number], cast.officer, AT + number * HOUR, "Here") for number in range(3)),
        ("NULL", None, None, "Here"),
    ]


def test_a_value_that_does_not_fit_is_saved_in_no_row(db: None) -> None:
    rows = [Organization.objects.create(name=f"Firm {n}", kind="importer") for n in range(2)]
    rows[0].country, rows[1].country = "KE", "Kenya"
    with pytest.raises(DataError), transaction.atomic():
        update_rows(rows, ["country"])
    assert set(Organization.objects.values_list("country", flat=True)) == {"RW"}


def test_no_rows_to_save_are_no_query(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        update_rows([], ["country"])


def test_ids_are_new_ascending_and_never_given_twice(db: None) -> None:
    first, second = next_ids(TABLE, 5), next_ids(TABLE, 3)
    assert (len(first), len(second), next_ids(TABLE, 0)) == (5, 3, [])
    assert first + second == sorted({*first, *second})
    assert Organization.objects.create(name="Later", kind="importer").pk > second[-1]


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("Africa/Kigali"), ZoneInfo("UTC"), timezone(timedelta(hours=-9.5))])
def test_a_moment_is_copied_as_it_is_by_whatever_clock(db: None, zone: Any) -> None:
    moments = [AT.astimezone(zone), AT.astimezone(zone).replace(microsecond=0), datetime(987, 1, 2, 3, tzinfo=UTC)]
    lines = copy_text([(moment,) for moment in moments]).read().splitlines()
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(%s)::timestamptz", [lines])
        assert [moment for (moment,) in cursor.fetchall()] == moments
