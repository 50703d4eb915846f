"""What a text wants: to track, help, no more messages, to report, to rate, to say something in a ticket; pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from cargo.numbers import recognize
from tickets.talk.words import KEYWORDS, LANGUAGE_NAMES

Kind = Literal["track", "help", "stop", "start", "report", "language", "rating", "ticket", "words", "unknown"]

LONGEST = 2_000
LONGEST_NUMBER = 40
# A word that asks for something alone may have so many others behind it; more are a sentence that begins with it.
MOST_BESIDE = 2
# Fewer words than this are no report of anything.
FEWEST_WORDS = 3
_RATING = re.compile(r"([1-5])(?:\s*/\s*5)?[\s.!*]*")
_TICKET = re.compile(r"[\[#(]*T-?([0-9]{2})-?([0-9]{6})(?![0-9A-Z])[\])]*[\s:,.;-]*", re.IGNORECASE)
_HAS_FORM = frozenset({"container", "kra_entry", "reference", "plate", "chassis"})
# Every number of goods has some; words that only happen to be as long as a chassis number have none.
_DIGITS, _DIGIT = re.compile(r"(?:[^0-9]*[0-9]){3}"), re.compile(r"[0-9]")
_BILL = re.compile(r"(?=(?:[^0-9]*[0-9]){3})[A-Z0-9][A-Z0-9/-]{5,34}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was read: ``number`` of goods or of a ticket, ``words`` for people, ``language`` by the words used."""

    kind: Kind
    number: str = ""
    words: str = ""
    language: str = ""
    rating: int = 0


def read(text: str) -> Request:
    """What a text wants; whatever it is, it is read as something."""
    clean = " ".join(text.replace("\x00", "")[:LONGEST].split())
    if rated := _RATING.fullmatch(clean):
        return Request(kind="rating", rating=int(rated[1]))
    if ticket := _TICKET.match(clean):
        return Request(kind="ticket", number=f"T{ticket[1]}-{ticket[2]}", words=clean[ticket.end() :].strip())
    first, _blank, rest = clean.partition(" ")
    word = _bare(first)
    if not rest and word in LANGUAGE_NAMES:
        return Request(kind="language", language=LANGUAGE_NAMES[word])
    if word in KEYWORDS:
        found = _asked(*KEYWORDS[word], rest.strip())
        if found is not None:
            return found
    return _free(clean)


def _bare(word: str) -> str:
    """A word as keywords are compared: without accents, case and the signs around it."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return re.sub(r"^\W+|\W+$", "", plain).upper()


def _asked(kind: str, language: str, rest: str) -> Request | None:
    """What a keyword with that behind it asks for; None where it only begins a sentence."""
    if kind == "track":
        return Request(kind="track", number=rest[:LONGEST_NUMBER], language=language)
    if kind == "report":
        number, words = _number_first(rest)
        return Request(kind="report", number=number, words=words, language=language)
    if len(rest.split()) > MOST_BESIDE:
        return None
    if kind == "stop":
        return Request(kind="stop", language=language)
    return Request(kind="start" if kind == "start" else "help", language=language)


def _number_first(rest: str) -> tuple[str, str]:
    """(number, words) of what stands behind REPORT: a number may have blanks in it."""
    words = rest.split()
    for count in (3, 2, 1):
        if len(words) >= count and _is_number(words[:count]):
            return "".join(words[:count])[:LONGEST_NUMBER], " ".join(words[count:])
    return "", rest


def _is_number(words: list[str]) -> bool:
    """Whether goods are known by such numbers; of several words together only those with a form of their own.

    A number with words behind it may be as long as a chassis number, which is written in pieces with a digit in each.
    """
    text = "".join(words)
    kind = recognize(text).kind
    is_whole = kind != "chassis" or all(_DIGIT.search(word) for word in words)
    has_form = kind in _HAS_FORM and is_whole and _DIGITS.match(text) is not None
    return has_form or (len(words) == 1 and _BILL.fullmatch(text.upper()) is not None)


def _free(clean: str) -> Request:
    """Without a keyword: a number alone is looked up, a sentence is for people, anything else is not understood."""
    words = clean.split()
    if words and len(words) <= MOST_BESIDE + 1 and _is_number(words):
        return Request(kind="track", number="".join(words)[:LONGEST_NUMBER])
    if len(words) >= FEWEST_WORDS:
        return Request(kind="words", words=clean)
    return Request(kind="unknown", words=clean)
