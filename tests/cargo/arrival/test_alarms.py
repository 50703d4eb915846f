"""Alarms at a fixed budget: never more than it, the most costly first, and nobody in and out within a day."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cargo.arrival.alarms import CALM_CHANCE, LEAST_CHANCE, Budget, Choice, Risk, budget, choose

RISKS = st.lists(
    st.builds(Risk, st.integers(0, 30), st.floats(0, 1), st.sampled_from([0.0, 10.0, 10.0, 500.0, 9000.0])),
    max_size=20,
    unique_by=lambda risk: risk.key,
)
KEYS = st.sets(st.integers(0, 30), max_size=10)


@pytest.mark.parametrize(
    ("text", "of"), [("5%", 5), ("0%", 0), ("100%", 100), (" 12.5 % ", 12), ("40", 40), ("0", 0), ("900", 100)]
)
def test_a_budget_is_a_share_or_a_number(text: str, of: int) -> None:
    assert budget(text).of(100) == of


@pytest.mark.parametrize("text", ["", "%", "-1", "101%", "-3%", "five", "nan%", "1.5"])
def test_what_is_no_budget_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        budget(text)


def test_a_budget_without_limits_is_everybody() -> None:
    assert (Budget().of(7), Budget(share=0.5, most=2).of(100), Budget(share=0.5).of(3)) == (7, 2, 1)


def test_the_most_costly_come_first_and_the_bar_says_where_it_was_cut() -> None:
    risks = [Risk(1, 0.9, 50.0), Risk(2, 0.4, 900.0), Risk(3, 0.29, 9000.0), Risk(4, 0.5, 300.0)]
    # The third would cost most, but is not likely.
    assert choose(risks, standing=(), counted=(), most=2) == Choice((2, 4), 300.0)
    assert choose(risks, standing=(), counted=(), most=9) == Choice((2, 4, 1), 0.0)
    assert choose(risks, standing=(), counted=(), most=0) == Choice((), 0.0)


def test_what_costs_alike_goes_by_how_likely_it_is() -> None:
    risks = [Risk(1, 0.5, 0.0), Risk(2, 0.9, 0.0), Risk(3, 0.9, 0.0)]
    assert choose(risks, standing=(), counted=(), most=2).keys == (2, 3)


def test_who_stands_stays_until_it_is_far_less_likely() -> None:
    new, old = Risk(1, 0.9, 900.0), Risk(2, 0.25, 100.0)
    assert choose([new, old], standing={2}, counted={2}, most=1).keys == (2,)
    assert choose([new, Risk(2, 0.19, 100.0)], standing={2}, counted={2}, most=1).keys == ()
    assert choose([new, Risk(2, 0.19, 100.0)], standing={2}, counted={2}, most=2).keys == (1,)


def test_on_a_new_day_more_costly_ones_take_over_but_not_those_that_cost_alike() -> None:
    assert choose([Risk(1, 0.9, 120.0), Risk(2, 0.9, 100.0)], standing={2}, counted=(), most=1).keys == (2,)
    assert choose([Risk(1, 0.9, 130.0), Risk(2, 0.9, 100.0)], standing={2}, counted=(), most=1).keys == (1,)


def test_what_ended_today_is_not_alarmed_again_today_and_has_used_its_place() -> None:
    again, other = Risk(1, 0.9, 900.0), Risk(2, 0.9, 50.0)
    assert choose([again, other], standing=(), counted={1}, most=1).keys == ()
    assert choose([again, other], standing=(), counted={1}, most=2).keys == (2,)


@settings(max_examples=40)
@given(RISKS, KEYS, KEYS, st.integers(0, 12))
def test_never_above_the_budget_the_most_costly_first_and_the_same_again(
    risks: list[Risk], standing: set[int], others: set[int], most: int
) -> None:
    counted = standing | others
    found = choose(risks, standing=standing, counted=counted, most=most)
    by_key = {risk.key: risk for risk in risks}
    assert len(counted | set(found.keys)) <= max(most, len(counted))
    assert set(found.keys) <= set(by_key)
    assert not set(found.keys) & (counted - standing)
    losses = [by_key[key].loss for key in found.keys]
    assert losses == sorted(losses, reverse=True)
    for key in found.keys:
        assert by_key[key].chance >= (CALM_CHANCE if key in standing else LEAST_CHANCE)
    left = [risk for risk in risks if risk.key not in {*found.keys, *counted} and risk.chance >= LEAST_CHANCE]
    fresh = [by_key[key].loss for key in found.keys if key not in standing]
    assert all(risk.loss <= loss for risk in left for loss in fresh)
    assert choose(list(reversed(risks)), standing=standing, counted=counted, most=most) == found


@settings(max_examples=40)
@given(st.lists(RISKS, min_size=1, max_size=6), KEYS, st.integers(0, 8))
def test_over_a_day_no_more_are_alarmed_than_the_budget(
    hours: list[list[Risk]], yesterday: set[int], most: int
) -> None:
    standing, counted = yesterday, set[int]()
    for risks in hours:
        standing = set(choose(risks, standing=standing, counted=counted, most=most).keys)
        counted |= standing
        assert len(counted) <= most


@pytest.mark.parametrize(("chance", "is_standing", "stays"), [
    (LEAST_CHANCE, False, True), (LEAST_CHANCE - 1e-9, False, False),
    (CALM_CHANCE, True, True), (CALM_CHANCE - 1e-9, True, False), (1.0, False, True), (0.0, True, False),
])  # fmt: skip
def test_the_bounds_of_what_is_likely_are_in_it(chance: float, is_standing: bool, stays: bool) -> None:
    found = choose([Risk(1, chance, 9.0)], standing={1} if is_standing else (), counted=(), most=1)
    assert found.keys == ((1,) if stays else ())


def test_nobody_at_all_is_nobody() -> None:
    assert choose([], standing={1}, counted={1, 2}, most=5) == Choice((), 0.0)
    assert (Budget(share=0.05).of(0), Budget(most=3).of(0), Budget().of(0)) == (0, 0, 0)


@pytest.mark.parametrize(("share", "opened", "of"), [(0.29, 100, 29), (0.07, 100, 7), (0.05, 19, 0), (0.05, 20, 1)])
def test_a_share_is_rounded_down_but_not_below_what_it_is(share: float, opened: int, of: int) -> None:
    assert Budget(share=share).of(opened) == of


def test_a_budget_cut_within_the_day_ends_the_least_of_those_that_stand() -> None:
    risks = [Risk(1, 0.9, 10.0), Risk(2, 0.9, 30.0), Risk(3, 0.9, 20.0)]
    assert choose(risks, standing={1, 2, 3}, counted={1, 2, 3}, most=2) == Choice((2, 3), 20.0)
    assert choose(risks, standing={1, 2, 3}, counted={1, 2, 3}, most=0) == Choice((), 0.0)


@settings(max_examples=40)
@given(RISKS, KEYS, st.integers(0, 12))
def test_chosen_again_at_once_it_is_the_same(risks: list[Risk], standing: set[int], most: int) -> None:
    first = choose(risks, standing=standing, counted=(), most=most)
    again = choose(risks, standing=first.keys, counted=first.keys, most=most)
    assert set(first.keys) <= set(again.keys)
    assert (again.keys == first.keys) or len(first.keys) < most or not first.keys


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.floats(0, 100, allow_nan=False))
def test_a_share_that_is_written_is_never_more_than_it(opened: int, percent: float) -> None:
    allowed = budget(f"{percent}%").of(opened)
    assert 0 <= allowed <= opened
    assert allowed <= opened * percent / 100 + 1e-6
