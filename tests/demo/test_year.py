"""The year: one seed one answer, a consignment in every stage, and every number once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from demo.cast import IMPORTER_FIRM, IMPORTERS, OFTEN
from demo.figures import BOXES, CARGO_SHARES
from demo.reports import Trip
from demo.year import Year, moment_of, orders, seeded, trips
from feeds.equipment import has_check_digit
from tests.demo.conftest import UNTIL

STAGES = (
    "registered vessel_departed vessel_arrived held kra_cleared gate_out border1_in border1_out border2_in "
    "arrived_kigali delivered empty_returned"
).split()


def small(**values: object) -> Year:
    return replace(Year(seed=7, until=UNTIL, consignments=40), **values)  # type: ignore[arg-type]


def test_the_same_year_gives_the_same_trips_to_the_letter() -> None:
    assert trips(small()) == trips(small())


def test_seconds_do_not_matter() -> None:
    assert trips(small(until=UNTIL + timedelta(seconds=59, microseconds=7))) == trips(small())


def test_another_seed_gives_another_year() -> None:
    one, other = ({trip.bill_of_lading for trip in trips(small(seed=seed))} for seed in (7, 8))
    assert one != other


def test_what_is_drawn_for_one_consignment_does_not_depend_on_how_many_there_are() -> None:
    def by_number(count: int) -> dict[int, Trip]:
        return {trip.order.number: trip for trip in trips(small(consignments=count)) if trip.order.is_registered}

    few, many = by_number(30), by_number(60)
    assert (len(few), len(many)) == (30, 60)
    assert {number: many[number] for number in few} == few


def test_each_thing_is_drawn_by_a_generator_of_its_own() -> None:
    assert seeded("a").random() == Random("a").random() != seeded("b").random()


@pytest.mark.parametrize("count", [0, 1, 5, 18, 19, 100])
def test_as_many_consignments_as_asked_for_and_two_that_nobody_registers(count: int) -> None:
    made = orders(small(consignments=count))
    assert Counter(order.is_registered for order in made) == Counter({True: count, False: 2})
    assert [order.number for order in made] == list(range(count + 2))


def test_trips_come_in_the_order_of_their_registration_and_before_the_load(found: list[Trip]) -> None:
    assert all(first.registered_at <= second.registered_at for first, second in pairwise(found))
    assert max(trip.registered_at for trip in found) < UNTIL
    assert min(trip.registered_at for trip in found) > UNTIL - timedelta(days=430)


def reached(trip: Trip, step: str) -> datetime:
    """When a step was done by all and told."""
    if step == "registered":
        return trip.registered_at
    return max(report.reported_at for report in trip.reports if report.step == step and report.classifier == "ACT")


def test_a_staged_consignment_stands_where_it_should_at_the_load(found: list[Trip]) -> None:
    staged = [trip for trip in found if trip.order.stage]
    assert len(staged) == 23
    for trip in staged:
        assert trip.order.stage is not None
        assert moment_of(trip, trip.order.stage) == UNTIL
        assert reached(trip, trip.order.stage.after) < UNTIL
        assert min(trip.times(trip.order.stage.before), default=UNTIL + timedelta(1)) > UNTIL


def test_the_importer_has_one_in_every_stage_one_of_each_kind_and_no_other(found: list[Trip]) -> None:
    hers = [trip.order for trip in found if trip.order.importer.name == IMPORTER_FIRM]
    boxes = [order for order in hers if order.goods in OFTEN]
    assert sorted(order.stage.after for order in boxes if order.stage) == sorted(STAGES)
    others = [(order.goods.cargo_kind, order.direction) for order in hers if order.goods not in OFTEN]
    kinds = sorted((kind, "import") for kind in CARGO_SHARES if kind != "container")
    assert sorted(others) == sorted([("container", "export"), *kinds])
    assert len(hers) == len(STAGES) + len(others)


def test_vehicles_have_numbers_of_their_own(found: list[Trip]) -> None:
    numbers = [number for trip in found for number in trip.vehicles]
    assert len(set(numbers)) == len(numbers) > 100
    assert {len(number) for number in numbers} == {17}
    for trip in found:
        assert bool(trip.vehicles) == (trip.order.goods.cargo_kind == "roro")
        assert f"({len(trip.vehicles)})" in trip.goods or not trip.vehicles


def test_some_stall_as_the_office_has_to_notice(found: list[Trip]) -> None:
    staged = {trip.order.stage.after: trip for trip in found if trip.order.stage and trip.order.number < 12}
    assert staged["held"].times("held")[0] < UNTIL < staged["held"].times("hold_released")[0]
    assert UNTIL - staged["kra_cleared"].times("kra_cleared")[0] > timedelta(days=7)
    slow = staged["border1_out"]
    assert UNTIL - slow.times("border1_out")[0] > timedelta(days=6)
    detained = [trip for trip in found if trip.order.is_held_at_border]
    assert [any(report.remark.startswith("URA: seal") for report in trip.reports) for trip in detained] == [True]


def test_the_year_goes_on_after_the_load(found: list[Trip]) -> None:
    on_their_way = [trip for trip in found if trip.registered_at < UNTIL < trip.reports[-1].reported_at]
    assert len(on_their_way) > 50
    assert any(trip.reports[0].reported_at > UNTIL for trip in found)


def test_every_bill_of_lading_and_every_box_is_used_once(found: list[Trip]) -> None:
    bills = [trip.bill_of_lading for trip in found]
    boxes = [box.number for trip in found for box in trip.boxes]
    assert (len(set(bills)), len(set(boxes))) == (len(bills), len(boxes))


def test_two_boxes_of_the_year_have_a_wrong_check_digit(found: list[Trip]) -> None:
    wrong = {trip.order.number for trip in found for box in trip.boxes if not has_check_digit(box.number)}
    flagged = {trip.order.number for trip in found if trip.order.has_wrong_check_digit}
    assert (wrong, flagged) == ({number for number in (37, 211) if number in wrong}, {37, 211})
    assert wrong


def test_weights_are_those_of_the_goods(found: list[Trip]) -> None:
    for trip in found:
        low, high = trip.order.goods.tonnes
        assert trip.weight_t * 1000 == sum(box.weight_kg for box in trip.boxes) or not trip.boxes
        pieces = len(trip.boxes) or (int(trip.goods.split("(")[1].strip(")")) if "(" in trip.goods else 1)
        assert low - 0.1 <= float(trip.weight_t) / pieces <= high + 0.1
        assert trip.goods.startswith(trip.order.goods.name)


def test_cargo_is_mixed_as_it_should_be(found: list[Trip]) -> None:
    drawn = [trip.order for trip in found if trip.order.stage is None]
    kinds = Counter(order.goods.cargo_kind for order in drawn)
    boxes = Counter(order.boxes for order in drawn if order.goods.cargo_kind == "container")
    for kind, share in CARGO_SHARES.items():
        assert kinds[kind] / len(drawn) == pytest.approx(share, abs=0.03)
    for count, share in BOXES.items():
        assert boxes[count] / boxes.total() == pytest.approx(share, abs=0.04)
    assert {order.boxes for order in drawn if order.goods.cargo_kind != "container"} == {0}


def test_everybody_buys_what_she_deals_in(found: list[Trip]) -> None:
    goods = {importer.name: set(importer.goods) for importer in IMPORTERS}
    assert [trip.order for trip in found if trip.order.goods not in goods[trip.order.importer.name]] == []
    assert {trip.order.importer.name for trip in found} == set(goods)
