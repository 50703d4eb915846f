"""The words for kinds: every kind that is known has some, in every language, and none that is not goes missing."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import translation

from feeds.words import KINDS, kind_words, meaning_words


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_kind_has_words_in_every_language(language: str) -> None:
    with translation.override(language):
        words = {kind: kind_words(kind) for kind in KINDS}
    assert [kind for kind, text in words.items() if text == kind or not text.strip()] == []


def test_the_words_are_those_of_the_language_of_the_moment() -> None:
    said = []
    for language in ("en", "fr"):
        with translation.override(language):
            said.append(kind_words("gate_out"))
    assert said[0] == "Out of the gate"
    assert said[1] != said[0]


def test_a_kind_without_words_is_shown_by_its_code() -> None:
    assert kind_words("teleported") == "teleported"


@pytest.mark.parametrize(
    ("kind", "words"), [(None, "not read"), ("", "not followed"), ("sealed", "Electronic seal armed"), ("x", "x")]
)
def test_what_a_code_means(kind: str | None, words: str) -> None:
    assert meaning_words(kind) == words
