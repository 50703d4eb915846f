"""What a container is by its size and type code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cargo.equipment import equipment_of, equipment_words, feet_of


@pytest.mark.parametrize(
    ("code", "feet", "kind", "words"),
    [
        ("22G1", 20, "dry", "20 ft, dry"),
        ("45G1", 40, "dry", "40 ft, dry"),
        ("L5G1", 45, "dry", "45 ft, dry"),
        ("22V0", 20, "dry", "20 ft, dry"),
        ("45R1", 40, "reefer", "40 ft, reefer"),
        ("22H2", 20, "reefer", "20 ft, reefer"),
        ("22T6", 20, "tank", "20 ft, tank"),
        ("22K2", 20, "tank", "20 ft, tank"),
        ("42U1", 40, "out_of_gauge", "40 ft, out of gauge"),
        ("22P3", 20, "out_of_gauge", "20 ft, out of gauge"),
        ("22B1", 20, "bulk", "20 ft, dry bulk"),
        ("4310", 40, "dry", "40 ft, dry"),
        ("2270", 20, "tank", "20 ft, tank"),
        ("X2G1", None, "dry", "dry"),
        ("22S1", 20, None, "22S1"),
        ("22", None, None, "22"),
        ("", None, None, ""),
    ],
)
def test_a_code_says_length_and_kind(code: str, feet: int | None, kind: str | None, words: str) -> None:
    assert (feet_of(code), equipment_of(code), equipment_words(code)) == (feet, kind, words)


@given(st.text(max_size=5))
def test_whatever_is_written_there_something_is_said(code: str) -> None:
    assert equipment_words(code) or not code
