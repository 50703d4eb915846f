"""Distances over the network."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.models import Leg
from corridor.network import RouteLeg, distances_from, order_of


def way(route: int | None, *places: Any) -> list[RouteLeg]:
    """The legs of a route: place, kilometres, place, and so on."""
    ends = list(zip(places[::2], places[1::2], places[2::2], strict=False))
    return [(route, route and number, a, b, km) for number, (a, km, b) in enumerate(ends, 1)]


@pytest.mark.parametrize(
    ("legs", "found"),
    [
        ([], {"a": 0}),
        (way(1, "a", 3, "b", 4, "c"), {"a": 0, "b": 3, "c": 7}),
        # The first route counts, though parts of the second are shorter.
        (way(1, "a", 9, "b", 9, "c") + way(2, "a", 1, "d", 1, "b", 1, "c"), {"a": 0, "b": 9, "c": 18, "d": 1}),
        # What a route does not know the next one does.
        (way(1, "a", 9, "b", None, "c", 2, "e") + way(2, "a", 1, "d", 5, "c"), {"a": 0, "b": 9, "d": 1, "c": 6}),
        # A leg of no route leads to a place of no route.
        (way(1, "a", 9, "b") + way(None, "a", 4, "b") + way(None, "a", 5, "e"), {"a": 0, "b": 9, "e": 5}),
        (way(None, "b", 4, "c"), {"a": 0}),
        (way(1, "b", 3, "c"), {"a": 0}),
        (way(1, "a", 1, "b", 1, "a"), {"a": 0, "b": 1}),
    ],
)
def test_a_place_is_as_far_as_it_is_along_the_first_route_that_is_known_to_lead_there(
    legs: list[RouteLeg], found: dict[str, int]
) -> None:
    assert distances_from("a", legs) == distances_from("a", legs[::-1]) == found


def test_the_way_to_kigali(network: None) -> None:
    told = ("stages__route", "stages__number", "origin__slug", "destination__slug", "km")
    km = distances_from("ke-port-mombasa", Leg.objects.filter(mode="road").values_list(*told))
    assert km == {
        "ke-port-mombasa": 0,
        "ke-icd-naivasha": 572,
        "xx-border-malaba": 927,
        "xx-border-busia": 934,
        "ug-city-kampala": 1144,
        "xx-border-kagitumba": 1494,
        "xx-border-gatuna": 1573,
        "rw-city-kigali": 1660,
    }


POINTS = {slug: (0.0, float(number)) for number, slug in enumerate("abcdefgh")}


@pytest.mark.parametrize(
    ("chains", "order"),
    [
        (["ace", "abe"], "acbe"),
        (["abd", "acd"], "abcd"),
        (["ad", "abcd"], "abcd"),
        (["bc", "ab"], "abc"),
        (["ab", "bc"], "abc"),
        (["axb"], "ab"),
        ([], ""),
    ],
)
def test_places_follow_each_other_as_the_ways_go(chains: list[str], order: str) -> None:
    points = {slug: POINTS[slug] for slug in order}
    assert "".join(order_of(chains, points)) == order


def test_what_no_way_passes_follows_its_neighbour() -> None:
    points = {"a": (0.0, 0.0), "b": (0.0, 9.0), "near a": (0.0, 1.0), "near b": (0.0, 8.0)}
    assert order_of(["ab"], points) == ["a", "near a", "b", "near b"]
    assert sorted(order_of([], points)) == sorted(points)


@given(chains=st.lists(st.text("abcdefgh", max_size=6), max_size=5))
def test_every_place_is_there_once(chains: list[str]) -> None:
    assert sorted(order_of(chains, POINTS)) == sorted(POINTS)
