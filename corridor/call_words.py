"""What the parts of a ship's call are called on pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

TIMINGS: dict[str, StrPromise] = {
    "port_arrival": _("Arrival at the port"),
    "pilot_boarding": _("Pilot on board"),
    "anchorage_arrival": _("Arrival at anchorage"),
    "berth_arrival": _("At the berth"),
    "work_start": _("First lift"),
    "work_end": _("Last lift"),
    "berth_departure": _("Away from the berth"),
    "port_departure": _("Departure from the port"),
    "omitted": _("Call omitted"),
}
CLASSIFIERS: dict[str, StrPromise] = {
    "ACT": _("actual"),
    "EST": _("estimated"),
    "PLN": _("planned"),
    "REQ": _("requested"),
}
WHY: dict[str, StrPromise] = {
    "only": _("No other source gives it."),
    "rank": _("Its source is trusted more than the others."),
    "latest": _("It is the latest word of equally trusted sources."),
    "fresh": _("Its source is trusted less, but the others are more than a week behind."),
}
ABOUT: dict[str, StrPromise] = {
    **TIMINGS,
    "terminal": _("The terminal"),
    "omitted": _("Whether she calls at all"),
}
NO_NEWS = _("No news")
EXPECTATIONS: dict[str, StrPromise] = {
    "berth_arrival": _("Expected at the berth"),
    "port_arrival": _("Expected at the port"),
}
