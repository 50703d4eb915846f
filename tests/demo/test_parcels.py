"""The demo's fuel is measured on its way: a little less at each stage, by the truck, and never ahead of its time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from cargo.lots import STAGES, lot_lines
from cargo.models import Consignment, Measure
from cargo.registration import Particulars, register
from demo.parcels import LATELY, PRODUCTS, measures, play_parcels
from demo.reports import Trip
from liaison.people import add_person
from tests.conftest import Cast
from tests.demo.conftest import UNTIL

FOREVER = UNTIL + timedelta(days=400)


@pytest.fixture(scope="module")
def fuel(found: list[Trip]) -> list[Trip]:
    """Every trip of liquid bulk."""
    return [trip for trip in found if trip.order.goods.cargo_kind == "liquid_bulk"]


def by_stage(trip: Trip) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for _at, said in measures(trip, FOREVER):
        sums[said.stage] = sums.get(said.stage, Decimal(0)) + said.litres
    return sums


def test_each_stage_has_a_little_less_than_the_one_before(fuel: list[Trip]) -> None:
    assert len(fuel) > 40
    for trip in fuel:
        sums = by_stage(trip)
        assert list(sums) == STAGES
        assert all(0 <= (one - other) / one < Decimal("0.005") for one, other in pairwise(sums.values()))
        tonnes = sums["tanker"] * PRODUCTS[trip.order.goods.name][1] / 1000
        assert abs(tonnes - trip.weight_t) < Decimal("0.01")


def test_trucks_are_measured_one_by_one_and_nothing_before_its_time(fuel: list[Trip]) -> None:
    for trip in fuel:
        trucks = [said for _at, said in measures(trip, FOREVER) if said.stage == "loaded"]
        assert len({said.plate for said in trucks}) == len(trucks)
        assert max(said.litres for said in trucks) <= 36_000
        depot_at = trip.times("at_depot")[0] + timedelta(hours=1)
        assert [said.stage for _at, said in measures(trip, depot_at)] == STAGES[:4]
        assert list(measures(trip, depot_at)) == list(measures(trip, FOREVER))[:4]


def test_what_is_recent_gets_its_parcel_once(cast: Cast, fuel: list[Trip]) -> None:
    add_person(
        email="officer@demo.example", role="officer", organization="", name="Grace", password="x" * 14, language="en",
        kind="", by=None, at=UNTIL,
    )  # fmt: skip
    recent = next(trip for trip in fuel if trip.order.stage and trip.order.stage.after == "at_depot")
    old = next(trip for trip in fuel if trip.call.arrived_at < UNTIL - LATELY)
    for trip in (recent, old):
        particulars = Particulars(
            consignee=cast.importer_firm, bill_of_lading=trip.bill_of_lading, cargo_kind="liquid_bulk"
        )
        register(particulars=particulars, by=None, at=trip.registered_at)
    assert [play_parcels([recent, old], until=UNTIL) for _again in range(2)] == [4, 0]
    assert set(Measure.objects.values_list("lot__consignment__bill_of_lading", flat=True)) == {recent.bill_of_lading}
    (line,) = lot_lines(Consignment.objects.get(bill_of_lading=recent.bill_of_lading))
    assert [stage.stage for stage in line.stages] == STAGES[:4]
    assert line.whole is not None
    assert line.whole.percent is not None
    assert Decimal(0) < line.whole.percent < Decimal("1.5")
