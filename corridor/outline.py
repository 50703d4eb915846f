"""The outline of the countries behind the map, cut and simplified from GeoJSON into SVG paths; pure.

The map is a plain grid of degrees, which near the equator is true enough. The outline that the portal shows is
``corridor/data/outline.csv``, made once by ``manage.py outline_make`` from Natural Earth (public domain,
https://www.naturalearthdata.com/), 1:50 million, admin 0 countries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from shapely import coverage_simplify
from shapely.geometry import Polygon, box, shape
from shapely.geometry.base import BaseGeometry

WEST, NORTH, EAST, SOUTH = 27.8, 2.4, 41.4, -7.6
UNITS = 50
WIDTH, HEIGHT = round((EAST - WEST) * UNITS), round((NORTH - SOUTH) * UNITS)
# The countries, and where their names stand: latitude and longitude without anything of the corridor on it. Rwanda has
# no such place; Kigali's name stands there.
COUNTRIES = {"KE": (1.2, 38.4), "UG": (1.7, 32.2), "RW": None, "TZ": (-5.4, 33.4), "BI": (-3.5, 29.95)}
# A little of each country beyond the edge of the map, so that no border is drawn along the edge.
MARGIN = 0.3
# Degrees: less than two pixels on a telephone.
TOLERANCE = 0.02
# An island of less than this many square degrees is not drawn.
LEAST = 0.02


@dataclass(frozen=True, slots=True)
class Country:
    """A country by ISO 3166 code: its outline as an SVG path, and where its name stands, if it has room."""

    code: str
    path: str
    x: int | None = None
    y: int | None = None


def project(lat: float, lon: float) -> tuple[float, float]:
    """Where a place is on the map, in its units from the upper left corner."""
    return (lon - WEST) * UNITS, (NORTH - lat) * UNITS


def outline(collection: dict[str, Any]) -> list[Country]:
    """The countries of a GeoJSON FeatureCollection whose features have ``iso2``, as far as the map shows them.

    Borders that two countries share stay shared.
    """
    frame = box(WEST - MARGIN, SOUTH - MARGIN, EAST + MARGIN, NORTH + MARGIN)
    areas = {feature["properties"]["iso2"]: shape(feature["geometry"]) for feature in collection["features"]}
    found = [code for code in COUNTRIES if code in areas]
    simple = coverage_simplify([areas[code] for code in found], TOLERANCE)
    return [_country(code, area.intersection(frame)) for code, area in zip(found, simple, strict=True)]


def _country(code: str, area: BaseGeometry) -> Country:
    path, name = "".join(_path(part) for part in _parts(area)), COUNTRIES[code]
    if name is None:
        return Country(code, path)
    x, y = project(*name)
    return Country(code, path, round(x), round(y))


def _parts(area: BaseGeometry) -> Iterator[Polygon]:
    yield from (part for part in getattr(area, "geoms", [area]) if isinstance(part, Polygon) and part.area > LEAST)


def _path(part: Polygon) -> str:
    """A closed path in whole units, each corner as a step from the one before."""
    corners = [tuple(round(unit) for unit in project(lat, lon)) for lon, lat in part.exterior.coords[:-1]]
    steps = [
        f"{x - last_x} {y - last_y}" for (last_x, last_y), (x, y) in pairwise(corners) if (x, y) != (last_x, last_y)
    ]
    return f"M{corners[0][0]} {corners[0][1]}l{' '.join(steps)}z".replace(" -", "-")
