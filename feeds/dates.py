"""Dates and hours as clerks write them in lists and notices, and as spreadsheets keep them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from feeds.facts import FIRST_YEAR, LAST_YEAR, Moment, moment_of
from feeds.workbooks import serial_date

_MONTHS = {
    **dict.fromkeys(("jan", "january", "janv", "janvier"), 1),
    **dict.fromkeys(("feb", "february", "fev", "fevr", "fevrier", "févr", "fév", "février"), 2),
    **dict.fromkeys(("mar", "march", "mars"), 3),
    **dict.fromkeys(("apr", "april", "avr", "avril"), 4),
    **dict.fromkeys(("may", "mai"), 5),
    **dict.fromkeys(("jun", "june", "juin"), 6),
    **dict.fromkeys(("jul", "july", "juil", "juillet"), 7),
    **dict.fromkeys(("aug", "august", "aout", "août"), 8),
    **dict.fromkeys(("sep", "sept", "september", "septembre"), 9),
    **dict.fromkeys(("oct", "october", "octobre"), 10),
    **dict.fromkeys(("nov", "november", "novembre"), 11),
    **dict.fromkeys(("dec", "december", "déc", "decembre", "décembre"), 12),
}
_WORD = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ISO = r"(?P<iso_year>20\d\d)[-/.](?P<iso_month>\d{1,2})[-/.](?P<iso_day>\d{1,2})"
_NAMED = rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er)?[-/., ]{{0,2}}(?P<month>{_WORD})\.?"
_NAMED_YEAR = r"(?:[-/., ]{0,2}(?P<year>20\d\d|\d\d)(?!\d|[:.hH]\d))?"
_ENGLISH = rf"(?P<en_month>{_WORD})\.? (?P<en_day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<en_year>20\d\d)(?!\d))?"
_FIGURES = r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})"
# Figures like a year of another time are neither a year nor an hour.
_FIGURE_YEAR = r"(?:(?P=mark)(?P<figure_year>20\d\d|\d\d)(?!\d|:\d)|(?!(?P=mark)(?:19|20)\d\d))"
_DATE = re.compile(
    rf"(?<![\w/.-])(?:{_ISO}|{_NAMED}{_NAMED_YEAR}|{_ENGLISH}|{_FIGURES}{_FIGURE_YEAR})(?!\w|/\d\d?(?!\d))",
    re.IGNORECASE,
)
_DATE_THEN_T = re.compile(r"(?<=\d)T(?=\d\d:)")
_WEEKDAY = re.compile(
    r"\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?\b[.,]?", re.IGNORECASE
)
# No zone to the west: what follows a dash is the end of a period.
_ZONE = r"(?P<zone>Z|UTC|GMT|EAT|CAT|LT|LMT|local time|\+\d\d:?\d\d)?"
_ZONED = re.compile(_ZONE.replace(")?", ")$"), re.IGNORECASE)
# What a header or a note says of the zone of the hours below it.
_NAMED_ZONE = re.compile(
    r"\b(?:LT|LMT|local|(?P<zone>UTC|GMT|EAT|CAT|Z))\b(?: ?(?P<sign>[+-]) ?(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    rf"(?:at |à |@ ?|[-,/] ?)?(?:(?P<h>\d{{1,2}})[:.hH](?P<m>\d\d)(?::\d\d(?:\.\d+)?)?|(?P<hhmm>\d{{3,4}}))"
    rf" ?(?P<half>[ap]\.?m\.?)?(?:hrs?|hours|h)?\.? ?{_ZONE}",
    re.IGNORECASE,
)
_HOUR = re.compile(rf"(?P<h>\d{{1,2}}) ?(?P<half>[ap]\.?m\.?) ?{_ZONE}", re.IGNORECASE)
_DECEMBER = 12
_ORDER = re.compile(r"\b(dd|mm)[-/. ]?(?:dd|mm)\b", re.IGNORECASE)
# Those of footnotes.
_MARKS = "*†‡"
# A half of the day and no hour says no more than the day.
_HALVES = {"am", "pm", "a.m", "p.m", "a.m.", "p.m."}
# A date, and perhaps its hour, in figures alone.
_BARE = re.compile(r"(20\d\d)(\d\d)(\d\d)(?:[ T]?(\d\d)(\d\d)(?:\d\d)?)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050  # 2000 to 2099
# A part of a day that lost its format, in quarters or to many places: 0.25 is six, but 0.15 is a quarter past midnight.
_PART_OF_DAY = re.compile(r"0?(\.(?:25|5|75|\d{3,}))")
# No list speaks of what is so many years ahead: its figure is an hour, as in "24 Nov 2045". Nor has one a year of two
# figures that is long past: that is a day, as in "26-12-01".
_YEARS_AHEAD = 1
_YEARS_BACK = 10
# A list that gives no year speaks of what is to come, and of what came of late.
LOOKS_BACK = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour of the day as written; ``offset`` is in minutes where a zone is told that is not the place's own."""

    at: time
    is_next_day: bool = False
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a sender writes dates: the day or the month first, and the day on which he wrote, which tells the year."""

    is_month_first: bool = False
    today: date | None = None

    def moment(self, text: str, hour: str = "", offset: int | None = None) -> Moment | None:
        """The moment of a date with its hour, or of a date and an hour in two texts; a day where no hour is told.

        ``offset`` is that of an hour which names no zone itself.
        """
        words = f"{text} {hour}".strip()
        text = _unbare(_unserial(_DATE_THEN_T.sub(" ", " ".join(text.split()))))
        found = _DATE.search(text)
        day = self._day(found) if found else None
        if found is None or day is None:
            return None
        rest = _WEEKDAY.sub("", text[: found.start()] + text[found.end() :]).strip(f" ,-/().{_MARKS}")
        said = hour.strip(f" {_MARKS}") or rest
        if not said or said.lower() in _HALVES:
            return moment_of(day, words)
        clock = clock_of(said)
        if clock and not _ZONED.search(said):
            clock = replace(clock, offset=offset)
        return moment_of(on(day, clock), words) if clock else None

    def days(self, text: str) -> Iterator[tuple[date, int, int]]:
        """Each date that a text names, with where it begins and ends."""
        for found in _DATE.finditer(text):
            if day := self._day(found):
                yield day, found.start(), found.end()

    def _day(self, found: re.Match[str]) -> date | None:
        part = found.groupdict(default="")
        if part["iso_year"]:
            return _date(part["iso_year"], int(part["iso_month"]), part["iso_day"])
        year = _first(part, "year", "en_year", "figure_year")
        month, day = self._month_and_day(part)
        if not year:
            return self._coming(month, day)
        known = _date(f"20{year}"[-4:], month, day)
        return known if known and self._first_year(year) <= known.year <= self._last_year else None

    def _month_and_day(self, part: Mapping[str, str]) -> tuple[int, str]:
        if name := _first(part, "month", "en_month"):
            return _MONTHS.get(name.lower(), 0), _first(part, "day", "en_day")
        return (int(part["one"]), part["two"]) if self.is_month_first else (int(part["two"]), part["one"])

    @property
    def _last_year(self) -> int:
        return self.today.year + _YEARS_AHEAD if self.today else LAST_YEAR

    def _first_year(self, written: str) -> int:
        return self.today.year - _YEARS_BACK if self.today and len(written) == 2 else FIRST_YEAR

    def _coming(self, month: int, day: str) -> date | None:
        """The day and month in the year in which it is to come, or came not long ago."""
        if self.today is None:
            return None
        years = (self.today.year + more for more in (-1, 0, 1))
        found = (_date(str(year), month, day) for year in years)
        return next((day for day in found if day and day >= self.today - LOOKS_BACK), None)


def orders_in(text: str) -> Iterator[bool]:
    """Of each date in figures that can be written in one order alone, and of ``dd/mm``, whether the month is first."""
    for found in _DATE.finditer(text):
        if found["figure_year"]:
            one, two = int(found["one"]), int(found["two"])
            yield from [one < two] if min(one, two) <= _DECEMBER < max(one, two) else []
    yield from (found[1].lower() == "mm" for found in _ORDER.finditer(text))


def clock_of(text: str) -> Clock | None:
    """The hour that a text says and nothing else: 0600, 06:00, 06H00, 6 pm, 2400, 0.25; None where it says more."""
    text = _unparted(" ".join(text.split()))
    found = _CLOCK.fullmatch(text) or _HOUR.fullmatch(text)
    if found is None:
        return None
    part = found.groupdict(default="")
    figures = part.get("hhmm", "")
    hour, minute = (figures[:-2], figures[-2:]) if figures else (part["h"], part.get("m") or "0")
    return _clock(int(hour), int(minute), part["half"][:1].lower(), _offset(part["zone"]))


def _clock(hour: int, minute: int, half: str, offset: int | None) -> Clock | None:
    """An hour of the day, or of the half of it that ``a`` or ``p`` name; midnight may be written as the day's end."""
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if (hour, minute) == (24, 0):
        return Clock(time(0), is_next_day=True, offset=offset)
    return Clock(time(hour, minute), offset=offset) if hour < 24 and minute < 60 else None


