"""Reading texts: every keyword of every language, numbers alone, tickets, ratings, sentences, and nonsense."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.talk.reading import LONGEST, LONGEST_NUMBER, Request, read
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
        # Words that together are as long as a chassis number are words.
        ("container not there", Request(kind="words", words="container not there")),
        ("REPORT container released without papers", Request(kind="report", words="container released without papers")),
        ("REPORT Container 5 arrived", Request(kind="report", words="Container 5 arrived")),
        ("JTDBR32E 720123456", Request(kind="track", number="JTDBR32E720123456")),
        ("MSCU6639870 is held", Request(kind="words", words="MSCU6639870 is held")),
        ("REPORT MSCU6639870 the box is wet", Request(kind="report", number="MSCU6639870", words="the box is wet")),
        ("REPORT MSCU6639870 is held", Request(kind="report", number="MSCU6639870", words="is held")),
        ("rad 123 b", Request(kind="track", number="rad123b")),
        ("T 123 ABC", Request(kind="track", number="T123ABC")),
        ("signaler RAD 123 B en panne", Request(kind="report", number="RAD123B", words="en panne", language="fr")),
        ("REPORT MSCU 663987 0 not loaded", Request(kind="report", number="MSCU6639870", words="not loaded")),
        ("REPORT MSCU 663987", Request(kind="report", number="MSCU663987")),
        ("REPORT B/L 1 is lost", Request(kind="report", words="B/L 1 is lost")),
        # More digits or letters behind it are another number.
        ("T26-0001234", Request(kind="track", number="T26-0001234")),
        ("T26000123AB", Request(kind="track", number="T26000123AB")),
        ("#T26-000123.", Request(kind="ticket", number="T26-000123")),
        ("(T26-000123) ", Request(kind="ticket", number="T26-000123")),
        ("Re: T26-000123 ok", Request(kind="words", words="Re: T26-000123 ok")),
        ("T26-00012 it is late", Request(kind="words", words="T26-00012 it is late")),
        ("5 stars", Request(kind="unknown", words="5 stars")),
        ("5/5", Request(kind="rating", rating=5)),
        ("5 / 4", Request(kind="words", words="5 / 4")),
        ("55", Request(kind="unknown", words="55")),
        ("\u0665", Request(kind="unknown", words="\u0665")),
        ("stop it now", Request(kind="stop")),
        ("stop it now please", Request(kind="words", words="stop it now please")),
        ("  ReprendrE\n", Request(kind="start", language="fr")),
        ("«ARRÊTEZ»", Request(kind="stop", language="fr")),
        ("S\x00TOP", Request(kind="stop")),
        ("sw!", Request(kind="language", language="sw")),
        ("English please", Request(kind="unknown", words="English please")),
        ("TRACK " + "9" * 60, Request(kind="track", number="9" * 40)),
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


@settings(max_examples=40)
@given(st.integers(0, 99), st.integers(0, 999_999), st.sampled_from(["", "-"]), st.sampled_from("([#"), st.booleans())
def test_a_ticket_is_known_however_its_reference_is_written(
    year: int, number: int, dash: str, sign: str, is_small: bool
) -> None:
    ref = f"T{year:02d}-{number:06d}"
    written = sign + ref.replace("-", dash)
    found = read(f"{written.lower() if is_small else written} still here")
    assert found == Request(kind="ticket", number=ref, words="still here")


@settings(max_examples=40)
@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9), min_size=3, max_size=8))
def test_a_sentence_of_letters_alone_is_for_people_or_begins_with_a_keyword(words: list[str]) -> None:
    found = read(" ".join(words))
    if words[0].upper() in KEYWORDS:
        assert found.kind == "track" or found.number == ""
    else:
        assert found == Request(kind="words", words=" ".join(words))


@settings(max_examples=30)
@given(st.sampled_from(sorted(KEYWORDS)), st.sampled_from(["{}", " {} ", "{}.", "¡{}!", "“{}”", "{}\n"]), st.booleans())
def test_a_keyword_is_known_with_signs_around_it_and_in_small_letters(word: str, around: str, is_small: bool) -> None:
    kind, language = KEYWORDS[word]
    assert read(around.format(word.lower() if is_small else word)) == Request(kind=kind, language=language)  # type: ignore[arg-type]


def test_of_a_very_long_text_the_beginning_is_read() -> None:
    found = read("word " * 1000)
    assert (found.kind, len(found.words)) == ("words", LONGEST - 1)
    assert read("TRACK " + " " * LONGEST + "MSCU6639870") == Request(kind="track")
