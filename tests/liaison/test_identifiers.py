"""Numbers of organisations and telephones: kept in one form, and each slip answered with the right one."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from liaison.identifiers import check_identifier, check_phone, compact


@pytest.mark.parametrize(
    ("scheme", "value", "kept"),
    [
        ("rw_tin", "101 234 567", "101234567"),
        ("rw_tin", "101-234-567", "101234567"),
        ("ke_pin", "p051234567x", "P051234567X"),
        ("ug_tin", "1001.234.567", "1001234567"),
        ("agent_licence", "rra/ca/2026/0123", "RRA/CA/2026/0123"),
    ],
)
def test_a_number_is_kept_in_one_form(scheme: str, value: str, kept: str) -> None:
    assert check_identifier(scheme, value) == kept
    assert check_identifier(scheme, kept) == kept


@pytest.mark.parametrize(
    ("scheme", "value", "right"),
    [
        ("rw_tin", "12345678", "nine digits"),
        ("rw_tin", "1234567890", "nine digits"),
        ("rw_tin", "١٠١٢٣٤٥٦٧", "nine digits"),
        ("rw_tin", "", "nine digits"),
        ("ke_pin", "B051234567X", "letter A or P"),
        ("ke_pin", "P-051234567X", "letter A or P"),
        ("ug_tin", "2001234567", "begins with 1"),
        ("agent_licence", "-A", "letters, digits, strokes"),
        ("agent_licence", "A" * 31, "letters, digits, strokes"),
        ("rw_tin", "101234567\n1", "nine digits"),
    ],
)
def test_a_slip_is_answered_with_the_right_form(scheme: str, value: str, right: str) -> None:
    with pytest.raises(ValidationError, match=right) as refusal:
        check_identifier(scheme, value)
    assert refusal.value.code == "identifier"


@given(st.text())
def test_compacting_twice_is_compacting_once(value: str) -> None:
    assert compact(compact(value)) == compact(value)


@pytest.mark.parametrize(
    ("value", "region", "kept"),
    [
        ("0788 123 456", "RW", "+250788123456"),
        ("0722 000 112", "KE", "+254722000112"),
        ("+254 722 000 112", "RW", "+254722000112"),
        ("00250788123456", "RW", "+250788123456"),
        ("250788123456", "RW", "+250788123456"),
        ("  ", "RW", ""),
    ],
)
def test_a_telephone_is_kept_with_its_country_code(value: str, region: str, kept: str) -> None:
    assert check_phone(value, region=region) == kept


@pytest.mark.parametrize("value", ["12", "0788 123 45", "call me", "+999 1234567", "0788123456 / 0788123457", "\x00"])
def test_what_is_no_number_is_asked_for_with_its_code(value: str) -> None:
    with pytest.raises(ValidationError, match="with its country code") as refusal:
        check_phone(value)
    assert refusal.value.code == "phone"
