"""When the office, agencies and others are open: their hours, their countries' holidays, and what staff changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from tickets.clocks.calendars import Calendar, Span, closed_dates, round_the_clock, spans_of
from tickets.models import DayOff, OwnHours

KIGALI = "Africa/Kigali"
_ZONES = {"RW": KIGALI, "KE": "Africa/Nairobi", "UG": "Africa/Kampala"}
# Hours of public offices, Monday to Friday; lunch is not open time.
_HOURS: dict[str, tuple[Span, ...]] = {
    "RW": ((time(8), time(12)), (time(13), time(17))),
    "KE": ((time(8), time(13)), (time(14), time(17))),
    "UG": ((time(8), time(13)), (time(14), time(17))),
}
ALWAYS = round_the_clock("day and night", KIGALI)
# A working day of offices.
OFFICE_DAY = timedelta(hours=8)


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


def own_hours(organizations: Collection[int]) -> dict[int, OwnHours]:
    """Those of the organisations that keep hours of their own, by their ids; one query, none for nobody."""
    return OwnHours.objects.in_bulk(list(organizations)) if organizations else {}


def calendar_of(hours: OwnHours, country: str, days: Days, years: Iterable[int]) -> tuple[Calendar, timedelta]:
    """The calendar of somebody who keeps hours of its own, with its country's holidays, and how long its day is.

    Its day is the open time of an ordinary week over the days on which it opens.
    """
    if hours.is_always:
        return round_the_clock("day and night", hours.zone), timedelta(days=1)
    return _own_calendar(hours.zone, tuple(hours.days), country, days, tuple(years))


@lru_cache(maxsize=256)
def _own_calendar(
    zone: str, written: tuple[str, ...], country: str, days: Days, years: tuple[int, ...]
) -> tuple[Calendar, timedelta]:
    spans = {weekday: found for weekday, text in enumerate(written) if (found := spans_of(text))}
    closed = closed_dates(country, years, added=days.added, removed=days.removed)
    opened = sum((_length(span) for found in spans.values() for span in found), timedelta(0))
    return Calendar(" | ".join(written), zone, spans, closed), opened / len(spans)


def _length(span: Span) -> timedelta:
    begin, end = (datetime.combine(date.min, at) for at in span)
    return end - begin if end > begin else end + timedelta(days=1) - begin
