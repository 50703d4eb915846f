"""What is asked for by an address: sensible without anything said, and never an error."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observatory.asking import EARLIEST, GRAINS, MOST, USUAL, Asked, asked_of
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
    # Of a whole month it is the month before, of days as many days.
    assert (found.earlier().since, found.earlier().until) == (date(2026, 2, 1), date(2026, 2, 28))
    days = asked_of({"from": "2026-03-02", "until": "2026-03-31"}, today=TODAY)
    assert (days.earlier().since, days.earlier().until) == (date(2026, 1, 31), date(2026, 3, 1))
    assert days.in_months() == asked_of({"from": "2026-03", "until": "2026-03-31"}, today=TODAY)
    assert "part" not in found.address(part="")
    wrong = asked_of({"part": "a\x00:b", "by": "x y"}, today=TODAY)
    assert (wrong.part, wrong.by) == ("", "")


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("until", ["0001-01-01", "0001-01-02", "1900-01-01", "1999-12-31", "2000-01-01"])
def test_no_range_ends_before_the_earliest_day(grain: str, until: str) -> None:
    found = asked_of({"grain": grain, "until": until}, today=TODAY)
    assert (found.since, found.until) == (EARLIEST, EARLIEST)
    assert found.earlier().until == EARLIEST - timedelta(days=1)


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("since", ["0001-01-01", "2000-01-01", "2000-02"])
def test_the_longest_range_and_the_one_before_can_be_told(grain: str, since: str) -> None:
    found = asked_of({"grain": grain, "from": since}, today=TODAY)
    earlier = found.earlier()
    assert earlier.until - earlier.since == found.until - found.since
    assert len(periods(grain, found.since, found.until)) == {"day": MOST, "week": MOST, "month": 323}[grain] - (
        since == "2000-02" and grain == "month"
    )


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(GRAINS), st.dates(EARLIEST + timedelta(days=9), TODAY))
def test_the_usual_range_has_the_usual_number_of_periods(grain: str, until: date) -> None:
    found = asked_of({"grain": grain, "until": until.isoformat()}, today=TODAY)
    count = len(periods(grain, found.since, found.until))
    assert count == USUAL[grain] or (found.since == EARLIEST and count < USUAL[grain])


@settings(max_examples=40, deadline=None)
@given(st.dates(EARLIEST, TODAY), st.dates(EARLIEST, TODAY))
def test_the_range_before_touches_this_one_and_is_as_long(one: date, other: date) -> None:
    since, until = sorted((one, other))
    found = Asked(grain="month", since=since, until=until)
    earlier = found.earlier()
    assert earlier.until + timedelta(days=1) == since
    assert earlier.until - earlier.since == until - since


@pytest.mark.parametrize(
    ("part", "by", "kept"),
    [
        ("cargo:container", "node", ("cargo:container", "node")),
        ("cargo:" + "x" * 60, "x" * 20, ("cargo:" + "x" * 60, "x" * 20)),
        ("cargo:" + "x" * 61, "x" * 21, ("", "")),
        ("Cargo:x", "Node", ("", "")),
        ("cargo:", "", ("", "")),
        (":x", "a-b", ("", "")),
        ("node:ke-port/mombasa", "node\n", ("node:ke-port/mombasa", "")),
        ("origin:Côte d'Ivoire", "origin", ("origin:Côte d'Ivoire", "origin")),
        # No file of XML has such characters, a drawing and a workbook neither.
        ("cargo:\x01", "\x01", ("", "")),
        ("cargo:x\ufffe", "cargo\ufffe", ("", "")),
    ],
)
def test_parts_are_of_one_form(part: str, by: str, kept: tuple[str, str]) -> None:
    found = asked_of({"part": part, "by": by}, today=TODAY)
    assert (found.part, found.by) == kept


def test_an_address_says_no_more_than_it_must() -> None:
    plain = asked_of({}, today=TODAY)
    assert plain.address() == "grain=month&from=2025-11-01&until=2026-11-26"
    assert plain.address(by="cargo") == "grain=month&from=2025-11-01&until=2026-11-26&by=cargo"
    odd = asked_of({"part": "origin:a&b=c#d e"}, today=TODAY)
    assert dict(parse_qsl(odd.address()))["part"] == "origin:a&b=c#d e"
