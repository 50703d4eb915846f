"""Consignments and their units, the append-only events with their matches, what is derived from them, the tariff."""

from cargo.models.charges import ExchangeRate, TariffRow, TariffRowQuerySet, Waiver
from cargo.models.claims import Claim
from cargo.models.consignments import Consignment, ConsignmentQuerySet, Nomination, NominationQuerySet, Removal, Unit
from cargo.models.derived import Milestone, Status, UsualDelay
from cargo.models.events import Event, EventMatch
from cargo.models.forecasts import Forecast, ForecastScore, Foretold
from cargo.models.lots import Lot, Measure
from cargo.models.nominated import KIGALI
from cargo.models.page import Look, Note, Paper, ShareLink
from cargo.models.uploads import Upload
from cargo.models.worklists import Alarm, Exposure, SavedFilter, Silence

__all__ = [
    "KIGALI",
    "Alarm",
    "Claim",
    "Consignment",
    "ConsignmentQuerySet",
    "Event",
    "EventMatch",
    "ExchangeRate",
    "Exposure",
    "Forecast",
    "ForecastScore",
    "Foretold",
    "Look",
    "Lot",
    "Measure",
    "Milestone",
    "Nomination",
    "NominationQuerySet",
    "Note",
    "Paper",
    "Removal",
    "SavedFilter",
    "ShareLink",
    "Silence",
    "Status",
    "TariffRow",
    "TariffRowQuerySet",
    "Unit",
    "Upload",
    "UsualDelay",
    "Waiver",
]
