"""What can be done to a ticket, by whom and when; and the forms that ask for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cargo.models import Nomination
from liaison.models import Membership, Organization, Person
from tests.conftest import Cast, somebody
from tests.tickets.conftest import opened
from tickets.act_forms import ActForm
from tickets.acting import ACTS, acts_for, carry_out, kinds_for, may_write
from tickets.handovers import accept, hand_over, pause
from tickets.models import Ticket
from tickets.resolving import confirm, resolve
from tickets.templatetags.ticket_words import act_label

NOW = timezone.now()
HOUSEKEEPING = {"assign", "hand_over", "merge", "attach", "resolve", "set_priority", "file_under", "tag", "snooze"}


def may(person: Person, ticket: Ticket, days: int = 0) -> set[str]:
    return set(acts_for(person, Ticket.objects.get(pk=ticket.pk), at=NOW + timedelta(days=days)))


def test_a_new_ticket_is_the_offices_to_work_on(ticket: Ticket, cast: Cast) -> None:
    assert may(cast.officer, ticket) == HOUSEKEEPING | {"pause"}
    assert [may(person, ticket) for person in (cast.importer, cast.agent)] == [{"attach"}, {"attach"}]


def test_a_paused_one_can_be_taken_up(ticket: Ticket, cast: Cast) -> None:
    pause(ticket=ticket, waiting_on="importer", reason="x", by=cast.officer, at=NOW)
    assert may(cast.officer, ticket) == HOUSEKEEPING | {"resume"}


def test_the_agency_accepts_and_gives_back(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    hand_over(ticket=ticket, agency=kpa, words="x", by=cast.officer, at=NOW)
    assert may(cast.desk, ticket) == {"accept", "give_back"}
    assert may(cast.officer, ticket) == HOUSEKEEPING | {"pause", "accept", "give_back"}
    accept(ticket=ticket, by=cast.desk, at=NOW)
    assert may(cast.desk, ticket) == {"give_back"}


def test_the_importer_confirms_rates_and_opens_again(ticket: Ticket, cast: Cast) -> None:
    resolve(ticket=ticket, cause="port", words="x", by=cast.officer, at=NOW)
    assert (may(cast.importer, ticket), may(cast.agent, ticket)) == ({"confirm", "reopen"}, {"confirm", "reopen"})
    assert may(cast.officer, ticket) == {"reopen"}
    confirm(ticket=ticket, by=cast.importer, at=NOW)
    assert (may(cast.importer, ticket), may(cast.importer, ticket, 15)) == ({"confirm", "reopen"}, set())
    confirm(ticket=ticket, rating=3, by=cast.importer, at=NOW)
    assert may(cast.importer, ticket) == {"reopen"}


def test_a_reader_of_a_firm_and_one_who_may_not_act_write_nothing(ticket: Ticket, cast: Cast) -> None:
    reader = somebody(cast.importer_firm, "readonly")
    assert [may_write(person, ticket) for person in (cast.importer, cast.agent, cast.officer, reader)] == [
        True,
        True,
        True,
        False,
    ]
    resolve(ticket=ticket, cause="port", words="x", by=cast.officer, at=NOW)
    assert may(reader, ticket) == set()
    Nomination.objects.update(may_act=False)
    assert not may_write(cast.agent, ticket)


def test_an_owner_of_the_consignee_writes_in_her_agents_ticket(ticket: Ticket, cast: Cast) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(organization=cast.agent_firm)
    found = Ticket.objects.get()
    assert (may_write(cast.importer, found), may_write(cast.agent, found)) == (True, True)


def test_each_speaks_to_whom_she_may(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    assert (kinds_for(cast.officer, ticket), kinds_for(cast.importer, ticket)) == (["reply", "note"], ["reply"])
    found = hand_over(ticket=ticket, agency=kpa, words="x", by=cast.officer, at=NOW)
    assert kinds_for(cast.officer, found) == ["reply", "note", "agency"]
    assert kinds_for(cast.desk, found) == ["agency", "reply"]


def form_of(name: str, ticket: Ticket, person: Person, **data: Any) -> ActForm:
    return ACTS[name].form(data, ticket=ticket, person=person)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("assign", {"to": "importer@portal.example"}),
        ("hand_over", {"agency": "Umucyo Traders", "words": "x"}),
        ("hand_over", {"agency": "KPA"}),
        ("give_back", {}),
        ("pause", {"waiting_on": "office", "reason": "x"}),
        ("pause", {"waiting_on": "importer"}),
        ("resolve", {"cause": "weather", "words": "x"}),
        ("resolve", {"cause": "port"}),
        ("confirm", {"rating": "6"}),
        ("reopen", {}),
        ("merge", {"into": "T26-999999"}),
        ("set_priority", {"priority": "whatever"}),
        ("file_under", {"category": "WEATHER"}),
        ("snooze", {"until": "soon"}),
    ],
)
def test_what_makes_no_sense_is_not_taken(ticket: Ticket, cast: Cast, name: str, data: dict[str, str]) -> None:
    assert not form_of(name, ticket, cast.officer, **data).is_valid()


GOOD: list[tuple[str, dict[str, str], dict[str, object]]] = [
    ("assign", {"to": "officer@portal.example"}, {"state": "open"}),
    ("assign", {}, {"assignee": None}),
    ("hand_over", {"agency": "KPA", "words": "Look"}, {"waiting_on": "agency"}),
    ("pause", {"waiting_on": "outside", "reason": "The line"}, {"state": "paused"}),
    ("resolve", {"cause": "port", "words": "Loaded"}, {"state": "resolved", "cause": "port"}),
    ("set_priority", {"priority": "high"}, {"priority": "high"}),
    ("tag", {"tags": "Rice, yard ,"}, {"tags": ["rice", "yard"]}),
]


@pytest.mark.parametrize(("name", "data", "after"), GOOD)
def test_what_a_form_says_is_done(
    ticket: Ticket, cast: Cast, name: str, data: dict[str, str], after: dict[str, object]
) -> None:
    form = form_of(name, ticket, cast.officer, **data, version="2")
    assert form.is_valid(), form.errors
    carry_out(ACTS[name], form, ticket=ticket, by=cast.officer, at=NOW)
    found = Ticket.objects.get()
    assert {field: getattr(found, field) for field in after} == after


def test_forms_begin_with_what_is(ticket: Ticket, cast: Cast) -> None:
    Ticket.objects.update(priority="high", tags=["rice"])
    found = Ticket.objects.get()
    begun = {
        name: {field: ACTS[name].form(ticket=found, person=cast.officer).fields[field].initial}
        for name, field in (("set_priority", "priority"), ("file_under", "category"), ("tag", "tags"), ("assign", "to"))
    }
    assert begun == {
        "set_priority": {"priority": "high"},
        "file_under": {"category": "PORT_DELAY"},
        "tag": {"tags": "rice"},
        "assign": {"to": cast.officer},
    }


def test_only_people_of_the_office_and_those_who_can_help_are_offered(ticket: Ticket, cast: Cast) -> None:
    left = somebody(Membership.objects.get(person=cast.officer).organization, "officer", "left@portal.example")
    Membership.objects.filter(person=left).update(suspended_at=NOW)
    page = str(ACTS["assign"].form(ticket=ticket, person=cast.officer))
    assert ("officer@portal.example" in page, "left@" in page, "importer@" in page) == (True, False, False)
    agencies = str(ACTS["hand_over"].form(ticket=ticket, person=cast.officer))
    assert ("KRA" in agencies, "Umucyo" in agencies) == (True, False)


def test_merging_asks_for_a_ticket_that_one_sees(ticket: Ticket, cast: Cast) -> None:
    other = opened(cast, title="Other")
    form = form_of("merge", ticket, cast.officer, into=f" {other.ref.lower()} ")
    assert form.is_valid()
    assert form.cleaned_data["into"] == other
    assert form_of("merge", ticket, cast.stranger, into=other.ref).errors


def test_every_action_has_words() -> None:
    assert all(act_label(name) for name in ACTS)
