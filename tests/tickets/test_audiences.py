"""Who is told of what happens in a ticket."""

from __future__ import annotations

import pytest
from django.utils import timezone

from cargo.models import Consignment, Nomination
from liaison.journal import record
from liaison.models import Membership, Organization
from notify.models import Notice
from tests.conftest import AT, Cast, somebody
from tests.tickets.conftest import opened
from tickets.audiences import agency_side, mentioned, office_people, office_side, tell, trade_side, watch
from tickets.models import Category, Ticket
from tickets.opening import Opening, open_ticket

NOW = timezone.now()


def by_phone(cast: Cast, consignment: Consignment) -> Ticket:
    opening = Opening(
        category=Category.objects.get(code="INFO"), title="Called", consignments=[consignment], caller="Jean"
    )
    return open_ticket(opening=opening, by=cast.officer, at=NOW)


def test_whoever_opened_it_is_told_and_not_all_of_her_firm(ticket: Ticket, cast: Cast) -> None:
    somebody(cast.importer_firm, "member")
    assert trade_side(ticket) == {cast.importer.pk}


def test_of_what_a_caller_or_the_portal_reported_the_whole_firm_is_told(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    other = somebody(cast.importer_firm, "readonly")
    gone = somebody(cast.importer_firm, "member", "gone@portal.example")
    Membership.objects.filter(person=gone).update(suspended_at=AT)
    assert trade_side(by_phone(cast, consignment)) == {cast.importer.pk, other.pk}


def test_an_agent_who_opened_it_is_told_as_long_as_she_may_see_it(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    opening = Opening(category=Category.objects.get(code="INFO"), title="Agent's", consignments=[consignment])
    ticket = open_ticket(opening=opening, by=cast.agent, at=NOW)
    assert (ticket.organization, trade_side(ticket)) == (cast.importer_firm, {cast.agent.pk})
    Nomination.objects.update(ended_at=AT)
    assert trade_side(ticket) == set()


def test_a_watcher_of_the_firm_is_told_and_a_stranger_who_watches_is_not(ticket: Ticket, cast: Cast) -> None:
    other = somebody(cast.importer_firm, "member")
    watch(ticket, {other.pk, cast.stranger.pk, cast.officer.pk}, at=NOW)
    assert trade_side(ticket) == {cast.importer.pk, other.pk}
    assert office_side(ticket) == {cast.officer.pk}


def test_the_office_side_is_whoever_has_it_and_its_watchers(ticket: Ticket, cast: Cast) -> None:
    other = somebody(Membership.objects.get(person=cast.officer).organization, "supervisor")
    assert (office_side(ticket), set(office_people())) == (set(), {cast.officer.pk, other.pk})
    ticket.assignee = other
    assert office_side(ticket) == {other.pk}


def test_an_agencys_desk_is_told_and_not_its_officials(cast: Cast, kpa: Organization) -> None:
    somebody(kpa, "official")
    assert agency_side(kpa) == {cast.desk.pk}


def test_nobody_is_told_of_her_own_doing(ticket: Ticket, cast: Cast) -> None:
    entry = record(kind="tickets.said", subject="ticket", key=ticket.ref, by=cast.importer, at=NOW, ref=ticket.ref)
    assert tell(entry, {cast.importer.pk, cast.officer.pk}, at=NOW) == 2
    assert set(Notice.objects.values_list("person", flat=True)) == {cast.officer.pk}


@pytest.mark.parametrize(
    ("text", "is_called"),
    [
        ("@officer look", True),
        ("please, @Officer.", True),
        ("(@officer)", True),
        ("officer@portal.example wrote", False),
        ("mail to x@officer", False),
        ("@officers", False),
        ("@importer", False),
        ("@", False),
    ],
)
def test_a_name_is_the_part_of_an_address_before_its_sign(cast: Cast, text: str, is_called: bool) -> None:
    assert mentioned(text) == ([cast.officer] if is_called else [])


def test_a_ticket_without_a_firm_is_told_to_nobody_of_the_trade(cast: Cast, categories: None) -> None:
    opening = Opening(category=Category.objects.get(code="INFO"), title="Nobody's", caller="Somebody")
    assert trade_side(open_ticket(opening=opening, by=cast.officer, at=NOW)) == set()
    assert trade_side(opened(cast)) == {cast.importer.pk}
