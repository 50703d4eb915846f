"""Distances over the network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.models import Leg
from corridor.network import distances_from, order_of

Legs = list[tuple[str, str, int | None]]
legs_between_few = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.none() | st.integers(1, 50)), max_size=20
)


def relaxed(start: str, legs: Legs) -> dict[str, int]:
    """The same by relaxing every leg until nothing changes."""
    found = {start: 0}
    for _ in range(len(legs) + 1):
        for origin, destination, km in legs:
            if km is not None and origin in found:
                found[destination] = min(found.get(destination, found[origin] + km), found[origin] + km)
    return found


@given(legs=legs_between_few)
def test_it_finds_the_shortest_way_whatever_the_order_of_the_legs(legs: Legs) -> None:
    assert distances_from("a", legs) == relaxed("a", legs) == distances_from("a", legs[::-1])


@pytest.mark.parametrize(
    ("legs", "found"),
    [
        ([], {"a": 0}),
        ([("a", "b", 3), ("b", "c", 4)], {"a": 0, "b": 3, "c": 7}),
        ([("a", "b", 9), ("a", "c", 1), ("c", "b", 2)], {"a": 0, "b": 3, "c": 1}),
        ([("b", "a", 3)], {"a": 0}),
        ([("a", "b", None), ("b", "c", 1)], {"a": 0}),
        ([("a", "b", 1), ("b", "a", 1)], {"a": 0, "b": 1}),
    ],
)
def test_legs_lead_one_way_and_an_unknown_length_leads_nowhere(legs: Legs, found: dict[str, int]) -> None:
    assert distances_from("a", legs) == found


def test_the_way_to_kigali(network: None) -> None:
    legs = Leg.objects.filter(mode="road").values_list("origin__slug", "destination__slug", "km")
    km = distances_from("ke-port-mombasa", list(legs))
    assert km == {
        "ke-port-mombasa": 0,
        "ke-icd-naivasha": 572,
        "xx-border-malaba": 927,
        "xx-border-busia": 934,
        "ug-city-kampala": 1134,
        "xx-border-kagitumba": 1484,
        "xx-border-gatuna": 1563,
        "rw-city-kigali": 1620,
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
