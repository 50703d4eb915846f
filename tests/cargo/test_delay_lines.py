"""The table of where the days went: what took how long, what is usual, and what is unknown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from cargo.delay_lines import FULL, LABELS, delay_lines
from cargo.delays import APART, PARTS
from cargo.models import Consignment, Milestone
from cargo.usual import NOTHING, Figures, Usual
from feeds.models import Source
from tests.cargo.test_reading import NOW, csv, row, take_in


def milestones() -> list[Milestone]:
    return list(Milestone.objects.order_by("pk"))


def hours(median: float, n: int = 30) -> Usual:
    return Usual(timedelta(hours=median), timedelta(hours=2 * median), n)


def test_each_part_stands_beside_what_is_usual(clerk: Source, consignment: Consignment) -> None:
    assert delay_lines(milestones(), "container", NOTHING, at=NOW) == []
    take_in(clerk, csv(row("gate_out", 100), row("border_in", 40, node="xx-border-malaba")))
    parts = {("container", "road"): hours(50), ("container", "border"): hours(10), ("container", "kigali"): hours(5, 3)}
    parts[("roro", "seal")] = hours(1)
    found = delay_lines(milestones(), "container", Figures(parts, {}, {}), at=NOW)
    assert [(line.label, line.lasted, line.usual, line.n, line.is_open, line.verdict) for line in found] == [
        ("Road, rail or pipeline", "2 days", "2 days", 30, False, ""),
        ("Borders", "40 hours", "10 hours", 30, True, "30 hours more than usual"),
        ("Kigali", "", "5 hours", 3, False, ""),
    ]
    assert [(line.bar, line.usual_bar) for line in found] == [(100, 83), (67, 17), (0, 8)]
    few = delay_lines(milestones(), "container", Figures({("container", "border"): hours(10, 29)}, {}, {}), at=NOW)
    assert [(line.part, line.verdict) for line in few] == [("road", ""), ("border", "")]


def test_what_was_not_told_apart_says_so(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("discharged", 100), row("gate_out", 40)))
    found = delay_lines(milestones(), "container", NOTHING, at=NOW)
    assert [(line.label, line.lasted, line.usual) for line in found] == [
        ("Road, rail or pipeline", "40 hours", ""),
        ("Not told apart", "2 days", ""),
    ]


hours_ = st.floats(0, 3000)


@given(st.dictionaries(st.sampled_from([*PARTS]), st.tuples(hours_, st.integers(1, 99))), hours_)
def test_bars_never_leave_their_frame(usual: dict[str, tuple[float, int]], ago: float) -> None:
    parts = {("container", part): hours(median, n) for part, (median, n) in usual.items()}
    at = NOW + timedelta(hours=ago)
    trip = [Milestone(code="border1_in", actual_at=NOW), Milestone(code="border1_out", actual_at=at)]
    found = delay_lines(trip, "container", Figures(parts, {}, {}), at=at)
    assert all(0 <= line.bar <= FULL and 0 <= line.usual_bar <= FULL for line in found)
    assert {line.part for line in found} >= set(usual)
    assert [line.part for line in found] == [part for part in (*PARTS, APART) if part in {line.part for line in found}]
    for line in found:
        assert (line.usual == "") == (line.n == 0)
        assert line.verdict == "" or line.n >= 30


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
def test_every_part_has_words_in_every_language(language: str) -> None:
    english = {part: str(label) for part, label in LABELS.items() if part != "kigali"}
    with translation.override(language):
        assert {part for part in english if str(LABELS[part]) == english[part]} == set()
    assert set(LABELS) == {*PARTS, APART}
