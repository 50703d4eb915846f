"""Tickets for people's own programs: every field of the contract, the writes, and what is not the caller's."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.models import Consignment, Nomination
from liaison.models import Organization, Person
from tests.conftest import Cast, program_of
from tests.tickets.conftest import opened
from tickets.categories import load_categories
from tickets.conversation import Saying, say
from tickets.handling import assign
from tickets.handovers import hand_over, pause
from tickets.merging import merge
from tickets.models import Message, Ticket
from tickets.risks import estimate_risks

LIST = "/api/v1/tickets/"


@pytest.fixture
def ticket(cast: Cast, consignment: Consignment) -> Ticket:
    """The importer's report about her cargo."""
    load_categories()
    return opened(cast, consignment)


def get(client: Client, url: str) -> Any:
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json"), answer.content
    return answer.json()


def post(client: Client, url: str, body: object, **headers: str) -> tuple[int, Any]:
    answer = client.post(url, body, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def test_one_says_what_the_contract_names(ticket: Ticket, consignment: Consignment, cast: Cast) -> None:
    say(ticket=ticket, saying=Saying(text="Secret", kind="note"), by=cast.officer, at=timezone.now())
    say(ticket=ticket, saying=Saying(text="We look"), by=cast.officer, at=timezone.now())
    found = get(program_of(cast.importer), f"{LIST}{ticket.ref}/")
    names = ("category", "title", "body", "consignments", "state", "priority", "agency", "waiting_on", "usd_at_risk")
    assert {name: found[name] for name in names} == {
        "category": "PORT_DELAY",
        "title": "Box not loaded",
        "body": "It stands in the yard.",
        "consignments": [consignment.ref],
        "state": "open",
        "priority": "normal",
        "agency": None,
        "waiting_on": "office",
        "usd_at_risk": None,
    }
    assert [message["text"] for message in found["messages"]] == ["We look"]
    reply, cure = sorted(found["clocks"], key=lambda clock: clock["kind"])
    assert (reply["kind"], reply["breached"], reply["paused"]) == ("first_reply", False, False)
    assert (reply["met_at"] is None, cure["kind"], cure["met_at"]) == (False, "resolve", None)
    assert 0 < cure["remaining_s"] <= 48 * 3600
    assert datetime.fromisoformat(cure["due_at"]).utcoffset() is not None
    assert found["answers"] == {"place": "Yard 5", "since": "Monday"}


def test_a_paused_clock_is_due_at_no_moment(ticket: Ticket, cast: Cast) -> None:
    pause(ticket=ticket, waiting_on="importer", reason="Papers", by=cast.officer, at=timezone.now())
    clocks = get(program_of(cast.importer), f"{LIST}{ticket.ref}/")["clocks"]
    assert [(clock["paused"], clock["due_at"], clock["waiting_on"]) for clock in clocks] == [
        (True, None, "importer")
    ] * 2


def test_what_is_at_risk_is_for_who_may_see_money(ticket: Ticket, cast: Cast) -> None:
    estimate_risks(at=timezone.now())
    Ticket.objects.update(usd_at_risk="125.50", risk_at=timezone.now())

    def shown(client: Client) -> Any:
        return get(client, f"{LIST}{ticket.ref}/")["usd_at_risk"]

    assert shown(program_of(cast.importer)) == shown(program_of(cast.officer)) == "125.50"
    assert shown(program_of(cast.agent)) is None
    assert shown(program_of(cast.importer, "tickets")) is None
    Nomination.objects.update(may_see_money=True)
    assert shown(program_of(cast.agent)) == "125.50"


def test_each_lists_her_own_and_filters_are_checked(ticket: Ticket, cast: Cast) -> None:
    def refs(client: Client, query: str = "") -> list[str]:
        return [found["ref"] for found in get(client, f"{LIST}{query}")["results"]]

    importer = program_of(cast.importer)
    assert [refs(program_of(person)) for person in (cast.agent, cast.officer, cast.stranger, cast.desk)] == [
        [ticket.ref],
        [ticket.ref],
        [],
        [],
    ]
    for query in ("?q=yard", f"?q={ticket.ref[:6]}", "?state=unsolved", "?category=PORT_DELAY&waiting_on=office"):
        assert refs(importer, query) == [ticket.ref], query
    for query in ("?q=nothing", "?state=closed", "?priority=urgent", "?updated_since=2099-01-01T00:00:00%2B02:00"):
        assert refs(importer, query) == [], query
    for query in ("?state=lost", "?category=WEATHER", "?color=red"):
        assert importer.get(f"{LIST}{query}").status_code == 400, query


def test_a_foreign_and_an_unknown_ticket_read_the_same(ticket: Ticket, consignment: Consignment, cast: Cast) -> None:
    stranger = program_of(cast.stranger)
    for path in ("", "messages/", "actions/"):
        ask = stranger.get if not path else stranger.post
        foreign, unknown = (ask(f"{LIST}{ref}/{path}") for ref in (ticket.ref, "T26-999999"))
        assert (foreign.status_code, foreign.content) == (404, unknown.content)
        assert foreign["Content-Type"] == "application/problem+json"
    assert stranger.get(f"/api/v1/consignments/{consignment.ref}/tickets/").status_code == 404
    assert Client().get(LIST).status_code == 401
    assert program_of(cast.importer, "read", "write").get(LIST).status_code == 403


def test_one_is_opened_with_its_cargo_and_once_for_a_key(consignment: Consignment, cast: Cast) -> None:
    load_categories()
    body = {"category": "port_delay", "title": "Not loaded", "body": "Help", "consignments": [consignment.ref]}
    importer = program_of(cast.importer)
    status, made = post(importer, LIST, body, **{"Idempotency-Key": "k1"})
    assert (status, made["state"], made["channel"], made["consignments"]) == (201, "new", "api", [consignment.ref])
    assert post(importer, LIST, body, **{"Idempotency-Key": "k1"}) == (201, made)
    assert Ticket.objects.count() == 1
    assert [found["ref"] for found in get(importer, f"/api/v1/consignments/{consignment.ref}/tickets/")["results"]] == [
        made["ref"]
    ]
    answered = post(importer, LIST, {**body, "answers": {"place": "Yard 9"}})[1]
    assert answered["answers"] == {"place": "Yard 9"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"category": "WEATHER"}, "category"),
        ({"category": None}, "category"),
        ({"title": ""}, "title"),
        ({"consignments": ["RW26-999999"]}, "consignments"),
        ({"consignments": "RW26-000001"}, "consignments"),
        ({"answers": ["x"]}, "answers"),
        ({"state": "closed"}, "state"),
    ],
)
def test_a_wrong_ticket_is_refused_with_its_field(cast: Cast, change: dict[str, Any], field: str) -> None:
    load_categories()
    body = {"category": "INFO", "title": "A question", **change}
    status, problem = post(program_of(cast.importer), LIST, body)
    assert (status, list(problem["errors"])) == (400, [field])
    assert not Ticket.objects.exists()


