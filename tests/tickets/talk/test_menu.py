"""The USSD menu: every choice, the way back, wrong inputs, and that any inputs lead somewhere."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from tickets.models import Category
from tickets.talk.menu import CHOICES, FEWEST_LETTERS, LANGUAGES, PROBLEMS, Place, walk
from tickets.talk.screens import LONGEST, SCREENS, ending, plain, screen


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", Place()),
        ("7", Place(is_wrong=True)),
        ("7*1", Place(screen="menu", language="rw")),
        ("2", Place(screen="menu", language="en")),
        ("2*9", Place(screen="menu", language="en", is_wrong=True)),
        ("2*9*1", Place(screen="track", language="en")),
        ("2*0", Place()),
        ("2*0*3", Place(screen="menu", language="fr")),
        ("4*1* mscu 6639870 ", Place(screen="track", language="sw", number="mscu 6639870", is_asked=True)),
        ("4*1*X1*X2", Place(screen="track", language="sw", number="X2", is_asked=True)),
        ("4*1*", Place(screen="track", language="sw", is_wrong=True)),
        ("1*3*B1*4*0*0", Place(screen="report", language="rw")),
        ("1*3*B1*4*0*2", Place(screen="words", language="rw", number="B1", problem="CUSTOMS_KE")),
        ("1*3*B1*4*no*stuck", Place(screen="words", language="rw", number="B1", problem="BORDER_QUEUE", words="no*stuck", is_asked=True)),
        ("1*3*B1*4*   a   b  ", Place(screen="words", language="rw", number="B1", problem="BORDER_QUEUE", is_wrong=True)),
        # Back is back also after words that were too few.
        ("1*3*B1*4*no*0", Place(screen="problem", language="rw", number="B1")),
        ("1*3*B1*4*no*0*0*0", Place(screen="menu", language="rw")),
        ("1*3*B1*4*no*0*4*stuck*0", Place(screen="words", language="rw", number="B1", problem="BORDER_QUEUE", words="stuck*0", is_asked=True)),
        ("1*3*B1*4*abcd", Place(screen="words", language="rw", number="B1", problem="BORDER_QUEUE", words="abcd", is_asked=True)),
        ("1*4*0", Place()),
        ("1*4*4", Place(screen="borders", language="rw", is_asked=True)),
        ("1*4*7", Place(screen="menu", language="rw", is_wrong=True)),
        (" 2 * 1 ", Place(screen="track", language="en")),
        ("5", Place(is_wrong=True)),
        ("12", Place(is_wrong=True)),
        ("*", Place(is_wrong=True)),
        ("2*1*9", Place(screen="track", language="en", number="9", is_asked=True)),
        ("2*1*" + "X" * 90, Place(screen="track", language="en", number="X" * 40, is_asked=True)),
        ("2*3*" + "X" * 90, Place(screen="problem", language="en", number="X" * 40)),
        ("4*1*X1*0", Place(screen="menu", language="sw")),
        ("1*2*B1", Place(screen="cost", language="rw", number="B1", is_asked=True)),
        ("1*4", Place(screen="borders", language="rw", is_asked=True)),
        ("1*4*1", Place(screen="track", language="rw")),
        ("1*3", Place(screen="report", language="rw")),
        ("1*3*", Place(screen="report", language="rw", is_wrong=True)),
        ("1*3*0", Place(screen="menu", language="rw")),
        ("1*3*9", Place(screen="problem", language="rw")),
        ("1*3*B1*8", Place(screen="problem", language="rw", number="B1", is_wrong=True)),
        ("1*3*B1*0", Place(screen="report", language="rw")),
        ("1*3*B1*4", Place(screen="words", language="rw", number="B1", problem="BORDER_QUEUE")),
        ("1*3*B1*4*0", Place(screen="problem", language="rw", number="B1")),
        ("1*3*B1*4*no", Place(screen="words", language="rw", number="B1", problem="BORDER_QUEUE", is_wrong=True)),
        (
            "1*3*B1*4*stuck 2*3 days",
            Place(
                screen="words",
                language="rw",
                number="B1",
                problem="BORDER_QUEUE",
                words="stuck 2*3 days",
                is_asked=True,
            ),
        ),
    ],
)  # fmt: skip
def test_the_inputs_lead_there(text: str, place: Place) -> None:
    assert walk(text) == place


@tries(max_examples=50)
@given(st.lists(st.one_of(st.sampled_from("0123456789"), st.text(max_size=50)), max_size=12))
def test_any_inputs_lead_to_a_screen(inputs: list[str]) -> None:
    place = walk("*".join(inputs))
    assert place.screen in {"language", "menu", *CHOICES.values(), "problem", "words"}
    assert place.language in {"", *LANGUAGES.values()}
    assert place.problem in {"", *PROBLEMS.values()}
    assert not (place.is_asked and place.is_wrong)


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
@pytest.mark.parametrize("code", SCREENS)
def test_a_screen_is_whole_and_in_plain_letters(code: str, language: str) -> None:
    with translation.override(language):
        given = {"number": "M" * 20, "ref": "T26-000123"} if "%(" in str(SCREENS[code]) else {}
        shown = screen(code, given)
        words = str(SCREENS[code]) % given if given else str(SCREENS[code])
    assert shown == f"CON {plain(words)}"
    assert (len(shown) <= LONGEST, shown.isascii(), shown.count("?")) == (True, True, words.count("?"))


@tries(max_examples=30)
@given(st.text(max_size=400))
def test_an_end_is_short_and_in_plain_letters(words: str) -> None:
    shown = ending(words)
    assert shown.startswith("END ")
    assert (len(shown) <= LONGEST, shown.isascii()) == (True, True)


@tries(max_examples=40)
@given(st.lists(st.sampled_from(["0", "1", "2", "3", "4", "7", "9", "", "X1"]), max_size=8))
def test_back_from_anywhere_leads_to_the_first_screen_in_a_few_steps(inputs: list[str]) -> None:
    said = [*inputs, *["0"] * 5]
    place = walk("*".join(said))
    # But for a report that has been made, there is no way back from it.
    assert (place.screen == "words" and place.is_asked) or place in (Place(), Place(is_wrong=True))


@tries(max_examples=40)
@given(st.text(st.characters(exclude_characters="*"), max_size=60), st.sampled_from("1234567"))
def test_what_somebody_tells_is_kept_whole_but_for_its_blanks(words: str, problem: str) -> None:
    place = walk(f"2*3*9*{problem}*{words}")
    told = " ".join(words.split())
    if words.strip() == "0":
        assert place == Place(screen="problem", language="en")
    else:
        is_enough = len(told) >= FEWEST_LETTERS
        assert (place.words, place.is_asked) == (told if is_enough else "", is_enough)
        assert (place.problem, place.number) == (PROBLEMS[problem], "")


def test_every_problem_of_the_menu_is_a_category(categories: None) -> None:
    assert set(Category.objects.values_list("code", flat=True)) >= set(PROBLEMS.values())
