"""Querysets that are compiled once: they answer as if they were asked anew."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from liaison.models import Membership, Organization
from liaison.prepared import Prepared
from tests.conftest import Cast


def test_other_values_have_other_rows(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    named = Prepared(lambda names: Organization.objects.filter(name__any=names).order_by("name"))
    firms = [cast.importer_firm, cast.stranger_firm]
    with django_assert_num_queries(4):
        assert named([cast.agent_firm.name]) == [cast.agent_firm]
        assert named(sorted(firm.name for firm in firms)) == sorted(firms, key=lambda firm: firm.name)
        assert named([]) == []
        assert named([cast.agent_firm.name]) == [cast.agent_firm]


def test_it_is_made_once(cast: Cast) -> None:
    made = []

    def make(people: list[int]) -> QuerySet[Organization]:
        made.append(people)
        return Organization.objects.filter(membership__person__any=people)

    firms_of = Prepared(make)
    assert [firms_of([person.pk]) for person in (cast.importer, cast.agent)] == [
        [cast.importer_firm],
        [cast.agent_firm],
    ]
    assert len(made) == 1


def test_each_value_has_its_place(cast: Cast) -> None:
    asked = Prepared(
        lambda roles, people: Membership.objects.filter(
            person__any=people, suspended_at__isnull=True, role__any=roles
        ).values_list("person__email", "organization__name")
    )
    both = [cast.importer.pk, cast.agent.pk]
    assert asked(["member"], both) == [(cast.agent.email, cast.agent_firm.name)]
    assert asked(["owner"], both) == [(cast.importer.email, cast.importer_firm.name)]
    assert asked(["owner"], [cast.agent.pk]) == []


def test_what_is_joined_is_fetched_with_it(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    held = Prepared(lambda people: Membership.objects.select_related("organization").filter(person__any=people))
    with django_assert_num_queries(1):
        assert [each.organization.name for each in held([cast.importer.pk])] == [cast.importer_firm.name]


def test_nothing_need_be_given(cast: Cast) -> None:
    verified = Prepared(lambda: Organization.objects.verified().order_by("pk"))
    assert verified() == list(Organization.objects.verified().order_by("pk"))
    Organization.objects.filter(pk=cast.importer_firm.pk).update(standing=Organization.Standing.PENDING)
    assert cast.importer_firm not in verified()


@pytest.mark.parametrize("name", ["'; DROP TABLE liaison_organization; --", "%s %(x)s {a,b}", 'a"b\\c', "NULL"])
def test_values_are_only_ever_values(cast: Cast, name: str) -> None:
    named: Prepared[Any] = Prepared(lambda names: Organization.objects.filter(name__any=names).values_list("name"))
    assert named([name]) == []
    Organization.objects.create(name=name, kind=Organization.Kind.IMPORTER)
    assert named([name]) == [(name,)]


def planned() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement FROM pg_prepared_statements WHERE name LIKE 'prepared_%%' ORDER BY prepare_time"
        )
        return [statement for (statement,) in cursor.fetchall()]


def test_each_connection_plans_it_once_also_where_what_asked_first_came_to_nothing(cast: Cast) -> None:
    named = Prepared(lambda names: Organization.objects.filter(name__any=names, country="RW"))
    before = planned()
    with contextlib.suppress(ValueError), transaction.atomic():
        named([cast.importer_firm.name])
        raise ValueError
    assert [named([cast.importer_firm.name]), named([])] == [[cast.importer_firm], []]
    (statement,) = planned()[len(before) :]
    assert ("= ANY($1)" in statement.replace("(($1))", "($1)"), "'RW'" in statement) == (True, True)


@pytest.mark.django_db(transaction=True)
def test_a_connection_made_anew_plans_it_anew(cast: Cast) -> None:
    named = Prepared(lambda names: Organization.objects.filter(name__any=names))
    for _time in range(2):
        assert named([cast.importer_firm.name]) == [cast.importer_firm]
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_between_two_requests_is_made_anew_and_plans_it_anew(cast: Cast) -> None:
    named = Prepared(lambda names: Organization.objects.filter(name__any=names))
    assert named([cast.importer_firm.name]) == [cast.importer_firm]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (broken,) = cursor.fetchone()
    other = connection.copy()
    with contextlib.closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [broken])
    close_old_connections()
    assert named([cast.importer_firm.name]) == [cast.importer_firm]


def test_behind_a_pooler_nothing_is_left_in_a_session(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    named = Prepared(lambda kinds, names: Organization.objects.filter(name__any=names, kind__any=kinds))
    before = planned()
    assert named([cast.importer_firm.kind], [cast.importer_firm.name]) == [cast.importer_firm]
    assert planned() == before
