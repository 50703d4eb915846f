"""Incidents: linked, split, moved, told, closed and undone; every ticket keeps its own clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.models import Consignment
from cargo.registration import Particulars, register
from corridor.models import Node
from feeds.models import Source
from liaison.models import JournalEntry, Person
from notify.models import Letter, Notice
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast
from tests.tickets.conftest import opened
from tests.tickets.test_callers import called
from tickets.conversation import Saying, say
from tickets.disruptions import close_all, reach, silent, tell_all
from tickets.incident_words import deed_row, struck_words
from tickets.incidents import MOST_TICKETS, Struck, last_undoable, link, open_incident, split, undo
from tickets.likeness import alike
from tickets.models import Category, Entry, Incident, IncidentEntry, Message, Ticket
from tickets.resolving import resolve
from tickets.timing import clocks_of_many

As = Callable[[Person | None], Client]
NOW = timezone.now()
HOUR = timedelta(hours=1)


def struck(title: str = "Crane down", **more: Any) -> Struck:
    return Struck(title=title, category=Category.objects.get(code="PORT_DELAY"), **more)


def cargo_of(cast: Cast, firm: str, box: str, bill: str) -> Consignment:
    particulars = Particulars(consignee=getattr(cast, f"{firm}_firm"), bill_of_lading=bill, containers=[box])
    return register(particulars=particulars, by=None, at=NOW)


@pytest.fixture
def port(cast: Cast, categories: None, clerk: Source, consignment: Consignment) -> Node:
    """The port, with the importer's cargo and the stranger's in it; a third consignment has left."""
    theirs = cargo_of(cast, "stranger", "MSCU6639870", "STR1")
    gone = cargo_of(cast, "stranger", "TEMU6421107", "STR2")
    rows = [row("discharged", 9, box=box) for box in ("TGHU3054380", "CSQU3054383", "MSCU6639870", "TEMU6421107")]
    take_in(clerk, csv(*rows, row("gate_out", 2, box="TEMU6421107")))
    assert {theirs.consignee, gone.consignee} == {cast.stranger_firm}
    return Node.objects.get(slug="ke-port-mombasa")


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.entries.order_by("number").values_list("kind", flat=True))


def incident_of(cast: Cast, *tickets: Ticket, **more: Any) -> Incident:
    return open_incident(struck=struck(**more), tickets=tickets, by=cast.officer, at=NOW)


def log(incident: Incident) -> list[str]:
    return list(incident.entries.order_by("number").values_list("kind", flat=True))


def children(incident: Incident) -> list[str]:
    return list(incident.tickets.order_by("ref").values_list("ref", flat=True))


def test_tickets_are_linked_moved_split_and_all_of_it_is_undone(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    one, two, three = (opened(cast, consignment, title=f"Trouble {number}") for number in range(3))
    before = clocks_of_many(list(Ticket.objects.select_related("category").order_by("pk")), at=NOW + HOUR)
    crane = incident_of(cast, one, two)
    gate = incident_of(cast, title="Gate")
    assert (children(crane), log(crane), one.entries.latest("number").data) == (
        [one.ref, two.ref],
        ["opened", "linked"],
        {"incident": crane.ref},
    )
    assert link(incident=crane, tickets=[one, three], by=cast.officer, at=NOW) == 1
    assert link(incident=gate, tickets=[two], by=cast.officer, at=NOW) == 1
    assert (children(crane), children(gate), log(crane)[-1]) == ([one.ref, three.ref], [two.ref], "split")
    # What has moved on is taken back where it went.
    assert last_undoable(crane) is None
    undo(incident=gate, by=cast.officer, at=NOW)
    assert (children(crane), children(gate)) == ([one.ref, two.ref, three.ref], [])
    with pytest.raises(ValidationError, match="nothing to take back"):
        undo(incident=gate, by=cast.officer, at=NOW)
    assert split(incident=crane, tickets=[one, two], by=cast.officer, at=NOW) == 2
    assert (split(incident=crane, tickets=[one], by=cast.officer, at=NOW), kinds(one)[-1]) == (0, "unlinked")
    undo(incident=crane, by=cast.officer, at=NOW)
    assert (children(crane), log(gate)) == ([one.ref, two.ref, three.ref], ["opened", "linked", "undone"])
    after = clocks_of_many(list(Ticket.objects.select_related("category").order_by("pk")), at=NOW + HOUR)
    assert after == before
    assert JournalEntry.objects.filter(kind="tickets.incident_split", key=crane.ref).count() == 2


def test_the_database_keeps_its_log_and_what_must_hold(cast: Cast, ticket: Ticket) -> None:
    crane = incident_of(cast, ticket)
    for act in (
        lambda: IncidentEntry.objects.update(kind="told"),
        lambda: IncidentEntry.objects.all().delete(),
        lambda: Incident.objects.update(state="over"),
        lambda: Incident.objects.update(voyage="411E"),
        lambda: Incident.objects.update(title=""),
    ):
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            act()
    resolve(ticket=ticket, cause="port", words="x", by=cast.officer, at=NOW)
    with pytest.raises(ValidationError, match=f"These are over: {ticket.ref}"):
        incident_of(cast, Ticket.objects.get())
    with pytest.raises(ValidationError, match="Say what has happened"):
        incident_of(cast, title=" ")
    assert children(crane) == [ticket.ref]


def test_one_message_reaches_the_tickets_and_the_owners_who_did_not_complain(
    cast: Cast, port: Node, consignment: Consignment
) -> None:
    ticket = opened(cast, consignment)
    crane = incident_of(cast, ticket, node=port)
    assert list(silent(crane).values_list("bill_of_lading", flat=True)) == ["STR1"]
    dry = reach(crane, with_silent=True, at=NOW)
    assert (dry.tickets, dry.consignments, dry.firms, dry.people) == (1, 1, 1, 1)
    assert (Message.objects.count(), Notice.objects.filter(entry__kind="tickets.disruption").count()) == (0, 0)
    told = tell_all(incident=crane, text="The crane is back at noon.", with_silent=True, by=cast.officer, at=NOW + HOUR)
    assert told == dry
    message = Message.objects.get()
    assert (message.ticket, message.kind, message.author, message.text) == (
        ticket,
        "reply",
        cast.officer,
        "The crane is back at noon.",
    )
    notices = Notice.objects.filter(channel="inbox", entry__kind__in=["tickets.replied", "tickets.disruption"])
    assert sorted(notices.values_list("person__email", "entry__kind")) == [
        ("importer@portal.example", "tickets.replied"),
        ("stranger@portal.example", "tickets.disruption"),
    ]
    theirs = JournalEntry.objects.get(kind="tickets.disruption").data
    assert theirs["refs"] == [Consignment.objects.get(bill_of_lading="STR1").ref]
    # A public answer of the office meets the first reply of each.
    clock = clocks_of_many([Ticket.objects.select_related("category").get()], at=NOW + 2 * HOUR)[ticket.pk][1]
    assert (clock.kind, clock.met_at) == ("first_reply", NOW + HOUR)
    with pytest.raises(ValidationError, match="has changed"):
        tell_all(incident=crane, text="x", with_silent=False, by=cast.officer, at=NOW, version=1)
    with pytest.raises(ValidationError, match="Write something"):
        tell_all(incident=crane, text=" ", with_silent=False, by=cast.officer, at=NOW)


def test_a_ship_and_a_system_strike_what_comes_with_them(cast: Cast, port: Node) -> None:
    Consignment.objects.filter(bill_of_lading="STR1").update(vessel="ABACUS", voyage="411E")
    by_ship = incident_of(cast, vessel="abacus", voyage="411e")
    assert list(silent(by_ship).values_list("bill_of_lading", flat=True)) == ["STR1"]
    assert silent(incident_of(cast, vessel="Other")).count() == 0
    # The port's system has no more to do with what went out of its gate.
    assert silent(incident_of(cast, system="KWATOS")).count() == 2
    assert silent(incident_of(cast)).count() == 0


def test_all_are_closed_together_and_those_that_went_on_stay_so_when_it_is_undone(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    one, two, three = (opened(cast, consignment, title=f"Trouble {number}") for number in range(3))
    crane = incident_of(cast, one, two, three)
    resolve(ticket=three, cause="port", words="x", by=cast.officer, at=NOW)
    # Late by now: the incident tells why.
    later = NOW + 90 * HOUR
    assert close_all(incident=crane, cause="port", text="It is repaired.", by=cast.officer, at=later) == 2
    crane.refresh_from_db()
    assert (crane.state, crane.closed_at) == ("over", later)
    assert [ticket.state for ticket in Ticket.objects.order_by("pk")] == ["resolved"] * 3
    assert set(Ticket.objects.values_list("cause", "next_breach_at", "next_step_at")) == {("port", None, None)}
    with pytest.raises(ValidationError, match="is over"):
        close_all(incident=crane, cause="port", text="x", by=cast.officer, at=later)
    say(ticket=two, saying=Saying(text="It is not!"), by=cast.importer, at=later + HOUR)
    undo(incident=crane, by=cast.officer, at=later + 2 * HOUR)
    crane.refresh_from_db()
    assert (crane.state, crane.entries.latest("number").data["tickets"]) == ("open", [one.ref])
    assert [ticket.state for ticket in Ticket.objects.order_by("pk")] == ["open", "open", "resolved"]


def test_many_tickets_cost_as_many_queries_as_one(cast: Cast, port: Node, consignment: Consignment) -> None:
    def cost(incident: Incident) -> int:
        with CaptureQueriesContext(connection) as queries:
            tell_all(incident=incident, text="Soon", with_silent=True, by=cast.officer, at=NOW)
            close_all(incident=incident, cause="port", text="Done", by=cast.officer, at=NOW)
            undo(incident=incident, by=cast.officer, at=NOW)
        return len(queries)

    def tickets(count: int) -> list[Ticket]:
        """Of an importer, of a caller by text and of a stranger who wrote by mail; as many of each."""
        return [
            ticket
            for number in range(count)
            for ticket in (
                opened(cast, consignment),
                called("sms", f"+25078812345{number}"),
                called("email", f"eve{number}@elsewhere.example"),
            )
        ]

    one = cost(incident_of(cast, *tickets(1), node=port))
    assert cost(incident_of(cast, *tickets(4), node=port)) == one
    told = ["sms", "email"] * 5 * 2
    assert sorted(Letter.objects.values_list("channel", flat=True)) == sorted(told)


def test_the_board_shows_what_looks_like_one(cast: Cast, port: Node, consignment: Consignment, as_person: As) -> None:
    for _number in range(2):
        opened(cast, consignment)
    assert alike(at=NOW) == []
    last = opened(cast, consignment)
    opened(cast, consignment, code="INFO")
    found = alike(at=NOW)
    assert [(heap.category.code, heap.node, len(heap.tickets)) for heap in found] == [("PORT_DELAY", port.slug, 3)]
    assert alike(at=NOW + 13 * HOUR) == []
    page = as_person(cast.officer).get("/tickets/board/").content.decode()
    address = f"/tickets/incidents/new/?tickets={'+'.join(sorted(found[0].tickets))}&amp;node={port.slug}"
    assert address in page
    incident_of(cast, last)
    assert alike(at=NOW) == []
    assert Entry.objects.filter(kind="linked").count() == 1


def test_what_is_taken_back_goes_into_no_incident_that_is_over(cast: Cast, ticket: Ticket) -> None:
    crane = incident_of(cast, ticket)
    gate = incident_of(cast, title="Gate")
    link(incident=gate, tickets=[ticket], by=cast.officer, at=NOW)
    close_all(incident=crane, cause="port", text="Done", by=cast.officer, at=NOW)
    undo(incident=gate, by=cast.officer, at=NOW)
    assert (children(crane), children(gate), Ticket.objects.get().incident) == ([], [], None)
    assert ticket.entries.latest("number").data == {"incident": gate.ref}
    assert log(crane)[-1] == "closed"


def test_what_moved_twice_goes_back_to_where_it_last_was(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    tickets = [opened(cast, consignment, title=f"Trouble {number}") for number in range(3)]
    crane, gate = incident_of(cast, tickets[0]), incident_of(cast, tickets[1], title="Gate")
    ship = incident_of(cast, title="Ship")
    assert link(incident=ship, tickets=tickets, by=cast.officer, at=NOW) == 3
    undo(incident=ship, by=cast.officer, at=NOW)
    assert [children(each) for each in (crane, gate, ship)] == [[tickets[0].ref], [tickets[1].ref], []]
    assert ship.entries.latest("number").data == {"undoes": 2, "tickets": [ticket.ref for ticket in tickets]}


def test_a_message_between_does_not_hide_what_can_be_taken_back(cast: Cast, ticket: Ticket) -> None:
    crane = incident_of(cast, ticket)
    tell_all(incident=crane, text="Soon", with_silent=False, by=cast.officer, at=NOW)
    last = last_undoable(crane)
    assert last is not None
    assert (last.kind, last.number) == ("linked", 2)
    undo(incident=crane, by=cast.officer, at=NOW)
    assert (children(crane), last_undoable(crane), Message.objects.count()) == ([], None, 1)


@pytest.mark.parametrize("act", [link, split])
def test_nothing_is_noted_where_nothing_changes(cast: Cast, ticket: Ticket, act: Callable[..., int]) -> None:
    crane, gate = incident_of(cast, ticket), incident_of(cast, title="Gate")
    before = (log(crane), log(gate), kinds(ticket))
    assert act(incident=crane, tickets=[], by=cast.officer, at=NOW) == 0
    # Its own is linked already, and is none of the other's to take out.
    assert act(incident=crane if act is link else gate, tickets=[ticket], by=cast.officer, at=NOW) == 0
    assert (log(crane), log(gate), kinds(ticket)) == before


def test_one_that_is_over_takes_none_and_lets_go(cast: Cast, categories: None, consignment: Consignment) -> None:
    one, two = (opened(cast, consignment, title=f"Trouble {number}") for number in range(2))
    crane = incident_of(cast, one)
    assert close_all(incident=crane, cause="port", text="Done", by=cast.officer, at=NOW) == 1
    with pytest.raises(ValidationError, match="This incident is over"):
        link(incident=crane, tickets=[two], by=cast.officer, at=NOW)
    assert split(incident=crane, tickets=[one], by=cast.officer, at=NOW) == 1
    # It is over itself by now, and so it stays out.
    assert undo(incident=crane, by=cast.officer, at=NOW).data == {"undoes": 4, "tickets": []}
    assert children(crane) == []


def test_of_several_tickets_one_that_is_over_stops_all(cast: Cast, categories: None, consignment: Consignment) -> None:
    one, two = (opened(cast, consignment, title=f"Trouble {number}") for number in range(2))
    resolve(ticket=two, cause="port", words="x", by=cast.officer, at=NOW)
    crane = incident_of(cast)
    with pytest.raises(ValidationError, match=f"These are over: {two.ref}"):
        link(incident=crane, tickets=[one, two], by=cast.officer, at=NOW)
    with pytest.raises(ValidationError, match=two.ref):
        incident_of(cast, one, two, title="Never opened")
    assert (children(crane), log(crane), Incident.objects.count()) == ([], ["opened"], 1)


def test_an_incident_has_so_many_tickets_and_no_more(cast: Cast, ticket: Ticket) -> None:
    crane = incident_of(cast)
    copies = [Ticket.objects.get(pk=ticket.pk) for _number in range(MOST_TICKETS)]
    for number, copy in enumerate(copies):
        copy.pk, copy.ref, copy.incident = None, f"T26-9{number:05d}", crane
    Ticket.objects.bulk_create(copies)
    with pytest.raises(ValidationError, match="500 tickets at most"):
        link(incident=crane, tickets=[ticket], by=cast.officer, at=NOW)
    Ticket.objects.filter(ref="T26-900000").delete()
    assert link(incident=crane, tickets=[ticket], by=cast.officer, at=NOW) == 1


def test_titles_are_short_and_references_count_on(cast: Cast, categories: None) -> None:
    one = incident_of(cast, title="  Crane\n\tdown  ")
    two = incident_of(cast, title="x" * 200, vessel=" ABACUS ", voyage=" 411E ")
    assert (one.title, two.title, two.vessel, two.voyage) == ("Crane down", "x" * 140, "ABACUS", "411E")
    assert int(two.ref.partition("-")[2]) == int(one.ref.partition("-")[2]) + 1
    assert one.ref.startswith(f"I{NOW:%y}-")


def test_incidents_are_for_the_eyes_of_the_office(cast: Cast, ticket: Ticket) -> None:
    crane = incident_of(cast, ticket)
    seen = {
        name: Incident.objects.visible_to(person).filter(pk=crane.pk).count() for name, person in cast.people().items()
    }
    assert seen == dict.fromkeys(cast.people(), 0) | {"officer": 1}


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, ""),
        ({"vessel": "ABACUS"}, "ABACUS"),
        ({"vessel": "ABACUS", "voyage": "411E"}, "ABACUS 411E"),
        ({"system": "iCMS", "vessel": "ABACUS"}, "iCMS"),
        ({"node": Node(name="Mombasa"), "system": "iCMS"}, "Mombasa"),
    ],
)
def test_what_it_strikes_has_a_name(facts: dict[str, Any], words: str) -> None:
    assert struck_words(Incident(**facts)) == words


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("opened", {}, "Ann opened the incident."),
        ("linked", {"tickets": ["T1", "T2"]}, "Ann linked T1, T2."),
        ("split", {"tickets": ["T1"], "into": ""}, "Ann took T1 out."),
        ("split", {"tickets": ["T1"], "into": "I2"}, "Ann moved T1 into I2."),
        (
            "told",
            {"tickets": 1, "people": 2, "consignments": 3},
            "Ann told everybody in 1 ticket, and 2 people with 3 consignments.",
        ),
        (
            "told",
            {"tickets": 0, "people": 0, "consignments": 0},
            "Ann told everybody in 0 tickets, and 0 people with 0 consignments.",
        ),
        ("closed", {"tickets": [], "cause": "port"}, "Ann ended it and resolved –: The port’s work or equipment."),
        ("closed", {"tickets": ["T1"], "cause": "gone"}, "Ann ended it and resolved T1: gone."),
        ("undone", {"tickets": []}, "Ann took that back: –."),
    ],
)
def test_the_log_is_told_in_sentences(kind: str, data: dict[str, Any], words: str) -> None:
    row = deed_row(IncidentEntry(kind=kind, by=Person(name="Ann"), data=data))
    assert (str(row["words"]).replace("'", "’"), row["text"]) == (words, "")
