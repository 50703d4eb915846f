"""Voices of the demo: everything is said once, in its order, however the time is cut into pieces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.voices import Told

AT = datetime(2026, 11, 20, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Word:
    """Something said at a minute."""

    minute: int
    text: str = ""

    @property
    def reported_at(self) -> datetime:
        """When it is said."""
        return minute(self.minute)


def minute(number: int) -> datetime:
    return AT + timedelta(minutes=number)


words = st.lists(st.builds(Word, st.integers(0, 30), st.sampled_from("abc")), max_size=12)
minutes = st.integers(-5, 35)


def test_it_tells_what_lies_behind_one_moment_up_to_another() -> None:
    one, two, three = (Word(number) for number in (1, 2, 3))
    voice = Told([three, one, two])
    assert voice.between(minute(0), minute(9)) == [one, two, three]
    assert voice.between(minute(1), minute(2)) == [two]
    assert voice.between(minute(1), minute(1)) == []
    assert voice.between(minute(3), minute(1)) == []


@pytest.mark.parametrize(("now", "last"), [(0, None), (1, 1), (2, 1), (3, 3), (99, 3)])
def test_when_something_was_last_said(now: int, last: int | None) -> None:
    voice = Told([Word(3), Word(1)])
    assert voice.last_at(minute(now)) == (None if last is None else minute(last))
    assert voice.first_at() == minute(1)


def test_who_has_nothing_to_say_says_nothing() -> None:
    voice = Told([])
    assert (voice.first_at(), voice.last_at(AT), voice.between(AT, minute(9))) == (None, None, [])


def test_what_is_said_at_one_moment_is_in_the_order_of_its_key() -> None:
    said = [Word(1, "c"), Word(1, "a"), Word(0, "z"), Word(1, "b")]
    in_order = Told(said, key=lambda word: word.text).between(minute(-1), minute(9))
    assert [word.text for word in in_order] == ["z", "a", "b", "c"]
    as_given = Told(said).between(minute(-1), minute(9))
    assert [word.text for word in as_given] == ["z", "c", "a", "b"]


@given(words, st.lists(minutes, max_size=6))
def test_time_cut_into_pieces_tells_the_same_as_the_whole(said: list[Word], cuts: list[int]) -> None:
    voice = Told(said, key=lambda word: word.text)
    bounds = [-10, *sorted(cuts), 40]
    pieces = [word for since, until in pairwise(bounds) for word in voice.between(minute(since), minute(until))]
    assert pieces == list(voice.between(minute(-10), minute(40)))
    assert sorted(pieces, key=lambda word: (word.minute, word.text)) == pieces
    assert len(pieces) == len(said)


@given(words, minutes)
def test_the_last_moment_is_that_of_the_last_word_so_far(said: list[Word], now: int) -> None:
    voice = Told(said)
    told = voice.between(minute(-10), minute(now))
    assert voice.last_at(minute(now)) == (told[-1].reported_at if told else None)
    assert voice.first_at() == min((word.reported_at for word in said), default=None)
