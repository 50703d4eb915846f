"""Holding a ticket for a change, and entering what was done to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from liaison.models import JournalEntry, Membership, Organization, Person
from tests.conftest import Cast, somebody
from tests.tickets.conftest import opened
from tickets.handling import assign, set_priority
from tickets.handovers import hand_over
from tickets.log import Done, Stale, enter, enter_many, held, held_many, held_open, hold_ball, party_of
from tickets.models import Entry, Ticket
from tickets.resolving import confirm, resolve

NOW = timezone.now()
HOUR = timedelta(hours=1)
STALE = "The ticket has changed since you opened it. Look at it again; what you wrote is still here."


def test_it_is_held_as_it_stands_now_and_not_as_it_was_read(ticket: Ticket, cast: Cast) -> None:
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    found = held(ticket)
    assert (ticket.assignee, found.assignee, found.version) == (None, cast.officer, 3)
    assert (held(ticket, version=3).pk, held_open(ticket, version=3).pk) == (ticket.pk, ticket.pk)


@pytest.mark.parametrize("version", [0, 1, 2, 4, 10**23])
def test_any_other_version_is_stale(ticket: Ticket, cast: Cast, version: int) -> None:
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    with pytest.raises(Stale) as stale:
        held(ticket, version=version, by=cast.officer)
    assert (stale.value.messages[0], len(stale.value.messages)) == (STALE, max(4 - version, 1))


def test_what_was_done_meanwhile_is_told_in_order_and_in_the_readers_language(ticket: Ticket, cast: Cast) -> None:
    opened(cast, title="Another, whose log is not told")
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    set_priority(ticket=ticket, priority="urgent", by=cast.officer, at=NOW)
    with pytest.raises(Stale) as stale:
        held(ticket, version=2, by=cast.officer)
    assert stale.value.messages == [STALE, "Officer gave it to Officer.", "Officer made its priority: Urgent."]
    with translation.override("fr"), pytest.raises(Stale) as told:
        held(ticket, version=2, by=cast.officer)
    assert not set(told.value.messages) & set(stale.value.messages)


def test_what_is_over_is_not_open_whatever_its_version(ticket: Ticket, cast: Cast) -> None:
    resolve(ticket=ticket, cause="port", words="Loaded", by=cast.officer, at=NOW)
    for version in (None, 3):
        with pytest.raises(ValidationError) as over:
            held_open(ticket, version=version)
        assert (over.value.messages, type(over.value)) == (["This ticket is over."], ValidationError)
    assert held(ticket).state == "resolved"
    confirm(ticket=ticket, by=cast.importer, at=NOW)
    with pytest.raises(ValidationError):
        held_open(ticket)


def test_each_of_the_cast_acts_for_a_side(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    handed = hand_over(ticket=ticket, agency=kpa, words="Look", by=cast.officer, at=NOW)
    parties = {part: party_of(person, handed) for part, person in cast.people().items()}
    assert parties == {
        "importer": "importer",
        "agent": "importer",
        "stranger": "importer",
        "officer": "office",
        "desk": "agency",
        "official": "importer",
    }
    assert party_of(None, handed) == "portal"
    # A desk is the agency in what was handed to its own agency alone.
    assert (party_of(cast.desk, ticket), party_of(somebody(kpa, "desk"), handed)) == ("importer", "agency")


def test_who_is_of_the_office_and_of_a_firm_acts_for_the_office(ticket: Ticket, cast: Cast) -> None:
    Membership.objects.create(person=cast.officer, organization=cast.importer_firm, role="owner")
    assert party_of(Person.objects.get(pk=cast.officer.pk), ticket) == "office"


def test_an_entry_is_a_version_of_the_ticket_and_a_line_of_the_journal(ticket: Ticket, cast: Cast) -> None:
    found = held(ticket)
    told = enter(found, Entry.Kind.TAGGED, by=cast.officer, at=NOW + HOUR, tags="rice")
    entry = ticket.entries.latest("number")
    assert (entry.number, entry.kind, entry.party, entry.by, entry.at, entry.data) == (
        *(3, "tagged", "office", cast.officer, NOW + HOUR),
        {"tags": "rice"},
    )
    assert (told.kind, told.subject, told.key, told.by) == ("tickets.tagged", "ticket", ticket.ref, cast.officer)
    assert told.data == {"ref": ticket.ref, "title": ticket.title, "category": "PORT_DELAY", "tags": "rice"}
    kept = Ticket.objects.get()
    assert (kept.version, kept.changed_at) == (3, NOW + HOUR)


def test_the_side_and_the_journals_kind_may_be_named(ticket: Ticket, cast: Cast) -> None:
    told = enter(
        held(ticket), Entry.Kind.ACCEPTED, by=cast.officer, at=NOW, party="agency", tell="tickets.phoned", agency="KPA"
    )
    assert (told.kind, ticket.entries.latest("number").party) == ("tickets.phoned", "agency")
    nobodys = enter(held(ticket), Entry.Kind.CLOSED, by=None, at=NOW)
    assert (nobodys.by, ticket.entries.latest("number").party) == (None, "portal")


def test_what_is_over_has_no_next_deadline(ticket: Ticket, cast: Cast) -> None:
    assert Ticket.objects.get().next_breach_at is not None
    found = held(ticket)
    found.state, found.cause, found.resolved_at, found.waiting_on = Ticket.State.RESOLVED, "port", NOW, ""
    enter(found, Entry.Kind.RESOLVED, by=cast.officer, at=NOW, cause="port")
    assert Ticket.objects.get().next_breach_at is None


def test_the_ball_changes_hands_at_a_time_and_stays_where_it_is_without_one(ticket: Ticket) -> None:
    since = ticket.waiting_since
    hold_ball(ticket, "office", at=NOW + HOUR)
    assert (ticket.waiting_on, ticket.waiting_since) == ("office", since)
    hold_ball(ticket, "importer", at=NOW + HOUR)
    assert (ticket.waiting_on, ticket.waiting_since) == ("importer", NOW + HOUR)
    assert Ticket.objects.get().waiting_on == "office"


def test_every_entry_of_a_ticket_stands_in_the_journal_once(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    hand_over(ticket=ticket, agency=kpa, words="Look", by=cast.officer, at=NOW)
    resolve(ticket=ticket, cause="port", words="Loaded", by=cast.officer, at=NOW)
    confirm(ticket=ticket, rating=5, by=cast.importer, at=NOW)
    logged = [f"tickets.{kind}" for kind in ticket.entries.order_by("number").values_list("kind", flat=True)]
    told = JournalEntry.objects.filter(subject="ticket", key=ticket.ref).order_by("pk")
    assert list(told.values_list("kind", flat=True)) == logged
    numbers = list(ticket.entries.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(logged) + 1)) == list(range(1, Ticket.objects.get().version + 1))


def test_many_entries_keep_of_each_ticket_what_one_would(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    """Every field that a change may touch, of each kind of value that there is."""
    other = opened(cast, title="Another")
    tickets = held_many([ticket.pk, other.pk])
    first = tickets[0]
    first.state, first.priority, first.tags = Ticket.State.RESOLVED, Ticket.Priority.URGENT, ["a b", 'c"d', "e,{f}"]
    first.resolved_at, first.cause, first.agency, first.assignee = NOW, "port", kpa, cast.officer
    first.waiting_on, first.rating, first.snoozed_until = "", 5, NOW + HOUR
    enter_many([Done(each, Entry.Kind.TAGGED) for each in tickets], by=cast.officer, at=NOW, party=Entry.Party.OFFICE)
    for each in tickets:
        kept = Ticket.objects.get(pk=each.pk)
        names = [field.attname for field in Ticket._meta.concrete_fields]
        assert {name: getattr(kept, name) for name in names} == {name: getattr(each, name) for name in names}
    assert [each.version for each in tickets] == [3, 2]
