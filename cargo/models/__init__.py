"""Consignments and their units, the append-only events with their matches, and what is derived from them."""

from cargo.models.consignments import KIGALI, Consignment, ConsignmentQuerySet, Nomination, Unit
from cargo.models.derived import Milestone, Status
from cargo.models.events import Event, EventMatch
from cargo.models.forecasts import Forecast, ForecastScore

__all__ = [
    "KIGALI",
    "Consignment",
    "ConsignmentQuerySet",
    "Event",
    "EventMatch",
    "Forecast",
    "ForecastScore",
    "Milestone",
    "Nomination",
    "Status",
    "Unit",
]
