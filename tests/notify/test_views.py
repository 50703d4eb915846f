"""The inbox in the portal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from liaison.models import Person
from notify.models import Notice
from tests.conftest import Cast
from tests.notify.conftest import MOVE, Tell

As = Callable[[Person | None], Client]


def refs(client: Client, url: str = "/inbox/") -> list[str]:
    answer = client.get(url)
    assert answer.status_code == 200
    return [row["words"].subject.split(":")[0] for row in answer.context["rows"]]


def test_it_shows_the_persons_own_newest_first(cast: Cast, as_person: As, tell: Tell) -> None:
    tell(cast.importer, ref="RW26-000001")
    tell(cast.importer, cast.agent, ref="RW26-000002")
    tell(cast.stranger, ref="RW26-000003")
    assert refs(as_person(cast.importer)) == ["RW26-000002", "RW26-000001"]
    assert refs(as_person(cast.agent)) == ["RW26-000002"]
    assert refs(as_person(cast.official)) == []


def test_reading_all_marks_the_persons_own(cast: Cast, as_person: As, tell: Tell) -> None:
    tell(cast.importer, cast.agent)
    client = as_person(cast.importer)
    assert [row["is_read"] for row in client.get("/inbox/").context["rows"]] == [False]
    answer = client.post("/inbox/read/")
    assert (answer.status_code, answer["Location"]) == (302, "/inbox/")
    assert [row["is_read"] for row in client.get("/inbox/").context["rows"]] == [True]
    assert [row["is_read"] for row in as_person(cast.agent).get("/inbox/").context["rows"]] == [False]


def test_who_may_come_in(cast: Cast, as_person: As, tell: Tell) -> None:
    roleless = Person.objects.create(email="nobody@portal.example", name="Nobody")
    tell(cast.importer)
    for method, url in (("get", "/inbox/"), ("post", "/inbox/read/")):
        visitor = getattr(as_person(None), method)(url)
        assert (visitor.status_code, visitor["Location"]) == (302, f"/accounts/login/?next={url}")
        assert getattr(as_person(roleless), method)(url).status_code == 403
    assert as_person(cast.importer).get("/inbox/read/").status_code == 405
    assert not Notice.objects.filter(read_at__isnull=False).exists()


def test_what_senders_wrote_is_escaped(cast: Cast, as_person: As, tell: Tell) -> None:
    tell(cast.importer, goods="<script>alert(1)</script>", moves=[{**MOVE, "place": "<b>Gate</b>"}])
    text = as_person(cast.importer).get("/inbox/").content.decode()
    assert "to be told of “Movements of my cargo”." in text
    assert 'href="/me/notifications/">Choose what you are told' in text
    assert "<script>alert" not in text
    assert "<b>Gate" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_it_pages_and_costs_the_same_for_one_row_as_for_thirty(
    cast: Cast, as_person: As, tell: Tell, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_person(cast.importer)
    tell(cast.importer, ref="RW26-000000")
    with django_assert_num_queries(3) as counted:
        client.get("/inbox/")
    for number in range(1, 35):
        tell(cast.importer, ref=f"RW26-{number:06d}")
    with django_assert_num_queries(len(counted)):
        first = client.get("/inbox/")
    shown = refs(client) + refs(client, first.context["page"].next_url)
    assert shown == [f"RW26-{number:06d}" for number in reversed(range(35))]


@pytest.mark.parametrize("cursor", ["%00", "%ff%fe", "WzFd", "x" * 4000, "W251bGwsIDFlOTk5XQ"])
def test_a_damaged_cursor_is_the_first_page(cast: Cast, as_person: As, tell: Tell, cursor: str) -> None:
    tell(cast.importer, ref="RW26-000001")
    assert refs(as_person(cast.importer), f"/inbox/?cursor={cursor}") == ["RW26-000001"]
