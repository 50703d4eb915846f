"""Each side is told of what it would see on the ticket's page, and of no more."""

from __future__ import annotations

import pytest
from django.utils import timezone

from liaison.models import Organization, Person
from tests.conftest import Cast
from tickets.conversation import Saying, say
from tickets.handling import assign, tag
from tickets.handovers import hand_over
from tickets.log import Stale, held
from tickets.models import Ticket

NOW = timezone.now()


def told(ticket: Ticket, by: Person | None, version: int = 0) -> list[str]:
    """What a stale page of hers says, after its first line."""
    with pytest.raises(Stale) as stale:
        held(ticket, version=version, by=by)
    return stale.value.messages[1:]


def test_a_stale_page_tells_each_side_what_it_may_know(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    officer = cast.officer
    assign(ticket=ticket, to=officer, by=officer, at=NOW)
    tag(ticket=ticket, tags=["fraud"], by=officer, at=NOW)
    say(ticket=ticket, saying=Saying(text="Between us", kind="note"), by=officer, at=NOW)
    say(ticket=ticket, saying=Saying(text="We look"), by=officer, at=NOW)
    hand_over(ticket=ticket, agency=kpa, words="For KPA", by=officer, at=NOW)
    say(ticket=ticket, saying=Saying(text="To KPA", kind="agency"), by=officer, at=NOW)
    public = ["The liaison office replied.", "The liaison office handed it over to KPA."]
    assert told(ticket, cast.importer, 2) == told(ticket, cast.agent, 2) == public
    assert told(ticket, cast.desk, 2) == [*public, "The liaison office wrote."]
    assert len(told(ticket, officer, 2)) == 6
    assert told(ticket, None, 2) == []


def test_cargo_is_named_to_those_who_may_know_it(ticket: Ticket, cast: Cast) -> None:
    cargo = f"{ticket.concerned.get().consignment.ref} was attached as it stood."
    assert [cargo in told(ticket, person) for person in (cast.importer, cast.officer)] == [True, True]
    assert told(ticket, cast.stranger) == ["Importer opened the ticket."]
