"""Telling from positions at which node somebody is: areas of nodes with a margin, and two positions to be believed.

One position may lie: a node counts as reached, and as left, when two positions in a row say so; and it is left only
beyond a margin around its area, so that a truck that waits at the edge does not flap.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

import shapely
from shapely.affinity import affine_transform
from shapely.geometry import Polygon

MARGIN_M = 200.0
METRES_PER_DEGREE = 111_320.0


class Fix(NamedTuple):
    """One position in time; degrees of WGS 84."""

    at: datetime
    lat: float
    lon: float


class Seen(NamedTuple):
    """A fix and the node in whose area it lies."""

    fix: Fix
    place: int | None


class Crossing(NamedTuple):
    """That a node was reached, or left: the time is that of the first of the two positions that say so."""

    kind: Literal["reached", "left"]
    node: int
    at: datetime
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Area:
    """The area of a node, and the same with the margin around it."""

    node: int
    inner: Polygon
    outer: Polygon


def area_of(node: int, ring: Iterable[Sequence[float]]) -> Area:
    """The area that ``ring`` encloses (longitude and latitude of each corner); ValueError where that is no polygon."""
    inner = Polygon([(corner[0], corner[1]) for corner in ring])
    if not inner.is_valid or inner.is_empty:
        raise ValueError("The corners do not enclose an area.")
    return Area(node, inner, _widened(inner))


def _widened(polygon: Polygon) -> Polygon:
    # Degrees of longitude are shorter than those of latitude: the margin is drawn where both are alike.
    shrink = math.cos(math.radians(polygon.centroid.y))
    local = affine_transform(polygon, [shrink, 0, 0, 1, 0, 0]).buffer(MARGIN_M / METRES_PER_DEGREE)
    return affine_transform(local, [1 / shrink, 0, 0, 1, 0, 0])


class Fences:
    """All areas, the smallest first: inside a city's area stands that of its warehouse."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.areas = sorted(areas, key=lambda area: area.inner.area)
        self._tree = shapely.STRtree([area.inner for area in self.areas])
        self._numbers = {area.node: number for number, area in enumerate(self.areas)}

    def nodes_at(self, fixes: Sequence[Fix]) -> list[int | None]:
        """For each fix the node whose area it lies in, the innermost; None outside of all."""
        if not fixes:
            return []
        points = shapely.points([(fix.lon, fix.lat) for fix in fixes])
        found: list[int | None] = [None] * len(fixes)
        for fix, number in sorted(
            zip(*self._tree.query(points, predicate="within").tolist(), strict=True), reverse=True
        ):
            found[fix] = self.areas[number].node
        return found

    def is_near(self, node: int, fix: Fix) -> bool:
        """Whether ``fix`` lies in the area of ``node`` or in the margin around it."""
        number = self._numbers.get(node)
        return number is not None and bool(shapely.contains_xy(self.areas[number].outer, fix.lon, fix.lat))

    def around(self, node: int | None) -> list[int]:
        """``node`` and the nodes in whose areas its own lies, from the inside out."""
        number = self._numbers.get(node) if node is not None else None
        if number is None:
            return []
        inner = self.areas[number].inner
        return [area.node for area in self.areas[number:] if area.node == node or area.outer.contains(inner)]


@dataclass(slots=True)
class Settled:
    """Where somebody is settled to be after each fix, and what was crossed on the way."""

    nodes: list[int | None]
    crossings: list[Crossing]


def settle(
    fences: Fences, fixes: Sequence[Fix], places: Sequence[int | None], *, node: int | None, before: Seen | None
) -> Settled:
    """Follow ``fixes`` (ascending, with what ``nodes_at`` says of each) from ``node`` and the last fix before them."""
    found = Settled([], [])
    pending: Seen | None = None
    if before is not None:
        place = _place(fences, before.fix, before.place, node)
        pending = Seen(before.fix, place) if place != node else None
    for fix, inside in zip(fixes, places, strict=True):
        place = _place(fences, fix, inside, node)
        if place == node:
            pending = None
        elif pending is None or pending.place != place:
            pending = Seen(fix, place)
        else:
            found.crossings += _crossings(fences, node, place, pending.fix)
            node, pending = place, None
        found.nodes.append(node)
    return found


def _place(fences: Fences, fix: Fix, inside: int | None, node: int | None) -> int | None:
    """Where ``fix`` says that somebody is who is settled at ``node``: still there within its margin."""
    return node if inside is None and node is not None and fences.is_near(node, fix) else inside


def _crossings(fences: Fences, old: int | None, new: int | None, fix: Fix) -> Iterable[Crossing]:
    """What was left, from the inside out, then what was reached, from the outside in."""
    left, reached = fences.around(old), fences.around(new)
    yield from (Crossing("left", node, fix.at, fix.lat, fix.lon) for node in left if node not in reached)
    yield from (Crossing("reached", node, fix.at, fix.lat, fix.lon) for node in reversed(reached) if node not in left)
