"""The big set of tickets: what is written by COPY is what the portal itself would have written, and cheap to look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from demo import ticket_benchmark
from demo.ticket_benchmark import LIMITS, measured
from demo.ticket_set import MESSAGES, OPEN_EVERY, SPAN, _Writer, load
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


UNTIL = datetime(2026, 11, 20, 6, tzinfo=UTC)


class Lives(_Writer):
    """When what happened, without a database to write it into."""

    def __init__(self, tickets: int) -> None:
        self.count, self.until = tickets, UNTIL
        self.officer = 1


@settings(max_examples=40)
@given(st.integers(1, 200_000).flatmap(lambda count: st.tuples(st.just(count), st.integers(0, count - 1))))
def test_a_life_goes_forward_and_one_of_so_many_is_not_over(numbers: tuple[int, int]) -> None:
    count, number = numbers
    life = Lives(count)._life(number)
    told = [life.opened, life.answered, life.handed, life.returned, life.resolved]
    moments = [moment for moment in told if moment]
    assert moments == sorted(moments)
    assert UNTIL - SPAN <= life.opened + timedelta(hours=2) <= UNTIL
    assert (life.resolved is None) == (number % OPEN_EVERY == 0)
    assert life.returned is None or life.handed is not None


@settings(max_examples=40)
@given(st.integers(0, 999))
def test_who_holds_the_ball_follows_from_what_happened(number: int) -> None:
    lives = Lives(1000)
    life = lives._life(number)
    state, holder, since = lives._standing(number, life)
    if life.resolved:
        assert (state in ("closed", "resolved"), holder, since) == (True, "", life.resolved)
    else:
        assert (state, holder, since) == (
            "open",
            *(("agency", life.handed) if life.handed else ("office", life.answered)),
        )


@settings(max_examples=40)
@given(st.integers(0, 999))
def test_a_log_names_its_own_messages_and_ends_with_what_the_ticket_is(number: int) -> None:
    lives = Lives(1000)
    life = lives._life(number)
    agency = (7, "KPA", "KE") if life.handed else None
    log = list(lives._log(number, life, "INFO", agency))
    kinds = [kind for kind, *_rest in log]
    assert kinds[:3] == ["opened", "said", "replied"]
    assert ("handed_over" in kinds, "given_back" in kinds) == (bool(life.handed), bool(life.returned))
    assert (kinds[-1] == "resolved") == bool(life.resolved)
    assert [at for *_rest, at, _data in log] == sorted(at for *_rest, at, _data in log)
    messages = [row[0] for row in lives._messages(number, life, agency)]
    assert messages == list(range(number * MESSAGES + 1, (number + 1) * MESSAGES + 1))
    assert {data["message"] for *_rest, data in log if "message" in data} <= set(messages)
