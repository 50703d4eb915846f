"""Tickets, and how good our own data and forecasts are."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from observatory.indicators import Indicator

INDICATORS = (
    Indicator(
        slug="tickets_opened",
        block="tickets",
        measure="count",
        unit="n",
        name=_("Tickets opened"),
        definition=_("Tickets by the day on which they were opened, also those that the portal opened itself."),
    ),
    Indicator(
        slug="ticket_first_reply_time",
        block="tickets",
        measure="duration",
        unit="h",
        name=_("Time to the office's first reply"),
        definition=_("From a ticket's opening to the first reply of the office, nights and days off counted in."),
    ),
    Indicator(
        slug="ticket_resolution_time",
        block="tickets",
        measure="duration",
        unit="h",
        name=_("Time to the resolution"),
        definition=_("From a ticket's opening to its latest resolution, nights and days off counted in."),
    ),
    Indicator(
        slug="agency_answer_time",
        block="tickets",
        measure="duration",
        unit="h",
        name=_("Time to the agency's answer"),
        definition=_(
            "From handing a ticket over to an agency to what came first: its acceptance, its words, or the ticket "
            "given back or resolved; nights and days off counted in."
        ),
    ),
    Indicator(
        slug="news_lag",
        block="data",
        measure="duration",
        unit="h",
        name=_("Age of the news"),
        definition=_(
            "From what happened to the moment at which the portal heard of it: discharge, gate, borders and arrival."
        ),
    ),
    Indicator(
        slug="milestones_known",
        block="data",
        measure="share",
        unit="%",
        name=_("Share of the milestones that are known"),
        definition=_("Of trips that have arrived: milestones from the discharge to Kigali that somebody reported."),
        is_more_better=True,
    ),
    Indicator(
        slug="milestones_contested",
        block="data",
        measure="share",
        unit="%",
        name=_("Share of the milestones that sources contest"),
        definition=_("Of trips that have arrived: milestones of which two sources gave times too far apart."),
    ),
    Indicator(
        slug="forecast_hit_rate",
        block="data",
        measure="share",
        unit="%",
        name=_("Forecasts whose window held"),
        definition=_(
            "Windows said every morning that held the arrival, of all whose consignment has arrived; they are "
            "made to hold eight of ten."
        ),
        is_more_better=True,
    ),
    Indicator(
        slug="forecast_error",
        block="data",
        measure="duration",
        unit="h",
        name=_("Distance of the forecast from the arrival"),
        definition=_("Between the middle of the window and the arrival, whichever came first."),
    ),
)
