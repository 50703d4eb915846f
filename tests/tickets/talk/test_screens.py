"""Screens of the menu: never longer than a small telephone shows, and the question is never cut by a remark."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from tickets.talk.screens import LONGEST, MARK, SCREENS, ending, going_on, plain, screen

ROOM = LONGEST - MARK
REMARK = "Not one of these.\n"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("", ""),
        ("Où est mon fret ?", "Ou est mon fret ?"),
        ("Ça coûte 5 €", "Ca coute 5 EUR"),
        ("“Yes” – no…", '"Yes" - no...'),
        ("e\u0301", "e"),
        ("\u0301", ""),
        ("日本", "??"),
        ("[a]|b", "(a)/b"),
    ],
)
def test_words_become_plain_letters(words: str, shown: str) -> None:
    assert plain(words) == shown


@tries(max_examples=40)
@given(st.text(max_size=300))
def test_plain_words_stay_as_they_are(words: str) -> None:
    once = plain(words)
    assert (once.isascii(), plain(once)) == (True, once)


@pytest.mark.parametrize("show", [going_on, ending])
def test_a_screen_that_just_fits_is_whole_and_a_longer_one_is_cut(show: object) -> None:
    assert callable(show)
    whole, cut = show("x" * ROOM), show("x" * (ROOM + 1))
    assert (whole[MARK:], len(whole)) == ("x" * ROOM, LONGEST)
    assert (cut[MARK:], len(cut)) == ("x" * (ROOM - 3) + "...", LONGEST)


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
@pytest.mark.parametrize("code", ["language", "menu", "track", "cost", "report", "problem", "words"])
def test_a_wrong_choice_shows_the_whole_question_again(code: str, language: str) -> None:
    with translation.override(language):
        right, wrong = screen(code), screen(code, is_wrong=True)
        remark = plain(f"{SCREENS['wrong']}\n")
    question = right[MARK:]
    fits = len(remark) + len(right) <= LONGEST
    assert wrong == (f"CON {remark}{question}" if fits else right)
    assert len(wrong) <= LONGEST


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
@pytest.mark.parametrize(("code", "keys"), [("menu", "12340"), ("problem", "12345670"), ("words", "0"), ("track", "0")])
def test_every_choice_has_its_own_line_in_every_language(code: str, keys: str, language: str) -> None:
    with translation.override(language):
        lines = screen(code).splitlines()[1:]
    assert [line[:2] for line in lines] == [f"{key} " for key in keys]


def test_the_first_screen_is_the_same_in_every_language() -> None:
    shown = set()
    for language in dict(settings.LANGUAGES):
        with translation.override(language):
            shown.add(screen("language"))
    assert shown == {"CON KPA Liaison Office Kigali\n1 Kinyarwanda\n2 English\n3 Francais\n4 Kiswahili"}


def test_signs_of_our_own_templates_in_a_number_are_only_signs() -> None:
    assert screen("not_found", {"number": "%(number)s"}).startswith("CON We know nothing of %(number)s. Type")


def test_a_remark_stands_before_a_question_that_leaves_room() -> None:
    assert screen("words", is_wrong=True).startswith(f"CON {REMARK}Say in a few words")
