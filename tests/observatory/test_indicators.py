"""How an indicator is written down: between which milestones, of what, and what follows from its kind."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from django.utils.translation import gettext_lazy as _

from observatory.indicators import BLOCKS, Indicator, Measure, amount, hours

NAME = _("Container dwell time")


@pytest.mark.parametrize(
    ("between", "starts", "stops"),
    [
        ("discharged > gate_out", ("discharged",), "gate_out"),
        ("discharged>gate_out", ("discharged",), "gate_out"),
        ("discharged  do_issued > kra_cleared", ("discharged", "do_issued"), "kra_cleared"),
        ("duty_paid|bond_debited > rra_released", ("duty_paid|bond_debited",), "rra_released"),
        ("", (), ""),
    ],
)
def test_a_length_of_time_is_written_with_an_arrow(between: str, starts: tuple[str, ...], stops: str) -> None:
    one = hours("port", "x", NAME, between)
    assert (one.starts, one.stops, one.measure, one.unit) == (starts, stops, "duration", "h")


def test_what_it_is_limited_to_is_written_as_words() -> None:
    one = hours("port", "x", NAME, "a > b", cargo="roro dry_bulk", places="xx-a xx-b", way="rail", also=("y",))
    assert (one.cargo, one.places) == (frozenset({"roro", "dry_bulk"}), frozenset({"xx-a", "xx-b"}))
    assert (one.way, one.also, one.is_ours, one.is_more_better) == ("rail", ("y",), True, False)
    assert (hours("port", "x", NAME).cargo, hours("port", "x", NAME).places) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    ("measure", "single"),
    [("duration", True), ("stock", True), ("sum", False), ("share", False), ("count", False)],
)
def test_single_readings_say_something_of_times_and_of_what_stood(measure: Measure, single: bool) -> None:
    one = amount("data", measure, "n", "x", NAME)
    assert (one.has_percentiles, one.measure, one.starts, one.stops) == (single, measure, (), "")


def test_an_indicator_is_the_same_for_as_long_as_it_is_there() -> None:
    one = amount("data", "sum", "t", "x", NAME)
    with pytest.raises(FrozenInstanceError):
        one.slug = "y"  # type: ignore[misc]
    assert one == Indicator(block="data", measure="sum", unit="t", slug="x", name=NAME)


def test_each_block_is_shown_once() -> None:
    assert len(BLOCKS) == len(set(BLOCKS)) == 7
