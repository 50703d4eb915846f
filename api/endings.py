"""What of the API goes away: since when it is not to be used, and until when it answers (RFC 9745, RFC 8594)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

CHANGES = "/api/docs/"


@dataclass(frozen=True, slots=True)
class Ending:
    """The day from which a call is deprecated, and the last on which it answers, half a year later at least."""

    since: date
    until: date


# By method and path as the description has them: "GET /api/v1/consignments/{ref}/". So far nothing goes.
ENDINGS: dict[str, Ending] = {}


def ending_of(method: str, path: str) -> Ending | None:
    """What is said of a call; None for one that stays."""
    return ENDINGS.get(f"{'GET' if method.upper() == 'HEAD' else method.upper()} {path}")


def note_ending(request: HttpRequest, answer: HttpResponse) -> None:
    """Say with the answer of a call that goes away since when and until when."""
    match = request.resolver_match
    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", match.route) if match else ""
    ending = ending_of(request.method or "", path)
    if ending is not None:
        answer["Deprecation"] = f"@{_seconds(ending.since)}"
        answer["Sunset"] = http_date(_seconds(ending.until))
        answer["Link"] = ", ".join(filter(None, (answer.get("Link"), f'<{CHANGES}>; rel="deprecation"')))


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
