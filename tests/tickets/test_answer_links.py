"""Links to one ticket: made from the portal's key, alone alive, counted, and never led to by a guess."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from pytest_django import Settings

from liaison.focal_points import Entry as Point
from liaison.focal_points import add_focal_point
from liaison.models import JournalEntry, Organization
from liaison.people import add_organization
from tests.conftest import AT, Cast
from tests.tickets.conftest import opened
from tickets.answer_links import (
    LASTS,
    address_at,
    find_link,
    note_answered,
    note_opened,
    offer_link,
    revoke_link,
    token_of,
    was_link,
)
from tickets.handovers import hand_over
from tickets.models import AnswerLink, Ticket

NOW = timezone.now()
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def theirs(cast: Cast, ticket: Ticket) -> Ticket:
    """A ticket that an agency without an address has: no link has gone out."""
    agency = add_organization(name="KEBS", kind="agency", country="KE", by=None, at=AT)
    hand_over(ticket=ticket, agency=agency, words="Look", by=cast.officer, at=NOW)
    return Ticket.objects.select_related("agency").get()


def offered(ticket: Ticket, address: str = "a@kebs.example") -> AnswerLink:
    return offer_link(ticket=ticket, address=address, by=None, at=NOW)


@tries(max_examples=30)
@given(st.uuids(), st.uuids())
def test_a_token_is_of_its_seed_alone(one: UUID, other: UUID) -> None:
    tokens = [token_of(AnswerLink(seed=seed)) for seed in (one, one, other)]
    assert (tokens[0] == tokens[1], tokens[0] == tokens[2]) == (True, one == other)
    assert re.fullmatch(r"[\w-]{24}", tokens[0])
    assert str(one) not in tokens[0]


def test_with_another_key_the_token_cannot_be_shown_and_still_leads_there(theirs: Ticket, settings: Settings) -> None:
    link = offered(theirs)
    token = token_of(link)
    settings.SECRET_KEY = "another-key-entirely"
    assert token_of(link) == ""
    assert find_link(token, at=NOW) == link


def test_the_database_alone_opens_nothing(theirs: Ticket) -> None:
    link = offered(theirs)
    assert [find_link(word, at=NOW) for word in (link.token_digest, str(link.seed), "", "\x00", "é")] == [None] * 5
    assert [was_link(word) for word in (link.token_digest, "", token_of(link))] == [False, False, True]


def test_a_link_lasts_to_the_moment(theirs: Ticket) -> None:
    link = offered(theirs)
    token = token_of(link)
    assert link.expires_at == NOW + timedelta(days=30)
    assert [find_link(token, at=NOW + LASTS - MOMENT), find_link(token, at=NOW + LASTS)] == [link, None]
    # Who has it did not guess.
    assert was_link(token)


def test_a_new_link_ends_the_earlier_one_of_this_ticket_alone(theirs: Ticket, cast: Cast) -> None:
    other = opened(cast, title="Another")
    hand_over(ticket=other, agency=Organization.objects.get(name="KEBS"), words="x", by=cast.officer, at=NOW)
    elsewhere = offered(Ticket.objects.select_related("agency").get(pk=other.pk))
    first, second = offered(theirs), offered(theirs, "b@kebs.example")
    assert [find_link(token_of(link), at=NOW) for link in (first, second, elsewhere)] == [None, second, elsewhere]
    first.refresh_from_db()
    assert (first.revoked_at, first.revoked_by) == (NOW, None)


def test_revoking_twice_is_told_once(theirs: Ticket, cast: Cast) -> None:
    link = offered(theirs)
    assert [revoke_link(link=link, by=cast.officer, at=NOW) for _time in range(2)] == [True, False]
    assert find_link(token_of(link), at=NOW) is None
    told = JournalEntry.objects.filter(kind__startswith="tickets.answer_link").order_by("pk")
    assert [(entry.kind, entry.key, entry.data) for entry in told] == [
        (f"tickets.answer_link_{what}", theirs.ref, {"link": link.pk, "agency": "KEBS"}) for what in ("made", "revoked")
    ]
    assert token_of(link) not in str(list(told.values()))


def test_looks_and_answers_are_counted_on_the_row_itself(theirs: Ticket) -> None:
    link, other = offered(theirs), AnswerLink.objects.get()
    for _time in range(3):
        # Two who have loaded it at the same time lose no count.
        note_opened(other, at=NOW)
        note_opened(link, at=NOW + MOMENT)
    note_answered(link)
    link.refresh_from_db()
    assert (link.opened, link.opened_at, link.answered) == (6, NOW + MOMENT, 1)


def test_a_link_to_a_ticket_that_another_agency_has_leads_nowhere(theirs: Ticket, kpa: Organization) -> None:
    link = offered(theirs)
    Ticket.objects.update(agency=kpa)
    assert find_link(token_of(link), at=NOW) is None
    Ticket.objects.update(agency=link.agency)
    assert find_link(token_of(link), at=NOW) == link


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"expires_at": NOW}, "answer_link_expires"),
        ({"opened": 1}, "answer_link_opened_when"),
        ({"opened_at": NOW}, "answer_link_opened_when"),
        ({"address": ""}, "answer_link_of_an_address"),
    ],
)
def test_what_must_never_be_false_of_a_link(theirs: Ticket, facts: dict[str, object], constraint: str) -> None:
    link = offered(theirs)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AnswerLink.objects.filter(pk=link.pk).update(**facts)
    with pytest.raises(IntegrityError, match="seed"), transaction.atomic():
        AnswerLink.objects.create(**{**_facts(link), "token_digest": "x"})
    with pytest.raises(IntegrityError, match="token_digest"), transaction.atomic():
        AnswerLink.objects.create(**{**_facts(link), "seed": uuid4()})


def _facts(link: AnswerLink) -> dict[str, object]:
    names = ("ticket", "agency", "address", "seed", "token_digest", "made_at", "expires_at")
    return {name: getattr(link, name) for name in names}


def test_links_are_for_the_eyes_of_the_office(theirs: Ticket, cast: Cast) -> None:
    offered(theirs)
    seen = {name: AnswerLink.objects.visible_to(person).count() for name, person in cast.people().items()}
    assert seen == dict.fromkeys(cast.people(), 0) | {"officer": 1}


@pytest.mark.parametrize(
    ("points", "own", "concern", "address"),
    [
        ([], "", "FUEL", ""),
        ([], "Office@KEBS.example", "FUEL", "office@kebs.example"),
        ([("One@KEBS.example", 1, ["INFO"])], "office@kebs.example", "FUEL", "one@kebs.example"),
        ([("one@k.example", 2, []), ("two@k.example", 1, [])], "", "FUEL", "two@k.example"),
        ([("one@k.example", 2, ["FUEL"]), ("two@k.example", 1, ["INFO"])], "", "FUEL", "one@k.example"),
        ([("", 1, ["FUEL"]), ("two@k.example", 2, [])], "office@k.example", "FUEL", "two@k.example"),
        ([("", 1, ["FUEL"])], "office@k.example", "FUEL", "office@k.example"),
    ],
)
def test_where_an_agency_reads_mail_about_a_concern(
    db: None, points: list[tuple[str, int, list[str]]], own: str, concern: str, address: str
) -> None:
    agency = add_organization(name="KEBS", kind="agency", country="KE", by=None, at=AT)
    agency.email = own
    for email, rank, concerns in points:
        entry = Point(name="Point", email=email, phone="+254700000000", rank=rank, concerns=concerns)
        add_focal_point(organization=agency, entry=entry, by=None, at=AT)
    assert address_at(agency, concern) == address
