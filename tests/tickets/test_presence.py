"""Who else has a ticket before her, and who is writing in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.models import Consignment
from liaison.models import Person
from liaison.people import add_person
from tests.conftest import AT, Cast
from tests.tickets.conftest import opened
from tickets.models import Presence, Ticket
from tickets.presence import LOOKS, TYPES, Others, note_presence, others_at

MOMENT = timedelta(microseconds=1)
As = Callable[[Person | None], Client]


def test_others_are_shown_for_as_long_as_they_look_or_write(
    ticket: Ticket, cast: Cast, second: Person, as_person: As
) -> None:
    now = timezone.now()

    def seen(seconds: int) -> tuple[list[str], list[str]]:
        others = others_at(ticket, person=cast.officer, at=now + timedelta(seconds=seconds))
        return others.looking, others.typing

    note_presence(ticket=ticket, person=cast.officer, is_typing=True, at=now)
    assert seen(0) == ([], [])
    note_presence(ticket=ticket, person=second, is_typing=True, at=now)
    note_presence(ticket=ticket, person=second, is_typing=False, at=now + timedelta(seconds=20))
    assert [seen(seconds) for seconds in (21, 31, 69, 71)] == [
        (["Second"], ["Second"]),
        (["Second"], []),
        (["Second"], []),
        ([], []),
    ]
    assert Presence.objects.count() == 2
    url = f"/tickets/{ticket.ref}/presence/"
    part = as_person(cast.officer).post(url, headers={"HX-Request": "true"}).content.decode()
    assert "Is writing here now: Second" in part
    assert as_person(second).post(url).headers["Location"] == f"/tickets/{ticket.ref}/"


def test_a_look_ends_after_fifty_seconds_and_typing_after_thirty(ticket: Ticket, cast: Cast, second: Person) -> None:
    now = timezone.now()
    note_presence(ticket=ticket, person=second, is_typing=True, at=now)
    moments = [LOOKS - MOMENT, LOOKS, TYPES - MOMENT, TYPES]
    seen = [others_at(ticket, person=cast.officer, at=now + after) for after in moments]
    assert [(len(others.looking), len(others.typing)) for others in seen] == [(1, 0), (0, 0), (1, 1), (1, 0)]


def test_who_looks_at_another_ticket_is_not_here(
    ticket: Ticket, cast: Cast, second: Person, consignment: Consignment
) -> None:
    now, other = timezone.now(), opened(cast, consignment, title="Another")
    note_presence(ticket=other, person=second, is_typing=True, at=now)
    assert others_at(ticket, person=cast.officer, at=now) == Others(looking=[], typing=[])
    assert others_at(other, person=cast.officer, at=now) == Others(looking=["Second"], typing=["Second"])


def test_others_are_named_in_order_and_by_one_query(ticket: Ticket, cast: Cast, second: Person) -> None:
    now = timezone.now()
    for name in ("Zawadi", "Alice", "Mugisha"):
        person = add_person(email=f"{name}@portal.example", name=name, role="officer", by=None, at=AT)
        note_presence(ticket=ticket, person=person, is_typing=name == "Alice", at=now)
    note_presence(ticket=ticket, person=second, is_typing=False, at=now)
    with CaptureQueriesContext(connection) as queries:
        others = others_at(ticket, person=cast.officer, at=now)
    assert others == Others(looking=["Alice", "Mugisha", "Second", "Zawadi"], typing=["Alice"])
    assert len(queries) == 1


def test_looking_again_is_the_same_row_and_one_statement(ticket: Ticket, second: Person) -> None:
    now = timezone.now()
    for seconds in range(3):
        with CaptureQueriesContext(connection) as queries:
            note_presence(ticket=ticket, person=second, is_typing=seconds == 0, at=now + timedelta(seconds=seconds))
        assert len([query for query in queries if "INSERT" in query["sql"]]) == 1
    row = Presence.objects.get()
    assert (row.seen_at, row.typed_at) == (now + timedelta(seconds=2), now)


@pytest.mark.parametrize(("part", "status"), [("importer", 403), ("desk", 403), ("official", 403), ("officer", 200)])
def test_only_the_office_asks_who_is_here(ticket: Ticket, cast: Cast, as_person: As, part: str, status: int) -> None:
    client = as_person(cast.people()[part])
    answer = client.post(f"/tickets/{ticket.ref}/presence/", headers={"HX-Request": "true"})
    assert (answer.status_code, Presence.objects.count()) == (status, int(status == 200))
    assert client.get(f"/tickets/{ticket.ref}/presence/").status_code == 405
    assert as_person(cast.officer).post("/tickets/T26-999999/presence/").status_code == 404
