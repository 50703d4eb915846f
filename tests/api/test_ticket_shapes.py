"""Tickets and messages as JSON: every field of the contract, and null for what is unknown or not the caller's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from api.ticket_shapes import message_shape, ticket_shape
from cargo.models import Consignment
from liaison.models import Organization, Person
from tests.conftest import AT
from tickets.clocks.calendars import NEVER, round_the_clock
from tickets.clocks.reckoning import Clock
from tickets.models import Category, Message, Ticket

KIGALI_TIME = "2026-11-20T08:00:00+02:00"
NO_TIME = timedelta(0)
BARE: dict[str, Any] = {
    "ref": "T26-000001", "title": "Box", "channel": "web", "state": "new", "waiting_on": "office", "version": 2,
    "waiting_since": AT, "opened_at": AT, "changed_at": AT,
}  # fmt: skip


def ticket(**facts: Any) -> Ticket:
    return Ticket(category=Category(code="INFO"), **{**BARE, **facts})


def clock(**facts: Any) -> Clock:
    given: dict[str, Any] = {
        "kind": "resolve", "contract": "ours", "agency": "", "started_at": AT, "due_at": AT, "remaining": NO_TIME,
        "worked": NO_TIME, "paused_for": NO_TIME, "is_paused": False, "waiting_on": "", "met_at": None,
        "breached": False, "ended_at": None, "span": timedelta(hours=8), "promised_at": AT, "stretches": (),
    }  # fmt: skip
    return Clock(**{**given, **facts})


def test_a_bare_one_says_what_is_known_and_null_for_the_rest() -> None:
    assert ticket_shape(ticket(), [], [], sees_money=True, sees_assignee=True) == {
        "ref": "T26-000001",
        "category": "INFO",
        "title": "Box",
        "body": "",
        "answers": {},
        "consignments": [],
        "organization": None,
        "channel": "web",
        "state": "new",
        "priority": "normal",
        "agency": None,
        "accepted_at": None,
        "assignee": None,
        "waiting_on": "office",
        "waiting_since": KIGALI_TIME,
        "clocks": [],
        "usd_at_risk": None,
        "usd_at_risk_at": None,
        "cause": None,
        "rating": None,
        "merged_into": None,
        "version": 2,
        "opened_at": KIGALI_TIME,
        "resolved_at": None,
        "updated_at": KIGALI_TIME,
    }


def test_a_full_one_names_its_parties() -> None:
    full = ticket(
        state="closed",
        waiting_on="",
        agency=Organization(name="KPA"),
        organization=Organization(name="Umucyo Traders"),
        assignee=Person(name="Grace"),
        accepted_at=AT,
        resolved_at=AT,
        cause="port",
        rating=5,
        priority="urgent",
        answers={"place": "Yard 5"},
        merged_into=Ticket(ref="T26-000002"),
    )
    shape = ticket_shape(
        full, [], [Consignment(ref="RW26-000001"), Consignment(ref="RW26-000002")], sees_money=False, sees_assignee=True
    )
    names = ("agency", "organization", "assignee", "accepted_at", "resolved_at", "cause", "rating", "priority")
    assert [shape[name] for name in names] == [
        *("KPA", "Umucyo Traders", "Grace", KIGALI_TIME, KIGALI_TIME, "port", 5, "urgent"),
    ]
    assert (shape["merged_into"], shape["waiting_on"], shape["answers"]) == ("T26-000002", None, {"place": "Yard 5"})
    assert shape["consignments"] == ["RW26-000001", "RW26-000002"]


@pytest.mark.parametrize(
    ("amount", "sees_money", "shown"),
    [
        ("0", True, ("0.00", KIGALI_TIME)),
        ("125.5", True, ("125.50", KIGALI_TIME)),
        ("999999999999.99", True, ("999999999999.99", KIGALI_TIME)),
        ("125.5", False, (None, None)),
        (None, True, (None, None)),
    ],
)
def test_what_is_at_risk_is_a_text_with_its_age_for_who_may_see_it(
    amount: str | None, sees_money: bool, shown: tuple[str | None, str | None]
) -> None:
    given = ticket(usd_at_risk=Decimal(amount) if amount else None, risk_at=AT)
    shape = ticket_shape(given, [], [], sees_money=sees_money, sees_assignee=True)
    assert (shape["usd_at_risk"], shape["usd_at_risk_at"]) == shown


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, {"due_at": KIGALI_TIME, "paused": False, "breached": False, "met_at": None, "agency": None}),
        ({"due_at": None, "is_paused": True, "waiting_on": "importer"}, {"due_at": None, "waiting_on": "importer"}),
        ({"due_at": NEVER}, {"due_at": None}),
        ({"contract": "agency", "agency": "KPA", "breached": True}, {"agency": "KPA", "breached": True}),
        ({"met_at": AT, "ended_at": AT}, {"met_at": KIGALI_TIME, "ended_at": KIGALI_TIME}),
        ({"remaining": timedelta(hours=1, milliseconds=600)}, {"remaining_s": 3601}),
        ({"waiting_on": ""}, {"waiting_on": None}),
    ],
)
def test_a_clock_is_told_in_seconds_of_open_time(facts: dict[str, Any], said: dict[str, Any]) -> None:
    shape = ticket_shape(ticket(), [clock(**facts)], [], sees_money=False, sees_assignee=True)["clocks"][0]
    assert {name: shape[name] for name in said} == said
    assert sorted(shape) == [
        *("agency", "breached", "contract", "due_at", "ended_at", "kind", "met_at", "paused", "remaining_s"),
        "waiting_on",
    ]


def test_clocks_stay_in_their_order() -> None:
    kinds = [clock(kind=kind) for kind in ("first_reply", "next_reply", "resolve")]
    shape = ticket_shape(ticket(), kinds, [], sees_money=False, sees_assignee=True)
    assert [each["kind"] for each in shape["clocks"]] == ["first_reply", "next_reply", "resolve"]
    assert round_the_clock("x", "Africa/Kigali")


@pytest.mark.parametrize(
    ("facts", "author"),
    [
        ({"author": Person(name="Grace")}, "Grace"),
        ({"address": "driver@x.example"}, "driver@x.example"),
        ({}, None),
    ],
)
def test_a_message_is_of_a_person_an_address_or_the_portal(facts: dict[str, Any], author: str | None) -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    said = Message(pk=7, kind="reply", channel="email", text="Hello", at=late, **facts)
    assert message_shape(said) == {
        "id": 7,
        "kind": "reply",
        "author": author,
        "channel": "email",
        "text": "Hello",
        "at": "2027-01-01T01:30:00+02:00",
    }
