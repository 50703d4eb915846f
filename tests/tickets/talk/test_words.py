"""The words of texts: none means two things, and each is one that a small telephone can type."""

from __future__ import annotations

import re

import pytest

from tickets.talk import words
from tickets.talk.reading import Request, read
from tickets.talk.words import KEYWORDS, LANGUAGE_NAMES, keyword

LANGUAGES = ("fr", "rw", "sw")


@pytest.mark.parametrize("kind", ["track", "help", "stop", "start", "report"])
def test_every_language_has_a_word_of_its_own_for_what_is_wanted(kind: str) -> None:
    named = [keyword(kind, language) for language in ("en", *LANGUAGES)]
    assert len(set(named)) == 4
    assert [KEYWORDS[word] for word in named] == [(kind, language) for language in ("", *LANGUAGES)]


def test_no_word_is_written_down_twice() -> None:
    written = [word for languages in words._WORDS.values() for said in languages.values() for word in said.split()]
    written += [word for said in words._LANGUAGES.values() for word in said.split()]
    assert len(written) == len(KEYWORDS) + len(LANGUAGE_NAMES) == len(set(written))


def test_words_are_plain_capital_letters() -> None:
    assert [word for word in [*KEYWORDS, *LANGUAGE_NAMES] if not re.fullmatch(r"[A-Z]{2,14}", word)] == []


@pytest.mark.parametrize("language", ["en", "de", "", "en-gb"])
def test_a_language_that_we_do_not_have_is_answered_with_the_english_words(language: str) -> None:
    named = [keyword(kind, language) for kind in ("track", "help", "stop", "start", "report")]
    assert named == ["TRACK", "HELP", "STOP", "START", "REPORT"]


@pytest.mark.parametrize("word", ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "QUIT", "END"])
def test_what_carriers_ask_for_ends_messages_but_an_ordinary_word_does_not(word: str) -> None:
    wanted = Request(kind="unknown", words=word) if word == "END" else Request(kind="stop")
    assert read(word) == wanted


@pytest.mark.parametrize("word", sorted(LANGUAGE_NAMES))
def test_the_name_of_a_language_alone_chooses_it(word: str) -> None:
    assert read(word) == Request(kind="language", language=LANGUAGE_NAMES[word])
    assert read(f"{word} is what I speak").kind == "words"
