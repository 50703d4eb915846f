"""The end of a ticket: resolved with a cause, confirmed, rated, opened again, closed in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from notify.models import Notice
from tests.conftest import Cast
from tests.tickets.conftest import opened
from tickets.handling import assign, snooze
from tickets.handovers import pause
from tickets.models import Message, Ticket
from tickets.resolving import close_silent, confirm, reopen, resolve
from tickets.tasks import close_silent as close_silent_task

NOW = timezone.now()
DAY = timedelta(days=1)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.entries.order_by("number").values_list("kind", flat=True))[2:]


def told(kind: str) -> list[str]:
    rows = Notice.objects.filter(entry__kind=kind, channel="inbox").order_by("pk")
    return list(rows.values_list("person__email", flat=True))


def solved(ticket: Ticket, cast: Cast, cause: str = "port", words: str = "It is loaded") -> Ticket:
    return resolve(ticket=ticket, cause=cause, words=words, by=cast.officer, at=NOW)


def test_a_resolution_says_what_it_was_and_what_was_done(ticket: Ticket, cast: Cast) -> None:
    snooze(ticket=ticket, until=NOW + DAY, by=cast.officer, at=NOW)
    found = solved(ticket, cast)
    assert (found.state, found.cause, found.resolved_at) == ("resolved", "port", NOW)
    assert (found.waiting_on, found.next_breach_at, found.snoozed_until) == ("", None, None)
    assert Message.objects.values_list("kind", "text").get() == ("reply", "It is loaded")
    assert told("tickets.resolved") == [cast.importer.email]


def test_what_is_paused_can_be_resolved(ticket: Ticket, cast: Cast) -> None:
    pause(ticket=ticket, waiting_on="outside", reason="x", by=cast.officer, at=NOW)
    assert solved(ticket, cast).state == "resolved"


@pytest.mark.parametrize(
    ("cause", "words", "reason"), [("weather", "x", "what it was"), ("port", " ", "Write something")]
)
def test_without_a_cause_or_words_nothing_is_resolved(
    ticket: Ticket, cast: Cast, cause: str, words: str, reason: str
) -> None:
    with pytest.raises(ValidationError, match=reason):
        solved(ticket, cast, cause, words)
    assert (Ticket.objects.get().state, Message.objects.count()) == ("new", 0)


def test_a_ticket_is_resolved_once(ticket: Ticket, cast: Cast) -> None:
    solved(ticket, cast)
    with pytest.raises(ValidationError, match="over"):
        solved(ticket, cast)
    assert kinds(ticket) == ["resolved"]


def test_one_tap_confirms_and_rates(ticket: Ticket, cast: Cast) -> None:
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    solved(ticket, cast)
    found = confirm(ticket=ticket, rating=4, by=cast.importer, at=NOW + DAY)
    assert (found.state, found.rating, kinds(ticket)[-2:]) == ("closed", 4, ["confirmed", "rated"])
    assert told("tickets.confirmed") == [cast.officer.email]


def test_the_rating_may_come_later_or_never_and_be_corrected(ticket: Ticket, cast: Cast) -> None:
    solved(ticket, cast)
    assert confirm(ticket=ticket, by=cast.importer, at=NOW).rating is None
    assert confirm(ticket=ticket, rating=2, by=cast.importer, at=NOW).rating == 2
    assert confirm(ticket=ticket, rating=5, by=cast.importer, at=NOW).rating == 5
    confirm(ticket=ticket, rating=5, by=cast.importer, at=NOW)
    assert kinds(ticket) == ["resolved", "confirmed", "rated", "rated"]


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_is_of_five(ticket: Ticket, cast: Cast, rating: int) -> None:
    solved(ticket, cast)
    with pytest.raises(ValidationError, match="From 1 to 5"):
        confirm(ticket=ticket, rating=rating, by=cast.importer, at=NOW)
    assert Ticket.objects.get().state == "resolved"


def test_what_is_not_resolved_is_not_confirmed(ticket: Ticket, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="not resolved"):
        confirm(ticket=ticket, by=cast.importer, at=NOW)


def test_it_is_opened_again_with_a_reason_while_the_window_lasts(ticket: Ticket, cast: Cast) -> None:
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    solved(ticket, cast)
    confirm(ticket=ticket, rating=1, by=cast.importer, at=NOW)
    found = reopen(ticket=ticket, reason=" Still there ", by=cast.importer, at=NOW + 13 * DAY)
    assert (found.state, found.waiting_on, found.waiting_since) == ("open", "office", NOW + 13 * DAY)
    assert (found.cause, found.resolved_at, found.rating) == ("", None, None)
    assert found.next_breach_at
    assert ticket.entries.latest("number").data == {"reason": "Still there"}
    assert told("tickets.reopened") == [cast.officer.email]


@pytest.mark.parametrize(("days", "reason", "why"), [(15, "x", "no longer"), (1, " ", "Say why")])
def test_too_late_or_without_a_reason_it_stays_closed(
    ticket: Ticket, cast: Cast, days: int, reason: str, why: str
) -> None:
    solved(ticket, cast)
    with pytest.raises(ValidationError, match=why):
        reopen(ticket=ticket, reason=reason, by=cast.importer, at=NOW + days * DAY)
    assert Ticket.objects.get().state == "resolved"


def test_what_is_in_work_cannot_be_opened_again(ticket: Ticket, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="no longer"):
        reopen(ticket=ticket, reason="x", by=cast.officer, at=NOW)


def test_silence_closes_after_the_window_and_the_portal_says_so(ticket: Ticket, cast: Cast) -> None:
    other = opened(cast)
    solved(ticket, cast)
    assert [close_silent(at=NOW + days * DAY) for days in (13, 15, 16)] == [0, 1, 0]
    states = {found.pk: found.state for found in Ticket.objects.all()}
    assert states == {ticket.pk: "closed", other.pk: "new"}
    entry = ticket.entries.latest("number")
    assert (entry.kind, entry.party, entry.by) == ("closed", "portal", None)
    close_silent_task()
