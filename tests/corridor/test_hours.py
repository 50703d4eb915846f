"""Opening hours: what is read, whether a place is open, when that changes, and how a week is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.hours import DAYS, WEEK, Hours, Standing, UnreadableHours, read_hours, standing_at, week_of

KIGALI = ZoneInfo("Africa/Kigali")
# A Monday.
MONDAY = datetime(2026, 11, 23, tzinfo=KIGALI)
TEXT = "Mo-Fr 08:00-12:00,13:00-17:00; Sa 08:00-12:00"

clock = st.sampled_from(["00:00", "06:30", "08:00", "12:00", "17:15", "22:00", "23:59"])
span = st.builds("{}-{}".format, clock, clock | st.just("24:00"))
day = st.sampled_from(DAYS)
days = st.lists(day | st.builds("{}-{}".format, day, day), min_size=1, max_size=3).map(",".join)
times = st.lists(span, min_size=1, max_size=2).map(",".join)
rule = st.builds("{} {}".format, days, times) | times | days.map("{} off".format)
written = st.lists(rule, min_size=1, max_size=4).map("; ".join) | st.just("24/7")


def minutes_open(text: str) -> list[bool]:
    """Each minute of the week, worked out plainly from the same rules."""
    chosen: dict[int, list[tuple[int, int]]] = {}
    for part in text.replace("24/7", "00:00-24:00").split("; "):
        named, _, said = part.rpartition(" ")
        on: set[int] = set()
        for piece in (named or "Mo-Su").split(","):
            first, last = (DAYS.index(end) for end in (piece.split("-") * 2)[:2])
            while True:
                on.add(first)
                if first == last:
                    break
                first = (first + 1) % 7
        ends = [] if said == "off" else [[int(t[:2]) * 60 + int(t[3:]) for t in s.split("-")] for s in said.split(",")]
        for number in on:
            chosen[number] = [(start, end) for start, end in ends]
    found = [False] * WEEK
    for number, spans in chosen.items():
        for start, end in spans:
            for minute in range(start, end if end > start else end + 1440):
                found[(number * 1440 + minute) % WEEK] = True
    return found


@given(text=written, minute=st.integers(0, WEEK - 1))
def test_every_minute_is_as_the_rules_say_and_the_next_change_is_the_first_one(text: str, minute: int) -> None:
    hours, wanted = read_hours(text), minutes_open(text)
    assert hours.is_open(minute) == wanted[minute]
    later = (ahead for ahead in range(1, WEEK + 1) if wanted[(minute + ahead) % WEEK] != wanted[minute])
    ahead = next(later, None)
    assert hours.next_change(minute) == (None if ahead is None else minute + ahead)


@given(text=written)
def test_spans_stand_in_order_and_apart(text: str) -> None:
    spans = read_hours(text).spans
    assert all(start < end for start, end in spans)
    assert all(one[1] < other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "always",
        "24/7; Su off",
        "Mo-Fr",
        "Mo-Fr 8:00-17:00",
        "Mon-Fri 08:00-17:00",
        "Mo-Fr 08:00-25:00",
        "Mo-Fr 08:00–17:00",
        "Mo-Fr 08:00-17:00;Sa 08:00-12:00",
        "PH off",
        "Mo-Fr 08:60-17:00",
        "off",
        "Mo-Fr 08:00-17:00\n",
        " Mo 08:00-17:00",
    ],
)
def test_what_is_not_of_the_syntax_is_not_guessed_at(text: str) -> None:
    with pytest.raises(UnreadableHours):
        read_hours(text)
    assert standing_at(text, MONDAY, KIGALI) == Standing(None, None)
    assert week_of(text) == []


@pytest.mark.parametrize(
    ("text", "day", "hour", "is_open", "changes"),
    [
        (TEXT, 0, 7.5, False, (0, 8)),
        (TEXT, 0, 8, True, (0, 12)),
        (TEXT, 0, 12, False, (0, 13)),
        (TEXT, 0, 16.9, True, (0, 17)),
        (TEXT, 4, 17, False, (5, 8)),
        (TEXT, 5, 12, False, (7, 8)),
        (TEXT, 6, 9, False, (7, 8)),
        ("22:00-06:00", 0, 23, True, (1, 6)),
        ("22:00-06:00", 1, 5, True, (1, 6)),
        ("Su 22:00-06:00", 0, 5, True, (0, 6)),
        ("Su 22:00-06:00", 0, 7, False, (6, 22)),
        ("Mo-Su 08:00-18:00; Su off", 5, 19, False, (7, 8)),
        ("Fr-Mo 08:00-18:00", 1, 9, False, (4, 8)),
    ],
)
def test_a_place_stands_by_its_own_clock(
    text: str, day: int, hour: float, is_open: bool, changes: tuple[int, int]
) -> None:
    at = MONDAY + timedelta(days=day, hours=hour)
    wanted = Standing(is_open, MONDAY + timedelta(days=changes[0], hours=changes[1]))
    assert standing_at(text, at.astimezone(UTC), KIGALI) == wanted


def test_two_zones_differ() -> None:
    at = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
    found = [standing_at(TEXT, at, ZoneInfo(zone)).is_open for zone in ("Africa/Kigali", "Africa/Nairobi")]
    assert found == [False, True]


def test_what_is_always_open_and_what_is_never_open_never_changes() -> None:
    assert standing_at("24/7", MONDAY, KIGALI) == Standing(True, None)
    assert standing_at("Mo-Su off", MONDAY, KIGALI) == Standing(False, None)
    assert read_hours("24/7") == read_hours("00:00-24:00") == read_hours("08:00-08:00") == Hours(((0, WEEK),))
    assert read_hours("24/7").is_always


def test_a_week_is_told_by_days_that_are_alike() -> None:
    assert week_of(TEXT + "; We off") == [
        (0, 1, ("08:00–12:00", "13:00–17:00")),
        (2, 2, ()),
        (3, 4, ("08:00–12:00", "13:00–17:00")),
        (5, 5, ("08:00–12:00",)),
        (6, 6, ()),
    ]
    assert week_of("24/7") == [(0, 6, ("00:00–24:00",))]
    assert week_of("Sa 22:00-06:00") == [(0, 4, ()), (5, 5, ("22:00–06:00",)), (6, 6, ())]


@given(written, st.integers(0, 2 * WEEK - 1))
def test_how_it_stands_at_a_moment_is_how_the_week_says_and_changes_when_it_is_told_to(text: str, minute: int) -> None:
    at = MONDAY + timedelta(minutes=minute)
    hours, found = read_hours(text), standing_at(text, at, KIGALI)
    assert found.is_open == hours.is_open(minute % WEEK)
    if found.changes_at is None:
        assert hours.is_always or not hours.spans
    else:
        assert at < found.changes_at <= at + timedelta(minutes=WEEK)
        assert standing_at(text, found.changes_at, KIGALI).is_open != found.is_open
        before = found.changes_at - timedelta(minutes=1)
        assert standing_at(text, before, KIGALI).is_open == found.is_open


@given(written, st.integers(0, WEEK - 1))
def test_a_place_an_hour_ahead_opens_an_hour_sooner(text: str, minute: int) -> None:
    at = MONDAY + timedelta(minutes=minute)
    here, there = standing_at(text, at, KIGALI), standing_at(text, at - timedelta(hours=1), ZoneInfo("Africa/Nairobi"))
    assert here.is_open == there.is_open
    if here.changes_at and there.changes_at:
        assert here.changes_at - there.changes_at == timedelta(hours=1)


@given(st.text(max_size=30))
def test_whatever_else_is_written_is_unknown_and_never_a_guess(text: str) -> None:
    try:
        read_hours(text)
    except UnreadableHours:
        assert (standing_at(text, MONDAY, KIGALI), week_of(text)) == (Standing(), [])
    else:
        assert week_of(text) != []
