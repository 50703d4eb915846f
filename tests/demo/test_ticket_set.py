"""The big set of tickets: what is written by COPY is what the portal itself would have written, and cheap to look at."""

from __future__ import annotations

import pytest
from django.utils import timezone

from demo import ticket_benchmark
from demo.ticket_benchmark import LIMITS, measured
from demo.ticket_set import MESSAGES, load
from tickets.models import Entry, Message, Outcome, Ticket
from tickets.outcomes import reckon_outcomes
from tickets.timing import breach_of, clocks_of_many

TICKETS = 60


@pytest.mark.django_db(transaction=True)
def test_the_set_is_whole_and_each_page_costs_few_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticket_benchmark, "ROUNDS", 2)
    monkeypatch.setattr(ticket_benchmark, "SOME", 1)
    said: list[int] = []
    now = timezone.now()
    load(TICKETS, until=now, progress_of=lambda done, _total: said.append(done))
    assert (said, Ticket.objects.count(), Message.objects.count()) == ([TICKETS], TICKETS, TICKETS * MESSAGES)
    tickets = list(Ticket.objects.select_related("category").order_by("pk"))
    assert all(ticket.entries.count() == ticket.version for ticket in tickets)
    clocks = clocks_of_many(tickets, at=now)
    kept = [ticket.next_breach_at for ticket in tickets if ticket.is_open]
    assert (kept, len(kept)) == ([breach_of(clocks[ticket.pk]) for ticket in tickets if ticket.is_open], 3)
    ended = sum(clock.ended_at is not None for found in clocks.values() for clock in found)
    assert (Outcome.objects.count(), reckon_outcomes(at=now)) == (ended, 0)
    assert Entry.objects.filter(kind="given_back").exists()
    costs = measured()
    assert {page: queries for page, (_ms, queries) in costs.items() if queries > LIMITS[page][1]} == {}
    assert costs.keys() == LIMITS.keys()
