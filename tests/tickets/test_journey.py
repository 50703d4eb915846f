"""The whole way of one ticket, on the pages: reported with its cargo, taken, answered, solved, confirmed."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from cargo.models import Consignment
from liaison.models import Person
from notify.models import Notice
from tests.conftest import Cast
from tickets.models import Entry, Ticket

As = Callable[[Person | None], Client]


def test_from_a_report_to_a_rating(cast: Cast, categories: None, consignment: Consignment, as_person: As) -> None:
    importer, officer = as_person(cast.importer), as_person(cast.officer)
    asked = importer.get(f"/tickets/new/?category=PORT_DELAY&consignment={consignment.ref}").content.decode()
    assert consignment.ref in asked
    sent = {
        "category": "PORT_DELAY",
        "consignments": consignment.ref,
        "title": "Box not loaded",
        "answer_place": "Yard 5",
    }
    assert importer.post("/tickets/new/", sent).status_code == 422
    answer = importer.post("/tickets/new/", {**sent, "answer_since": "Monday"})
    ticket = Ticket.objects.get()
    url = f"/tickets/{ticket.ref}/"
    assert answer.headers["Location"] == url
    board = officer.get("/tickets/board/").content.decode()
    assert ticket.ref in board
    assert "Umucyo Traders" in board
    act = {"action": "assign", "to": cast.officer.email, "version": ticket.version}
    assert officer.post(f"{url}actions/", act).status_code == 302
    assert officer.post(f"{url}actions/", act).status_code == 422
    assert officer.post(f"{url}messages/", {"kind": "note", "text": "A secret"}).status_code == 302
    assert officer.post(f"{url}messages/", {"kind": "reply", "text": "We are on it"}).status_code == 302
    page = importer.get(url).content.decode()
    assert ("We are on it" in page, "A secret" in page) == (True, False)
    assert importer.post(f"{url}messages/", {"kind": "reply", "text": "Thank you"}).status_code == 302
    assert (
        officer.post(f"{url}actions/", {"action": "resolve", "cause": "port", "words": "It is loaded"}).status_code
        == 302
    )
    assert "Is it solved?" in importer.get(url).content.decode()
    assert importer.post(f"{url}actions/", {"action": "confirm", "rating": "5"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.rating, ticket.cause) == ("closed", 5, "port")
    assert list(Entry.objects.order_by("number").values_list("kind", "party")) == [
        ("opened", "importer"), ("attached", "importer"), ("assigned", "office"), ("noted", "office"),
        ("replied", "office"), ("said", "importer"), ("resolved", "office"), ("confirmed", "importer"),
        ("rated", "importer"),
    ]  # fmt: skip
    told = Notice.objects.filter(channel="inbox", entry__kind__startswith="tickets.").order_by("pk")
    assert list(told.values_list("entry__kind", "person__email")) == [
        ("tickets.replied", "importer@portal.example"),
        ("tickets.said", "officer@portal.example"),
        ("tickets.resolved", "importer@portal.example"),
        ("tickets.confirmed", "officer@portal.example"),
    ]
    assert importer.get("/inbox/").status_code == 200
