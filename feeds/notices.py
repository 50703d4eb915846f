"""Notices of system maintenance as agencies publish them: which system, from when until when, and how badly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from feeds.dates import Calendar, Clock, clock_of, on
from feeds.facts import Condition, Fault, Moment, Place, Reading, Severity, Unreadable, moment_of
from feeds.grids import clean
from feeds.tables import decode
from feeds.webpages import is_page, page_text

SYSTEMS: dict[str, re.Pattern[str]] = {
    name: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    for name, pattern in (
        ("iCMS", r"iCMS|integrated customs management system"),
        ("KWATOS", r"KWATOS|Kilindini waterfront"),
        ("ReSW", r"ReSW|Rwanda electronic single window|electronic single window"),
        ("RECTS", r"RECTS|regional electronic cargo tracking(?: system)?"),
        ("eCitizen", r"e-?Citizen"),
        ("TradeNet", r"(?:Kenya )?TradeNet|KenTrade system"),
        ("ASYCUDA", r"ASYCUDA(?: World)?"),
    )
}
_SHUT = re.compile(
    r"unavailab|not be available|\bdown\b|offline|outage|\bshut|inaccessib|not be accessib|indisponib|suspend", re.I
)
_SLOW = re.compile(r"\bslow|intermittent|degraded|delay|lent", re.IGNORECASE)
_CLOCKS = re.compile(
    r"(?<![\d:.])(?:\d{1,2}[:.hH]\d\d(?: ?[ap]\.?m\b\.?)?|\d{1,2} ?[ap]\.?m\b\.?|\d{3,4} ?(?:hrs|hours|h)\b)",
    re.IGNORECASE,
)
_ZONES = re.compile(r"\b(?:EAT|CAT|UTC|GMT)\b")
# What stands between the parts of a period: no sentence ends in it.
_GAP = re.compile(r"[^.;]{0,45}")
# Dates (D) and hours (T) in the orders in which periods are written.
_ORDERS = ("DTDT", "TDTD", "DTT", "TTD")
MOST_CHARS = 200_000


@dataclass(frozen=True, slots=True)
class _Part:
    """A date or an hour in a notice, with where it stands."""

    kind: str
    value: date | Clock
    start: int
    end: int


def system_of(text: str) -> str:
    """The known system that a text names first; empty where it names none."""
    found = [(match.start(), name) for name, pattern in SYSTEMS.items() if (match := pattern.search(text))]
    return min(found)[1] if found else ""


def read_notice(raw: bytes, settings: Mapping[str, str]) -> Reading:
    """One condition for each period that a notice names of a known system; a fault says what was not found."""
    if not raw.strip():
        raise Unreadable("empty")
    if len(raw) > MOST_CHARS:
        raise Unreadable("too_large", str(len(raw)))
    text = decode(raw)
    is_html = is_page(text)
    text = page_text(text) if is_html else text
    text = "\n".join(clean(line) for line in text.splitlines() if line.strip())
    words = " ".join(text.split())[:300]
    system = system_of(text)
    if not system:
        raise Unreadable("html" if is_html else "wrong_shape", ", ".join(SYSTEMS), excerpt=words)
    periods = list(_periods(text, _calendar(text, settings)))
    if not periods:
        return Reading(faults=(Fault(code="no_time", excerpt=words, detail=system),))
    return Reading(facts=tuple(_condition(system, since, until, text, settings) for since, until in periods))


def _condition(system: str, since: Moment, until: Moment, text: str, settings: Mapping[str, str]) -> Condition:
    words = " ".join(text.split())
    return Condition(
        reference=f"{system}-{since.value:%Y%m%d%H%M}",
        kind="system",
        severity=_severity(text),
        since=since,
        until=until,
        place=Place(node=settings.get("node", "")),
        system=system,
        text=words[:2000],
        words=words[:300],
        line=1,
    )


def _severity(text: str) -> Severity:
    if _SHUT.search(text):
        return "shut"
    return "slow" if _SLOW.search(text) else "severe"


def _calendar(text: str, settings: Mapping[str, str]) -> Calendar:
    """For dates without a year: the year of one in the notice that has it, else of the day on which it came."""
    calendar = Calendar(settings.get("date_order", "").lower() == "mdy")
    whole = next((day for day, _start, _end in calendar.days(text)), None)
    if whole is None:
        try:
            whole = datetime.fromisoformat(settings.get("received_at", "")).date()
        except ValueError:
            return calendar
    return replace(calendar, today=whole)


def _periods(text: str, calendar: Calendar) -> Iterator[tuple[Moment, Moment]]:
    """The beginning and the end of each period, both in the notice's own words for the whole of it."""
    zone = _ZONES.search(text)
    parts = _parts(text, calendar, zone[0] if zone else "")
    at = 0
    while at < len(parts):
        taken = next((order for order in _ORDERS if _stands(text, parts[at : at + len(order)], order)), "")
        found = parts[at : at + len(taken)]
        period = _period(found) if found else None
        if period:
            words = " ".join(text[found[0].start : found[-1].end].split())
            yield Moment(value=period[0], words=words), Moment(value=period[1], words=words)
        at += len(taken) or 1


def _parts(text: str, calendar: Calendar, zone: str) -> list[_Part]:
    days = [_Part("D", day, start, end) for day, start, end in calendar.days(text)]
    found = list(days)
    for match in _CLOCKS.finditer(text):
        clock = clock_of(f"{match[0]} {zone}".strip())
        if clock and not any(day.start < match.end() and match.start() < day.end for day in days):
            found.append(_Part("T", clock, match.start(), match.end()))
    return sorted(found, key=lambda part: part.start)


def _stands(text: str, parts: list[_Part], order: str) -> bool:
    """Whether parts are of this order with nothing but a few words between them."""
    return "".join(part.kind for part in parts) == order and all(
        _GAP.fullmatch(text, one.end, other.start) for one, other in pairwise(parts)
    )


def _period(parts: list[_Part]) -> tuple[datetime, datetime] | None:
    days = [part.value for part in parts if isinstance(part.value, date)]
    clocks = [part.value for part in parts if isinstance(part.value, Clock)]
    since, until = on(days[0], clocks[0]), on(days[-1], clocks[-1])
    if until <= since and len(days) == 1:
        until += timedelta(days=1)
    is_told = moment_of(since, "") and moment_of(until, "")
    return (since, until) if is_told and until > since else None
