"""Tickets, and how good our own data and forecasts are."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from observatory.indicators import amount, hours

INDICATORS = (
    amount(
        "tickets",
        "count",
        "n",
        "tickets_opened",
        _("Tickets opened"),
        definition=_("Tickets by the day on which they were opened, also those that the portal opened itself."),
    ),
    hours(
        "tickets",
        "ticket_first_reply_time",
        _("Time to the office's first reply"),
        definition=_("From a ticket's opening to the first reply of the office, nights and days off counted in."),
    ),
    hours(
        "tickets",
        "ticket_resolution_time",
        _("Time to the resolution"),
        definition=_("From a ticket's opening to its latest resolution, nights and days off counted in."),
    ),
    hours(
        "tickets",
        "agency_answer_time",
        _("Time to the agency's answer"),
        definition=_(
            "From handing a ticket over to an agency to what came first: its acceptance, its words, or the ticket "
            "given back or resolved; nights and days off counted in."
        ),
    ),
    hours(
        "data",
        "news_lag",
        _("Age of the news"),
        definition=_(
            "From what happened to the moment at which the portal heard of it: discharge, gate, borders and arrival."
        ),
    ),
    amount(
        "data",
        "share",
        "%",
        "milestones_known",
        _("Share of the milestones that are known"),
        definition=_("Of trips that have arrived: milestones from the discharge to Kigali that somebody reported."),
        is_more_better=True,
    ),
    amount(
        "data",
        "share",
        "%",
        "milestones_contested",
        _("Share of the milestones that sources contest"),
        definition=_("Of trips that have arrived: milestones of which two sources gave times too far apart."),
    ),
    amount(
        "data",
        "share",
        "%",
        "forecast_hit_rate",
        _("Forecasts whose window held"),
        definition=_(
            "Windows said every morning that held the arrival, of all whose consignment has arrived; they are "
            "made to hold eight of ten."
        ),
        is_more_better=True,
    ),
    hours(
        "data",
        "forecast_error",
        _("Distance of the forecast from the arrival"),
        definition=_("Between the middle of the window and the arrival, whichever came first."),
    ),
)
