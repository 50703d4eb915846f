"""The network and its state: nodes, legs and routes, ships and their calls, conditions, and where trackers are."""

from corridor.models.conditions import Condition, DayRecord, Standing, Verdict, Wait
from corridor.models.network import Distance, Fence, Leg, Node
from corridor.models.routes import Route, Stage
from corridor.models.ships import CallTiming, Vessel, VesselCall
from corridor.models.trackers import Position, Tracker

__all__ = [
    "CallTiming",
    "Condition",
    "DayRecord",
    "Distance",
    "Fence",
    "Leg",
    "Node",
    "Position",
    "Route",
    "Stage",
    "Standing",
    "Tracker",
    "Verdict",
    "Vessel",
    "VesselCall",
    "Wait",
]
