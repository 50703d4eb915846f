"""A ship's call as an entry for a calendar: iCalendar, RFC 5545."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from corridor.call_words import EXPECTATIONS
from corridor.models import VesselCall

# How long an entry lasts of which only the beginning is known.
LENGTH = timedelta(hours=1)
_MOST_OCTETS = 75


def calendar_of(call: VesselCall, address: str) -> str:
    """The call from when she berthed, came or is expected until she left; its places must have been selected.

    ValueError where nobody says when: an entry of a calendar has a beginning.
    """
    since = call.begins_at
    if since is None:
        raise ValueError("No time is known.")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//KPA Liaison Office Kigali//Ships//EN",
        "BEGIN:VEVENT",
        f"UID:vessel-call-{call.pk}@{address.split('/')[2]}",
        f"DTSTAMP:{utc(call.updated_at)}",
        *_bounds(call, since),
        f"SUMMARY:{text_of(f'{call.vessel}: {call.get_state_display()}')}",
        f"LOCATION:{text_of((call.terminal or call.port).name)}",
        f"DESCRIPTION:{text_of(_description(call))}",
        f"STATUS:{_status(call)}",
        f"URL:{address}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return written(lines)


def written(lines: Iterable[str]) -> str:
    """The lines of a calendar as they are sent."""
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _status(call: VesselCall) -> str:
    if call.state == VesselCall.State.OMITTED:
        return "CANCELLED"
    return "CONFIRMED" if call.here_since else "TENTATIVE"


def _bounds(call: VesselCall, since: datetime) -> list[str]:
    if call.here_since is None and call.eta_is_day:
        return [f"DTSTART;VALUE=DATE:{since.astimezone(ZoneInfo(call.port.time_zone)):%Y%m%d}"]
    until = call.departed_at if call.departed_at and call.departed_at > since else since + LENGTH
    return [f"DTSTART:{utc(since)}", f"DTEND:{utc(until)}"]


def _description(call: VesselCall) -> str:
    expected = f"{EXPECTATIONS[call.eta_timing]}: {call.eta_source}" if call.eta_source else ""
    voyage = _("Voyage %(voyage)s") % {"voyage": call.voyage} if call.voyage else ""
    return "\n".join(filter(None, (voyage, str(expected), call.discharge)))


def utc(at: datetime) -> str:
    """A moment as a calendar writes it."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def text_of(words: str) -> str:
    """Words with the letters escaped that mean something in a calendar."""
    for letter in ("\\", ";", ","):
        words = words.replace(letter, f"\\{letter}")
    return "".join(part for part in words.replace("\n", "\\n") if part.isprintable())


def folded(line: str) -> list[str]:
    """A line in parts of at most 75 octets, each but the first after a blank; no letter is cut."""
    parts, part = [], ""
    for letter in line:
        if len(f"{part}{letter}".encode()) > _MOST_OCTETS:
            parts.append(part)
            part = " "
        part += letter
    return [*parts, part]
