"""The words of notices and conditions, in every language, for every kind."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from corridor.facts import LANGUAGES, Facts, facts_from
from corridor.models import Advisory, Condition
from corridor.place_words import place_words
from corridor.wording import ADVICE, SENTENCES, at_place, condition_lines, condition_title, period, worded

SINCE, UNTIL = "2026-11-20T06:00:00+00:00", "2026-11-21T06:00:00+00:00"


def facts(**more: object) -> Facts:
    values = {
        "ref": "NC26-0001",
        "version": 1,
        "kind": "maintenance",
        "severity": "shut",
        "nodes": ["ke-port-mombasa"],
        "places": ["Port of Mombasa"],
        "systems": ["iCMS"],
        "since": SINCE,
        "until": None,
        "zone": "Africa/Nairobi",
        "texts": {},
    }
    return facts_from(values | more)


def test_every_kind_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Advisory.Kind.values)
    assert set(ADVICE) == set(Advisory.Kind.values) - {"general"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Advisory.Kind.values)
@pytest.mark.parametrize("severity", Condition.Severity.values)
def test_every_notice_names_what_is_affected_and_when(language: str, kind: str, severity: str) -> None:
    with translation.override(language):
        words = worded(facts(kind=kind, severity=severity))
        begins, where = at_place(SINCE, "Africa/Nairobi"), f"iCMS, {place_words('Port of Mombasa')}"
    assert (where in words.title, where in words.lines[0]) == (True, True)
    assert begins in words.lines[1]
    assert "%(" not in " ".join([words.title, *words.lines])


def test_no_place_is_the_whole_corridor() -> None:
    assert worded(facts(places=[], nodes=[], systems=[])).title == "System maintenance: The whole corridor (shut)"


@pytest.mark.parametrize(
    ("texts", "language", "text", "shown", "is_other"),
    [
        ({}, "fr", "", "en", False),
        ({"en": "Hello"}, "en", "Hello", "en", False),
        ({"en": "Hello"}, "fr", "Hello", "en", True),
        ({"en": "Hello", "fr": "Salut"}, "fr", "Salut", "fr", False),
        ({"fr": "Salut"}, "rw", "", "en", False),
        ({"rw": "Muraho"}, "rw", "Muraho", "rw", False),
    ],
)
def test_free_text_that_is_missing_falls_back_to_the_english_and_says_so(
    texts: dict[str, str], language: str, text: str, shown: str, is_other: bool
) -> None:
    with translation.override(language):
        words = worded(facts(texts=texts))
    assert (words.text, words.text_language, words.is_other_language) == (text, shown, is_other)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Africa/Nairobi", "Fri 20 Nov 2026, 09:00 (EAT)"),
        ("Africa/Kigali", "Fri 20 Nov 2026, 08:00 (CAT)"),
    ],
)
def test_times_are_told_at_the_place(zone: str, said: str) -> None:
    assert period(SINCE, None, zone) == f"From {said} until further notice."
    assert said in period(SINCE, UNTIL, zone)
    assert "until further notice" not in period(SINCE, UNTIL, zone)


def test_facts_survive_the_journal() -> None:
    assert facts_from(facts().as_data()) == facts()


@given(st.text(), st.text())
def test_whatever_a_source_writes_is_worded(place: str, text: str) -> None:
    data = {
        "kind": "border",
        "node": "",
        "place": place,
        "system": "",
        "severity": "slow",
        "was": "",
        "since": SINCE,
        "until": None,
        "text": text,
        "source": "",
    }
    assert condition_title(data) == f"Border post: {place or 'The whole corridor'} (slow)"
    assert condition_lines(data)[-1] == "Source: unknown"


def test_a_notice_of_nothing_bad_names_no_severity() -> None:
    words = worded(facts(kind="general", severity="normal", systems=[]))
    assert words.title == "General notice: Port of Mombasa"


def gone(**more: object) -> dict[str, object]:
    """What the journal says of a condition that was taken back."""
    values = {"kind": "border", "place": "Malaba", "system": "", "severity": "unknown", "was": "shut", "zone": ""}
    return values | {"since": None, "until": None, "text": "", "source": ""} | more


def test_what_has_become_unknown_says_what_it_was_and_not_since_when() -> None:
    assert condition_title(gone()) == "Border post: Malaba (unknown)"
    assert condition_lines(gone()) == ["Before: shut.", "Source: unknown"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_become_unknown_is_worded_in_every_language(language: str) -> None:
    with translation.override(language):
        words = [condition_title(gone()), *condition_lines(gone())]
    assert len(words) == 3
    assert "%(" not in " ".join(words)
    assert "None" not in " ".join(words)


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        (
            {"since": SINCE, "zone": "Africa/Nairobi", "was": "", "source": "URA", "text": "6 km"},
            ["From Fri 20 Nov 2026, 09:00 (EAT) until further notice.", "6 km", "Source: URA"],
        ),
        (
            {"since": SINCE, "until": UNTIL, "source": "URA"},
            [
                "Before: shut.",
                "From Fri 20 Nov 2026, 08:00 (CAT) until Sat 21 Nov 2026, 08:00 (CAT).",
                "Source: URA",
            ],
        ),
        ({"was": "unknown", "text": "Nobody answers"}, ["Before: unknown.", "Nobody answers", "Source: unknown"]),
    ],
)
def test_the_lines_of_a_condition_in_their_order(more: dict[str, object], lines: list[str]) -> None:
    assert condition_lines(gone(**more)) == lines


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"system": "iCMS", "place": ""}, "iCMS"),
        ({"system": "iCMS"}, "iCMS, Malaba"),
        ({}, "Malaba"),
        ({"place": ""}, "The whole corridor"),
    ],
)
def test_a_condition_names_its_system_and_its_place(more: dict[str, object], where: str) -> None:
    assert condition_title(gone(severity="shut", **more)) == f"Border post: {where} (shut)"
