"""The map of the corridor as marks, lines and names on a plain grid: what is near is gathered, names do not overlap.

Pure but for the outline, which is read once from the file beside this module.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

from corridor.outline import HEIGHT, WIDTH, Country, project

Box = tuple[float, float, float, float]
Point = tuple[float, float]

OUTLINE = Path(__file__).parent / "data" / "outline.csv"
UNKNOWN = "unknown"
# The worst first; nothing is normal because nobody wrote, so unknown goes before normal.
WORST_FIRST = ("shut", "severe", "slow", UNKNOWN, "normal")
# A shape for each severity around its mark's centre: colour is never the only sign.
SHAPES = {
    "normal": "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0z",
    "slow": "M0-11L11 9H-11z",
    "severe": "M0-12L12 0L0 12L-12 0z",
    "shut": "M-9-9H9V9H-9z M-6-2V2H6V-2z",
    UNKNOWN: "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0z",
}
# Which places give their name to what is gathered at them, and are named first where there is little room.
_RANKS = {"port": 0, "border": 1, "city": 2, "icd": 3, "dry_port": 4, "fuel_depot": 5, "weighbridge": 6}
# Units of the map: what is nearer is one mark; marks are at least so far apart.
NEAR, APART = 9.0, 23.0
# Height of a letter where the map is small, and where it is large and so has room for more names.
LETTER, FINE = 24, 15
# Legs of different modes between the same places are drawn beside each other.
_BESIDE = {"road": 0.0, "rail": 5.0, "pipeline": -5.0}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the network: its kind as in ``Node.Kind``, and degrees."""

    slug: str
    name: str
    label: str
    kind: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Name:
    """Where a name stands, from which end (SVG's text-anchor), and whether only a large map has room for it."""

    x: float
    y: float
    anchor: str
    is_fine: bool


@dataclass(slots=True)
class Mark:
    """Places that are one on the map, the most important first; ``severity`` is the worst of them."""

    x: float
    y: float
    spots: list[Spot] = field(default_factory=list)
    severity: str = UNKNOWN
    name: Name | None = None

    @property
    def shape(self) -> str:
        """The path of its mark."""
        return SHAPES[self.severity]

    @property
    def names(self) -> str:
        """All that is gathered here."""
        return ", ".join(spot.name for spot in self.spots)


@dataclass(frozen=True, slots=True)
class Line:
    """All legs of one mode as one SVG path."""

    mode: str
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole map, in units of ``width`` and ``height``."""

    marks: list[Mark]
    lines: list[Line]
    countries: list[Country]
    width: int = WIDTH
    height: int = HEIGHT


@cache
def countries() -> list[Country]:
    """The outline behind the map."""
    with OUTLINE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [(int(row["x"]), int(row["y"])) if row["x"] else (None, None) for row in rows]
    return [Country(row["code"], row["path"], *name) for row, name in zip(rows, names, strict=True)]


def draw(spots: Iterable[Spot], chains: Iterable[tuple[str, Sequence[str]]], standings: Mapping[str, str]) -> Drawing:
    """The map of places and of ``chains``: (mode, slugs of the places that a leg passes, its ends with them).

    ``standings`` says by slug how a place stands (``WORST_FIRST``); who is missing there is unknown.
    """
    marks, legs = gathered(spots), list(chains)
    set_apart(marks)
    for mark in marks:
        mark.severity = worst(standings.get(spot.slug, UNKNOWN) for spot in mark.spots)
    # Where many legs begin or end has its name first.
    ends = Counter(slug for _mode, slugs in legs for slug in (slugs[0], slugs[-1]))
    set_names(sorted(marks, key=lambda mark: -sum(ends[spot.slug] for spot in mark.spots)))
    return Drawing(marks, _lines(marks, legs), countries())


def worst(severities: Iterable[str]) -> str:
    """The worst of them; unknown for none, and for what is no severity."""
    known = [WORST_FIRST.index(severity if severity in WORST_FIRST else UNKNOWN) for severity in severities]
    return WORST_FIRST[min(known)] if known else UNKNOWN


def rank(spot: Spot) -> int:
    """How important a place is for the map, the most important least."""
    return _RANKS.get(spot.kind, len(_RANKS))


def gathered(spots: Iterable[Spot]) -> list[Mark]:
    """Marks in the order of importance; each place joins the first mark that it is near to."""
    marks: list[Mark] = []
    for spot in sorted(spots, key=lambda spot: (rank(spot), spot.slug)):
        x, y = project(spot.lat, spot.lon)
        near = next((mark for mark in marks if math.dist((mark.x, mark.y), (x, y)) < NEAR), None)
        if near is None:
            marks.append(near := Mark(x, y))
        near.spots.append(spot)
    return marks


def set_apart(marks: Sequence[Mark], rounds: int = 60) -> None:
    """Push marks that would overlap apart, both by the same, until none does or the rounds are over."""
    for _ in range(rounds):
        is_calm = True
        for one, other in combinations(marks, 2):
            gap = math.dist((one.x, one.y), (other.x, other.y))
            if gap >= APART - 0.01:
                continue
            is_calm = False
            angle = math.atan2(other.y - one.y, other.x - one.x)
            x, y = (APART - gap) / 2 * math.cos(angle), (APART - gap) / 2 * math.sin(angle)
            one.x, one.y, other.x, other.y = one.x - x, one.y - y, other.x + x, other.y + y
        if is_calm:
            break


def set_names(marks: Sequence[Mark]) -> None:
    """Put each mark's name where it covers neither a mark nor a name before it; without room it has none."""
    taken: list[Box] = [(mark.x - 9, mark.y - 9, mark.x + 9, mark.y + 9) for mark in marks]
    for letter in (LETTER, FINE):
        for mark in marks:
            room = next((chance for chance in _chances(mark, letter) if _is_free(chance[1], taken)), None)
            if mark.name is None and room is not None:
                mark.name = room[0]
                taken.append(room[1])


