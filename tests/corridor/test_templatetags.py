"""What templates say of places."""

from __future__ import annotations

import pytest
from django.utils import translation

from corridor.templatetags.places import days


@pytest.mark.parametrize(
    ("language", "first", "last", "words"),
    [
        ("en", 0, 4, "Monday – Friday"),
        ("en", 6, 6, "Sunday"),
        ("fr", 0, 6, "lundi – dimanche"),
        ("sw", 5, 5, "Jumamosi"),
        ("rw", 0, 0, "Kuwa mbere"),
    ],
)
def test_days_are_named_in_the_readers_language(language: str, first: int, last: int, words: str) -> None:
    with translation.override(language):
        assert days(first, last) == words
