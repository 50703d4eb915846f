"""One row of a spreadsheet of consignments: every cell understood as people write it, every wrong one named."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from cargo.upload_columns import EXPECTED, HEADINGS, Wrong, columns_of, expected_in, read_said
from tests.cargo.test_reading import BOX, OTHER_BOX


def read(**cells: str) -> dict[str, Any]:
    said = read_said(7, {"bill_of_lading": "B1", **cells})
    assert said.wrong == []
    return {name: said.values[name] for name in cells}


def wrong(**cells: str) -> list[tuple[str, str, str]]:
    return [(each.column, each.text, each.reason) for each in read_said(7, cells).wrong]


def test_every_column_says_what_it_expects() -> None:
    assert list(HEADINGS) == list(EXPECTED)
    kinds = "Containers, Vehicles (ro-ro), Break bulk, Dry bulk, Liquid bulk"
    assert expected_in("cargo_kind") == f"one of: {kinds}"
    assert {read(cargo_kind=kind)["cargo_kind"] for kind in kinds.split(", ") if kind[0] != "V"} == {
        "container", "break_bulk", "dry_bulk", "liquid_bulk",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_columns_are_known_by_their_headings_in_every_language(language: str) -> None:
    with translation.override(language):
        heading = [f" {str(label).upper()} *" for label in HEADINGS.values()]
    assert columns_of([*heading, "Remarks", ""]) == (dict(enumerate(HEADINGS)), ["Remarks"])


def test_a_table_without_numbers_or_with_a_column_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="“Bill of lading” is not among them"):
        columns_of(["Goods", "Vessel"])
    with pytest.raises(ValidationError, match="there twice: Goods"):
        columns_of(["Containers", "Goods", "goods"])


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        ({"bill_of_lading": " hlcu 12 "}, {"bill_of_lading": "HLCU12"}),
        ({"containers": f"{BOX.lower()}; {OTHER_BOX} {BOX}"}, {"containers": [BOX, OTHER_BOX]}),
        ({"cargo_kind": "vehicles", "containers": "nze141-1234567"}, {"cargo_kind": "roro", "containers": ["NZE1411234567"]}),
        ({"cargo_kind": "Liquid bulk"}, {"cargo_kind": "liquid_bulk"}),
        ({"cargo_kind": "Vrac sec"}, {"cargo_kind": "dry_bulk"}),
        ({"direction": "EXPORT"}, {"direction": "export"}),
        ({"hs_code": "1006.30"}, {"hs_code": "100630"}),
        ({"weight_t": "24.5"}, {"weight_t": Decimal("24.5")}),
        ({"weight_t": "1 024,125 t"}, {"weight_t": Decimal("1024.125")}),
        ({"packages": "40"}, {"packages": 40}),
        ({"origin_country": "Kenya"}, {"origin_country": "KE"}),
        ({"origin_country": "ke"}, {"origin_country": "KE"}),
        ({"trade_regime": "comesa", "origin_certificate": "C-1"}, {"trade_regime": "comesa", "origin_certificate": "C-1"}),
        ({"trade_regime": "none"}, {"trade_regime": "none"}),
        ({"own_reference": "po 4"}, {"own_reference": "PO4"}),
    ],
)  # fmt: skip
def test_cells_are_understood_as_people_write_them(cells: dict[str, str], values: dict[str, Any]) -> None:
    assert read(**cells) == values


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        ({"goods": "Rice"}, [("bill_of_lading", "", "There is neither a bill of lading nor a container.")]),
        (
            {"containers": f"{BOX}, TGHU3054381"},
            [
                (
                    "containers",
                    f"{BOX}, TGHU3054381",
                    f"TGHU3054381: the last digit does not fit the others. Did you mean {BOX}?",
                )
            ],
        ),
        ({"containers": BOX, "hs_code": "rice"}, [("hs_code", "rice", "This is no HS code.")]),
        ({"containers": BOX, "weight_t": "heavy"}, [("weight_t", "heavy", "This is no number.")]),
        ({"containers": BOX, "weight_t": "-1"}, [("weight_t", "-1", "This is no weight in tonnes.")]),
        ({"containers": BOX, "weight_t": "NaN"}, [("weight_t", "NaN", "This is no weight in tonnes.")]),
        ({"containers": BOX, "weight_t": "0.0001"}, [("weight_t", "0.0001", "This is no weight in tonnes.")]),
        ({"containers": BOX, "packages": "2.5"}, [("packages", "2.5", "This is no number of packages.")]),
        ({"containers": BOX, "packages": "0"}, [("packages", "0", "This is no number of packages.")]),
        ({"containers": BOX, "cargo_kind": "parcel"}, [("cargo_kind", "parcel", "This word is not known here.")]),
        ({"containers": BOX, "goods": "#REF!"}, [("goods", "#REF!", "The formula in this cell has failed.")]),
        ({"containers": BOX, "voyage": "x" * 31}, [("voyage", "x" * 31, "This is too long.")]),
        (
            {"containers": BOX, "origin_certificate": "C1", "trade_regime": "none"},
            [("origin_certificate", "C1", "There is no preference that it is for.")],
        ),
        (
            {"containers": "x", "hs_code": "x", "packages": "x"},
            [
                ("hs_code", "x", "This is no HS code."),
                ("packages", "x", "This is no number of packages."),
                (
                    "containers",
                    "x",
                    "X: a container number has four letters, the last U, J or Z, and seven digits.",
                ),
            ],
        ),
    ],
)
def test_every_wrong_cell_is_named_with_its_reason(cells: dict[str, str], reasons: list[tuple[str, str, str]]) -> None:
    assert wrong(**cells) == reasons


def test_a_wrong_cell_says_its_row_its_heading_and_what_was_expected() -> None:
    cell = Wrong(7, "packages", "x", "No.")
    assert (cell.line, cell.label, cell.expected) == (7, "Packages", "a whole number above 0")


@given(st.dictionaries(st.sampled_from(list(HEADINGS)), st.text(min_size=1, max_size=50), max_size=6))
def test_no_words_stop_the_reading(cells: dict[str, str]) -> None:
    said = read_said(3, cells)
    assert {each.line for each in said.wrong} <= {3}
    assert said.wrong or said.values["containers"] or said.values["bill_of_lading"]
