"""Handing a ticket over, its acceptance, its coming back; and pauses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from liaison.models import Organization
from liaison.people import add_organization
from notify.models import Notice
from tests.conftest import AT, Cast
from tickets.handling import assign
from tickets.handovers import accept, give_back, hand_over, pause, resume
from tickets.log import Stale
from tickets.models import Message, Ticket
from tickets.resolving import resolve

NOW = timezone.now()
HOUR = timedelta(hours=1)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.entries.order_by("number").values_list("kind", flat=True))[2:]


def told(kind: str) -> list[str]:
    rows = Notice.objects.filter(entry__kind=kind, channel="inbox").order_by("pk")
    return list(rows.values_list("person__email", flat=True))


def handed(ticket: Ticket, cast: Cast, agency: Organization, at: datetime = NOW) -> Ticket:
    return hand_over(ticket=ticket, agency=agency, words="Please look", by=cast.officer, at=at)


def test_the_agency_has_the_ball_from_then_on_and_its_desk_is_told(
    ticket: Ticket, cast: Cast, kpa: Organization
) -> None:
    found = handed(ticket, cast, kpa, NOW + HOUR)
    assert (found.agency, found.waiting_on, found.waiting_since, found.state) == (kpa, "agency", NOW + HOUR, "open")
    assert (found.accepted_at, told("tickets.handed_over")) == (None, [cast.desk.email])
    message = Message.objects.get()
    assert (message.kind, message.text, message.author) == ("agency", "Please look", cast.officer)
    entry = ticket.entries.latest("number")
    assert entry.data == {"agency": "KPA", "policy": f"PORT_DELAY@KE#{kpa.pk}", "message": message.pk}


def test_it_accepts_once_and_whoever_has_the_ticket_is_told(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    handed(ticket, cast, kpa)
    for hours in (1, 2):
        found = accept(ticket=ticket, by=cast.desk, at=NOW + hours * HOUR)
    assert (found.accepted_at, told("tickets.accepted")) == (NOW + HOUR, [cast.officer.email])
    assert (kinds(ticket)[-1], ticket.entries.latest("number").party) == ("accepted", "agency")


def test_the_office_may_note_what_was_accepted_by_telephone(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    handed(ticket, cast, kpa)
    accept(ticket=ticket, by=cast.officer, at=NOW)
    entry = ticket.entries.latest("number")
    assert (entry.party, entry.by) == ("agency", cast.officer)


def test_it_comes_back_with_what_was_found(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    handed(ticket, cast, kpa)
    found = give_back(ticket=ticket, words="It is loaded", by=cast.desk, at=NOW + HOUR)
    assert (found.waiting_on, found.waiting_since, found.agency) == ("office", NOW + HOUR, kpa)
    assert told("tickets.given_back") == [cast.officer.email]
    assert list(Message.objects.order_by("pk").values_list("text", "kind")) == [
        ("Please look", "agency"),
        ("It is loaded", "agency"),
    ]


def test_a_second_agency_takes_the_place_of_the_first(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    handed(ticket, cast, kpa)
    accept(ticket=ticket, by=cast.desk, at=NOW)
    kra = Organization.objects.get(name="KRA")
    found = handed(ticket, cast, kra, NOW + HOUR)
    assert (found.agency, found.accepted_at, found.waiting_since) == (kra, None, NOW + HOUR)
    assert not Ticket.objects.visible_to(cast.desk).exists()


@pytest.mark.parametrize("name", ["accept", "give_back"])
def test_who_is_not_waited_for_does_nothing(ticket: Ticket, cast: Cast, kpa: Organization, name: str) -> None:
    def act() -> object:
        if name == "accept":
            return accept(ticket=ticket, by=cast.desk, at=NOW)
        return give_back(ticket=ticket, words="x", by=cast.desk, at=NOW)

    with pytest.raises(ValidationError, match="Nobody waits for an agency"):
        act()
    handed(ticket, cast, kpa)
    pause(ticket=ticket, waiting_on="outside", reason="The line", by=cast.officer, at=NOW)
    with pytest.raises(ValidationError, match="Nobody waits for an agency"):
        act()


@pytest.mark.parametrize(
    ("kind", "is_taken"),
    [
        ("agency", True),
        ("line", True),
        ("transporter", True),
        ("warehouse", True),
        ("importer", False),
        ("agent", False),
    ],
)
def test_a_ticket_is_handed_to_those_who_can_do_something(
    ticket: Ticket, cast: Cast, kind: str, is_taken: bool
) -> None:
    other = add_organization(name="Somebody", kind=kind, by=None, at=AT)
    if is_taken:
        assert handed(ticket, cast, other).agency == other
    else:
        with pytest.raises(ValidationError, match="to a public agency"):
            handed(ticket, cast, other)


def test_words_are_needed(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    with pytest.raises(ValidationError, match="Write something"):
        hand_over(ticket=ticket, agency=kpa, words=" ", by=cast.officer, at=NOW)
    assert (Ticket.objects.get().agency, kinds(ticket)) == (None, [])


def test_a_pause_says_for_whom_and_why_and_stops_the_clocks(ticket: Ticket, cast: Cast) -> None:
    found = pause(ticket=ticket, waiting_on="importer", reason=" Papers ", by=cast.officer, at=NOW + HOUR)
    assert (found.state, found.waiting_on, found.waiting_since) == ("paused", "importer", NOW + HOUR)
    assert (found.next_breach_at, ticket.entries.latest("number").data["reason"]) == (None, "Papers")
    found = resume(ticket=ticket, by=cast.officer, at=NOW + 5 * HOUR)
    assert (found.state, found.waiting_on) == ("open", "office")
    # Two hours were promised for the first reply; one of them and a little more had passed.
    assert found.next_breach_at == found.opened_at + 6 * HOUR


@pytest.mark.parametrize(
    ("waiting_on", "reason", "field"),
    [
        ("office", "x", "waiting_on"),
        ("fate", "x", "waiting_on"),
        ("importer", " ", "reason"),
        ("agency", "x", "waiting_on"),
    ],
)
def test_a_pause_without_whom_or_why_is_refused(
    ticket: Ticket, cast: Cast, waiting_on: str, reason: str, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        pause(ticket=ticket, waiting_on=waiting_on, reason=reason, by=cast.officer, at=NOW)
    assert list(refused.value.message_dict) == [field]
    assert Ticket.objects.get().state == "new"


def test_what_is_paused_is_not_paused_again_nor_resumed_twice(ticket: Ticket, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="not paused"):
        resume(ticket=ticket, by=cast.officer, at=NOW)
    pause(ticket=ticket, waiting_on="importer", reason="x", by=cast.officer, at=NOW)
    with pytest.raises(ValidationError, match="paused already"):
        pause(ticket=ticket, waiting_on="outside", reason="x", by=cast.officer, at=NOW)
    resume(ticket=ticket, by=cast.officer, at=NOW)
    assert kinds(ticket) == ["paused", "resumed"]


def test_a_wait_for_the_agency_names_it(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    handed(ticket, cast, kpa)
    pause(ticket=ticket, waiting_on="agency", reason="They scan", by=cast.officer, at=NOW)
    assert ticket.entries.latest("number").data == {"waiting_on": "agency", "reason": "They scan", "agency": "KPA"}


def test_what_is_over_is_handed_to_nobody(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    resolve(ticket=ticket, cause="port", words="Loaded", by=cast.officer, at=NOW)
    with pytest.raises(ValidationError, match="over"):
        handed(ticket, cast, kpa)
    with pytest.raises(ValidationError, match="over"):
        pause(ticket=ticket, waiting_on="importer", reason="x", by=cast.officer, at=NOW)


# From a stale page nothing is handed on, and nothing of what was written is lost

STALE: dict[str, Callable[..., object]] = {
    "hand_over": lambda **given: hand_over(**given, agency=Organization.objects.get(name="KRA"), words="x"),
    "accept": accept,
    "give_back": lambda **given: give_back(**given, words="x"),
    "pause": lambda **given: pause(**given, waiting_on="importer", reason="x"),
}


@pytest.mark.parametrize("name", STALE)
def test_nothing_is_handed_on_from_a_stale_page(ticket: Ticket, cast: Cast, kpa: Organization, name: str) -> None:
    found = handed(ticket, cast, kpa)
    with pytest.raises(Stale):
        STALE[name](ticket=ticket, by=cast.officer, at=NOW, version=found.version - 1)
    assert (kinds(ticket), Message.objects.count()) == (["handed_over"], 1)
    STALE[name](ticket=ticket, by=cast.officer, at=NOW, version=found.version)
    assert len(kinds(ticket)) == 2


def test_what_was_taken_up_is_the_offices_again_and_from_a_stale_page_is_not(ticket: Ticket, cast: Cast) -> None:
    found = pause(ticket=ticket, waiting_on="outside", reason="Rain", by=cast.officer, at=NOW)
    with pytest.raises(Stale):
        resume(ticket=ticket, by=cast.officer, at=NOW, version=found.version - 1)
    assert Ticket.objects.get().state == "paused"
    taken = resume(ticket=ticket, by=cast.officer, at=NOW + HOUR, version=found.version)
    assert (taken.waiting_on, taken.waiting_since) == ("office", NOW + HOUR)


def test_the_importer_is_not_told_what_is_said_to_the_agency(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    handed(ticket, cast, kpa)
    accept(ticket=ticket, by=cast.desk, at=NOW)
    give_back(ticket=ticket, words="Found", by=cast.desk, at=NOW)
    kinds_told = {"tickets.handed_over", "tickets.accepted", "tickets.given_back"}
    rows = Notice.objects.filter(entry__kind__in=kinds_told).values_list("person__email", flat=True)
    assert set(rows) == {cast.desk.email}
    assert not Message.objects.visible_to(cast.importer).exists()


def test_a_reason_that_is_too_long_is_cut(ticket: Ticket, cast: Cast) -> None:
    pause(ticket=ticket, waiting_on="outside", reason="x" * 400, by=cast.officer, at=NOW)
    assert ticket.entries.latest("number").data["reason"] == "x" * 300
