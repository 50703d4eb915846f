"""What is asked for by an address: sensible without anything said, and never an error."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observatory.asking import GRAINS, MOST, asked_of
from observatory.figures import periods

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("query", "grain", "since", "until"),
    [
        ({}, "month", date(2025, 11, 1), TODAY),
        ({"grain": "week"}, "week", date(2026, 6, 1), TODAY),
        ({"grain": "day"}, "day", date(2026, 10, 28), TODAY),
        ({"grain": "year"}, "month", date(2025, 11, 1), TODAY),
        ({"from": "2026-03", "until": "2026-05-31"}, "month", date(2026, 3, 1), date(2026, 5, 31)),
        ({"until": "2030-01-01"}, "month", date(2025, 11, 1), TODAY),
        ({"from": "2026-12-01", "until": "2026-11-01"}, "month", date(2026, 11, 1), date(2026, 11, 1)),
    ],
)
def test_ranges(query: dict[str, str], grain: str, since: date, until: date) -> None:
    found = asked_of(query, today=TODAY)
    assert (found.grain, found.since, found.until) == (grain, since, until)


@settings(max_examples=50)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "grain": st.one_of(st.sampled_from(GRAINS), st.text(max_size=5)),
            **dict.fromkeys(("from", "until"), st.one_of(st.dates().map(str), st.text(max_size=12))),
            **dict.fromkeys(("part", "by", "published"), st.text(max_size=12)),
        },
    )
)
def test_nothing_that_is_asked_is_an_error_or_too_much(query: dict[str, str]) -> None:
    found = asked_of(query, today=TODAY)
    assert found.since <= found.until <= TODAY
    assert 1 <= len(periods(found.grain, found.since, found.until)) <= MOST
    # The address asks for the same again.
    assert asked_of(dict(parse_qsl(found.address())), today=TODAY) == found


def test_parts_and_the_range_before() -> None:
    asked = {"part": "cargo:container", "by": "node", "from": "2026-03-01", "until": "2026-03-31", "published": "0"}
    found = asked_of(asked, today=TODAY)
    assert (found.part, found.by, found.is_published_shown) == ("cargo:container", "node", False)
    assert (found.earlier().since, found.earlier().until) == (date(2026, 1, 29), date(2026, 2, 28))
    assert "part" not in found.address(part="")
    wrong = asked_of({"part": "a\x00:b", "by": "x y"}, today=TODAY)
    assert (wrong.part, wrong.by) == ("", "")
