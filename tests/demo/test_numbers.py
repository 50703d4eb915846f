"""Identifiers as the trade writes them, checked by other people's arithmetic."""

from __future__ import annotations

import re
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import imo, iso6346

from cargo.numbers import Number, check_chassis, recognize
from demo.numbers import (
    OWNERS,
    bill_number,
    chassis_number,
    container_number,
    imo_number,
    plate,
    seal_number,
)
from feeds.equipment import has_check_digit

# Digits and letters as Kenya, Rwanda and Uganda issue them; I and O would be read as 1 and 0.
PLATE = re.compile(r"K[BCD][A-HJ-NP-Z]\d{3}[A-HJ-NP-Z]|RA[B-H]\d{3}[A-HJ-NP-Z]|UB[A-HJ-M]\d{3}[A-HJ-NP-Z]")
serials = st.integers(min_value=0, max_value=999_999)
exactly = settings(deadline=None, derandomize=True)


@exactly
@given(serials)
def test_a_container_number_has_the_check_digit_of_iso_6346(serial: int) -> None:
    number = container_number(serial)
    assert iso6346.is_valid(number)
    assert number[:4] in OWNERS


@exactly
@given(serials)
def test_a_wrong_check_digit_is_wrong_and_nothing_else_is(serial: int) -> None:
    right, wrong = container_number(serial), container_number(serial, is_wrong=True)
    assert (wrong[:10], has_check_digit(wrong), len(wrong)) == (right[:10], False, 11)


def test_no_two_boxes_have_the_same_number() -> None:
    assert len({container_number(serial) for serial in range(50_000)}) == 50_000


@exactly
@given(st.integers(min_value=0, max_value=599))
def test_a_ships_number_is_right_and_no_real_ship_has_it(serial: int) -> None:
    number = imo_number(serial)
    assert imo.is_valid(number)
    assert number[0] == "3"


def test_a_bill_of_lading_names_its_carrier_and_its_serial() -> None:
    assert re.fullmatch(r"DMLMBA[1-9]\d{2}00042", bill_number("DML", 42, Random(1)))
    assert bill_number("DML", 42, Random(1)) == bill_number("DML", 42, Random(1))


def test_plates_are_of_three_countries_and_seals_of_one_form() -> None:
    random = Random(1)
    plates = [plate(random) for _ in range(2000)]
    assert [text for text in plates if not PLATE.fullmatch(text)] == []
    assert {text[0] for text in plates} == {"K", "R", "U"}
    assert all(re.fullmatch(r"RCT\d{7}", seal_number(random)) for _ in range(100))


def test_vehicles_numbers_are_vins_of_no_maker_and_each_is_found_as_one() -> None:
    numbers = [chassis_number(serial) for serial in (0, 1, 152, 99_999_999)]
    assert [recognize(number) for number in numbers] == [Number(number, "chassis") for number in numbers]
    for number in numbers:
        check_chassis(number)
