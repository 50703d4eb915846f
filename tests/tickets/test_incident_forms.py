"""The forms of incidents: one thing is struck, tickets are found by their references, and what was seen is named."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from cargo.models import Consignment
from corridor.models import Node
from tests.conftest import Cast
from tests.tickets.conftest import opened
from tickets.incident_forms import CloseForm, FindIncidentForm, IncidentForm, TellForm, tickets_of
from tickets.models import Incident, Ticket

GIVEN = {"title": "Crane down", "category": "PORT_DELAY"}


def test_tickets_are_found_in_the_order_named_each_once(cast: Cast, categories: None, consignment: Consignment) -> None:
    one, two = (opened(cast, consignment, title=f"Trouble {number}") for number in range(2))
    words = f" {two.ref.lower()},{one.ref}\n,, {two.ref} "
    assert tickets_of(words, cast.officer) == [two, one]
    assert [tickets_of(words, cast.officer) for words in ("", " ", ",,")] == [[], [], []]


def test_what_somebody_may_not_see_is_said_not_to_be_there(cast: Cast, ticket: Ticket) -> None:
    assert tickets_of(ticket.ref, cast.importer) == [ticket]
    for person, words, missing in (
        (cast.stranger, ticket.ref, ticket.ref),
        (cast.officer, f"{ticket.ref} T26-999998 x", "T26-999998, X"),
        (cast.officer, "%", "%"),
    ):
        with pytest.raises(ValidationError) as refused:
            tickets_of(words, person)
        assert refused.value.messages == [f"There is no ticket {missing}."]


@pytest.mark.parametrize(
    ("more", "errors"),
    [
        ({}, []),
        ({"node": "ke-port-mombasa"}, []),
        ({"vessel": "ABACUS"}, []),
        ({"vessel": "ABACUS", "voyage": "411E"}, []),
        ({"system": "KWATOS"}, []),
        ({"voyage": "411E"}, ["vessel"]),
        ({"voyage": "411E", "system": "KWATOS"}, ["vessel"]),
        ({"vessel": " ", "voyage": "411E"}, ["vessel"]),
        ({"node": "ke-port-mombasa", "vessel": "ABACUS"}, ["__all__"]),
        ({"node": "ke-port-mombasa", "system": "KWATOS"}, ["__all__"]),
        ({"vessel": "ABACUS", "system": "KWATOS"}, ["__all__"]),
        ({"node": "nowhere"}, ["node"]),
        ({"system": "Excel"}, ["system"]),
        ({"category": "NOTHING"}, ["category"]),
        ({"title": "\t"}, ["title"]),
        ({"title": "x" * 141}, ["title"]),
        ({"tickets": "T26-999999"}, ["tickets"]),
    ],
)
def test_one_thing_is_struck_at_most(cast: Cast, categories: None, more: dict[str, str], errors: list[str]) -> None:
    assert list(IncidentForm(GIVEN | more, person=cast.officer).errors) == errors


def test_what_is_struck_is_what_was_given(cast: Cast, categories: None) -> None:
    form = IncidentForm({**GIVEN, "node": "ke-port-mombasa"}, person=cast.officer)
    assert form.is_valid()
    struck = form.struck()
    assert (struck.title, struck.category.code, struck.node) == (
        "Crane down",
        "PORT_DELAY",
        Node.objects.get(slug="ke-port-mombasa"),
    )
    assert (struck.vessel, struck.voyage, struck.system) == ("", "", "")


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"text": "Soon"}, []),
        ({"text": "Soon", "with_silent": "on", "version": "7"}, []),
        ({"text": " "}, ["text"]),
        ({"text": "x" * 8001}, ["text"]),
        ({"text": "Soon", "version": "seven"}, ["version"]),
    ],
)
def test_what_everybody_is_told_has_words(given: dict[str, str], errors: list[str]) -> None:
    form = TellForm(given, incident=Incident(version=7))
    assert (list(form.errors), form["version"].initial) == (errors, 7)


@pytest.mark.parametrize("cause", ["", "ghosts"])
def test_an_end_names_a_cause(cause: str) -> None:
    assert list(CloseForm({"text": "Done", "cause": cause}, incident=Incident()).errors) == ["cause"]


@pytest.mark.parametrize(
    ("given", "is_valid"), [({}, True), ({"state": "over", "q": "crane"}, True), ({"state": "lost"}, False)]
)
def test_incidents_are_found_by_their_state(given: dict[str, str], is_valid: bool) -> None:
    assert FindIncidentForm(given).is_valid() == is_valid
