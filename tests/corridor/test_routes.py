"""Routes: lengths that are partly unknown, borders and modes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.routes import Total, Way, borders_of, modes_of, spread_of, total_of

ways = st.lists(
    st.builds(Way, mode=st.sampled_from(["road", "rail"]), km=st.none() | st.integers(1, 900), to_border=st.booleans()),
    max_size=8,
)


@pytest.mark.parametrize(
    ("lengths", "total"),
    [
        ([927, 217, 429, 87], Total(1660, True)),
        ([None, 355, 217], Total(572, False)),
        ([None, None], Total(None, False)),
        ([], Total(None, False)),
    ],
)
def test_an_unknown_length_is_never_nothing(lengths: list[int | None], total: Total) -> None:
    assert total_of(Way("road", km) for km in lengths) == total


@given(ways=ways)
def test_the_order_of_the_legs_changes_no_length(ways: list[Way]) -> None:
    total = total_of(ways)
    assert total == total_of(ways[::-1])
    assert total.is_complete == (ways != [] and all(way.km is not None for way in ways))
    assert (total.km or 0) == sum(way.km or 0 for way in ways)


@given(ways=ways)
def test_modes_never_repeat_next_to_each_other(ways: list[Way]) -> None:
    modes = modes_of(ways)
    assert all(one != other for one, other in pairwise(modes))
    assert set(modes) == {way.mode for way in ways}
    assert (modes[:1], modes[-1:]) == ([way.mode for way in ways[:1]], [way.mode for way in ways[-1:]])


def test_a_border_at_the_end_is_not_crossed() -> None:
    to_border, on = Way("road", 1, to_border=True), Way("road", 1)
    assert [borders_of(chain) for chain in ([to_border, on, to_border, on], [on, to_border], [on], [])] == [2, 0, 0, 0]


@pytest.mark.parametrize(
    ("lengths", "spread"), [([1660, 1682], (1660, 1682)), ([5, 9, 7], (5, 9)), ([7], None), ([7, 7], None), ([], None)]
)
def test_a_spread_is_what_contradicts(lengths: list[int], spread: tuple[int, int] | None) -> None:
    assert spread_of(lengths) == spread
