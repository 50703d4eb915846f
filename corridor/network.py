"""Distances over the network, and the order in which its places follow from the sea; pure."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence


def distances_from(start: str, legs: Iterable[tuple[str, str, int | None]]) -> dict[str, int]:
    """Shortest known distance in kilometres from ``start`` to each node that legs of known length reach.

    ``legs`` are (origin slug, destination slug, km or None), in the direction of the goods.
    """
    ways: dict[str, list[tuple[str, int]]] = {}
    for origin, destination, km in legs:
        if km is not None:
            ways.setdefault(origin, []).append((destination, km))
    found: dict[str, int] = {}
    due = [(0, start)]
    while due:
        km, slug = heapq.heappop(due)
        if slug in found:
            continue
        found[slug] = km
        for other, length in ways.get(slug, []):
            heapq.heappush(due, (km + length, other))
    return found


def order_of(chains: Iterable[Sequence[str]], points: Mapping[str, tuple[float, float]]) -> list[str]:
    """Every place of ``points`` ((latitude, longitude) by slug) in the order of the chains, the most important first.

    A chain's place that no chain before it had stands before the next one of its chain that has its place already.
    What is on no chain follows the place next to it.
    """
    order: list[str] = []
    for chain in chains:
        before = len(order)
        for slug in reversed([slug for slug in chain if slug in points]):
            if slug in order:
                before = order.index(slug)
            else:
                order.insert(before, slug)
    on_chains = list(order)
    for slug in sorted(points.keys() - set(order)):
        beside = min(on_chains, key=lambda other: math.dist(points[slug], points[other]), default=None)
        order.insert(len(order) if beside is None else order.index(beside) + 1, slug)
    return order
