"""The form for what was measured of a lot: what it hands on, and what it refuses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from cargo.lot_forms import MeasureForm
from cargo.lots import Measured
from cargo.models import Lot, Measure

SAID = {"number": " p 1 ", "product": "ago", "stage": "tanker", "litres": "1000", "measured_on": "2026-11-20"}
DAY = date(2026, 11, 20)


def test_it_hands_on_what_was_said() -> None:
    form = MeasureForm({**SAID, "density": "0.835", "plate": " rad 1 ", "document": "W1"})
    assert form.is_valid()
    assert form.measured() == Measured(
        number="p 1",
        product="ago",
        stage="tanker",
        litres=Decimal(1000),
        measured_on=DAY,
        density=Decimal("0.835"),
        plate="rad 1",
        document="W1",
    )


def test_what_need_not_be_said_is_unknown_and_not_naught() -> None:
    form = MeasureForm(SAID)
    assert form.is_valid()
    said = form.measured()
    assert (said.density, said.plate, said.document) == (None, "", "")


def test_an_empty_form_names_all_that_it_needs() -> None:
    assert list(MeasureForm({}).errors) == ["number", "product", "stage", "litres", "measured_on"]


@pytest.mark.parametrize("product", Lot.Product.values)
@pytest.mark.parametrize("stage", Measure.Stage.values)
def test_every_product_is_measured_at_every_stage(product: str, stage: str) -> None:
    assert MeasureForm({**SAID, "product": product, "stage": stage}).is_valid()


@given(st.integers(-(10**6), 10**13))
def test_litres_are_whole_and_more_than_none_and_can_be_kept(litres: int) -> None:
    assert MeasureForm({**SAID, "litres": str(litres)}).is_valid() == (1 <= litres < 10**12)


@given(st.decimals(Decimal("-1"), Decimal(3), places=4))
def test_a_density_is_that_of_a_liquid(density: Decimal) -> None:
    form = MeasureForm({**SAID, "density": str(density)})
    assert form.is_valid() == (Decimal("0.4") <= density <= 2)
    if form.is_valid():
        assert form.measured().density == density


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
@pytest.mark.parametrize("typed", ["1000", " 1000 "])
def test_a_figure_is_read_alike_in_every_language(language: str, typed: str) -> None:
    with translation.override(language):
        form = MeasureForm({**SAID, "litres": typed})
        assert form.is_valid()
    assert form.measured().litres == 1000


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("litres", "1e3000"),
        ("litres", "NaN"),
        ("litres", "-Infinity"),
        ("litres", "1000.5"),
        ("litres", "0x10"),
        ("density", "NaN"),
        ("density", "0.83500001"),
        ("measured_on", "yesterday"),
        ("measured_on", "0000-00-00"),
        ("measured_on", "10000-01-01"),
        ("number", "\x00"),
        ("plate", "\x00"),
        ("document", "x" * 61),
    ],
)
def test_what_is_no_figure_and_no_text_is_named(field: str, typed: str) -> None:
    assert list(MeasureForm({**SAID, field: typed}).errors) == [field]
