"""Who else has a ticket before her, and who is writing in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from liaison.models import Person
from tests.conftest import Cast
from tickets.models import Presence, Ticket
from tickets.presence import note_presence, others_at

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
