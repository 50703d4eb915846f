"""The network and its state: nodes, legs, routes, ships and calls, conditions, trackers; and what the office tells."""

from corridor.models.advisories import Advisory, Subscription
from corridor.models.conditions import Condition, DayRecord, Standing, Verdict, Wait
from corridor.models.network import Distance, Fence, Leg, Node
from corridor.models.routes import Route, Stage
from corridor.models.ships import CallTiming, Vessel, VesselCall
from corridor.models.trackers import Position, Tracker

__all__ = [
    "Advisory",
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
    "Subscription",
    "Tracker",
    "Verdict",
    "Vessel",
    "VesselCall",
    "Wait",
]
