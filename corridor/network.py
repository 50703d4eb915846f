"""Distances over the network; pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterable


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
