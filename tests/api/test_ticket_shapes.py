"""Tickets as JSON, from rows that were never stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from api.ticket_shapes import message_shape, ticket_shape
from liaison.models import Organization, Person
from tests.conftest import AT
from tickets.clocks.calendars import round_the_clock
from tickets.clocks.happenings import Happening
from tickets.clocks.reckoning import Promise, clocks_of
from tickets.models import Category, Message, Ticket

NAMED = ("organization", "agency", "assignee", "merged_into", "waiting_on", "cause", "rating", "resolved_at")


def ticket(**values: object) -> Ticket:
    times = {"waiting_since": AT, "opened_at": AT, "changed_at": AT}
    return Ticket(ref="T26-000001", category=Category(code="INFO"), title="A", **{**times, **values})


def test_what_is_unknown_is_null() -> None:
    shape = ticket_shape(ticket(waiting_on=""), [], [], sees_money=True)
    assert {name: shape[name] for name in NAMED} == dict.fromkeys(NAMED)
    assert (shape["usd_at_risk"], shape["usd_at_risk_at"], shape["accepted_at"]) == (None, None, None)
    assert (shape["consignments"], shape["clocks"], shape["answers"]) == ([], [], {})


def test_parties_go_by_their_names_and_times_by_kigalis_offset() -> None:
    given = ticket(
        organization=Organization(name="Umucyo"),
        agency=Organization(name="KPA"),
        assignee=Person(name="Grace", email="g@x.example"),
        merged_into=ticket(),
        usd_at_risk=Decimal("12.5"),
        risk_at=AT,
    )
    shape = ticket_shape(given, [], [], sees_money=True)
    assert [shape[name] for name in NAMED[:4]] == ["Umucyo", "KPA", "Grace", "T26-000001"]
    assert (shape["usd_at_risk"], shape["opened_at"]) == ("12.50", "2026-11-20T08:00:00+02:00")
    hidden = ticket_shape(given, [], [], sees_money=False)
    assert (hidden["usd_at_risk"], hidden["usd_at_risk_at"]) == (None, None)


def test_a_clock_says_what_is_left_and_a_standing_one_when_it_is_due_no_more() -> None:
    promise = Promise("ours", "resolve", timedelta(hours=2), round_the_clock("always", "Africa/Kigali"))
    opened = Happening("opened", AT, "them", policy="INFO")
    paused = Happening("paused", AT + timedelta(hours=1), "us", waiting_on="importer", reason="x")

    def shape(*log: Happening, minutes: int) -> dict[str, object]:
        clocks = clocks_of(log, {"INFO": [promise]}, AT + timedelta(minutes=minutes))
        found: dict[str, object] = ticket_shape(ticket(), clocks, [], sees_money=False)["clocks"][0]
        return found

    running = shape(opened, minutes=30)
    assert (running["kind"], running["contract"], running["agency"]) == ("resolve", "ours", None)
    assert (running["remaining_s"], running["paused"], running["breached"]) == (5400, False, False)
    assert running["due_at"] == "2026-11-20T10:00:00+02:00"
    standing = shape(opened, paused, minutes=90)
    assert (standing["due_at"], standing["remaining_s"], standing["waiting_on"]) == (None, 3600, "importer")
    assert shape(opened, minutes=180)["breached"] is True


def test_a_message_names_its_author_an_address_or_nobody() -> None:
    at = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
    shapes = [
        message_shape(Message(kind="reply", text="x", at=at, **who))
        for who in ({"author": Person(name="Grace")}, {"address": "d@x.example"}, {})
    ]
    assert [shape["author"] for shape in shapes] == ["Grace", "d@x.example", None]
    assert shapes[0]["at"] == "2026-11-20T08:00:00+02:00"
