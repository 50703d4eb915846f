"""The registry of indicators: enough of them live, all of them well formed, each with what its page needs."""

from __future__ import annotations

from cargo.milestones import ORDER
from cargo.words import KINDS
from observatory.indicators import BLOCKS
from observatory.models import Reading, Rollup
from observatory.registry import INDICATORS, TRIP_TIMES


def test_thirty_and_more_are_live() -> None:
    live = [one for one in INDICATORS.values() if one.is_ours]
    assert len(live) >= 30
    assert {one.block for one in live} == set(BLOCKS)


def test_each_says_what_it_is() -> None:
    for one in INDICATORS.values():
        assert one.name
        assert one.definition or (one.starts and one.stops) or not one.is_ours, one.slug
        assert bool(one.starts) == bool(one.stops), one.slug
        assert one.is_ours or one.published, one.slug
        assert {*one.starts, one.stops} - {""} <= {*ORDER, *KINDS}, one.slug


def test_the_names_fit_the_database() -> None:
    for model in (Reading, Rollup):
        longest = model._meta.get_field("indicator").max_length or 0
        assert max(map(len, INDICATORS)) <= longest


def test_what_is_measured_of_trips_ends_with_a_milestone() -> None:
    assert len(TRIP_TIMES) > 20
    assert {one.measure for one in TRIP_TIMES} == {"duration"}