def test_foreign_cargo_is_named_as_unknown_cargo_is(consignment: Consignment, cast: Cast) -> None:
    load_categories()
    body = {"category": "INFO", "title": "A question", "consignments": [consignment.ref]}
    problem = post(program_of(cast.stranger), LIST, body)[1]
    assert problem["errors"] == {"consignments": [f"You have no consignment {consignment.ref}."]}
    assert post(program_of(cast.desk), LIST, body)[0] == 403


def test_each_side_speaks_in_its_own_way(ticket: Ticket, cast: Cast) -> None:
    url = f"{LIST}{ticket.ref}/messages/"
    hand_over(ticket=ticket, agency=Organization.objects.get(name="KPA"), words="x", by=cast.officer, at=timezone.now())
    said = [
        post(program_of(person), url, body)
        for person, body in (
            (cast.importer, {"text": "Hello"}),
            (cast.officer, {"body": "Secret", "kind": "note"}),
            (cast.desk, {"text": "On it"}),
        )
    ]
    assert [(status, made["kind"], made["channel"]) for status, made in said] == [
        (201, "reply", "api"),
        (201, "note", "api"),
        (201, "agency", "api"),
    ]
    assert post(program_of(cast.importer), url, {"text": "x", "kind": "note"})[0] == 400
    assert post(program_of(cast.importer), url, {"text": " "})[0] == 400
    status, problem = post(program_of(cast.importer), url, {"text": "x", "version": 1})
    assert (status, problem["title"]) == (409, "Conflict")


