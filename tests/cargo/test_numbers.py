"""Numbers by their form, their check digits, and what was meant by a slip."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso6346

from cargo.numbers import Number, check_chassis, check_container, compact, container_meant, recognize, vin_check


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("tghu 305438-0", Number("TGHU3054380", "container")),
        ("TGHU3054381", Number("TGHU3054381", "container", "TGHU3054380")),
        ("TGHU3O5438O", Number("TGHU3O5438O", "container", "TGHU3054380")),
        ("TGHU 305 43 8", Number("TGHU305438", "container", "TGHU3054380")),
        ("c5qu3O5438l", Number("C5QU3O5438L", "container", "CSQU3054383")),
        ("UMUC2611001", Number("UMUC2611001", "bill_of_lading")),
        ("mediwn-12/34 56", Number("MEDIWN-12/3456", "bill_of_lading")),
        ("RAD 123 B", Number("RAD123B", "plate")),
        ("kda123a", Number("KDA123A", "plate")),
        ("T 123 ABC", Number("T123ABC", "plate")),
        ("rw26-000042", Number("RW26000042", "reference")),
        ("2026 1234 5678 9012", Number("2026123456789012", "kra_entry")),
        ("1M8GDM9AXKP042788", Number("1M8GDM9AXKP042788", "chassis")),
        ("1M8GDM9AXKPO42788", Number("1M8GDM9AXKPO42788", "chassis", "1M8GDM9AXKP042788")),
        ("", Number("", "bill_of_lading")),
    ],
)
def test_a_number_is_known_by_its_form(words: str, number: Number) -> None:
    assert recognize(words) == number


@given(st.from_regex(r"[A-Z]{3}[UJZ][0-9]{6}", fullmatch=True))
def test_whatever_letters_and_digits_are_mistaken_the_container_is_meant(body: str) -> None:
    right = body + str(iso6346.calc_check_digit(body))
    slipped = right[:4].translate(str.maketrans("OISB", "0158")) + right[4:].translate(str.maketrans("0158", "OISB"))
    assert {container_meant(right), container_meant(slipped), container_meant(right[:10])} == {right}
    check_container(right)


@given(st.text(max_size=20))
def test_any_words_are_some_number(words: str) -> None:
    number = recognize(words)
    assert number.meant != number.text or number.meant == ""
    assert compact(number.text) == compact(words)


@pytest.mark.parametrize("number", ["TGHU305438", "TGHX3054380", "TGHU30543801", ""])
def test_what_is_no_container_is_refused(number: str) -> None:
    with pytest.raises(ValidationError, match="four letters"):
        check_container(number)


def test_a_wrong_check_digit_is_named_with_the_right_one() -> None:
    with pytest.raises(ValidationError, match=r"TGHU3054381.*Did you mean TGHU3054380"):
        check_container("TGHU3054381")


# 1M8GDM9AXKP042788 is the worked example of 49 CFR 565.15; the others are made up.
@pytest.mark.parametrize("number", ["1M8GDM9AXKP042788", "JTDBR32E130012345", "NZE1411234567", "ABC123"])
def test_chassis_numbers_that_can_be(number: str) -> None:
    check_chassis(number)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("ABC12", "6 to 17"),
        ("ABCDEFG", "6 to 17"),
        ("NZE141123456789012", "6 to 17"),
        ("JTDBR32E1300I2345", "no I, O or Q.*JTDBR32E130012345"),
        ("1M8GDM9A0KP042788", "ninth sign.*should be X"),
    ],
)
def test_chassis_numbers_that_cannot_be(number: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        check_chassis(number)


def test_the_check_digit_of_a_vin() -> None:
    assert (vin_check("1M8GDM9AXKP042788"), vin_check("1" * 17)) == ("X", "1")
