"""The map: what is near is one mark, marks keep apart, names cover nothing, and unknown is never normal."""

from __future__ import annotations

import math
import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.drawing import APART, NEAR, SHAPES, WORST_FIRST, Drawing, Mark, Spot, draw, gathered, set_apart, worst
from corridor.models import Condition
from corridor.outline import HEIGHT, WIDTH, project

severities = st.sampled_from([*WORST_FIRST, "nonsense"])
places = st.lists(
    st.tuples(st.floats(-7, 2), st.floats(29, 41), st.sampled_from(["port", "city", "weighbridge", "cfs"])), max_size=12
)


def spot(slug: str, lat: float, lon: float, kind: str = "city") -> Spot:
    return Spot(slug, slug.title(), slug[:5].title(), kind, lat, lon)


MOMBASA, TERMINAL = spot("mombasa", -4.05, 39.66, "port"), spot("terminal", -4.04, 39.62, "terminal")
MALABA, TORORO = spot("malaba", 0.636, 34.276, "border"), spot("tororo", 0.692, 34.181)
KIGALI = spot("kigali", -1.95, 30.06)
ALL = [TERMINAL, TORORO, KIGALI, MALABA, MOMBASA]


@given(known=st.lists(severities, max_size=6))
def test_the_worst_counts_whatever_the_order_and_nothing_is_normal_for_want_of_news(known: list[str]) -> None:
    found = worst(known)
    assert found == worst(known[::-1])
    assert (found == "normal") == (bool(known) and set(known) == {"normal"})
    assert [severity for severity in ("shut", "severe", "slow") if severity in known][:1] in ([found], [])


def test_there_is_a_shape_for_each_severity_and_each_but_unknown_differs() -> None:
    assert set(SHAPES) == set(WORST_FIRST) == {*Condition.Severity.values, "unknown"}
    assert len({path for severity, path in SHAPES.items() if severity != "unknown"}) == 4


def test_what_is_near_is_one_mark_and_the_most_important_names_it() -> None:
    marks = gathered(ALL)
    assert [[spot.slug for spot in mark.spots] for mark in marks] == [
        ["mombasa", "terminal"],
        ["malaba", "tororo"],
        ["kigali"],
    ]
    assert marks[0].names == "Mombasa, Terminal"
    assert (marks[2].x, marks[2].y) == project(KIGALI.lat, KIGALI.lon)


@given(places=places)
def test_every_place_is_on_the_map_once_and_near_to_its_mark(places: list[tuple[float, float, str]]) -> None:
    spots = [spot(f"s{number}", lat, lon, kind) for number, (lat, lon, kind) in enumerate(places)]
    marks = gathered(spots)
    assert sorted(one.slug for mark in marks for one in mark.spots) == sorted(one.slug for one in spots)
    for mark in marks:
        assert all(math.dist((mark.x, mark.y), project(one.lat, one.lon)) < NEAR for one in mark.spots)


def test_marks_that_would_overlap_are_pushed_apart_and_others_stay() -> None:
    marks = [Mark(100, 100), Mark(110, 100), Mark(300, 300)]
    set_apart(marks)
    gaps = [math.dist((one.x, one.y), (other.x, other.y)) for one, other in combinations(marks, 2)]
    assert min(gaps) >= APART - 0.02
    assert [(mark.x, mark.y) for mark in marks] == [
        pytest.approx((105 - APART / 2, 100), abs=0.02),
        pytest.approx((105 + APART / 2, 100), abs=0.02),
        (300, 300),
    ]


def drawn(**standings: str) -> Drawing:
    chains = [
        ("road", ["mombasa", "malaba"]),
        ("road", ["malaba", "nowhere", "kigali"]),
        ("rail", ["mombasa", "malaba"]),
    ]
    return draw(ALL, [*chains, ("road", ["terminal", "malaba"])], standings)


def test_a_mark_stands_as_the_worst_of_its_places() -> None:
    found = {mark.spots[0].slug: mark.severity for mark in drawn(terminal="slow", mombasa="normal", kigali="x").marks}
    assert found == {"mombasa": "slow", "malaba": "unknown", "kigali": "unknown"}
    found = {mark.spots[0].slug: mark.severity for mark in drawn(malaba="normal", kigali="normal").marks}
    assert found == {"mombasa": "unknown", "malaba": "unknown", "kigali": "normal"}


def test_a_stretch_is_drawn_once_for_each_mode_and_modes_lie_beside_each_other() -> None:
    lines = {line.mode: re.findall(r"M(-?\d+) (-?\d+)L(-?\d+) (-?\d+)", line.path) for line in drawn().lines}
    assert {mode: len(found) for mode, found in lines.items()} == {"road": 2, "rail": 1, "pipeline": 0}
    assert lines["rail"][0] not in lines["road"]


def test_names_cover_neither_each_other_nor_marks_and_stay_on_the_map() -> None:
    marks = [mark for mark in drawn().marks if mark.name]
    assert len(marks) == 3
    for mark in marks:
        assert mark.name is not None
        assert 0 <= mark.name.x <= WIDTH
        assert 0 <= mark.name.y <= HEIGHT
        assert not mark.name.is_fine
    crowd = [spot(f"place{row}{column}", -1 - row * 0.5, 34 + column * 0.5) for row in range(6) for column in range(6)]
    named = [mark.name for mark in draw(crowd, [], {}).marks]
    assert 0 < sum(name is not None for name in named) < len(crowd)


def test_without_anything_it_is_still_a_map() -> None:
    empty = draw([], [], {})
    assert (empty.marks, [line.path for line in empty.lines]) == ([], ["", "", ""])
    assert (empty.width, empty.height, len(empty.countries)) == (WIDTH, HEIGHT, 5)
