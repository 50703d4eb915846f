"""Answers: each fits into one SMS of the basic alphabet, in every language, with the longest that may stand in it."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from notify.gsm import SINGLE, gsm
from tickets.talk.answers import _KINDS, ANSWERS, LONGEST_QUOTE, answer, words_of
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


@tries(max_examples=40)
@given(st.text(max_size=200), st.sampled_from(["not_found", "several"]), st.sampled_from(["en", "fr", "rw", "sw"]))
def test_whatever_number_somebody_typed_the_answer_is_one_sms(number: str, code: str, language: str) -> None:
    with translation.override(language):
        said = answer(code, number=number)
    assert (len(said) <= SINGLE, gsm(said)) == (True, said)


@pytest.mark.parametrize("number", ["%(track)s", "%", "%s %d", "{}", "100%"])
def test_signs_of_our_own_templates_in_a_number_are_only_signs(number: str) -> None:
    assert f"nothing of {gsm(number)}." in answer("not_found", number=number)


def test_a_long_number_is_quoted_by_its_beginning_and_blanks_are_one() -> None:
    assert answer("not_found", number="A" * 30).startswith(f"We know nothing of {'A' * 17}.... Look")
    assert answer("not_found", number=" A \n  B ").startswith("We know nothing of A B. Look")


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_the_words_of_a_solution_never_push_the_question_out(language: str) -> None:
    with translation.override(language):
        short, long = (answer("resolved", ref="T26-000123", words=words) for words in ("Done.", "word " * 200))
        frame = words_of("resolved", ref="T26-000123", words="")
    tail = short.partition("Done.")[2]
    assert long.endswith(tail)
    assert len(short) == len(frame) + len("Done.")
    assert SINGLE - 1 <= len(long) <= SINGLE


def test_words_that_just_fit_are_whole_and_one_more_cuts_them() -> None:
    room = SINGLE - len(words_of("replied", ref="T26-000123", words=""))
    whole, cut = (answer("replied", ref="T26-000123", words="x" * length) for length in (room, room + 1))
    assert (whole[-room:], len(whole)) == ("x" * room, SINGLE)
    assert (cut.endswith("x" * 3 + "..."), len(cut)) == (True, SINGLE)


@pytest.mark.parametrize("code", ANSWERS)
def test_an_answer_asks_for_nothing_but_what_is_given(code: str) -> None:
    asked = set(re.findall(r"%\((\w+)\)s", str(ANSWERS[code]))) - set(_KINDS)
    assert asked <= set(LONGEST)
    if asked:
        with pytest.raises(KeyError):
            words_of(code)
