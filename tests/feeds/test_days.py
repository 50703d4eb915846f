"""What a source sends a day: counted whole, true after any replay, and what is usual."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.days import (
    EVERY_DAY,
    WINDOW_DAYS,
    Habit,
    count_days,
    days_named,
    habits,
    is_low,
    usual,
    worked,
    working_days,
)
from feeds.intake import receive
from feeds.models import Delivery, Source, SourceDay
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT

TODAY = date(2026, 11, 20)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NUMBERS = ("deliveries", "failed", "facts", "events", "unmatched", "quarantined", "bytes")


def counted() -> list[tuple[object, ...]]:
    return list(SourceDay.objects.order_by("source", "day").values_list("source__slug", "day", *NUMBERS))


def put(source: Source, day: int, *raws: bytes, state: str = "read") -> None:
    """Deliveries of so many days before AT, read at AT."""
    for raw in raws:
        pk = receive(source=source, raw=b"%d %b" % (day, raw), at=AT - day * DAY).delivery.pk
        Delivery.objects.filter(pk=pk).update(state=state, read_at=AT, facts=2, quarantined=1)


def test_days_are_those_of_kigali_and_counted_by_source(clerk: Source, gate: Source) -> None:
    put(clerk, 0, b"a", b"b")
    put(clerk, 1, b"c", state="quarantined")
    put(gate, 0, b"d")
    # An hour before midnight in London is the next day in Kigali.
    receive(source=gate, raw=b"late", at=AT.replace(hour=23) - DAY)
    assert count_days(at=AT) == 3
    assert counted() == [
        ("clerk", TODAY - DAY, 1, 1, 2, 0, 0, 1, 3),
        ("clerk", TODAY, 2, 0, 4, 0, 0, 2, 6),
        ("gate", TODAY, 2, 0, 2, 0, 0, 1, 7),
    ]


def test_counting_twice_changes_nothing_and_a_replay_of_an_old_delivery_is_counted_in(clerk: Source) -> None:
    put(clerk, 40, b"a", b"b")
    count_days(at=AT)
    before = counted()
    assert [count_days(at=AT + n * DAY / 24) for n in (1, 2, 3)] == [1, 0, 0]
    assert counted() == before
    Delivery.objects.filter(raw=b"40 a").update(facts=9, read_at=AT + DAY)
    assert count_days(at=AT + DAY) == 1
    assert [day[4] for day in counted()] == [11]


def test_what_was_committed_after_the_last_count_is_not_missed(clerk: Source) -> None:
    put(clerk, 0, b"a")
    count_days(at=AT)
    receive(source=clerk, raw=b"slow", at=AT - timedelta(minutes=5))
    count_days(at=AT + timedelta(minutes=1))
    assert counted()[0][2] == 2


def test_a_real_reading_is_counted_as_it_was_settled(clerk: Source) -> None:
    take_in(clerk, csv(row("gate_out", 1), row("teleported", 1)))
    count_days(at=AT)
    (day,) = SourceDay.objects.all()
    assert (day.facts, day.events, day.unmatched, day.quarantined) == (1, 1, 1, 1)


def test_the_habit_of_a_source_is_its_median_day_and_its_week_of_failures(clerk: Source, gate: Source) -> None:
    for day in range(1, 12):
        put(clerk, day, b"a", b"b", b"c")
    put(clerk, 6, b"bad", state="quarantined")
    put(clerk, 7, b"bad", state="quarantined")
    count_days(at=AT)
    assert habits(AT, [clerk, gate]) == {clerk.pk: Habit(usual=3.0, failed=1, deliveries=19)}
    assert habits(AT, [gate]) == {}


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ({}, None),
        (dict.fromkeys(range(1, 7), 5), None),
        (dict.fromkeys(range(1, 8), 5), 5.0),
        ({7: 5}, 0.0),
        ({0: 99, **dict.fromkeys(range(1, 8), 2)}, 2.0),
        (dict.fromkeys(range(1, 40), 4), 4.0),
    ],
)
def test_what_is_usual(days: dict[int, int], found: float | None) -> None:
    assert usual({TODAY - n * DAY: count for n, count in days.items()}, TODAY) == found


@given(st.dictionaries(st.integers(0, 60), st.integers(0, 1000), max_size=60))
def test_the_usual_lies_between_the_least_and_the_most(days: dict[int, int]) -> None:
    found = usual({TODAY - n * DAY: count for n, count in days.items()}, TODAY)
    window = [days.get(n, 0) for n in range(1, WINDOW_DAYS + 1)]
    assert found is None or min(window) <= found <= max(window)


@pytest.mark.parametrize(
    ("last", "usually", "low"), [(0, None, False), (0, 0.0, False), (0, 1.0, True), (1, 10.0, False), (0, 10.0, True)]
)
def test_what_is_low(last: int, usually: float | None, low: bool) -> None:
    assert is_low(last, usually, share=0.1) == low


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("Mon, WED sat", {0, 2, 5}),
        ("sun-thu", {6, 0, 1, 2, 3}),
        ("fri-mon wed", {4, 5, 6, 0, 2}),
        *(("sat-sat", {5}), ("", None), ("weekdays", None), ("mon-", {0}), ("mon-fry", None), ("-fri", None)),
    ],
)
def test_days_are_named_alone_and_from_one_to_another(words: str, days: set[int] | None) -> None:
    assert days_named(words) == days
    assert working_days(Source(settings={"working_days": words})) == (days or EVERY_DAY)


# AT is a Friday, 08:00 in Kigali.
@pytest.mark.parametrize(
    ("hours", "days", "found"),
    [
        (10, "mon-fri", 10),
        (24, "mon-fri", 16),
        (64, "mon-fri", 16),
        (72, "mon-fri", 24),
        (7 * 24, "mon-fri", 5 * 24),
        (23 * 24, "mon-fri", 15 * 24 + 16),
        (30, "sat", 14),
        (-5, "mon-fri", 0),
        (0, "sun", 0),
    ],
)
def test_the_time_that_was_worked(hours: int, days: str, found: int) -> None:
    named = days_named(days) or EVERY_DAY
    assert worked(AT, AT + hours * HOUR, named) == found * HOUR


@given(st.integers(0, 5000), st.integers(0, 5000), st.frozensets(st.integers(0, 6)))
def test_worked_time_adds_up_and_is_no_more_than_all_the_time(first: int, second: int, days: frozenset[int]) -> None:
    middle, end = AT + first * HOUR, AT + (first + second) * HOUR
    assert worked(AT, end, days) == worked(AT, middle, days) + worked(middle, end, days)
    assert worked(AT, end, days) + worked(AT, end, EVERY_DAY - days) == end - AT


def test_days_of_rest_are_none_of_the_usual_ones() -> None:
    weekdays = {TODAY - n * DAY: 8 for n in range(1, WINDOW_DAYS + 1) if (TODAY - n * DAY).weekday() in (0, 2)}
    assert (usual(weekdays, TODAY), usual(weekdays, TODAY, frozenset({0, 2}))) == (0.0, 8.0)
