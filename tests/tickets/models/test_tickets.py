"""What the database refuses of tickets, and who sees which."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from cargo.models import Consignment, Nomination
from cargo.nominations import Terms, accept, nominate
from cargo.registration import Particulars, register
from liaison.models import Membership, Organization, Person
from tests.conftest import AT, Cast, somebody
from tests.tickets.conftest import opened
from tickets.conversation import Saying, say
from tickets.handovers import hand_over
from tickets.models import Attachment, Category, Entry, Message, Ticket, TicketConsignment, Watch
from tickets.opening import Opening, open_ticket

WRONG = [
    ("ticket_state_known", {"state": "lost", "next_breach_at": None}),
    ("ticket_priority_known", {"priority": "whatever"}),
    ("ticket_channel_known", {"channel": "pigeon"}),
    ("ticket_somebody_holds_it", {"waiting_on": ""}),
    ("ticket_somebody_holds_it", {"waiting_on": "fate"}),
    ("ticket_waits_for_a_known_agency", {"waiting_on": "agency"}),
    ("ticket_accepted_by_an_agency", {"accepted_at": AT}),
    ("ticket_resolved_says_when_and_why", {"state": "resolved", "waiting_on": "", "next_breach_at": None}),
    (
        "ticket_resolved_says_when_and_why",
        {"state": "closed", "waiting_on": "", "resolved_at": AT, "next_breach_at": None},
    ),
    ("ticket_merged_says_into_what", {"state": "merged", "waiting_on": "", "next_breach_at": None}),
    ("ticket_rating_of_five", {"rating": 6}),
    ("ticket_rating_of_five", {"rating": 0}),
    ("ticket_has_title", {"title": ""}),
    ("ticket_estimate_is_dated", {"usd_at_risk": 5, "risk_at": None}),
    ("ticket_stalled_at_a_milestone", {"stalled": 1}),
]


@pytest.mark.parametrize(("name", "values"), WRONG, ids=[f"{name}-{n}" for n, (name, _v) in enumerate(WRONG)])
def test_the_database_refuses_what_can_never_be(
    ticket: Ticket, consignment: Consignment, name: str, values: dict[str, Any]
) -> None:
    wrong = {**values, **({"stalled": consignment} if "stalled" in values else {})}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**wrong)


def test_what_is_over_breaks_no_promise_and_goes_into_no_other_than_another(ticket: Ticket) -> None:
    over = {"state": "resolved", "waiting_on": "", "resolved_at": AT, "cause": "port"}
    with pytest.raises(IntegrityError, match="ticket_over_breaks_no_promise"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**over, next_breach_at=AT)
    merged = {"state": "merged", "waiting_on": "", "next_breach_at": None, "merged_into": ticket}
    with pytest.raises(IntegrityError, match="ticket_never_merged_into_itself"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**merged)


def test_a_consignment_is_on_a_ticket_once_and_a_watcher_watches_once(ticket: Ticket, cast: Cast) -> None:
    linked = ticket.concerned.get()
    with pytest.raises(IntegrityError, match="ticket_consignment_once"), transaction.atomic():
        TicketConsignment.objects.create(ticket=ticket, consignment=linked.consignment)
    Watch.objects.create(ticket=ticket, person=cast.officer, since=AT)
    with pytest.raises(IntegrityError, match="watch_once"), transaction.atomic():
        Watch.objects.create(ticket=ticket, person=cast.officer, since=AT)
    assert str(linked) == f"{ticket.pk} about {linked.consignment_id}"


def test_the_portal_opens_one_ticket_a_stall(categories: None, consignment: Consignment) -> None:
    def stalled() -> Ticket:
        opening = Opening(
            category=Category.objects.get(code="PORT_DELAY"),
            title="It waits",
            consignments=[consignment],
            channel="portal",
            stalled=consignment,
            stands="discharged",
        )
        return open_ticket(opening=opening, by=None, at=AT)

    first = stalled()
    with pytest.raises(IntegrityError, match="ticket_one_open_a_stall"), transaction.atomic():
        stalled()
    done = {"state": "closed", "waiting_on": "", "resolved_at": AT, "cause": "moved", "next_breach_at": None}
    Ticket.objects.filter(pk=first.pk).update(**done)
    assert stalled().pk != first.pk


def test_the_log_is_never_changed(ticket: Ticket) -> None:
    for statement in ("UPDATE tickets_entry SET kind = 'opened'", "DELETE FROM tickets_entry"):
        with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert [str(entry) for entry in ticket.entries.order_by("number")] == [
        f"opened in {ticket.pk}",
        f"attached in {ticket.pk}",
    ]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("entry_kind_known", {"kind": "dreamt"}),
        ("entry_party_known", {"party": "ghost"}),
        ("entry_number_once", {"number": 1}),
        ("entry_of_the_office_has_a_name", {"party": "office"}),
    ],
)
def test_the_database_refuses_entries_that_say_nothing(ticket: Ticket, name: str, values: dict[str, Any]) -> None:
    right = {"ticket": ticket, "number": 99, "kind": "noted", "party": "portal", "at": AT}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Entry.objects.create(**{**right, **values})


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("message_kind_known", {"kind": "song"}),
        ("message_has_text", {"text": ""}),
        ("message_channel_known", {"channel": "pigeon"}),
        ("message_one_author", {"address": "x@y.example"}),
    ],
)
def test_the_database_refuses_messages_that_say_nothing(
    ticket: Ticket, cast: Cast, name: str, values: dict[str, Any]
) -> None:
    right = {"ticket": ticket, "kind": "reply", "author": cast.officer, "text": "x", "at": AT}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Message.objects.create(**{**right, **values})


def seen_by(*people: Person | AnonymousUser) -> list[list[str]]:
    return [list(Ticket.objects.visible_to(person).order_by("pk").values_list("title", flat=True)) for person in people]


def foreign(cast: Cast) -> Ticket:
    """A ticket of the stranger's about a consignment of hers."""
    other = register(particulars=Particulars(consignee=cast.stranger_firm, bill_of_lading="X1"), by=None, at=AT)
    opening = Opening(
        category=Category.objects.get(code="INFO"), title="Not yours", consignments=[other], organization=None
    )
    return open_ticket(opening=opening, by=cast.stranger, at=timezone.now())


