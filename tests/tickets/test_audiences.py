"""Who is told of what happens in a ticket: each side for itself, and nobody who may not see it any more."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.models import Consignment, Nomination
from liaison.models import JournalEntry, Membership, Organization, Person
from liaison.people import add_organization
from notify.models import Notice
from tests.conftest import AT, Cast, somebody
from tests.tickets.conftest import opened
from tickets.audiences import (
    agency_side,
    mentioned,
    office_people,
    office_side,
    tell,
    trade_side,
    trade_sides,
    watch,
)
from tickets.models import Category, Ticket, Watch
from tickets.opening import Opening, open_ticket

NOW = timezone.now()


def may_still_see(person: Person, ticket: Ticket) -> bool:
    return Ticket.objects.visible_to(Person.objects.get(pk=person.pk)).filter(pk=ticket.pk).exists()


def named(ids: set[int] | list[int]) -> list[str]:
    """The parts that these people play, in order."""
    found = Person.objects.filter(pk__in=ids).order_by("email")
    return [email.partition("@")[0] for email in found.values_list("email", flat=True)]


def office_of(cast: Cast) -> Organization:
    return Membership.objects.get(person=cast.officer).organization


# The trade's side


def test_who_opened_it_is_told_and_not_all_of_her_firm(ticket: Ticket, cast: Cast) -> None:
    somebody(cast.importer_firm, "member", "colleague@portal.example")
    assert named(trade_side(ticket)) == ["importer"]


def test_a_colleague_and_an_agent_who_watch_are_told_as_well(ticket: Ticket, cast: Cast) -> None:
    colleague = somebody(cast.importer_firm, "readonly", "colleague@portal.example")
    second = somebody(cast.agent_firm, "member", "zenith@portal.example")
    watch(ticket, {colleague.pk, second.pk, cast.officer.pk, cast.stranger.pk, cast.desk.pk}, at=NOW)
    assert named(trade_side(ticket)) == ["colleague", "importer", "zenith"]
    # A desk that watches is told for as long as its agency has the ticket, or had it last.
    Ticket.objects.update(agency=Organization.objects.get(name="KPA"))
    assert named(trade_side(Ticket.objects.get())) == ["colleague", "desk", "importer", "zenith"]
    Nomination.objects.update(ended_at=AT)
    Ticket.objects.update(agency=Organization.objects.get(name="KRA"))
    assert named(trade_side(Ticket.objects.get())) == ["colleague", "importer"]


def test_for_whom_somebody_acts_just_now_narrows_no_news(ticket: Ticket, cast: Cast) -> None:
    Membership.objects.create(person=cast.importer, organization=cast.stranger_firm, role="member")
    Person.objects.filter(pk=cast.importer.pk).update(acting_for=cast.stranger_firm)
    assert not may_still_see(cast.importer, ticket)
    assert named(trade_side(Ticket.objects.get())) == ["importer"]


def test_many_tickets_cost_as_many_queries_as_one(ticket: Ticket, cast: Cast, consignment: Consignment) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            trade_sides(list(Ticket.objects.all()))
        return len(queries)

    one = cost()
    for number in range(5):
        opened(cast, consignment, title=f"Another {number}")
    assert cost() == one <= 8


def test_what_the_office_or_the_portal_opened_is_told_to_all_of_the_firm(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    somebody(cast.importer_firm, "readonly", "reader@portal.example")
    for by, caller in ((cast.officer, ""), (None, ""), (cast.officer, "Jean")):
        opening = Opening(
            category=Category.objects.get(code="INFO"), title="Seen", consignments=[consignment], caller=caller
        )
        assert named(trade_side(open_ticket(opening=opening, by=by, at=NOW))) == ["importer", "reader"]


def test_a_ticket_of_no_firm_is_told_to_nobody_of_the_trade(cast: Cast, categories: None) -> None:
    opening = Opening(category=Category.objects.get(code="INFO"), title="By mail", caller="eve@elsewhere.example")
    ticket = open_ticket(opening=opening, by=None, at=NOW)
    watch(ticket, {cast.importer.pk, cast.stranger.pk}, at=NOW)
    assert trade_side(ticket) == set()


def test_an_agent_who_opened_it_hears_of_it_for_as_long_as_she_may_act(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    opening = Opening(category=Category.objects.get(code="INFO"), title="A question", consignments=[consignment])
    ticket = open_ticket(opening=opening, by=cast.agent, at=NOW)
    assert (ticket.organization, named(trade_side(ticket))) == (cast.importer_firm, ["agent"])
    Nomination.objects.update(ended_at=AT)
    assert (may_still_see(cast.agent, ticket), named(trade_side(ticket))) == (False, ["importer"])


def test_once_who_opened_it_has_left_the_rest_of_the_firm_is_told(ticket: Ticket, cast: Cast) -> None:
    for email in ("second@portal.example", "third@portal.example"):
        somebody(cast.importer_firm, "member", email)
    assert named(trade_side(ticket)) == ["importer"]
    Membership.objects.filter(person=cast.importer).delete()
    assert named(trade_side(ticket)) == ["second", "third"]


def test_who_left_or_was_suspended_is_told_nothing_even_if_she_watches(ticket: Ticket, cast: Cast) -> None:
    gone = somebody(cast.importer_firm, "member", "gone@portal.example")
    watch(ticket, {gone.pk, cast.importer.pk}, at=NOW)
    assert named(trade_side(ticket)) == ["gone", "importer"]
    Membership.objects.filter(person=gone).update(suspended_at=AT)
    assert named(trade_side(ticket)) == ["importer"]
    Membership.objects.filter(person=cast.importer).delete()
    assert named(trade_side(Ticket.objects.get())) == []


def test_each_of_the_cast_still_sees_what_is_hers(ticket: Ticket, cast: Cast) -> None:
    seen = {part: may_still_see(person, ticket) for part, person in cast.people().items()}
    assert seen == {
        "importer": True,
        "agent": True,
        "stranger": False,
        "officer": True,
        "desk": False,
        "official": False,
    }


# The office's and the agency's


def test_of_the_office_those_are_told_who_have_it_or_watch_it(ticket: Ticket, cast: Cast) -> None:
    second = somebody(office_of(cast), "supervisor", "second@portal.example")
    somebody(office_of(cast), "officer", "third@portal.example")
    assert office_side(ticket) == set()
    watch(ticket, {second.pk, cast.importer.pk, cast.desk.pk}, at=NOW)
    assert named(office_side(ticket)) == ["second"]
    Ticket.objects.update(assignee=cast.officer)
    assert named(office_side(Ticket.objects.get())) == ["officer", "second"]


def test_the_people_of_the_office_are_those_who_work_there_now(cast: Cast) -> None:
    office = office_of(cast)
    second = somebody(office, "supervisor", "second@portal.example")
    somebody(office, "official", "guest@portal.example")
    somebody(cast.importer_firm, "officer", "false@portal.example")
    gone = somebody(office, "officer", "gone@portal.example")
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    away = somebody(office, "officer", "away@portal.example")
    Membership.objects.filter(person=away).update(suspended_at=AT)
    assert {"officer", "second"} <= set(named(office_people()))
    assert {"gone", "away", "guest", "importer", "desk", "official"} & set(named(office_people())) == set()
    assert second.pk in office_people()


def test_an_agency_is_its_desk_and_not_that_of_another(cast: Cast, kpa: Organization) -> None:
    other = add_organization(name="Warehouse", kind="warehouse", by=None, at=AT)
    somebody(other, "desk", "other@portal.example")
    somebody(kpa, "official", "boss@portal.example")
    assert (named(agency_side(kpa)), named(agency_side(other))) == (["desk"], ["other"])
    Membership.objects.filter(person=cast.desk).update(suspended_at=AT)
    assert agency_side(kpa) == set()


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@officer look", ["officer"]),
        ("Ask @OFFICER, please.", ["officer"]),
        ("(@second) and @officer.", ["officer", "second"]),
        ("@second.", ["second"]),
        ("write to x@officer", []),
        ("officer@portal.example", []),
        ("a.@officer", []),
        ("@o", []),
        ("@importer @desk @official @agent", []),
        ("@officers", []),
        ("", []),
        ("@", []),
    ],
)
def test_only_people_of_the_office_are_called_by_their_name(cast: Cast, text: str, called: list[str]) -> None:
    somebody(office_of(cast), "officer", "second@portal.example")
    assert named([person.pk for person in mentioned(text)]) == called


# Telling


def test_watching_again_is_nothing_and_keeps_the_first_time(ticket: Ticket, cast: Cast) -> None:
    for at in (AT, NOW):
        watch(ticket, [cast.importer.pk, cast.officer.pk], at=at)
    watch(ticket, [], at=NOW)
    rows = Watch.objects.order_by("person__email").values_list("person__email", "since")
    assert list(rows) == [(cast.importer.email, AT), (cast.officer.email, AT)]
    assert str(Watch.objects.get(person=cast.officer)) == f"{cast.officer.pk} watches {ticket.pk}"


def test_who_did_it_is_not_told_and_nobody_is_told_twice(ticket: Ticket, cast: Cast) -> None:
    entry = JournalEntry.objects.get(kind="tickets.opened")
    assert entry.by == cast.importer
    for _again in range(2):
        tell(entry, [cast.importer.pk, cast.officer.pk, cast.officer.pk], at=NOW)
    rows = Notice.objects.filter(entry=entry, channel="inbox").values_list("person__email", flat=True)
    assert list(rows) == [cast.officer.email]
    assert tell(entry, set(), at=NOW) == 0


def test_of_two_tickets_each_has_its_own_watchers(ticket: Ticket, cast: Cast) -> None:
    other = opened(cast, title="Another")
    watch(other, {cast.officer.pk}, at=NOW)
    assert (office_side(ticket), named(office_side(other))) == (set(), ["officer"])
