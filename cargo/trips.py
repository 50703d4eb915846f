"""The trip that speaks for a consignment: that of the unit which is furthest behind of those that were heard of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cargo.milestones import EXPORT_RAIL, progress
from cargo.models import Milestone

# What moves the goods, in order: where they are follows from the last of these.
_MOVES = (
    "vessel_departed", "vessel_arrived", "discharged_kot", "discharged", "pipeline_in", "at_depot", "loaded",
    "gate_out", "border1_in", "border1_out", "border2_in", "border2_out", "arrived_kigali", "delivered",
    *EXPORT_RAIL[1:],
)  # fmt: skip


def slowest(milestones: Iterable[Milestone]) -> list[Milestone]:
    """The actual milestones of the unit that is furthest behind, as the status counts it; empty where none is."""
    units: dict[int | None, list[Milestone]] = {}
    for milestone in milestones:
        if milestone.actual_at:
            units.setdefault(milestone.unit_id, []).append(milestone)
    return min(units.values(), key=_behind, default=[])


def _behind(trip: Sequence[Milestone]) -> tuple[int, int]:
    return progress(milestone.code for milestone in trip)[0], -(trip[0].unit_id or 0)


def times_of(trip: Iterable[Milestone]) -> dict[str, datetime]:
    """When each milestone of a trip happened; without those of which only the day is known, which measure nothing."""
    return {milestone.code: milestone.actual_at for milestone in trip if milestone.actual_at and not milestone.is_day}


def last_move(trip: Iterable[Milestone]) -> Milestone | None:
    """The milestone that says where the goods are; None before the first."""
    moves: Mapping[str, Milestone] = {milestone.code: milestone for milestone in trip if milestone.code in _MOVES}
    return next((moves[code] for code in reversed(_MOVES) if code in moves), None)