def test_actions_go_the_pages_way(ticket: Ticket, cast: Cast) -> None:
    officer, url = program_of(cast.officer), f"{LIST}{ticket.ref}/actions/"

    def act(**body: object) -> tuple[int, str, str | None]:
        status, found = post(officer, url, body)
        return status, found["state"], found["waiting_on"]

    assert act(action="assign") == (200, "open", "office")
    assert act(action="hand_over", agency="kpa", words="Look") == (200, "open", "agency")
    assert act(action="accept") == (200, "open", "agency")
    assert act(action="pause", waiting_on="outside", reason="The line sleeps") == (200, "paused", "outside")
    assert act(action="resume") == (200, "open", "agency")
    assert act(action="resolve", cause="port", text="Loaded") == (200, "resolved", None)
    assert act(action="reopen", reason="No") == (200, "open", "office")
    assert act(action="resolve", note="Loaded now") == (200, "resolved", None)
    assert Message.objects.latest("pk").text == "Loaded now"
    assert Ticket.objects.get().cause == "other"
    assert act(action="reopen", reason="It is not") == (200, "open", "office")
    found = Ticket.objects.get()
    assert (found.assignee, found.agency and found.agency.name) == (cast.officer, "KPA")


def test_words_are_kept_with_the_way_by_which_they_came(
    ticket: Ticket, cast: Cast, as_person: Callable[[Person | None], Client]
) -> None:
    steps: list[tuple[Person, dict[str, str]]] = [
        (cast.officer, {"action": "hand_over", "agency": "KPA", "words": "Look"}),
        (cast.desk, {"action": "give_back", "words": "Done"}),
        (cast.officer, {"action": "resolve", "cause": "port", "words": "Loaded"}),
    ]
    for person, body in steps:
        assert post(program_of(person), f"{LIST}{ticket.ref}/actions/", body)[0] == 200, body
    assert (
        post(program_of(cast.officer), f"{LIST}{ticket.ref}/actions/", {"action": "reopen", "reason": "No"})[0] == 200
    )
    page = f"/tickets/{ticket.ref}/"
    for person, body in steps:
        assert as_person(person).post(f"{page}actions/", body).status_code == 302, body
    kept = Message.objects.order_by("pk").values_list("text", "channel")
    assert list(kept) == [
        *(("Look", "api"), ("Done", "api"), ("Loaded", "api")),
        *(("Look", "web"), ("Done", "web"), ("Loaded", "web")),
    ]
    said = get(program_of(cast.officer), f"{LIST}{ticket.ref}/")["messages"]
    assert [message["channel"] for message in said] == ["api"] * 3 + ["web"] * 3
    assert as_person(cast.officer).get(page).content.decode().count("Programming interface ·") == 3


def test_actions_are_refused_with_a_reason(ticket: Ticket, cast: Cast) -> None:
    url = f"{LIST}{ticket.ref}/actions/"
    officer = program_of(cast.officer)
    assert post(officer, url, {"action": "explode"})[1]["errors"]["action"][0].startswith("One of: assign, hand_over")
    assert list(post(officer, url, {"action": "pause"})[1]["errors"]) == ["waiting_on", "reason"]
    assert post(officer, url, {"action": "resume"}) == (
        400,
        {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "It is not paused."},
    )
    assert post(program_of(cast.importer), url, {"action": "assign"})[0] == 403
    assert post(officer, url, {"action": "assign", "version": 1})[0] == 409


def test_merging_leaves_one(ticket: Ticket, consignment: Consignment, cast: Cast) -> None:
    other = opened(cast, consignment, title="The same")
    officer = program_of(cast.officer)
    status, found = post(officer, f"{LIST}{other.ref}/actions/", {"action": "merge", "into": ticket.ref})
    assert (status, found["state"], found["merged_into"]) == (200, "merged", ticket.ref)


def test_a_list_costs_the_same_with_few_and_with_many(ticket: Ticket, consignment: Consignment, cast: Cast) -> None:
    importer = program_of(cast.importer)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            get(importer, LIST)
        return len(queries)

    assert cost()
    few = cost()
    for number in range(8):
        more = opened(cast, consignment, title=f"More {number}", code="CUSTOMS_KE")
        say(ticket=more, saying=Saying(text="x"), by=cast.officer, at=timezone.now())
    assert cost() == few <= 12


# What programs send that people do not


