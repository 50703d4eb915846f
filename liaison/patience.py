"""How long a server that has enough asks to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_REST = timedelta(days=1)


def retry_after(said: str, at: datetime) -> int | None:
    """The seconds that a server asks to be left alone (RFC 9110, 10.2.3), a day at most; None where it does not."""
    if said.strip().isdecimal():
        seconds = float(said.strip()[:9])
    else:
        try:
            until = parsedate_to_datetime(said)
        except (ValueError, OverflowError):
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        seconds = (until - at).total_seconds()
    return max(0, round(min(seconds, LONGEST_REST.total_seconds())))
