"""What every way in keeps: words that fit, and a time that ends."""

from __future__ import annotations

import time

import pytest

from feeds.ways.contract import Deadline, Item, PullFailed, Refused


def test_a_failure_says_what_can_be_kept() -> None:
    failed = PullFailed("x" * 999, retry_after_s=7)
    assert (len(str(failed)), failed.retry_after_s, PullFailed("no").retry_after_s) == (300, 7, None)


def test_a_refusal_names_what_was_refused() -> None:
    assert str(Refused("gate.edi", "too large")) == "gate.edi: too large"


def test_an_item_that_needs_no_telling_is_told_nothing() -> None:
    Item(b"x", "x").acknowledge()


def test_the_next_item_has_its_own_time_and_all_together_no_more_than_they_have() -> None:
    deadline = Deadline(item_s=0.2, total_s=0.3)
    assert 0 < deadline.left() <= 0.2
    time.sleep(0.21)
    with pytest.raises(PullFailed, match="The answer took longer than 0 s"):
        deadline.left()
    deadline.restart()
    assert 0 < deadline.left() <= 0.1
    time.sleep(0.1)
    deadline.restart()
    with pytest.raises(PullFailed):
        deadline.left()


def test_an_item_and_a_refusal_need_no_putting_away_unless_they_say_so() -> None:
    done: list[str] = []
    Item(b"x", "a.edi").acknowledge()
    Refused("a.edi", "too large").acknowledge()
    Refused("b.edi", "too large", acknowledge=lambda: done.append("b.edi")).acknowledge()
    assert done == ["b.edi"]
    assert str(Refused("a.edi", "too large")) == "a.edi: too large"


def test_a_failure_is_one_sentence_of_bounded_length_and_keeps_how_long_to_wait() -> None:
    failure = PullFailed("x" * 500, retry_after_s=30)
    assert (len(str(failure)), failure.retry_after_s, PullFailed("x").retry_after_s) == (300, 30, None)


def test_an_item_that_takes_too_long_ends_the_pull() -> None:
    deadline = Deadline(item_s=0.05, total_s=60)
    assert 0 < deadline.left() <= 0.05
    time.sleep(0.06)
    with pytest.raises(PullFailed, match="longer than 0 s"):
        deadline.left()
    deadline.restart()
    assert deadline.left() > 0


def test_no_item_gets_more_than_what_is_left_for_all_of_them() -> None:
    deadline = Deadline(item_s=60, total_s=0.05)
    assert deadline.left() <= 0.05
    time.sleep(0.06)
    deadline.restart()
    with pytest.raises(PullFailed):
        deadline.left()
