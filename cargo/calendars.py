"""A consignment's days as entries for a calendar: the last day without charge, and when it arrives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cargo.charge_lines import ClockLine
from cargo.forecast_presenting import KIGALI_END, PORT, SHIP, Window
from corridor.call_calendar import text_of, utc, written

_REACHES = {
    KIGALI_END: gettext_lazy("%(ref)s: reaches Kigali (estimate)"),
    PORT: gettext_lazy("%(ref)s: reaches Mombasa (estimate)"),
    SHIP: gettext_lazy("%(ref)s: goes aboard a ship (estimate)"),
}


def calendar_of(
    ref: str, window: Window | None, binding: ClockLine | None, *, address: str, at: datetime
) -> str | None:
    """iCalendar (RFC 5545) of what is known; None where no day is. An estimate says so and is tentative."""
    entries: list[tuple[str, date, date, str]] = []
    if binding and binding.last_free_on:
        summary = _("%(ref)s: last free day, %(clock)s") % {"ref": ref, "clock": binding.label}
        entries.append(("free", binding.last_free_on, binding.last_free_on, summary))
    if window and not window.is_old:
        entries.append(("arrival", window.low, window.high, _REACHES[window.to] % {"ref": ref}))
    if not entries:
        return None
    lines = [line for entry in entries for line in _entry(ref, *entry, address=address, at=at)]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//KPA Liaison Office Kigali//Consignments//EN"]
    return written([*head, *lines, "END:VCALENDAR"])


def _entry(ref: str, name: str, first: date, last: date, summary: str, *, address: str, at: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{name}-{ref}@{address.split('/')[2]}"
    yield f"DTSTAMP:{utc(at)}"
    yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    # The day on which it is over.
    yield f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{text_of(summary)}"
    yield "STATUS:TENTATIVE"
    yield "TRANSP:TRANSPARENT"
    yield f"URL:{address}"
    yield "END:VEVENT"