def send(client: Client, url: str, body: object, **headers: str) -> tuple[int, Any]:
    """A body as it is written, also with what no text should hold."""
    answer = client.post(url, json.dumps(body), content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"title": "a\x00b"}, "title"),
        ({"category": "\x00"}, "category"),
        ({"category": ["INFO"]}, "category"),
        ({"consignments": ["\x00"]}, "consignments"),
        ({"consignments": [5]}, "consignments"),
        ({"answers": {"place": 5}}, "answers"),
        ({"title": "x" * 141}, "title"),
        ({"body": "x" * 8001}, "body"),
        ({"ref": "T26-000001"}, "ref"),
        ({"organization": "Ikirere Imports"}, "organization"),
        ({"title": "\ud800"}, ""),
        ({"body": "a\udfffb"}, ""),
        ({"category": "\ud800"}, ""),
        ({"answers": {"\ud800": "x"}}, ""),
    ],
)
def test_what_no_ticket_can_hold_is_refused_and_named(cast: Cast, change: dict[str, Any], named: str) -> None:
    load_categories()
    status, problem = send(program_of(cast.importer), LIST, {"category": "INFO", "title": "A question", **change})
    assert (status, problem["status"], list(problem.get("errors", {}))) == (400, 400, [named] if named else [])
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("body", [[], "text", 5, [{"category": "INFO", "title": "x"}]])
def test_a_body_is_one_object(ticket: Ticket, cast: Cast, body: object) -> None:
    officer = program_of(cast.officer)
    urls = (LIST, f"{LIST}{ticket.ref}/messages/", f"{LIST}{ticket.ref}/actions/")
    found = [send(officer, url, body) for url in urls]
    assert [(status, problem["errors"]) for status, problem in found] == [
        (400, {"body": ["Send one JSON object."]})
    ] * 3


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"text": "\x00"}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "x", "kind": "agency"}, "kind"),
        ({"text": "x", "kind": 5}, "kind"),
        ({"text": "x", "version": "two"}, "version"),
        ({"text": "x", "author": "somebody"}, "author"),
        ({}, "text"),
        ({"text": None}, "text"),
        ({"text": 5}, "text"),
        ({"text": ["x"]}, "text"),
        ({"body": {"a": "x"}}, "text"),
    ],
)
def test_what_is_no_message_is_refused_and_named(ticket: Ticket, cast: Cast, body: object, named: str) -> None:
    status, problem = send(program_of(cast.officer), f"{LIST}{ticket.ref}/messages/", body)
    assert (status, list(problem["errors"]), ticket.messages.count()) == (400, [named], 0)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "action"),
        ({"action": ["pause"]}, "action"),
        ({"action": "assign", "to": "importer@portal.example"}, "to"),
        ({"action": "assign", "version": True}, "version"),
        ({"action": "hand_over", "agency": "\x00", "words": "x"}, "agency"),
        ({"action": "hand_over", "agency": "Umucyo Traders", "words": "x"}, "agency"),
        ({"action": "merge", "into": 5}, "into"),
        ({"action": "set_priority", "priority": {"a": 1}}, "priority"),
        ({"action": "snooze", "until": "soon"}, "until"),
        ({"action": "resolve", "cause": "weather", "words": "x"}, "cause"),
    ],
)
def test_an_action_that_makes_no_sense_changes_nothing(ticket: Ticket, cast: Cast, body: object, named: str) -> None:
    status, problem = send(program_of(cast.officer), f"{LIST}{ticket.ref}/actions/", body)
    assert (status, list(problem["errors"])) == (400, [named])
    assert Ticket.objects.get().version == ticket.version


def test_tags_are_a_list_or_a_text(ticket: Ticket, cast: Cast) -> None:
    url, officer = f"{LIST}{ticket.ref}/actions/", program_of(cast.officer)
    for tags in (["Rice", "yard 5"], "rice,yard 5", ["rice", "", " Yard 5 "]):
        assert send(officer, url, {"action": "tag", "tags": tags})[0] == 200
        assert Ticket.objects.get().tags == ["rice", "yard 5"]
    assert ticket.entries.filter(kind="tagged").count() == 1
    assert send(officer, url, {"action": "tag", "tags": []})[0] == 200
    assert Ticket.objects.get().tags == []


# Every write is done once for a key

KEYED: list[tuple[str, str, dict[str, Any], str]] = [
    ("officer", "messages/", {"text": "We look"}, "replied"),
    ("importer", "messages/", {"text": "And?"}, "said"),
    ("officer", "actions/", {"action": "assign"}, "assigned"),
    ("officer", "actions/", {"action": "hand_over", "agency": "KPA", "words": "Look"}, "handed_over"),
    ("officer", "actions/", {"action": "pause", "waiting_on": "outside", "reason": "Rain"}, "paused"),
    ("officer", "actions/", {"action": "resolve", "cause": "port", "words": "Loaded"}, "resolved"),
    ("officer", "actions/", {"action": "set_priority", "priority": "urgent"}, "priority"),
    ("officer", "actions/", {"action": "file_under", "category": "SECURITY"}, "category"),
    ("officer", "actions/", {"action": "tag", "tags": "rice"}, "tagged"),
    ("officer", "actions/", {"action": "snooze", "until": "2099-01-01T08:00"}, "snoozed"),
]


