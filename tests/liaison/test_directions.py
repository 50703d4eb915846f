"""Names that run from right to left in plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.directions import isolated


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Ikirere", "Ikirere"),
        ("卢旺达", "卢旺达"),
        ("شركة 1999", "\u2068شركة 1999\u2069"),
        ("One\nחברה\n", "One\n\u2068חברה\u2069\n"),
        (
            {"who": "شركة", "n": 3, "more": ["a", "ش"]},
            {"who": "\u2068شركة\u2069", "n": 3, "more": ["a", "\u2068ش\u2069"]},
        ),
        (None, None),
        (True, True),
    ],
)
def test_what_runs_from_right_to_left_is_kept_together(said: object, kept: object) -> None:
    assert isolated(said) == kept


@given(st.text())
def test_nothing_of_a_text_is_lost(text: str) -> None:
    text = text.replace("\u2068", "").replace("\u2069", "")
    assert isolated(text).replace("\u2068", "").replace("\u2069", "") == text
