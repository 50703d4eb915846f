"""The network and its state: nodes and legs, ships and calls, conditions, where trackers are, and notices."""

from corridor.models.advisories import Advisory, Subscription
from corridor.models.conditions import Condition
from corridor.models.network import Fence, Leg, Node
from corridor.models.ships import CallTiming, Vessel
from corridor.models.trackers import Position, Tracker

__all__ = [
    "Advisory",
    "CallTiming",
    "Condition",
    "Fence",
    "Leg",
    "Node",
    "Position",
    "Subscription",
    "Tracker",
    "Vessel",
]
