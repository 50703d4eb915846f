"""What a measured wait says, and what it cannot say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.models import Standing, Wait
from corridor.waits import USUAL, Measured, keep_waits, severity_of
from tests.corridor.test_settling import MALABA, NOW


def measured(**more: Any) -> Measured:
    values: dict[str, Any] = {
        "kind": "border",
        "node": "xx-border-malaba",
        "now_s": 3600,
        "now_n": 3,
        "usual_s": 3600,
        "usual_p90_s": 7200,
        "usual_n": 30,
    }
    return Measured(**(values | more))


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        ({}, "normal"),
        ({"now_s": 5399}, "normal"),
        ({"now_s": 5400}, "slow"),
        ({"now_s": 10799}, "slow"),
        ({"now_s": 10800}, "severe"),
        ({"now_s": 0}, "normal"),
        ({"now_n": 2}, "unknown"),
        ({"usual_n": 29}, "unknown"),
        ({"now_s": None, "now_n": 0}, "unknown"),
        ({"usual_s": None, "usual_p90_s": None, "usual_n": 0}, "unknown"),
        ({"now_s": None, "now_n": 0, "waiting_n": 3, "waiting_s": 5400}, "slow"),
        ({"now_s": None, "now_n": 0, "waiting_n": 3, "waiting_s": 10800}, "severe"),
        ({"now_s": None, "now_n": 0, "waiting_n": 3, "waiting_s": 60}, "unknown"),
        ({"now_s": None, "now_n": 0, "waiting_n": 2, "waiting_s": 99999}, "unknown"),
    ],
)
def test_the_thresholds(more: dict[str, Any], severity: str) -> None:
    assert severity_of(measured(**more)) == severity


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_waiting_longer_is_never_better(one: int, other: int) -> None:
    order = ["normal", "slow", "severe"]
    short, long = sorted([one, other])
    assert order.index(severity_of(measured(now_s=short))) <= order.index(severity_of(measured(now_s=long)))


def test_it_is_kept_once_for_each_node_and_replaced(network: None) -> None:
    keep_waits([measured(longest_s=9, waiting_n=1, waiting_s=9)], at=NOW)
    keep_waits([measured(now_s=7200)], at=NOW + timedelta(minutes=1))
    kept = Wait.objects.get()
    assert (kept.now_s, kept.waiting_n, kept.longest_s, kept.severity) == (7200, 0, None, "slow")
    assert (kept.measured_at, kept.usual_since) == (NOW + timedelta(minutes=1), NOW + timedelta(minutes=1) - USUAL)
    assert dict(Standing.objects.values_list("subject", "severity")) == {MALABA: "slow"}


def test_what_is_of_too_few_says_nothing(network: None) -> None:
    keep_waits([measured(now_n=1)], at=NOW)
    assert not Standing.objects.exists()
