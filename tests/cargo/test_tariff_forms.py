"""The tariff's forms: what can be looked for, and what a proposal may say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cargo.models import TariffRow
from cargo.tariff_forms import ProposeForm, TariffFindForm
from cargo.tariffs import PROPOSED
from tests.conftest import AT

SAID = {
    "payee": "KPA",
    "charge_group": "port_storage",
    "item": "container storage",
    "regime": "transit_import",
    "unit": "USD/container/day",
    "rate": "12.50",
    "currency": "USD",
    "source_url": "Letter of 20 November 2026",
    "confidence": "sourced",
}
pytestmark = pytest.mark.django_db


def row(group: str, **more: Any) -> TariffRow:
    values = {"payee": "KPA", "item": "x", "unit": "day", "currency": "USD", "source_url": "s", "confidence": "sourced"}
    return TariffRow.objects.create(charge_group=group, key=group, proposed_at=AT, **{**values, **more})


def test_only_what_counts_can_be_looked_for() -> None:
    row("port_storage", approved_at=AT)
    row("proposed")
    row("ended", approved_at=AT, ended_at=AT)
    form: Any = TariffFindForm({})
    assert [code for code, _label in form.fields["group"].choices] == ["", "port_storage"]
    assert form.is_valid()
    for group, is_known in (("port_storage", True), ("proposed", False), ("ended", False), ("'", False)):
        assert TariffFindForm({"group": group}).is_valid() == is_known


@pytest.mark.parametrize(("words", "is_valid"), [("", True), ("%", True), ("x" * 60, True), ("x" * 61, False), ("\x00", False)])  # fmt: skip
def test_words_that_are_looked_for(words: str, is_valid: bool) -> None:
    assert TariffFindForm({"q": words}).is_valid() == is_valid


def test_a_proposal_says_all_that_a_row_says() -> None:
    form = ProposeForm({**SAID, "effective_from": "2026-12-01", "day_from": "16", "counts_from": "start"})
    assert form.is_valid(), form.errors
    assert set(form.cleaned_data) == set(PROPOSED)
    names = ("rate", "effective_from", "effective_to", "day_from", "day_to", "counts_from", "place")
    assert [form.cleaned_data[name] for name in names] == [
        Decimal("12.50"),
        date(2026, 12, 1),
        None,
        16,
        None,
        "start",
        "",
    ]


def test_nobody_says_of_her_own_proposal_that_it_counts() -> None:
    more = {"approved_at": "2026-11-20", "approved_by": "1", "key": "k", "proposed_by": "1", "ended_at": "", "id": "7"}
    form = ProposeForm({**SAID, **more})
    assert form.is_valid()
    assert set(form.cleaned_data) & set(more) == set()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"payee": ""}, "payee"),
        ({"charge_group": ""}, "charge_group"),
        ({"item": "x" * 201}, "item"),
        ({"unit": ""}, "unit"),
        ({"currency": ""}, "currency"),
        ({"source_url": ""}, "source_url"),
        ({"source_url": "  "}, "source_url"),
        ({"confidence": "guess"}, "confidence"),
        ({"confidence": ""}, "confidence"),
        ({"rate": "cheap"}, "rate"),
        ({"rate": "NaN"}, "rate"),
        ({"rate": "1.00001"}, "rate"),
        ({"rate": "1" * 11}, "rate"),
        ({"day_from": "-1"}, "day_from"),
        ({"day_to": "99999"}, "day_to"),
        ({"effective_from": "soon"}, "effective_from"),
        ({"effective_to": "2026-02-30"}, "effective_to"),
        ({"counts_from": "x" * 6}, "counts_from"),
        ({"note": "x" * 501}, "note"),
        ({"item": "\x00"}, "item"),
    ],
)
def test_a_slip_is_named_at_its_field(change: dict[str, str], field: str) -> None:
    assert list(ProposeForm({**SAID, **change}).errors) == [field]
