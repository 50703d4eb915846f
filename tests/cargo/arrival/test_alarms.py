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
