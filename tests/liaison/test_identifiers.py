"""Numbers of authorities and telephones: many ways to write one, one way to keep it, and a wrong one is explained."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.identifiers import check_identifier, check_phone, compact
from liaison.models import Identifier, Organization

quick = settings(deadline=None, derandomize=True, max_examples=60)
PHONE = "Write the telephone number with its country code, for example +250 788 123 456."
# As the database would have it.
COMPACT, E164 = re.compile(r"[A-Z0-9/-]{3,30}"), re.compile(r"\+[0-9]{7,15}")


def explained(scheme: str, value: str) -> str:
    with pytest.raises(ValidationError) as refused:
        check_identifier(scheme, value)
    assert refused.value.code == "identifier"
    return str(refused.value.message)


@pytest.mark.parametrize(
    ("scheme", "written", "kept"),
    [
        ("rw_tin", "101 234 567", "101234567"),
        ("rw_tin", "101.234.567", "101234567"),
        ("rw_tin", "101-234-567\n", "101234567"),
        ("rw_tin", "\u00a0101234567", "101234567"),
        ("ke_pin", "p051234567x", "P051234567X"),
        ("ke_pin", " A 051 234 567 Z ", "A051234567Z"),
        ("ug_tin", "1001-234-567", "1001234567"),
        ("agent_licence", "rra/ca/2026/0123", "RRA/CA/2026/0123"),
        ("agent_licence", "RRA-CA 0123", "RRA-CA0123"),
    ],
)
def test_a_number_is_kept_one_way_however_it_is_written(scheme: str, written: str, kept: str) -> None:
    assert check_identifier(scheme, written) == kept
    assert check_identifier(scheme, kept) == kept


@pytest.mark.parametrize(
    ("scheme", "written", "words"),
    [
        ("rw_tin", "", "A Rwandan TIN has nine digits, for example 101234567."),
        ("rw_tin", "10123456", "A Rwandan TIN has nine digits, for example 101234567."),
        ("rw_tin", "1012345678", "A Rwandan TIN has nine digits, for example 101234567."),
        ("rw_tin", "１０１２３４５６７", "A Rwandan TIN has nine digits, for example 101234567."),
        ("ug_tin", "2001234567", "A Ugandan TIN has ten digits and begins with 1, for example 1001234567."),
        ("ug_tin", "101234567", "A Ugandan TIN has ten digits and begins with 1, for example 1001234567."),
    ],
)
def test_a_wrong_tax_number_is_answered_with_the_right_form(scheme: str, written: str, words: str) -> None:
    assert explained(scheme, written) == words


@pytest.mark.parametrize("written", ["B051234567X", "P051234567", "P0512345678X", "P-051234567X", "051234567X"])
def test_a_wrong_pin_is_answered_with_the_right_form(written: str) -> None:
    assert explained("ke_pin", written).endswith("nine digits and a letter, for example P051234567X.")


@pytest.mark.parametrize("written", ["AB", "/AB", "-12", "RRA_CA", "A" * 31, "RRA#1", "ÉRA/1"])
def test_a_wrong_licence_is_answered_with_the_right_form(written: str) -> None:
    assert explained("agent_licence", written).startswith("A licence number has letters, digits, strokes and dashes")


def test_there_is_a_form_for_every_kind_of_number_and_for_no_other() -> None:
    for scheme in Identifier.Scheme.values:
        assert explained(scheme, "?")
    with pytest.raises(KeyError):
        check_identifier("us_ein", "123456789")


@quick
@given(st.sampled_from(Identifier.Scheme.values), st.text(max_size=40))
def test_whatever_passes_can_be_kept_and_passes_again(scheme: str, written: str) -> None:
    try:
        kept = check_identifier(scheme, written)
    except ValidationError:
        return
    assert COMPACT.fullmatch(kept)
    assert check_identifier(scheme, kept) == kept


@quick
@given(st.from_regex(r"[0-9]{9}", fullmatch=True), st.lists(st.integers(0, 9), max_size=4))
def test_blanks_and_dots_anywhere_change_nothing(number: str, places: list[int]) -> None:
    written = number
    for place in places:
        written = written[:place] + " ." + written[place:]
    assert (compact(written), check_identifier("rw_tin", written)) == (number, number)


@pytest.mark.parametrize(
    ("written", "region", "kept"),
    [
        ("", "RW", ""),
        ("  \t", "RW", ""),
        ("0788 123 456", "RW", "+250788123456"),
        ("+250 788-123-456", "KE", "+250788123456"),
        ("00250788123456", "RW", "+250788123456"),
        ("0722 123456", "KE", "+254722123456"),
        ("+254 (0)722 123 456", "RW", "+254722123456"),
        ("0772 123456", "UG", "+256772123456"),
    ],
)
def test_a_telephone_number_is_read_as_of_its_country_and_kept_for_the_world(
    written: str, region: str, kept: str
) -> None:
    assert check_phone(written, region=region) == kept


@pytest.mark.parametrize("written", ["12", "0788", "call me", "+999 123 456 789", "+250 788 123 456 789 0", "+"])
def test_what_nobody_can_be_called_on_is_explained(written: str) -> None:
    with pytest.raises(ValidationError) as refused:
        check_phone(written)
    assert (refused.value.code, refused.value.messages) == ("phone", [PHONE])


def test_a_national_number_is_rwandan_where_nothing_else_is_said() -> None:
    assert check_phone("0788123456") == check_phone("0788123456", region="RW")
    with pytest.raises(ValidationError):
        check_phone("0788123456", region="US")


@quick
@given(st.text(st.sampled_from("+0123456789 ()-.x"), max_size=20), st.sampled_from(["RW", "KE", "UG", "US"]))
def test_whatever_telephone_passes_can_be_kept(written: str, region: str) -> None:
    try:
        kept = check_phone(written, region=region)
    except ValidationError:
        return
    assert kept == "" or E164.fullmatch(kept)
    assert len(kept) <= (Organization._meta.get_field("phone").max_length or 0)
    assert check_phone(kept, region="RW") == kept