def on(day: date, clock: Clock) -> datetime:
    """The hour on a day; local to the place where no zone is told."""
    value = datetime.combine(day, clock.at)
    if clock.is_next_day and day < date.max:
        value += timedelta(days=1)
    return value if clock.offset is None else value.replace(tzinfo=UTC) - timedelta(minutes=clock.offset)


def _offset(zone: str) -> int | None:
    """Minutes ahead of UTC; None for the place's own time, and East Africa's where the place keeps it anyway."""
    if zone.startswith("+"):
        return int(zone[1:3]) * 60 + int(zone[-2:])
    return {"z": 0, "utc": 0, "gmt": 0, "eat": 180, "cat": 120}.get(zone.lower())


def zone_named(text: str) -> tuple[int | None, tuple[int, int]] | None:
    """The zone that a header or a note names, as minutes ahead of UTC or None for the place's own, and where it stands.

    None where it names none.
    """
    found = _NAMED_ZONE.search(text)
    if found is None:
        return None
    part = found.groupdict(default="")
    shift = int(part["hours"] or 0) * 60 + int(part["minutes"] or 0)
    ahead = _offset(part["zone"])
    return (None if ahead is None else ahead + (-shift if part["sign"] == "-" else shift)), found.span()


def _first(part: Mapping[str, str], *names: str) -> str:
    return next((part[name] for name in names if part[name]), "")


def _unserial(text: str) -> str:
    """A bare number that is a date in a spreadsheet whose cells lost their format, as a date."""
    if _SERIAL.fullmatch(text) and _FIRST_SERIAL <= float(text) < _LAST_SERIAL:
        return serial_date(float(text))
    return text


def _unparted(text: str) -> str:
    """A part of a day, as a spreadsheet keeps an hour, as an hour."""
    part = _PART_OF_DAY.fullmatch(text)
    minutes = round(float(part[1]) * 24 * 60) if part else 0
    return f"{minutes // 60:02}:{minutes % 60:02}" if part else text


def _unbare(text: str) -> str:
    """20261124 or 202611240600 with the signs between its parts."""
    found = _BARE.fullmatch(text)
    if not found:
        return text
    year, month, day, hour, minute = found.groups()
    return f"{year}-{month}-{day} {hour}:{minute}" if hour else f"{year}-{month}-{day}"


def _date(year: str, month: int, day: str) -> date | None:
    try:
        return date(int(year), month, int(day))
    except ValueError:
        return None
