"""Counting days: in the zone of the place, the first and the last of them as a rule says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

MOMBASA, KIGALI = "Africa/Nairobi", "Africa/Kigali"


def day_of(at: datetime, zone: str = MOMBASA) -> date:
    """The calendar day of an aware time at a place."""
    return at.astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """How days are counted: calendar days, weekends and holidays among them.

    ``starts_next_day``: the day of the starting event is no day yet. ``started_day_counts``: a day that has begun
    counts whole, the day on which the goods leave too. KPA's own rule was not found (the office is asking), so the
    defaults are those that cost most; lines count calendar days.
    """

    starts_next_day: bool = False
    started_day_counts: bool = True

    def number(self, start: date, day: date) -> int:
        """Which day of the clock ``day`` is: 1 is its first, 0 and less lie before it."""
        return (day - start).days + (0 if self.starts_next_day else 1)

    def day(self, start: date, number: int) -> date:
        """The calendar day that is the ``number``-th of the clock."""
        return start + timedelta(days=number - (0 if self.starts_next_day else 1))

    def counted(self, start: date, until: date) -> int:
        """How many days have been counted by the end of the count on ``until``."""
        return max(0, self.number(start, until) - (0 if self.started_day_counts else 1))


AS_IT_COSTS_MOST = Counting()
