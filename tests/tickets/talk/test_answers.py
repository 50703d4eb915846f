"""Answers: each fits into one SMS of the basic alphabet, in every language, with the longest that may stand in it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from notify.gsm import SINGLE, gsm
from tickets.talk.answers import ANSWERS, LONGEST_QUOTE, answer, words_of
from tickets.talk.reading import read

LONGEST: dict[str, str | int] = {
    "ref": "T26-000123",
    "number": "M" * LONGEST_QUOTE,
    "meant": "MSCU6639870",
    "rating": 5,
    "words": "",
}


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
@pytest.mark.parametrize("code", ANSWERS)
def test_an_answer_is_one_sms_and_nothing_of_it_is_cut(code: str, language: str) -> None:
    with translation.override(language):
        whole = words_of(code, **LONGEST)
        assert len(whole) <= SINGLE, whole
        assert ("?" * 2 in whole, gsm(whole)) == (False, whole)
        assert answer(code, **LONGEST) == whole


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_help_names_keywords_that_are_understood(language: str) -> None:
    with translation.override(language):
        said = answer("help")
    kinds = [read(word.strip(":.,")).kind for word in said.split() if word.strip(":.,").isupper()]
    assert {"track", "report", "stop", "language"} <= set(kinds)
    # The office's name and the number of the languages: EN FR RW SW.
    assert kinds.count("language") == 4


@tries(max_examples=30)
@given(st.text(max_size=400), st.sampled_from(["replied", "resolved"]))
def test_the_words_of_others_take_what_is_left(words: str, code: str) -> None:
    said = answer(code, ref="T26-000123", words=words)
    assert len(said) <= SINGLE
    assert said == gsm(said)
    assert said.startswith("T26-000123")
