"""The entries of a log come in one order, each once."""

from __future__ import annotations

import random

from tests.tickets.clocks.given import at, it, opened
from tickets.clocks.happenings import in_order

LOG = [
    opened(at(1, 9)),
    it("said", at(1, 10), "them"),
    it("replied", at(1, 10)),
    it("paused", at(1, 10), waiting_on="importer"),
    it("resumed", at(1, 12)),
    it("paused", at(1, 12), waiting_on="KPA"),
]


def test_each_entry_comes_once_and_the_earliest_first() -> None:
    shuffled = random.Random(7).sample([*LOG, *LOG], 2 * len(LOG))
    assert in_order(shuffled, at(2)) == LOG


def test_what_is_still_to_come_is_left_out() -> None:
    assert in_order(LOG, at(1, 10)) == LOG[:4]
    assert in_order(LOG, at(1, 8.9)) == []


def test_entries_that_differ_in_a_word_are_two() -> None:
    twice = [it("paused", at(1), reason="b"), it("paused", at(1), reason="a")]
    assert [entry.reason for entry in in_order(twice, at(1))] == ["a", "b"]
