"""Distances over the network, and the order in which its places follow from the sea; pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

RouteLeg = tuple[int | None, int | None, str, str, int | None]


def distances_from(start: str, legs: Iterable[RouteLeg]) -> dict[str, int]:
    """Kilometres from ``start`` to each place: along the first route whose legs are known all the way there, as sources
    give the whole way, rather than by the shortest parts of several; to a place of no such route by one leg from there.

    ``legs`` are (route, number on it, origin slug, destination slug, km), in the direction of the goods; the first two
    are None for a leg of no route, the last for an unknown length.
    """
    found = {start: 0}
    direct: dict[str, int] = {}
    reached: dict[int, tuple[str, int]] = {}
    for route, _number, origin, destination, km in sorted(legs, key=lambda leg: (leg[0] or 0, leg[1] or 0, leg[2:4])):
        if km is None:
            continue
        if origin == start:
            direct.setdefault(destination, km)
        place, so_far = reached.get(route or 0, (start, 0))
        if route is not None and place == origin:
            reached[route] = destination, so_far + km
            found.setdefault(destination, so_far + km)
    return direct | found


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
