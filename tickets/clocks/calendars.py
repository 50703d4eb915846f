"""Calendars: when an office is open, in its own zone, and how much open time lies between two moments."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

Span = tuple[time, time]

# What would be due later than this many years is due never.
MOST_YEARS = 100
NEVER = datetime.max.replace(tzinfo=UTC)
_NONE, _DAY, _MIDNIGHT = timedelta(0), timedelta(days=1), time(0)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When an office is open: per weekday (Monday is 0) its spans, several a day, in the wall time of its zone.

    A span that ends at or before its beginning runs over midnight and belongs to the day on which it begins. On a
    ``closed`` date no span begins. ``always`` is round the clock, whatever the rest says. Raises ValueError where it
    would never be open.
    """

    name: str
    zone: str
    spans: Mapping[int, tuple[Span, ...]]
    closed: frozenset[date] = frozenset()
    always: bool = False
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.always and not any(self.spans.get(weekday) for weekday in range(7)):
            raise ValueError(f"the calendar {self.name} is never open")

    def __hash__(self) -> int:
        return hash((self.name, self.zone, self.closed, self.always))


def spans_of(text: str) -> tuple[Span, ...]:
    """The spans of a day as people write them, "08:00-13:00 14:00-17:00"; none where it is empty.

    Raises ValueError for what is no span, and where two of them overlap.
    """
    spans = []
    for part in text.replace(",", " ").split():
        begin, dash, end = part.replace("–", "-").partition("-")
        if not dash:
            raise ValueError(part)
        span = time.fromisoformat(begin), time.fromisoformat(end)
        # Hours are those of the calendar's own wall.
        if any(at.tzinfo for at in span):
            raise ValueError(part)
        spans.append(span)
    spans.sort()
    reached = [end if end > begin else time.max for begin, end in spans]
    if any(begin < end for (begin, _end), end in zip(spans[1:], reached, strict=False)):
        raise ValueError(text)
    return tuple(spans)


def round_the_clock(name: str, zone: str) -> Calendar:
    """The calendar of ports, borders and security, which never close."""
    return Calendar(name, zone, {}, always=True)


def worked(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The open time from ``start`` to ``end``, both aware; none where the end comes first."""
    # Between two times of one zone Python counts by the wall.
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return _NONE
    if calendar.always:
        return end - start
    zone = ZoneInfo(calendar.zone)
    years = range(start.astimezone(zone).year, end.astimezone(zone).year + 1)
    found = (_year(calendar, number) for number in years)
    return sum((year.until(end) - year.until(start) for year in found), _NONE)


def due(calendar: Calendar, start: datetime, span: timedelta) -> datetime:
    """The first moment, in UTC, at which ``span`` of open time has passed since ``start``.

    It is the start itself where nothing has to pass, and NEVER where it lies more than MOST_YEARS ahead.
    """
    start = start.astimezone(UTC)
    if span <= _NONE:
        return start
    if calendar.always:
        return start + span if span < NEVER - start else NEVER
    first = start.astimezone(ZoneInfo(calendar.zone)).year
    left = span + _year(calendar, first).until(start)
    for number in range(first, first + MOST_YEARS):
        year = _year(calendar, number)
        if left <= year.total:
            return year.at(left)
        left -= year.total
    return NEVER


def closed_dates(
    country: str, years: Iterable[int], *, added: Iterable[date] = (), removed: Iterable[date] = ()
) -> frozenset[date]:
    """The public holidays of a country in those years, with what staff have added (a day announced the day before,
    the memorial week) and without what they have struck out (a feast that fell on another day than was reckoned).
    """
    reckoned = {day for year in years for day in holidays_of(country, year)}
    return frozenset((reckoned | {*added}) - {*removed})


@lru_cache(maxsize=256)
def holidays_of(country: str, year: int) -> Mapping[date, str]:
    """The public holidays of a country (ISO 3166 letters: RW, KE, UG) by day, with their names in English.

    Source: the package ``holidays``. It marks the feasts that hang on the moon as estimated. Of a country that it does
    not know there are none.
    """
    try:
        found = holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return MappingProxyType({})
    return MappingProxyType({day: name for day, name in sorted(found.items()) if day.year == year})


@dataclass(frozen=True, slots=True)
class _Year:
    """The open spans of one year in order, none touching another, with the open time before and after each."""

    starts: list[datetime]
    ends: list[datetime]
    before: list[timedelta]
    after: list[timedelta]

    @property
    def total(self) -> timedelta:
        return self.after[-1] if self.after else _NONE

    def until(self, at: datetime) -> timedelta:
        """The open time of the year before ``at``."""
        number = bisect_right(self.starts, at) - 1
        return _NONE if number < 0 else self.before[number] + (min(at, self.ends[number]) - self.starts[number])

    def at(self, amount: timedelta) -> datetime:
        """The first moment at which ``amount`` of the year's open time, more than none, has passed."""
        number = bisect_left(self.after, amount)
        return self.starts[number] + (amount - self.before[number])


def _year(calendar: Calendar, number: int) -> _Year:
    found = calendar._years.get(number)
    if found is None:
        found = calendar._years[number] = _reckoned(calendar, number)
    return found


def _reckoned(calendar: Calendar, number: int) -> _Year:
    year = _Year([], [], [], [])
    first, zone = date(number, 1, 1), ZoneInfo(calendar.zone)
    for day in range((date(number, 12, 31) - first).days + 1):
        for start, end in _opened(calendar, first + day * _DAY, zone):
            year.before.append(year.total)
            year.starts.append(start)
            year.ends.append(end)
            year.after.append(year.total + (end - start))
    return year


def _opened(calendar: Calendar, on: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """The spans of the day from midnight to midnight, in UTC, those that overlap made one."""
    reached = datetime.min.replace(tzinfo=UTC)
    for begin, end in sorted([*_tails(calendar, on), *_begun(calendar, on)]):
        start = max(_instant(on, begin, zone), reached)
        reached = max(_instant(on + _DAY, _MIDNIGHT, zone) if end == _MIDNIGHT else _instant(on, end, zone), reached)
        # A span may lie in the hour that the clocks leave out.
        if start < reached:
            yield start, reached


def _begun(calendar: Calendar, on: date) -> list[Span]:
    """What begins on the day, until midnight."""
    if on in calendar.closed:
        return []
    spans = calendar.spans.get(on.weekday(), ())
    return [(begin, end if end > begin else _MIDNIGHT) for begin, end in spans]


def _tails(calendar: Calendar, on: date) -> list[Span]:
    """What runs over from the day before."""
    if on - _DAY in calendar.closed:
        return []
    spans = calendar.spans.get((on - _DAY).weekday(), ())
    return [(_MIDNIGHT, end) for begin, end in spans if _MIDNIGHT < end <= begin]


def _instant(on: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, at, zone).astimezone(UTC)
