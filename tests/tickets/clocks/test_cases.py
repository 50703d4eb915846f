"""Whole cases told day by day, and how their clocks stand in between.

June 2026 begins with a Monday. The office works 8–12 and 13–17 on weekdays and promises a first reply in 4, the next in 2
and a resolution in 16 open hours; the desk in Nairobi works from 8 to 15 of Kigali on six days and promises 2, 1 and 7.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.tickets.clocks.given import PROMISES, at, hours, next_breach
from tickets.clocks.happenings import Happening
from tickets.clocks.reckoning import Clock, clocks_of, escalations

DAYS = {
    name: number for number, name in enumerate("Mon Tue Wed Thu Fri Sat Sun Mon2 Tue2 Wed2 Thu2 Fri2".split(), start=1)
}
MARKS = {
    "paused": "waiting_on",
    "handed_over": "agency",
    "policy_changed": "policy",
    "merged": "of",
    "accepted": "agency",
}


def when(day: str, hour: str) -> datetime:
    hour, minute = hour.split(":")
    return at(DAYS[day], int(hour) + int(minute) / 60)


def log_of(story: str) -> list[Happening]:
    """A line for each entry: day, time, who, what, and what the kind needs to know; ``/T-2`` is another ticket."""
    log = []
    for line in story.strip().splitlines():
        day, hour, by, kind, *more = line.split()
        of = next((word[1:] for word in more if word.startswith("/")), "")
        words = [word for word in more if not word.startswith("/")]
        facts = {MARKS[kind]: words[0]} if words and kind in MARKS else {}
        facts |= {"policy": words[0] if words else "usual"} if kind == "opened" else {}
        facts |= {"agency": words[0]} if words and kind in ("said", "replied") else {}
        log.append(Happening(kind, when(day, hour), by, **({"of": of} if of else {}) | facts))  # type: ignore[arg-type]
    return log


def told(clock: Clock, now: datetime) -> str:
    """Agency and kind, hours worked and waited, and what became of it."""
    name = " ".join(filter(None, (clock.agency, clock.kind)))
    times = f"{clock.worked / hours(1):g}+{clock.paused_for / hours(1):g}"
    steps = "/".join(str(step.percent) for step in escalations(clock, now))
    end = (
        "met"
        if clock.met_at
        else "ended"
        if clock.ended_at
        else f"waits for {clock.waiting_on}"
        if clock.is_paused
        else ""
    )
    due = f"due {clock.due_at + timedelta(hours=2):%a%d %H:%M}" if clock.due_at and not clock.ended_at else ""
    late = "late" if clock.breached else ""
    return " ".join(filter(None, (name, times, steps, end, due, late)))


CASES = {
    "a week with a pause": (
        """
        Mon 09:00 them opened
        Mon 11:00 us   replied
        Tue 09:00 us   paused importer
        Thu 10:00 them said
        Thu 11:30 us   replied
        Fri 16:00 us   resolved
        """,
        {
            "Mon 10:00": ["resolve 1+0 due Wed03 09:00", "first_reply 1+0 due Mon01 14:00"],
            "Tue 12:00": ["resolve 8+3 waits for importer", "first_reply 2+0 met"],
            "Thu 11:00": ["resolve 9+17 due Fri05 10:00", "first_reply 2+0 met", "next_reply 1+0 due Thu04 12:00"],
            "Sun 12:00": ["resolve 21+17 75/90/100 met late", "first_reply 2+0 met", "next_reply 1.5+0 met"],
        },
    ),
    "nobody answers on a weekend": (
        """
        Fri 16:00 them opened
        """,
        {
            "Sun 20:00": ["resolve 1+0 due Tue09 16:00", "first_reply 1+0 due Mon08 11:00"],
            "Mon2 10:00": ["resolve 3+0 due Tue09 16:00", "first_reply 3+0 75 due Mon08 11:00"],
            "Mon2 11:00": ["resolve 4+0 due Tue09 16:00", "first_reply 4+0 75/90/100 due Mon08 11:00 late"],
        },
    ),
    "an agency that is slow": (
        """
        Mon 08:00 them   opened
        Mon 09:00 us     replied
        Mon 09:00 us     handed_over KPA
        Mon 12:00 agency accepted KPA
        Tue 09:00 us     said KPA
        Tue 14:00 agency said KPA
        Wed 09:00 agency handed_over
        """,
        {
            "Mon 11:30": [
                "resolve 3.5+0 due Tue02 17:00",
                "first_reply 1+0 met",
                "KPA first_reply 2.5+0 75/90/100 due Mon01 11:00 late",
                "KPA resolve 2.5+0 due Tue02 09:00",
            ],
            "Wed2 09:00": [
                "resolve 57+0 75/90/100 due Tue02 17:00 late",
                "first_reply 1+0 met",
                "KPA first_reply 3+0 75/90/100 met late",
                "KPA resolve 14+0 75/90/100 met late",
                "KPA next_reply 5+0 75/90/100 met late",
            ],
        },
    ),
    "waiting for the agency": (
        """
        Mon 08:00 them   opened
        Mon 09:00 us     handed_over KPA
        Mon 10:00 us     paused KPA
        Mon 14:00 agency handed_over
        """,
        {
            "Mon 12:00": [
                "resolve 2+2 waits for KPA",
                "first_reply 2+2 waits for KPA",
                "KPA first_reply 3+0 75/90/100 due Mon01 11:00 late",
                "KPA resolve 3+0 due Tue02 09:00",
            ],
            "Mon 15:00": [
                "resolve 3+3 due Wed03 11:00",
                "first_reply 3+3 75 due Mon01 16:00",
                "KPA first_reply 5+0 75/90/100 met late",
                "KPA resolve 5+0 met",
            ],
        },
    ),
    "it turns out to be urgent": (
        """
        Sat 09:00 them opened
        Sat 10:00 us   policy_changed urgent
        Sat 12:00 us   replied
        Sat 14:00 us   paused police
        Sat 18:00 us   resumed
        """,
        {
            "Sat 10:00": ["resolve 0+0 due Sat06 16:00", "first_reply 0+0 due Sat06 10:30"],
            "Sat 16:00": ["resolve 4+2 waits for police", "first_reply 2+0 75/90/100 met late"],
            "Sat 19:00": ["resolve 5+4 75 due Sat06 20:00", "first_reply 2+0 75/90/100 met late"],
        },
    ),
    "opened again and again": (
        """
        Mon 08:00 them opened
        Mon 09:00 us   resolved
        Mon 10:00 them said
        Mon 11:00 them reopened
        Mon 12:00 us   resolved
        Mon 12:30 them confirmed
        Tue 08:00 us   reopened
        """,
        {
            "Tue 10:00": [
                "resolve 1+0 met",
                "first_reply 1+0 met",
                "resolve 1+0 met",
                "next_reply 1+0 met",
                "resolve 2+0 due Wed03 17:00",
            ],
        },
    ),
    "two of one matter": (
        """
        Mon 08:00 them opened
        Mon 14:00 us   paused importer
        Mon 10:00 them opened urgent /T-2
        Mon 11:00 us   replied /T-2
        Mon 16:00 us   paused importer /T-2
        Tue 08:00 us   merged /T-2
        """,
        {
            "Mon 15:00": [
                "resolve 5+1 waits for importer",
                "first_reply 5+1 75/90/100 waits for importer due Mon01 12:00 late",
            ],
            "Tue 09:00": ["resolve 7+2 waits for importer", "first_reply 3+0 met"],
        },
    ),
}


@pytest.mark.parametrize(("story", "moments"), CASES.values(), ids=CASES)
def test_a_case(story: str, moments: dict[str, list[str]]) -> None:
    log = log_of(story)
    for moment, expected in moments.items():
        now = when(*moment.split())
        assert [told(clock, now) for clock in clocks_of(log, PROMISES, now)] == expected, moment


@pytest.mark.parametrize(("story", "moments"), CASES.values(), ids=CASES)
def test_the_next_breach_is_when_the_first_of_the_clocks_is_late(story: str, moments: dict[str, list[str]]) -> None:
    log = log_of(story)
    for moment in moments:
        now = when(*moment.split())
        next_at = next_breach(clocks_of(log, PROMISES, now))
        if next_at is None:
            continue
        # If nothing else happened until then.
        past = [entry for entry in log if entry.at <= now]
        before, after = (
            clocks_of(past, PROMISES, next_at + step) for step in (timedelta(microseconds=-1), timedelta())
        )
        assert sum(clock.breached for clock in after) > sum(clock.breached for clock in before)


def test_the_words_of_these_cases_are_all_read() -> None:
    assert {line.split()[3] for story, _moments in CASES.values() for line in story.strip().splitlines()} == {
        *("opened", "replied", "paused", "resumed", "said", "resolved", "reopened", "confirmed"),
        *("handed_over", "accepted", "policy_changed", "merged"),
    }
