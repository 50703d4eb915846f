"""The USSD menu: which screen or request the inputs of a session lead to; pure, and the same for the same inputs.

The provider sends all that was typed so far, joined by asterisks, so that nothing of a session need be kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tickets.talk.reading import LONGEST, LONGEST_NUMBER

BACK = "0"
NO_NUMBER = "9"
LANGUAGES = {"1": "rw", "2": "en", "3": "fr", "4": "sw"}
# What can be chosen at the menu, and the screen that it leads to.
CHOICES = {"1": "track", "2": "cost", "3": "report", "4": "borders"}
# The categories of trouble that a small screen offers.
PROBLEMS = {
    "1": "PORT_DELAY",
    "2": "CUSTOMS_KE",
    "3": "CUSTOMS_RW",
    "4": "BORDER_QUEUE",
    "5": "STORAGE_DISPUTE",
    "6": "DAMAGE_LOSS",
    "7": "INFO",
}
FEWEST_LETTERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a session is: at ``screen``, or, where ``is_asked``, with a request to be answered.

    ``is_wrong`` where the last input was none of what can be chosen there.
    """

    screen: str = "language"
    language: str = ""
    number: str = ""
    problem: str = ""
    words: str = ""
    is_asked: bool = False
    is_wrong: bool = False


def walk(text: str) -> Place:
    """Where the inputs lead."""
    place = Place()
    inputs = text[:LONGEST].split("*") if text else []
    begun = 0
    for position, said in enumerate(inputs):
        if place.screen == "words" and said.strip() != BACK:
            # The last question is answered by people's own words, in which asterisks are nothing else.
            place = _told(place, "*".join(inputs[begun : position + 1]))
            if place.is_asked:
                return _told(place, "*".join(inputs[begun:]))
        else:
            place = _STEPS[place.screen](replace(place, is_wrong=False, is_asked=False), said.strip())
            begun = position + 1
    return place


def _language(place: Place, said: str) -> Place:
    if said not in LANGUAGES:
        return replace(place, is_wrong=True)
    return Place(screen="menu", language=LANGUAGES[said])


def _menu(place: Place, said: str) -> Place:
    if said == BACK:
        return Place()
    if said not in CHOICES:
        return replace(place, is_wrong=True)
    return replace(place, screen=CHOICES[said], is_asked=CHOICES[said] == "borders")


def _number(place: Place, said: str) -> Place:
    """Asked for with a number; where nothing is known of it, the next input is another."""
    if said == BACK:
        return Place(screen="menu", language=place.language)
    return replace(place, number=said[:LONGEST_NUMBER], is_asked=bool(said), is_wrong=not said)


def _report(place: Place, said: str) -> Place:
    if said == BACK:
        return Place(screen="menu", language=place.language)
    if not said:
        return replace(place, is_wrong=True)
    return replace(place, screen="problem", number="" if said == NO_NUMBER else said[:LONGEST_NUMBER])


def _problem(place: Place, said: str) -> Place:
    if said == BACK:
        return replace(place, screen="report", number="")
    if said not in PROBLEMS:
        return replace(place, is_wrong=True)
    return replace(place, screen="words", problem=PROBLEMS[said])


def _words(place: Place, said: str) -> Place:
    return replace(place, screen="problem", problem="")


def _told(place: Place, words: str) -> Place:
    told = " ".join(words.split())
    enough = len(told) >= FEWEST_LETTERS
    return replace(place, words=told if enough else "", is_asked=enough, is_wrong=not enough)


def _borders(place: Place, said: str) -> Place:
    """The state of the borders ends a session; who goes on all the same is back at the menu."""
    return _menu(replace(place, screen="menu"), said)


_STEPS = {
    "language": _language,
    "menu": _menu,
    "track": _number,
    "cost": _number,
    "report": _report,
    "problem": _problem,
    "words": _words,
    "borders": _borders,
}