@pytest.mark.parametrize(("part", "path", "body", "kind"), KEYED, ids=[kind for *_given, kind in KEYED])
def test_a_write_with_a_key_is_done_once(
    ticket: Ticket, cast: Cast, part: str, path: str, body: dict[str, Any], kind: str
) -> None:
    client, url = program_of(cast.people()[part]), f"{LIST}{ticket.ref}/{path}"
    first, again = (send(client, url, body, **{"Idempotency-Key": "k1"}) for _each in range(2))
    assert (first[0] in (200, 201), first == again) == (True, True)
    assert list(ticket.entries.filter(number__gt=2).values_list("kind", flat=True)) == [kind]
    other = send(client, url, {**body, "version": 1}, **{"Idempotency-Key": "k1"})
    assert (other[0], ticket.entries.count()) == (422, 3)


def test_a_key_of_one_ticket_is_not_that_of_another(ticket: Ticket, consignment: Consignment, cast: Cast) -> None:
    other, officer = opened(cast, consignment, title="Another"), program_of(cast.officer)
    found = [
        send(officer, f"{LIST}{each.ref}/messages/", {"text": "We look"}, **{"Idempotency-Key": "k1"})[0]
        for each in (ticket, other)
    ]
    assert (found, ticket.messages.count(), other.messages.count()) == ([201, 422], 1, 0)


def test_two_who_act_on_what_they_both_saw_are_told_of_each_other(ticket: Ticket, cast: Cast) -> None:
    url, officer = f"{LIST}{ticket.ref}/actions/", program_of(cast.officer)
    seen = get(officer, f"{LIST}{ticket.ref}/")["version"]
    assert send(officer, url, {"action": "assign", "version": seen})[0] == 200
    status, problem = send(officer, url, {"action": "set_priority", "priority": "high", "version": seen})
    assert (status, problem["detail"].endswith("Officer gave it to Officer.")) == (409, True)
    assert send(officer, url, {"action": "set_priority", "priority": "high", "version": seen + 1})[0] == 200


@pytest.mark.parametrize("name", ["to", "assignee"])
def test_given_to_nobody_it_is_free_again(ticket: Ticket, cast: Cast, name: str) -> None:
    url, officer = f"{LIST}{ticket.ref}/actions/", program_of(cast.officer)
    assert send(officer, url, {"action": "assign"})[0] == 200
    assert Ticket.objects.get().assignee == cast.officer
    assert send(officer, url, {"action": "assign", name: None})[0] == 200
    assert Ticket.objects.get().assignee is None


def test_what_does_not_fit_is_refused(ticket: Ticket, cast: Cast) -> None:
    url, officer = f"{LIST}{ticket.ref}/actions/", program_of(cast.officer)
    assert send(officer, url, {"action": "resolve"})[0] == 200
    # Nobody is told her own words.
    assert Message.objects.get(kind="reply").text == "It is solved"
    status, problem = send(officer, url, {"action": "tag", "tags": ["rice"]})
    assert (status, problem["detail"], Ticket.objects.get().tags) == (400, "This ticket is over.", [])


def test_one_costs_so_many_queries_whatever_was_said_in_it(ticket: Ticket, cast: Cast) -> None:
    importer = program_of(cast.importer)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            get(importer, f"{LIST}{ticket.ref}/")
        return len(queries)

    assert cost()
    few = cost()
    for number in range(6):
        say(ticket=ticket, saying=Saying(text=f"Word {number}"), by=cast.officer, at=timezone.now())
    assert cost() == few <= 12


def test_a_ticket_tells_what_was_said_in_those_that_it_took_in_and_no_name_of_the_office(
    cast: Cast, ticket: Ticket, consignment: Consignment
) -> None:
    other = opened(cast, consignment, title="The same again")
    say(ticket=other, saying=Saying(text="Said before"), by=cast.importer, at=timezone.now())
    merge(ticket=other, into=ticket, by=cast.officer, at=timezone.now())
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=timezone.now())
    url = f"{LIST}{ticket.ref}/"
    mine, office = program_of(cast.importer).get(url).json(), program_of(cast.officer).get(url).json()
    assert "Said before" in [message["text"] for message in mine["messages"]]
    assert (mine["assignee"], office["assignee"]) == (None, "Officer")
