"""The network and its state: nodes and legs, ships and their calls, conditions, and where trackers are."""

from corridor.models.conditions import Condition, DayRecord, Standing, Verdict, Wait
from corridor.models.network import Fence, Leg, Node
from corridor.models.ships import CallTiming, Vessel, VesselCall
from corridor.models.trackers import Position, Tracker

__all__ = [
    "CallTiming",
    "Condition",
    "DayRecord",
    "Fence",
    "Leg",
    "Node",
    "Position",
    "Standing",
    "Tracker",
    "Verdict",
    "Vessel",
    "VesselCall",
    "Wait",
]
