"""Waivers and campaigns: for whom, on which days, and what counts where several hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cargo.charges.waivers import Waiver, added_days, best_percent

FIRST, LAST = date(2026, 11, 10), date(2026, 11, 20)
HALF = Waiver(name="Half", payee="KPA", percent=Decimal(50), starts_on=FIRST, ends_on=LAST)


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 11, 9), False),
        (FIRST, True),
        (date(2026, 11, 15), True),
        (LAST, True),
        (date(2026, 11, 21), False),
    ],
)
def test_both_its_days_belong_to_it(day: date, holds: bool) -> None:
    assert HALF.holds_on(day) is holds
    assert best_percent([HALF], day, 20) == (50 if holds else 0)


def test_without_a_last_day_it_does_not_end() -> None:
    assert replace(HALF, ends_on=None).holds_on(date(2099, 1, 1)) is True


@pytest.mark.parametrize(
    ("payee", "group", "concerned"),
    [("KPA", "storage", True), ("KPA", "wharfage", False), ("KRA", "storage", False), ("Maersk", "storage", False)],
)
def test_it_spares_the_charges_that_it_names(payee: str, group: str, concerned: bool) -> None:
    assert replace(HALF, charge_groups=("storage", "shorehandling")).concerns(payee, [group]) is concerned
    assert HALF.concerns(payee, [group]) is (payee == "KPA")


def test_of_several_the_largest_percentage_counts_and_they_do_not_add_up() -> None:
    more = replace(HALF, name="More", percent=Decimal(80))
    assert best_percent([HALF, more, HALF], FIRST, 20) == 80


def test_the_days_before_the_one_it_names_are_not_spared() -> None:
    late = replace(HALF, from_day=31)
    assert [best_percent([late], FIRST, number) for number in (30, 31, 32)] == [0, 50, 50]


def test_the_longest_of_several_days_on_top_counts() -> None:
    three, five = (replace(HALF, percent=Decimal(0), free_days=days) for days in (3, 5))
    assert added_days([three, five, three], FIRST) == 5
    assert added_days([three, five], date(2026, 11, 9)) == 0
    assert added_days([], FIRST) == 0


def test_what_has_to_be_applied_for_spares_nothing() -> None:
    campaign = replace(HALF, free_days=9, on_application=True)
    assert [best_percent([campaign], FIRST, 20), added_days([campaign], FIRST)] == [0, 0]
    assert best_percent([campaign, replace(HALF, percent=Decimal(10))], FIRST, 20) == 10


@given(st.lists(st.integers(0, 100), max_size=6))
def test_never_more_than_all_is_spared(percents: list[int]) -> None:
    given_waivers = [replace(HALF, percent=Decimal(percent)) for percent in percents]
    assert best_percent(given_waivers, FIRST, 20) == max(percents, default=0) <= 100
