"""What the tests of clocks share: an office in Kigali, a desk in Nairobi, a port, and what each of them promises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tickets.clocks.calendars import Calendar, round_the_clock
from tickets.clocks.happenings import By, Happening, Kind
from tickets.clocks.reckoning import Clock, Promise, clocks_of

MORNING, AFTERNOON = (time(8), time(12)), (time(13), time(17))
LIBERATION = date(2026, 7, 6)
OFFICE = Calendar("office", "Africa/Kigali", dict.fromkeys(range(5), (MORNING, AFTERNOON)), frozenset({LIBERATION}))
NAIROBI = Calendar("nairobi", "Africa/Nairobi", {day: ((time(9), time(16)),) for day in range(6)})
PORT = round_the_clock("port", "Africa/Nairobi")


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


USUAL = (
    Promise("ours", "first_reply", hours(4), OFFICE),
    Promise("ours", "next_reply", hours(2), OFFICE),
    Promise("ours", "resolve", hours(16), OFFICE),
    Promise("agency", "first_reply", hours(2), NAIROBI),
    Promise("agency", "next_reply", hours(1), NAIROBI),
    Promise("agency", "resolve", hours(7), NAIROBI),
)
URGENT = (
    Promise("ours", "first_reply", hours(0.5), PORT),
    Promise("ours", "resolve", hours(6), PORT),
    Promise("outside", "resolve", hours(24), PORT),
)
PROMISES: Mapping[str, Sequence[Promise]] = {"usual": USUAL, "urgent": URGENT}


def at(day: int, hour: float = 0, *, month: int = 6) -> datetime:
    """A time of Kigali, by default in June 2026: the 1st, 8th and 15th are Mondays."""
    return datetime(2026, month, day, tzinfo=UTC) + hours(hour - 2)


def it(kind: Kind, when: datetime, by: By = "us", **more: Any) -> Happening:
    return Happening(kind, when, by, **more)


def opened(when: datetime, policy: str = "usual", by: By = "them", **more: Any) -> Happening:
    return Happening("opened", when, by, policy=policy, **more)


def clocks(log: Iterable[Happening], now: datetime) -> dict[str, Clock]:
    """The last clock of each kind; those of others by the name of the agency too."""
    return {" ".join(filter(None, (clock.agency, clock.kind))): clock for clock in clocks_of(log, PROMISES, now)}


def next_breach(found: Iterable[Clock]) -> datetime | None:
    """When the first of those that run and are not late runs out."""
    return min((each.due_at for each in found if each.due_at and not (each.ended_at or each.breached)), default=None)


def worked_hours(clock: Clock) -> float:
    return clock.worked / hours(1)
