"""When the office and the agencies are open: their hours, the holidays of their countries, and what staff changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from functools import lru_cache
from typing import NamedTuple

from tickets.clocks.calendars import Calendar, Span, closed_dates, round_the_clock
from tickets.models import DayOff

KIGALI = "Africa/Kigali"
_ZONES = {"RW": KIGALI, "KE": "Africa/Nairobi", "UG": "Africa/Kampala"}
# Hours of public offices, Monday to Friday; lunch is not open time.
_HOURS: dict[str, tuple[Span, ...]] = {
    "RW": ((time(8), time(12)), (time(13), time(17))),
    "KE": ((time(8), time(13)), (time(14), time(17))),
    "UG": ((time(8), time(13)), (time(14), time(17))),
}
ALWAYS = round_the_clock("day and night", KIGALI)


class Days(NamedTuple):
    """What staff changed in one country."""

    added: frozenset[date] = frozenset()
    removed: frozenset[date] = frozenset()


def days_off() -> dict[str, Days]:
    """What staff changed, by country; one query."""
    changed: dict[str, tuple[set[date], set[date]]] = {}
    for country, on, is_closed in DayOff.objects.values_list("country", "on", "is_closed"):
        changed.setdefault(country, (set(), set()))[0 if is_closed else 1].add(on)
    return {country: Days(frozenset(added), frozenset(removed)) for country, (added, removed) in changed.items()}


def hours_of(country: str, days: Days, years: Iterable[int]) -> Calendar:
    """The calendar of offices in a country; those of a country that we do not know keep Kigali's hours."""
    return _calendar(country if country in _HOURS else "RW", days, tuple(years))


@lru_cache(maxsize=64)
def _calendar(country: str, days: Days, years: tuple[int, ...]) -> Calendar:
    closed = closed_dates(country, years, added=days.added, removed=days.removed)
    spans = dict.fromkeys(range(5), _HOURS[country])
    return Calendar(f"offices in {country}", _ZONES[country], spans, closed)
