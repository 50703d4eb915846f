"""Subjects without what mail programs put before them, and tokens in brackets."""

from __future__ import annotations

import pytest

from tickets.letters.subjects import is_automatic, tokens_in, topic_of


@pytest.mark.parametrize(
    "subject",
    [
        "Box stuck",
        "Re: Box stuck",
        "RE : Box stuck",
        "Re[2]: Fwd: Box stuck",
        "TR: RE: Box stuck",
        "Réf : Box stuck",
        "AW: WG: Box stuck",
        "SV: Box stuck",
        "Jibu: Box stuck",
        "Igisubizo: Box stuck",
        "回复：Box stuck",
        "[EXTERNAL] Re: Box stuck",
        "Re: [EXT] Fw: [T-26-00042] Box  stuck",
        "Box [#k7qf-j2] stuck",
    ],
)
def test_the_topic_of_an_answer_is_that_of_what_it_answers(subject: str) -> None:
    assert topic_of(subject) == "Box stuck"


@pytest.mark.parametrize(
    "subject", ["Report: two boxes", "Reefer: alarm", "Track: MSCU6639870", "(no subject)", "Re", ""]
)
def test_words_that_only_begin_like_a_prefix_stay(subject: str) -> None:
    assert topic_of(subject) == subject


def test_tokens_are_what_stands_in_brackets_and_could_be_one() -> None:
    assert tokens_in("Re: [T-26-00042] box [#k7qfj2] [a b] [x] [ abc ]") == ["T-26-00042", "K7QFJ2", "ABC"]
    assert tokens_in("[" * 1000 + "]" * 1000) == []
    assert topic_of("Re: " * 5000) == ""


def test_subjects_that_machines_begin() -> None:
    for subject in (
        "Automatic reply: Box",
        "Out of Office: Box",
        "Réponse automatique : Box",
        "Autoreply",
        "Auto-Reply: x",
    ):
        assert is_automatic(subject)
    for subject in ("Re: Automatic reply", "Automatic gate is shut", "Out of yard", ""):
        assert not is_automatic(subject)
