"""Words and times in templates: each kind in words, each move at its place."""

from __future__ import annotations

import pytest
from django.utils import translation

from cargo.milestones import EXPORT_RAIL, GENERAL_RAIL, RAILS
from cargo.templatetags.cargo_words import kind_words, moved_at

AT = "2026-11-20T21:30:00+00:00"


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_every_milestone_has_words(language: str) -> None:
    codes = {*GENERAL_RAIL, *EXPORT_RAIL, *(code for rail in RAILS.values() for code in rail)}
    with translation.override(language):
        assert [code for code in sorted(codes) if kind_words(code) in ("", code)] == []


@pytest.mark.parametrize(
    ("zone", "is_day", "words"),
    [
        ("Africa/Kigali", False, "20 Nov 2026, 23:30 (CAT)"),
        ("Africa/Nairobi", False, "21 Nov 2026, 00:30 (EAT)"),
        ("UTC", False, "20 Nov 2026, 21:30 (UTC)"),
        # Of a day alone it is the day at the place.
        ("Africa/Kigali", True, "20 Nov 2026"),
        ("Africa/Nairobi", True, "21 Nov 2026"),
    ],
)
def test_a_move_is_told_at_its_place(zone: str, is_day: bool, words: str) -> None:
    with translation.override("en"):
        assert moved_at({"at": AT, "zone": zone, "is_day": is_day}) == words


def test_the_same_moment_is_the_same_however_it_was_written() -> None:
    written = ["2026-11-20T21:30:00+00:00", "2026-11-21T00:30:00+03:00", "2026-11-20T23:30:00+02:00"]
    with translation.override("fr"):
        told = {moved_at({"at": at, "zone": "Africa/Kigali", "is_day": False}) for at in written}
    assert told == {"20 nov. 2026, 23:30 (CAT)"}