def test_who_sees_which_ticket(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    other = foreign(cast)
    people = (cast.importer, cast.agent, cast.stranger, cast.officer, cast.desk, cast.official, AnonymousUser())
    both = ["Box not loaded", "Not yours"]
    assert seen_by(*people) == [both[:1], both[:1], both[1:], both, [], [], []]
    hand_over(ticket=other, agency=kpa, words="Look", by=cast.officer, at=timezone.now())
    rra = Organization.objects.get(name="RRA")
    assert seen_by(cast.desk, somebody(rra, "desk"), somebody(kpa, "official", "o@x.example")) == [both[1:], [], []]


def test_an_agent_sees_what_it_may_act_on_and_no_longer_than_that(ticket: Ticket, cast: Cast) -> None:
    Nomination.objects.update(may_act=False)
    assert seen_by(cast.agent) == [[]]
    Nomination.objects.update(may_act=True)
    assert seen_by(cast.agent) == [["Box not loaded"]]
    Nomination.objects.update(ended_at=AT)
    assert seen_by(cast.agent) == [[]]


def test_an_agent_of_one_consignment_sees_no_other_ticket_of_the_firm(ticket: Ticket, cast: Cast) -> None:
    second = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B2"), by=None, at=AT)
    opened(cast, second, title="Another trouble")
    opened(cast, title="About nothing")
    assert seen_by(cast.importer, cast.agent) == [
        ["Box not loaded", "Another trouble", "About nothing"],
        ["Box not loaded"],
    ]
    terms = Terms(may_act=True)
    for_all = nominate(principal=cast.importer_firm, nominee=cast.agent_firm, terms=terms, by=None, at=timezone.now())
    accept(nomination=for_all, by=None, at=timezone.now())
    assert seen_by(cast.agent) == [["Box not loaded", "Another trouble"]]


def test_goods_given_over_take_no_ticket_of_the_former_holder_with_them(
    ticket: Ticket, cast: Cast, consignment: Consignment
) -> None:
    Consignment.objects.filter(pk=consignment.pk).update(consignee=cast.stranger_firm)
    assert seen_by(cast.importer, cast.stranger, cast.agent) == [["Box not loaded"], [], []]


@pytest.mark.parametrize("change", [{"suspended_at": AT}, {"role": "official"}])
def test_who_lost_her_role_sees_nothing(ticket: Ticket, cast: Cast, change: dict[str, Any]) -> None:
    Membership.objects.filter(person=cast.importer).update(**change)
    assert seen_by(Person.objects.get(pk=cast.importer.pk)) == [[]]


def test_notes_are_the_offices_and_the_agency_reads_what_is_for_it(
    ticket: Ticket, cast: Cast, kpa: Organization
) -> None:
    foreign(cast)
    hand_over(ticket=ticket, agency=kpa, words="For KPA", by=cast.officer, at=timezone.now())
    for kind in ("note", "reply"):
        paper = (f"{kind}.pdf", b"%PDF-1.4 " + kind.encode() + b" %%EOF")
        saying = Saying(text=f"A {kind}", kind=kind, papers=[paper])
        say(ticket=ticket, saying=saying, by=cast.officer, at=timezone.now())

    def read(person: Person) -> tuple[list[str], list[str]]:
        return (
            list(Message.objects.visible_to(person).order_by("pk").values_list("text", flat=True)),
            list(Attachment.objects.visible_to(person).order_by("pk").values_list("file_name", flat=True)),
        )

    assert read(cast.officer) == (["For KPA", "A note", "A reply"], ["note.pdf", "reply.pdf"])
    assert read(cast.importer) == read(cast.agent) == (["A reply"], ["reply.pdf"])
    assert read(cast.desk) == (["For KPA", "A reply"], ["reply.pdf"])
    assert read(cast.stranger) == read(cast.official) == ([], [])
    assert not Message.objects.visible_to(AnonymousUser()).exists()


def test_a_ticket_may_be_opened_again_for_a_fortnight(ticket: Ticket) -> None:
    assert (ticket.is_open, ticket.may_reopen(AT), str(ticket)) == (True, False, ticket.ref)
    ticket.state, ticket.resolved_at = Ticket.State.RESOLVED, AT
    assert [ticket.may_reopen(AT + timedelta(days=days)) for days in (0, 14, 15)] == [True, True, False]
    ticket.state = Ticket.State.MERGED
    assert (ticket.is_open, ticket.may_reopen(AT)) == (False, False)


def test_tickets_of_a_firm_and_those_of_an_agency(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    foreign(cast)
    hand_over(ticket=ticket, agency=kpa, words="x", by=cast.officer, at=timezone.now())
    counts = [Ticket.objects.of_organization(firm.pk).count() for firm in (cast.importer_firm, cast.stranger_firm, kpa)]
    assert counts == [1, 1, 1]
