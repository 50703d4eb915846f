"""Lots of liquid bulk and their measures: what the database refuses, tonnes, and who sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cargo.models import Consignment, Lot, Measure
from cargo.registration import Particulars, register
from liaison.models import AnonymousUser
from tests.conftest import AT, Cast

Make = Callable[..., Any]


@pytest.fixture
def lot(consignment: Consignment) -> Make:
    def make(**more: Any) -> Lot:
        return Lot.objects.create(**{"consignment": consignment, "number": "P1", "product": "ago", **more})

    return make


@pytest.fixture
def measure(lot: Make) -> Make:
    one = lot()

    def make(**more: Any) -> Measure:
        values = {"lot": one, "stage": "tanker", "litres": 1000, "measured_on": date(2026, 11, 20), "at": AT}
        return Measure.objects.create(**{**values, **more})

    return make


def refused(make: Make, constraint: str, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=f'"{constraint}"'), transaction.atomic():
        make(**values)


def test_a_lot_has_a_number_of_its_own_and_a_known_product(cast: Cast, lot: Make) -> None:
    assert str(lot()) == "P1"
    refused(lot, "lot_once", product="pms")
    refused(lot, "lot_has_number", number="")
    refused(lot, "lot_product_known", number="P2", product="beer")
    refused(lot, "lot_product_known", number="P2", product="")
    for product in Lot.Product.values:
        lot(number=product, product=product)
    other = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="T2"), by=None, at=AT)
    lot(consignment=other)
    assert Lot.objects.count() == 2 + len(Lot.Product.values)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("measure_litres_positive", {"litres": 0}),
        ("measure_litres_positive", {"litres": -1}),
        ("measure_density_of_a_liquid", {"density": Decimal("0.3999")}),
        ("measure_density_of_a_liquid", {"density": Decimal("2.0001")}),
        ("measure_density_of_a_liquid", {"density": Decimal(0)}),
        ("measure_stage_known", {"stage": ""}),
        ("measure_stage_known", {"stage": "moon"}),
    ],
)
def test_a_measure_that_cannot_be_is_refused(measure: Make, constraint: str, values: dict[str, Any]) -> None:
    refused(measure, constraint, **values)
    assert Measure.objects.count() == 0


def test_a_part_of_a_stage_counts_once_until_it_is_taken_back(measure: Make, lot: Make) -> None:
    first = measure()
    refused(measure, "measure_once", litres=999)
    for more in ({"stage": "loaded"}, {"plate": "RAD123B"}, {"document": "W1"}, {"lot": lot(number="P2")}):
        measure(**more)
    Measure.objects.filter(pk=first.pk).update(taken_back_at=AT)
    measure(litres=999)
    # What was taken back may be there as often as it was wrong.
    for _time in range(2):
        measure(taken_back_at=AT)
    assert (Measure.objects.count(), str(first)) == (8, "1000 l tanker")


@pytest.mark.parametrize(
    ("litres", "density", "tonnes"),
    [
        (1000, None, None),
        (1000, "0.8350", "0.835"),
        (1, "0.4000", "0.000"),
        (2, "0.7500", "0.002"),
        (1, "2.0000", "0.002"),
        (999_999_999_999, "0.8000", "799999999.999"),
        (35_123, "0.8444", "29.658"),
    ],
)
def test_tonnes_are_litres_by_density_to_the_kilogram(
    measure: Make, litres: int, density: str | None, tonnes: str | None
) -> None:
    kept = measure(litres=litres, density=None if density is None else Decimal(density))
    kept.refresh_from_db()
    assert kept.tonnes == (None if tonnes is None else Decimal(tonnes))


def test_measures_are_seen_by_those_who_see_the_goods(cast: Cast, measure: Make, lot: Make) -> None:
    particulars = Particulars(consignee=cast.stranger_firm, bill_of_lading="T9")
    mine, theirs = measure(), lot(consignment=register(particulars=particulars, by=None, at=AT))
    other = measure(lot=theirs, litres=5)
    seen = {part: list(Measure.objects.visible_to(one).order_by("pk")) for part, one in cast.people().items()}
    assert seen == {
        "importer": [mine],
        "agent": [mine],
        "stranger": [other],
        "officer": [mine, other],
        "desk": [],
        "official": [],
    }
    assert list(Measure.objects.visible_to(AnonymousUser())) == []
