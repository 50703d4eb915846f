"""A ticket's page in words: who holds the ball, its clocks, and what was said and done as far as one may read it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from cargo.models import Consignment
from liaison.models import Organization, Person
from tests.conftest import AT, Cast
from tests.tickets.conftest import opened
from tickets.conversation import Saying, say
from tickets.handling import assign, tag
from tickets.handovers import accept, hand_over, pause
from tickets.merging import merge
from tickets.models import Entry, Message, Ticket
from tickets.presenting import answers_of, ball, clock_lines, line_of_time
from tickets.resolving import confirm, resolve
from tickets.timing import clocks_of_ticket
from tickets.words import actor, did, holder_words, side

NOW = timezone.now()
HOUR = timedelta(hours=1)


def again(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("category", "agency", "merged_into").get(pk=ticket.pk)


def words(ticket: Ticket) -> str:
    return ball(again(ticket), is_asked=True).words


def test_the_ball_is_told_in_one_line(ticket: Ticket, cast: Cast, kpa: Organization, consignment: Consignment) -> None:
    said = [words(ticket)]
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    said.append(words(ticket))
    hand_over(ticket=ticket, agency=kpa, words="x", by=cast.officer, at=NOW + HOUR)
    said.append(words(ticket))
    accept(ticket=ticket, by=cast.desk, at=NOW + 2 * HOUR)
    said.append(words(ticket))
    assert ball(again(ticket), is_asked=True).since == NOW + HOUR
    pause(ticket=ticket, waiting_on="importer", reason="x", by=cast.officer, at=NOW)
    said.append(words(ticket))
    resolve(ticket=ticket, cause="port", words="x", by=cast.officer, at=NOW)
    said.append(words(ticket))
    # Who cannot say whether it is solved is not asked.
    said.append(ball(again(ticket), is_asked=False).words)
    confirm(ticket=ticket, by=cast.importer, at=NOW)
    said.append(words(ticket))
    assert said == [
        "The liaison office has it and will reply.",
        "In the hands of the liaison office.",
        "KPA has it and has not accepted it yet.",
        "KPA has it and has accepted it.",
        "In the hands of the importer.",
        "Solved, says the office. Tell us whether it is.",
        "Solved, says the office.",
        "Solved and closed.",
    ]
    assert ball(again(ticket), is_asked=True).is_over


def test_a_merged_ticket_says_where_it_goes_on(ticket: Ticket, cast: Cast, consignment: Consignment) -> None:
    other = opened(cast, consignment)
    merge(ticket=other, into=ticket, by=cast.officer, at=NOW)
    assert words(other) == f"It goes on as {ticket.ref}."


def lines(ticket: Ticket, at: datetime) -> list[tuple[str, str, str]]:
    found = again(ticket)
    clocks = clocks_of_ticket(found, found.entries.order_by("number"), at=at)
    return [(line.label, line.who, line.state) for line in clock_lines(clocks, at=at)]


def test_clocks_are_running_paused_kept_or_broken(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    start = ticket.opened_at
    assert lines(ticket, start) == [("First reply", "", "running"), ("Resolution", "", "running")]
    assert lines(ticket, start + 3 * HOUR)[0] == ("First reply", "", "broken")
    say(ticket=ticket, saying=Saying(text="x"), by=cast.officer, at=start + HOUR)
    assert lines(ticket, start + 3 * HOUR) == [("Resolution", "", "running"), ("First reply", "", "kept")]
    hand_over(ticket=ticket, agency=kpa, words="x", by=cast.officer, at=start + HOUR)
    assert ("First reply", "KPA", "running") in lines(ticket, start + 2 * HOUR)
    pause(ticket=ticket, waiting_on="outside", reason="x", by=cast.officer, at=start + 2 * HOUR)
    assert {state for _label, _who, state in lines(ticket, start + 3 * HOUR)} == {"paused", "kept"}


def told(ticket: Ticket, viewer: Person, *, sees_money: bool = False) -> list[tuple[str, str]]:
    messages = Message.objects.visible_to(viewer).filter(ticket=ticket).select_related("author").order_by("pk")
    entries = ticket.entries.select_related("by").order_by("number")
    moments = line_of_time(again(ticket), entries, messages, viewer=viewer, sees_money=sees_money)
    return [(moment.kind, moment.words) for moment in reversed(moments)]


def spoken(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    start = ticket.opened_at
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=start + HOUR)
    tag(ticket=ticket, tags=["rice"], by=cast.officer, at=start + 2 * HOUR)
    say(ticket=ticket, saying=Saying(text="Secret", kind="note"), by=cast.officer, at=start + 3 * HOUR)
    say(ticket=ticket, saying=Saying(text="We look"), by=cast.officer, at=start + 4 * HOUR)
    hand_over(ticket=ticket, agency=kpa, words="Look", by=cast.officer, at=start + 5 * HOUR)


def test_the_office_reads_all_of_it_by_name(
    ticket: Ticket, cast: Cast, kpa: Organization, consignment: Consignment
) -> None:
    spoken(ticket, cast, kpa)
    assert set(told(ticket, cast.officer)) == {
        ("opened", "Importer opened the ticket."),
        ("attached", f"{consignment.ref} was attached as it stood."),
        ("assigned", "Officer gave it to Officer."),
        ("tagged", "Officer set its tags: rice."),
        ("note", "Secret"),
        ("reply", "We look"),
        ("handed_over", "Officer handed it over to KPA."),
        ("agency", "Look"),
    }


def test_the_importer_reads_what_is_hers_and_of_the_office_no_names(
    ticket: Ticket, cast: Cast, kpa: Organization, consignment: Consignment
) -> None:
    spoken(ticket, cast, kpa)
    assert set(told(ticket, cast.importer)) == {
        ("opened", "Importer opened the ticket."),
        ("attached", f"{consignment.ref} was attached as it stood."),
        ("reply", "We look"),
        ("handed_over", "The liaison office handed it over to KPA."),
    }


def test_the_latest_comes_first(ticket: Ticket, cast: Cast) -> None:
    say(ticket=ticket, saying=Saying(text="Later"), by=cast.officer, at=ticket.opened_at + HOUR)
    assert told(ticket, cast.importer)[-1] == ("reply", "Later")


@pytest.mark.parametrize("sees_money", [True, False])
def test_what_cargo_cost_is_for_who_may_see_money(
    ticket: Ticket, cast: Cast, consignment: Consignment, sees_money: bool
) -> None:
    entry = ticket.entries.get(kind="attached")
    found = line_of_time(again(ticket), [entry], [], viewer=cast.importer, sees_money=sees_money)[0].snapshot
    assert found
    assert (found["consignment"], found["headline"]) == (
        consignment.ref,
        "Nothing has been heard of this consignment yet",
    )
    assert ("accrued" in found, "tomorrow" in found) == (sees_money, sees_money)


def test_who_wrote_is_a_person_an_address_or_the_portal(ticket: Ticket, cast: Cast) -> None:
    say(ticket=ticket, saying=Saying(text="a", address="driver@x.example"), by=None, at=NOW)
    resolve(ticket=ticket, cause="moved", words="b", by=None, at=NOW)
    messages = Message.objects.filter(ticket=ticket).order_by("pk")
    moments = line_of_time(again(ticket), [], messages, viewer=cast.importer, sees_money=False)
    assert sorted(moment.who for moment in moments) == ["The portal", "driver@x.example"]


def test_answers_stand_by_their_questions(ticket: Ticket) -> None:
    assert dict(answers_of(ticket)) == {"Where exactly?": "Yard 5", "Since when?": "Monday"}


ENTRIES: list[tuple[str, dict[str, Any], str]] = [
    (
        "paused",
        {"waiting_on": "importer", "reason": "Papers"},
        "The portal paused it, waiting for the importer: Papers",
    ),
    ("resolved", {"cause": "customs"}, "The portal resolved it: Customs."),
    ("priority", {"priority": "urgent"}, "The portal made its priority: Urgent."),
    ("category", {"filed_under": "INFO"}, "The portal filed it under: Question about tariffs or papers."),
    ("rated", {"rating": 4}, "The portal rated the help: 4 of 5."),
    ("assigned", {"assignee": ""}, "The portal put it back."),
    ("reopened", {"reason": "No"}, "The portal opened it again: No"),
    ("snoozed", {"until": "2031-11-26T08:00+00:00"}, "The portal put it off until 26 Nov 2031, 10:00 CAT."),
    ("merged", {"into": "T26-000001"}, "The portal merged it into T26-000001."),
    ("absorbed", {"of": "T26-000002"}, "The portal merged T26-000002 into it."),
    ("accepted", {"agency": "KPA"}, "KPA accepted it."),
    ("given_back", {"agency": "KPA"}, "KPA gave it back to the office."),
    ("closed", {}, "The portal closed it: nobody objected."),
]


@pytest.mark.parametrize(("kind", "data", "sentence"), ENTRIES)
def test_every_entry_is_a_sentence(kind: str, data: dict[str, Any], sentence: str) -> None:
    assert did(Entry(kind=kind, party="portal", at=AT, data=data)) == sentence


def test_every_kind_has_a_sentence_in_every_language(ticket: Ticket) -> None:
    names = ("agency", "assignee", "cause", "consignment", "filed_under", "into", "of", "priority", "rating", "reason")
    data = dict.fromkeys((*names, "tags", "waiting_on", "incident"), "§") | {"until": AT.isoformat()}
    for language in ("en", "fr", "rw", "sw"):
        with translation.override(language):
            said = {did(Entry(kind=kind, party="office", at=AT, data=data)) for kind in Entry.Kind.values}
        assert len(said) == len(Entry.Kind.values)


def test_a_side_is_named_where_a_person_need_not_be(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    entry = Entry(kind="noted", party="office", by=cast.officer, at=AT)
    assert (actor(entry), side(entry)) == ("Officer", "The liaison office")
    assert holder_words(ticket) == "the liaison office"
    ticket.waiting_on, ticket.agency = "agency", kpa
    assert holder_words(ticket) == "KPA"