def _chances(mark: Mark, letter: int) -> Iterator[tuple[Name, Box]]:
    """Where the name may stand with the area that it covers, the best first."""
    length, is_fine = len(mark.spots[0].label) * letter * 0.54, letter == FINE
    up, down = letter * 0.8, letter * 0.2
    for side, anchor in ((1, "start"), (-1, "end")):
        x, y = mark.x + side * 13, mark.y + letter / 3
        left = x if side > 0 else x - length
        yield Name(x, y, anchor, is_fine), (left, y - up, left + length, y + down)
    for y in (mark.y - 16, mark.y + 16 + letter * 0.7):
        for anchor, x, share in (("middle", mark.x, 0.5), ("end", mark.x + 8, 1.0), ("start", mark.x - 8, 0.0)):
            left = x - length * share
            yield Name(x, y, anchor, is_fine), (left, y - up, left + length, y + down)


def _is_free(area: Box, taken: Iterable[Box]) -> bool:
    """Whether the area lies on the map and touches nothing."""
    is_inside = area[0] >= 0 and area[1] >= 0 and area[2] <= WIDTH and area[3] <= HEIGHT
    return is_inside and not any(_overlap(area, other) for other in taken)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _lines(marks: Sequence[Mark], chains: Iterable[tuple[str, Sequence[str]]]) -> list[Line]:
    """One path for each mode; a stretch that several legs share is drawn once."""
    at = {spot.slug: (mark.x, mark.y) for mark in marks for spot in mark.spots}
    stretches: dict[str, dict[tuple[Point, Point], None]] = {mode: {} for mode in _BESIDE}
    for mode, slugs in chains:
        points = [at[slug] for slug in slugs if slug in at]
        for one, other in pairwise(points):
            if one != other:
                stretches[mode][min(one, other), max(one, other)] = None
    return [Line(mode, "".join(_stretch(*ends, _BESIDE[mode]) for ends in found)) for mode, found in stretches.items()]


def _stretch(one: Point, other: Point, beside: float) -> str:
    angle = math.atan2(other[1] - one[1], other[0] - one[0]) + math.pi / 2
    x, y = beside * math.cos(angle), beside * math.sin(angle)
    return f"M{one[0] + x:.0f} {one[1] + y:.0f}L{other[0] + x:.0f} {other[1] + y:.0f}"
