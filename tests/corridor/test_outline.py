"""The outline of the countries: made from GeoJSON, small, and the one that the portal shows is whole."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from corridor.drawing import OUTLINE, countries
from corridor.outline import COUNTRIES, HEIGHT, MARGIN, UNITS, WIDTH, outline, project


def feature(code: str, west: float, east: float, south: float = -6, north: float = 2) -> dict[str, Any]:
    """A country in the form of a box."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"properties": {"iso2": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def corners(path: str) -> list[tuple[int, int]]:
    """The corners of a path of one part."""
    assert path.count("M") == path.count("z") == 1
    numbers = [int(number) for number in re.findall(r"-?\d+", path)]
    x, y = numbers[:2]
    found = [(x, y)]
    for step_x, step_y in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + step_x, y + step_y
        found.append((x, y))
    return found


@pytest.mark.parametrize(
    ("lat", "lon", "at"), [(2.4, 27.8, (0, 0)), (-7.6, 41.4, (WIDTH, HEIGHT)), (1.4, 28.8, (UNITS, UNITS))]
)
def test_degrees_become_units_from_the_upper_left(lat: float, lon: float, at: tuple[int, int]) -> None:
    assert project(lat, lon) == pytest.approx(at)


def test_neighbours_share_their_border_and_others_are_left_out() -> None:
    found = outline({"features": [feature("UG", 30, 34), feature("XX", 28, 30), feature("KE", 34, 40)]})
    assert [country.code for country in found] == ["KE", "UG"]
    kenya, uganda = (set(corners(country.path)) for country in found)
    border = round(project(0, 34)[0])
    assert {corner for corner in kenya if corner[0] == border} == {corner for corner in uganda if corner[0] == border}
    assert len(kenya) == len(uganda) == 4


def test_what_lies_beyond_the_map_is_cut_and_small_islands_go() -> None:
    found = outline({"features": [feature("KE", 34, 60, -40, 40)]})
    edge = MARGIN * UNITS
    xs, ys = zip(*corners(found[0].path), strict=True)
    assert (max(xs), min(ys), max(ys)) == (WIDTH + edge, -edge, HEIGHT + edge)
    islands = feature("KE", 34, 40)
    small = [[41.0, 0.0], [41.1, 0.0], [41.1, 0.1], [41.0, 0.0]]
    geometry = {"type": "MultiPolygon", "coordinates": [islands["geometry"]["coordinates"], [small]]}
    assert outline({"features": [{**islands, "geometry": geometry}]}) == outline({"features": [islands]})


def test_the_outline_that_is_shown_is_whole_and_small() -> None:
    assert [country.code for country in countries()] == list(COUNTRIES)
    assert all(re.fullmatch(r"(M\d+ \d+l[-\d ]+z|M-?\d+[- ]-?\d+l[-\d ]+z)+", country.path) for country in countries())
    named = [country for country in countries() if country.x is not None and country.y is not None]
    assert [country.code for country in named] == [code for code, name in COUNTRIES.items() if name]
    assert all(0 < (country.x or 0) < WIDTH and 0 < (country.y or 0) < HEIGHT for country in named)
    assert 1000 < OUTLINE.stat().st_size <= 8000


def test_the_command_writes_what_it_made(tmp_path: Path) -> None:
    source, target, out = tmp_path / "in.json", tmp_path / "out.csv", StringIO()
    source.write_text(json.dumps({"features": [feature("KE", 34, 40)]}), encoding="utf-8")
    call_command("outline_make", source, to=target, stdout=out)
    lines = target.read_text(encoding="utf-8").splitlines()
    assert (lines[0], lines[1].split(",")[0]) == ("code,path,x,y", "KE")
    assert out.getvalue() == f"1 countries, {target.stat().st_size} bytes\n"
