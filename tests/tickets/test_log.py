"""The log: numbered entries in the transaction of the change, held tickets, stale pages, and who acts for whom."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from liaison.models import JournalEntry, Organization
from tests.conftest import Cast, somebody
from tickets.handovers import hand_over
from tickets.log import Stale, enter, held, held_open, hold_ball, party_of
from tickets.models import Entry, Ticket
from tickets.resolving import resolve

NOW = timezone.now()


def test_an_entry_is_numbered_saved_with_its_ticket_and_told_to_the_journal(ticket: Ticket, cast: Cast) -> None:
    with transaction.atomic():
        found = held(ticket)
        found.priority = "high"
        told = enter(found, "priority", by=cast.officer, at=NOW, priority="high")
    kept = Ticket.objects.get()
    assert (kept.priority, kept.version, kept.changed_at) == ("high", 3, NOW)
    entry = Entry.objects.get(number=3)
    assert (entry.kind, entry.party, entry.by, entry.data) == ("priority", "office", cast.officer, {"priority": "high"})
    assert (told.kind, told.subject, told.key, told.by) == ("tickets.priority", "ticket", ticket.ref, cast.officer)
    assert told.data == {"ref": ticket.ref, "title": ticket.title, "category": "PORT_DELAY", "priority": "high"}


def test_what_fails_leaves_no_entry_behind(ticket: Ticket, cast: Cast) -> None:
    before = JournalEntry.objects.count()
    with transaction.atomic():
        enter(held(ticket), "noted", by=cast.officer, at=NOW)
        transaction.set_rollback(True)
    assert (Ticket.objects.get().version, JournalEntry.objects.count()) == (2, before)


def test_the_journal_may_know_it_by_another_name(ticket: Ticket, cast: Cast) -> None:
    with transaction.atomic():
        told = enter(held(ticket), "noted", by=cast.officer, at=NOW, tell="tickets.looked_at")
    assert told.kind == "tickets.looked_at"


@pytest.mark.parametrize(("version", "is_stale"), [(None, False), (2, False), (1, True), (3, True)])
def test_a_ticket_is_held_as_it_was_seen_or_not_at_all(ticket: Ticket, version: int | None, is_stale: bool) -> None:
    with transaction.atomic():
        if is_stale:
            with pytest.raises(Stale) as stale:
                held(ticket, version=version)
            assert stale.value.messages[0].startswith("The ticket has changed since you opened it.")
        else:
            assert held(ticket, version=version) == ticket


def test_what_is_over_is_not_held_open(ticket: Ticket, cast: Cast) -> None:
    resolve(ticket=ticket, cause="port", words="x", by=cast.officer, at=NOW)
    with transaction.atomic(), pytest.raises(Exception, match="This ticket is over"):
        held_open(ticket)
    with transaction.atomic():
        assert held(ticket).state == "resolved"


def test_everybody_acts_for_a_side(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    rra = somebody(Organization.objects.get(name="RRA"), "desk", "rra@portal.example")
    people = (None, cast.officer, cast.importer, cast.agent, cast.desk, rra)
    assert [party_of(person, ticket) for person in people] == [
        "portal",
        "office",
        "importer",
        "importer",
        "importer",
        "importer",
    ]
    found = hand_over(ticket=ticket, agency=kpa, words="x", by=cast.officer, at=NOW)
    assert [party_of(person, found) for person in (cast.desk, rra)] == ["agency", "importer"]


def test_the_ball_is_held_since_it_changed_hands(ticket: Ticket) -> None:
    since = ticket.waiting_since
    hold_ball(ticket, "office", at=NOW)
    assert ticket.waiting_since == since
    hold_ball(ticket, "importer", at=NOW)
    assert (ticket.waiting_on, ticket.waiting_since) == ("importer", NOW)
