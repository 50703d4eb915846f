"""Consignments and their units, the append-only events with their matches, and what is derived from them."""

from cargo.models.consignments import KIGALI, Consignment, ConsignmentQuerySet, Nomination, Unit
from cargo.models.derived import Milestone, Status
from cargo.models.events import Event, EventMatch

__all__ = [
    "KIGALI",
    "Consignment",
    "ConsignmentQuerySet",
    "Event",
    "EventMatch",
    "Milestone",
    "Nomination",
    "Status",
    "Unit",
]
