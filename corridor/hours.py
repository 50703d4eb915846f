"""Opening hours in a small part of OpenStreetMap's syntax: "24/7", "Mo-Fr 08:00-17:00; Sa 08:00-12:00"; pure.

Rules are parted by ";", and a later one replaces an earlier one on its days. A rule has days ("Mo-Fr", "Sa,Su", none
for every day) and then times ("08:00-12:00,13:00-17:00") or "off". A time whose end is not after its beginning ends the
next day. No holidays, no seasons: what cannot be said so is left unknown. Source of the syntax:
https://wiki.openstreetmap.org/wiki/Key:opening_hours
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY = 24 * 60
WEEK = 7 * DAY
_DAY = f"({'|'.join(DAYS)})"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
_SPAN = f"{_TIME}-({_TIME}|24:00)"
_DAYS = f"{_DAY}(-{_DAY})?(,{_DAY}(-{_DAY})?)*"
_RULE = f"(({_DAYS} )?({_SPAN}(,{_SPAN})*)|{_DAYS} off)"
# The form alone, for the database as well.
FORM = f"^(24/7|{_RULE}(; {_RULE})*)$"


class UnreadableHours(ValueError):
    """Text that is no opening hours of this syntax."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a place is open: spans of the week in minutes from Monday 00:00, in order, apart from each other.

    The last one may end after the week does.
    """

    spans: tuple[tuple[int, int], ...]

    @property
    def is_always(self) -> bool:
        """Whether it never shuts."""
        return self.spans == ((0, WEEK),)

    def is_open(self, minute: float) -> bool:
        """Whether it is open in this minute of the week."""
        return any(start <= minute < end or start <= minute + WEEK < end for start, end in self.spans)

    def next_change(self, minute: float) -> int | None:
        """The minute of the week, up to a week later, in which it next opens or shuts; None where it never does."""
        if self.is_always or not self.spans:
            return None
        edges = {edge % WEEK for span in self.spans for edge in span}
        return min(edge if edge > minute else edge + WEEK for edge in edges)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a place is open, and when that changes; both None where its hours are unknown."""

    is_open: bool | None = None
    changes_at: datetime | None = None


def read_hours(text: str) -> Hours:
    """The hours that ``text`` says. UnreadableHours where it is not of this syntax."""
    times = _times(text)
    if text == "24/7":
        return Hours(((0, WEEK),))
    return Hours(_joined(sorted((day * DAY + start, day * DAY + end) for day in times for start, end in times[day])))


def _times(text: str) -> dict[int, list[tuple[int, int]]]:
    """By number of the day, Monday being 0: minutes from and until. UnreadableHours for other syntax."""
    if not re.fullmatch(FORM[1:-1], text):
        raise UnreadableHours(text)
    times: dict[int, list[tuple[int, int]]] = {}
    for rule in text.replace("24/7", "00:00-24:00").split("; "):
        days, _, rest = rule.rpartition(" ")
        spans = [] if rest == "off" else [_span(span) for span in rest.split(",")]
        times |= dict.fromkeys(_days(days), spans)
    return times


def _days(text: str) -> Iterator[int]:
    """The numbers of the days, Monday being 0; all for none."""
    for part in text.split(",") if text else ["Mo-Su"]:
        first, _, last = part.partition("-")
        start, end = DAYS.index(first), DAYS.index(last or first)
        yield from (day % 7 for day in range(start, end + 1 if end >= start else end + 8))


def _span(text: str) -> tuple[int, int]:
    """Minutes of the day from and until; the end may lie in the next day."""
    start, end = (int(time[:2]) * 60 + int(time[3:]) for time in text.split("-"))
    return start, end if end > start else end + DAY


def _joined(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Spans that touch or overlap as one; also over the end of the week."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    while len(joined) > 1 and joined[-1][1] - WEEK >= joined[0][0]:
        first = joined.pop(0)
        joined[-1] = (joined[-1][0], max(joined[-1][1], first[1] + WEEK))
    if len(joined) == 1 and joined[0][1] - joined[0][0] >= WEEK:
        return ((0, WEEK),)
    return tuple(joined)


def standing_at(text: str, at: datetime, zone: ZoneInfo) -> Standing:
    """How a place with these hours stands at a moment, by the clock of its zone; unknown where they cannot be read."""
    try:
        hours = read_hours(text)
    except UnreadableHours:
        return Standing()
    local = at.astimezone(zone)
    monday = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=local.weekday())
    minute = local.weekday() * DAY + local.hour * 60 + local.minute
    change = hours.next_change(minute)
    return Standing(hours.is_open(minute), None if change is None else monday + timedelta(minutes=change))


def week_of(text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """The week for a table: (first day, last day, times) of days in a row that are alike; no times for a day shut.

    Monday is 0. A time past midnight stands with the day on which it begins. Empty where the hours are unknown.
    """
    try:
        times = _times(text)
    except UnreadableHours:
        return []
    lines: list[tuple[int, int, tuple[str, ...]]] = []
    for day in range(7):
        clocks = tuple(f"{_clock(start)}–{_clock(end)}" for start, end in sorted(times.get(day, [])))
        if lines and lines[-1][2] == clocks:
            lines[-1] = (lines[-1][0], day, clocks)
        else:
            lines.append((day, day, clocks))
    return lines


def _clock(minute: int) -> str:
    return "24:00" if minute == DAY else f"{minute // 60 % 24:02}:{minute % 60:02}"
