"""At which node somebody is: areas, the margin around them, and two positions to be believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.fences import Crossing, Fences, Fix, Seen, area_of, settle
from corridor.reference import circle

START = datetime(2026, 11, 20, tzinfo=UTC)
PORT, QUAY, BORDER = 1, 2, 3
# A square of about 11 km with a circle of 1 km in it, and a circle of 1.5 km a degree to the west.
SQUARE = [[39.6, -4.1], [39.7, -4.1], [39.7, -4.0], [39.6, -4.0]]
FENCES = Fences(
    [area_of(BORDER, circle(-4.05, 38.6, 1500)), area_of(PORT, SQUARE), area_of(QUAY, circle(-4.05, 39.65, 1000))]
)
AT_QUAY, IN_PORT, AT_BORDER, AWAY = (-4.05, 39.65), (-4.02, 39.62), (-4.05, 38.6), (-4.05, 39.2)
# 100 m and 400 m beyond the square's eastern side.
AT_EDGE, BEYOND = (-4.05, 39.7009), (-4.05, 39.7036)
PLACES = [AT_QUAY, IN_PORT, AT_BORDER, AWAY, AT_EDGE, BEYOND]


def fixes(*places: tuple[float, float]) -> list[Fix]:
    return [Fix(START + timedelta(minutes=minute), *place) for minute, place in enumerate(places)]


def crossed(*places: tuple[float, float], node: int | None = None) -> list[tuple[str, int, int]]:
    """What is crossed on the way over ``places``, with the minute of each."""
    way = fixes(*places)
    found = settle(FENCES, way, FENCES.nodes_at(way), node=node, before=None)
    return [(one.kind, one.node, (one.at - START) // timedelta(minutes=1)) for one in found.crossings]


def test_the_innermost_area_counts() -> None:
    assert FENCES.nodes_at(fixes(AT_QUAY, IN_PORT, AT_BORDER, AWAY)) == [QUAY, PORT, BORDER, None]
    assert FENCES.nodes_at([]) == []
    assert (FENCES.around(QUAY), FENCES.around(PORT), FENCES.around(None), FENCES.around(99)) == (
        [QUAY, PORT],
        [PORT],
        [],
        [],
    )


@pytest.mark.parametrize(
    ("places", "found"),
    [
        ([AWAY, IN_PORT, IN_PORT], [("reached", PORT, 1)]),
        ([AWAY, IN_PORT, AWAY, IN_PORT, AWAY], []),
        ([AWAY, AT_QUAY, AT_QUAY], [("reached", PORT, 1), ("reached", QUAY, 1)]),
        ([IN_PORT, IN_PORT, AT_QUAY, AT_QUAY], [("reached", PORT, 0), ("reached", QUAY, 2)]),
        ([AT_BORDER, AT_BORDER, AT_QUAY, AT_QUAY][:2], [("reached", BORDER, 0)]),
    ],
    ids=range(5),
)
def test_a_node_is_reached_when_two_positions_in_a_row_say_so(
    places: list[tuple[float, float]], found: list[tuple[str, int, int]]
) -> None:
    assert crossed(*places) == found


def test_a_node_is_left_beyond_its_margin_and_from_the_inside_out() -> None:
    assert crossed(IN_PORT, AT_EDGE, AT_EDGE, AT_EDGE, IN_PORT, node=PORT) == []
    assert crossed(IN_PORT, BEYOND, IN_PORT, BEYOND, BEYOND, node=PORT) == [("left", PORT, 3)]
    assert crossed(AT_QUAY, IN_PORT, IN_PORT, node=QUAY) == [("left", QUAY, 1)]
    assert crossed(AT_QUAY, AWAY, AWAY, node=QUAY) == [("left", QUAY, 1), ("left", PORT, 1)]
    assert crossed(AT_QUAY, AT_BORDER, AT_BORDER, node=QUAY) == [
        ("left", QUAY, 1),
        ("left", PORT, 1),
        ("reached", BORDER, 1),
    ]


@given(way=st.lists(st.sampled_from(PLACES), min_size=1, max_size=12), cut=st.integers(0, 12))
def test_a_way_that_comes_in_two_parts_is_the_same_way(way: list[tuple[float, float]], cut: int) -> None:
    whole = fixes(*way)
    at_once = settle(FENCES, whole, FENCES.nodes_at(whole), node=None, before=None)
    head, tail = whole[:cut], whole[cut:]
    first = settle(FENCES, head, FENCES.nodes_at(head), node=None, before=None)
    last = Seen(head[-1], FENCES.nodes_at(head)[-1]) if head else None
    node = first.nodes[-1] if head else None
    second = settle(FENCES, tail, FENCES.nodes_at(tail), node=node, before=last)
    assert first.crossings + second.crossings == at_once.crossings
    assert first.nodes + second.nodes == at_once.nodes


@given(st.lists(st.sampled_from(PLACES), max_size=20))
def test_what_is_left_was_reached_and_what_is_reached_was_not_there(way: list[tuple[float, float]]) -> None:
    whole = fixes(*way)
    inside: set[int] = set()
    found: list[Crossing] = settle(FENCES, whole, FENCES.nodes_at(whole), node=None, before=None).crossings
    for crossing in found:
        assert (crossing.node in inside) == (crossing.kind == "left")
        inside ^= {crossing.node}
    assert [one.at for one in found] == sorted(one.at for one in found)


def test_corners_that_enclose_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="do not enclose an area"):
        area_of(1, [[39.0, -4.0], [40.0, -5.0], [40.0, -4.0], [39.0, -5.0]])


def test_a_circle_has_the_radius_that_was_asked_for_wherever_it_is() -> None:
    area = area_of(1, circle(60.0, 10.0, 5000)).inner
    west, south, east, north = area.bounds
    assert ((north - south) * 111_320, (east - west) * 111_320 * 0.5) == (
        pytest.approx(10_000, rel=0.02),
        pytest.approx(10_000, rel=0.02),
    )
