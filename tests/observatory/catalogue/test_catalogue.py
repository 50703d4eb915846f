"""The indicators against what they speak of: milestones in their order, nodes, cargo, published figures, languages."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

import corridor
from cargo.milestones import ORDER, rail_of
from cargo.models import Consignment
from observatory import published
from observatory.catalogue import corridor as way
from observatory.catalogue import cost, port, sea, trouble, volume
from observatory.indicators import Indicator
from observatory.measuring import HEARD
from observatory.registry import INDICATORS, TRIP_TIMES

MODULES = {"corridor": way, "cost": cost, "port": port, "sea": sea, "trouble": trouble, "volume": volume}
NODES = Path(str(corridor.__path__[0])) / "data" / "nodes.csv"
EVERY = list(INDICATORS.values())


def slug_of(one: Indicator) -> str:
    return one.slug


def test_none_of_any_module_is_left_out_or_named_twice() -> None:
    written = Counter(one.slug for module in MODULES.values() for one in module.INDICATORS)
    assert set(written.values()) == {1}
    assert written.keys() == INDICATORS.keys()


@pytest.mark.parametrize(
    ("name", "blocks"),
    [
        ("corridor", {"corridor"}),
        ("cost", {"cost", "volume"}),
        ("port", {"port"}),
        ("sea", {"maritime"}),
        ("trouble", {"tickets", "data"}),
        ("volume", {"volume"}),
    ],
)
def test_a_module_speaks_of_its_own_blocks(name: str, blocks: set[str]) -> None:
    assert {one.block for one in MODULES[name].INDICATORS} == blocks


@pytest.mark.parametrize("one", TRIP_TIMES, ids=slug_of)
def test_a_time_begins_with_what_comes_before_its_end(one: Indicator) -> None:
    begins = {code for codes in one.starts for code in codes.split("|")}
    assert one.stops not in begins
    assert all(ORDER[code] < ORDER.get(one.stops, len(ORDER)) for code in begins & ORDER.keys())


def test_only_these_are_not_on_the_way_itself() -> None:
    codes = {code for one in TRIP_TIMES for codes in (*one.starts, one.stops) for code in codes.split("|")}
    assert codes - ORDER.keys() == {"duty_paid", "bond_debited", "truck_in", "railed_to_icd", "bond_cancelled"}


@pytest.mark.parametrize("one", TRIP_TIMES, ids=slug_of)
def test_what_is_limited_to_a_cargo_is_passed_by_it(one: Indicator) -> None:
    for kind in one.cargo:
        assert one.stops in rail_of(kind)
        assert kind in Consignment.CargoKind.values
    assert one.way in ("", "road", "rail")


def test_places_are_nodes_of_the_network() -> None:
    with NODES.open(encoding="utf-8", newline="") as lines:
        slugs = {row["slug"] for row in csv.DictReader(lines)}
    assert {place for one in EVERY for place in one.places | one.begins_at} <= slugs


@pytest.mark.parametrize("one", [one for one in EVERY if one.places | one.begins_at], ids=slug_of)
def test_what_is_measured_at_one_place_has_it_in_its_slug(one: Indicator) -> None:
    (place,) = one.places | one.begins_at
    name = {"ke-icd-nairobi": "icdn"}.get(place, place.rpartition("-")[2])
    assert name in one.slug.split("_")


def test_what_bears_a_places_name_is_measured_there() -> None:
    named = [one for one in TRIP_TIMES if {"magerwa", "icdn"} & {*one.slug.split("_")}]
    assert [one.places | one.begins_at for one in named] == [{"ke-icd-nairobi"}, {"rw-wh-magerwa"}]


def test_other_names_are_of_published_figures_and_never_of_an_indicator() -> None:
    names = {figure.name for figure in published.every()}
    others = {name for one in EVERY for name in one.also}
    assert others - names == set()
    assert others & INDICATORS.keys() == set()


@pytest.mark.parametrize("one", [one for one in EVERY if not one.is_ours], ids=slug_of)
def test_what_is_not_ours_was_published(one: Indicator) -> None:
    assert published.named((one.slug, *one.also))
    assert (one.starts, one.stops) == ((), "")


@pytest.mark.parametrize("one", EVERY, ids=slug_of)
def test_a_figure_that_was_published_under_its_name_has_its_unit(one: Indicator) -> None:
    # What was told in trucks a day stands beside as it is.
    assert {figure.unit for figure in published.named((one.slug, *one.also))} <= {one.unit, "truck/day"}


@pytest.mark.parametrize(
    ("measure", "units"),
    [("duration", {"h"}), ("share", {"%"}), ("count", {"n"}), ("sum", {"t", "TEU", "USD"}), ("stock", {"n", "USD"})],
)
def test_units_follow_from_what_is_measured(measure: str, units: set[str]) -> None:
    assert {one.unit for one in EVERY if one.measure == measure} == units


def test_less_time_is_better_and_more_cargo_is() -> None:
    assert not any(one.is_more_better for one in EVERY if one.measure == "duration")
    better = {one.slug for one in EVERY if one.is_more_better and one.is_ours}
    assert better == {
        "transit_volume_rwanda",
        "transit_containers_rwanda",
        "exports_rwanda",
        "petroleum_rwanda",
        "throughput_by_mode",
        "vessel_calls",
        "milestones_known",
        "forecast_hit_rate",
    }


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_no_two_are_called_the_same(language: str) -> None:
    with translation.override(language):
        names = Counter(str(one.name) for one in EVERY)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
def test_all_that_is_said_of_each_is_said_in_each_language(language: str) -> None:
    def words() -> list[str]:
        return [str(said) for one in EVERY for said in (one.name, one.definition, one.note) if said]

    with translation.override("en"):
        english = words()
    with translation.override(language):
        other = words()
    assert [said for said, same in zip(english, other, strict=True) if said == same] == []


def test_the_age_of_news_is_told_of_milestones_that_are_there() -> None:
    assert len(set(HEARD)) == len(HEARD)
    assert set(HEARD) <= ORDER.keys()
