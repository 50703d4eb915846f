"""Where a consignment is, drawn small: the corridor's main places, and a mark on the one that was heard of last."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from cargo.models import Milestone
from cargo.trips import last_move, slowest
from cargo.whereabouts import Whereabouts
from corridor.drawing import countries
from corridor.outline import HEIGHT, WIDTH, Country, project
from corridor.reference import DATA

# The places, and where each name stands so that none lies on another: steps from the place, and the end of the name
# that is there (SVG's text-anchor).
_NAMES = {
    "ke-port-mombasa": ("Mombasa", -12, -12, "end"),
    "xx-border-malaba": ("Malaba", 12, -8, "start"),
    "xx-border-busia": ("Busia", 12, 20, "start"),
    "xx-border-gatuna": ("Gatuna", -14, 4, "end"),
    "xx-border-kagitumba": ("Kagitumba", 14, -12, "start"),
    "rw-city-kigali": ("Kigali", 0, 32, "middle"),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on the map in its units."""

    x: int
    y: int
    name: str
    name_x: int = 0
    name_y: int = 0
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """The small map; ``here`` is where the goods are, by the tracker heard of last, else by an event. No query."""

    here: Stop
    is_tracked: bool
    stops: Sequence[Stop]
    countries: Sequence[Country]
    width: int = WIDTH
    height: int = HEIGHT


def place_map(milestones: Sequence[Milestone], trackers: Sequence[Whereabouts]) -> PlaceMap | None:
    """The map; None where no place is known."""
    move = last_move(slowest(milestones))
    tracker = next(iter(trackers), None)
    if tracker is not None and (move is None or move.actual_at is None or tracker.fixed_at >= move.actual_at):
        here = _stop(tracker.lat, tracker.lon, tracker.place or tracker.name)
        return PlaceMap(here, True, _stops(), countries())
    node = move.event.node if move else None
    if node is None:
        return None
    return PlaceMap(_stop(float(node.lat), float(node.lon), node.label or node.name), False, _stops(), countries())


@cache
def _stops() -> list[Stop]:
    """The main places as the reference data has them: a picture this small shows no correction of a coordinate."""
    with (DATA / "nodes.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["slug"]: row for row in csv.DictReader(file)}
    return [
        _named(_stop(float(rows[slug]["lat"]), float(rows[slug]["lon"]), ""), *where) for slug, where in _NAMES.items()
    ]


def _named(stop: Stop, name: str, right: int, down: int, anchor: str) -> Stop:
    return Stop(stop.x, stop.y, name, stop.x + right, stop.y + down, anchor)


def _stop(lat: float, lon: float, name: str) -> Stop:
    x, y = project(lat, lon)
    return Stop(round(x), round(y), name)
