"""What is compared is of one unit, so that it can stand on one scale."""

from __future__ import annotations

from observatory.comparing import COMPARISONS
from observatory.page import MOST_DRAWN
from observatory.registry import INDICATORS


def test_each_comparison_is_of_one_unit_and_can_be_told_apart() -> None:
    for key, one in COMPARISONS.items():
        units = {INDICATORS[side.slug].unit for side in one.sides}
        assert len(units) == 1, key
        assert 2 <= len(one.sides) <= MOST_DRAWN, key
        assert len(set(one.sides)) == len(one.sides), key
