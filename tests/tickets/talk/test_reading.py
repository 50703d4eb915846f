"""Reading texts: every keyword of every language, numbers alone, tickets, ratings, sentences, and nonsense."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.talk.reading import LONGEST_NUMBER, Request, read
from tickets.talk.words import KEYWORDS, LANGUAGE_NAMES, keyword


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TRACK MSCU6639870", Request(kind="track", number="MSCU6639870")),
        ("track: mscu 663987-0", Request(kind="track", number="mscu 663987-0")),
        ("Suivre RW26000123", Request(kind="track", number="RW26000123", language="fr")),
        ("kurikirana rad123b", Request(kind="track", number="rad123b", language="rw")),
        ("FUATILIA", Request(kind="track", language="sw")),
        ("MSCU 663987 0", Request(kind="track", number="MSCU6639870")),
        ("umuc2611001", Request(kind="track", number="umuc2611001")),
        ("1234567890123456", Request(kind="track", number="1234567890123456")),
        ("Aide!", Request(kind="help", language="fr")),
        ("help me please", Request(kind="help")),
        ("STOP", Request(kind="stop")),
        ("Arrêt.", Request(kind="stop", language="fr")),
        ("stop the truck at Malaba", Request(kind="words", words="stop the truck at Malaba")),
        ("hagarika", Request(kind="stop", language="rw")),
        ("anza", Request(kind="start", language="sw")),
        ("Kinyarwanda", Request(kind="language", language="rw")),
        ("fr", Request(kind="language", language="fr")),
        ("FR is my language", Request(kind="words", words="FR is my language")),
        ("5", Request(kind="rating", rating=5)),
        (" 3/5 ! ", Request(kind="rating", rating=3)),
        ("6", Request(kind="unknown", words="6")),
        ("0", Request(kind="unknown", words="0")),
        ("T26-000123 it is still there", Request(kind="ticket", number="T26-000123", words="it is still there")),
        ("[t-26-000123]: hello", Request(kind="ticket", number="T26-000123", words="hello")),
        ("T26000123", Request(kind="ticket", number="T26-000123")),
        (
            "REPORT MSCU6639870 not loaded",
            Request(kind="report", number="MSCU6639870", words="not loaded"),
        ),
        ("ripoti MSCU 6639870 haijapakiwa", Request(kind="report", number="MSCU6639870", words="haijapakiwa", language="sw")),
        ("MENYESHA ikamyo yahagaze", Request(kind="report", words="ikamyo yahagaze", language="rw")),
        ("REPORT", Request(kind="report")),
        ("My box is stuck", Request(kind="words", words="My box is stuck")),
        ("hello there", Request(kind="unknown", words="hello there")),
        ("", Request(kind="unknown")),
        ("\x00 \n", Request(kind="unknown")),
    ],
)  # fmt: skip
def test_a_text_is_read_as_what_it_wants(text: str, found: Request) -> None:
    assert read(text) == found


@pytest.mark.parametrize("kind", ["track", "help", "stop", "start", "report"])
@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_the_word_that_an_answer_names_is_understood(kind: str, language: str) -> None:
    assert read(keyword(kind, language)) == Request(kind=kind, language="" if language == "en" else language)  # type: ignore[arg-type]


def test_no_word_means_two_things() -> None:
    assert KEYWORDS.keys() & LANGUAGE_NAMES.keys() == set()


@settings(max_examples=50)
@given(st.text())
def test_anything_is_read_as_something_and_again_the_same(text: str) -> None:
    found = read(text)
    assert found == read(f"  {text}\n")
    assert len(found.number) <= LONGEST_NUMBER
    assert (found.kind == "rating") == (found.rating in range(1, 6))
