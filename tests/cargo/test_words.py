"""Words for everything that can be reported, waited for or held."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from cargo.meaning import Spot, milestone_of
from cargo.milestones import EXPORT_RAIL, GENERAL_RAIL, HOLDERS, RAILS
from cargo.models import Event
from cargo.templatetags.cargo_words import kind_words
from cargo.words import CLASSIFIERS, KINDS, STEPS, headline, holder_label, kind_label, step_label
from feeds.facts import KINDS as REPORTED

SINCE = datetime(2026, 11, 20, 6, tzinfo=UTC)
WAITED_FOR = {code for rail in (*RAILS.values(), GENERAL_RAIL, EXPORT_RAIL) for code in rail}
SPOTS = [Spot("n", kind, country) for kind in ("border", "port", "icd", "fuel_depot") for country in ("KE", "RW")]


def test_everything_that_can_be_reported_or_reached_has_words() -> None:
    reached = {milestone_of(kind, spot, is_elsewhere=False) for kind in REPORTED for spot in (None, *SPOTS)} - {""}
    assert (REPORTED | reached | WAITED_FOR) - set(KINDS) == set()
    assert "border2_out" in reached


def test_everything_that_is_waited_for_says_what_to_do_and_who_has_to() -> None:
    assert set(STEPS) == WAITED_FOR == set(HOLDERS)
    assert all(step_label(code) and holder_label(HOLDERS[code]) for code in WAITED_FOR)
    assert set(CLASSIFIERS) == set(Event.Classifier.values)


def test_agencies_keep_their_names_and_parties_get_words() -> None:
    held_by = ["KRA", "KRA, URA", "line", "agent", "transporter", ""]
    assert [holder_label(code) for code in held_by] == [
        "KRA",
        "KRA, URA",
        "the shipping line",
        "your clearing agent",
        "the transporter",
        "",
    ]


def test_what_has_no_words_is_shown_as_it_is() -> None:
    assert (kind_label("teleported"), kind_words("gate_out"), step_label("teleported")) == (
        "teleported",
        "Out of the gate",
        "",
    )


@pytest.mark.parametrize(
    ("kind", "place", "is_held", "since", "line"),
    [
        ("gate_out", "Port of Mombasa", False, SINCE, "Out of the gate, Port of Mombasa"),
        ("gate_out", "", False, SINCE, "Out of the gate"),
        ("gate_out", "Malaba", True, SINCE, "On hold, Malaba"),
        ("held", "", True, SINCE, "On hold"),
        ("", "", False, None, "Nothing has been heard of this consignment yet"),
        ("gate_out", "100 % %(what)s", False, SINCE, "Out of the gate, 100 % %(what)s"),
    ],
)
def test_one_line_says_how_it_stands(kind: str, place: str, is_held: bool, since: datetime | None, line: str) -> None:
    assert headline(last_kind=kind, place=place, is_held=is_held, since=since) == line


@pytest.mark.parametrize("language", ["fr", "rw"])
def test_words_are_those_of_the_reader_when_they_are_read(language: str) -> None:
    def said() -> list[str]:
        return [
            kind_label("discharged"),
            step_label("do_issued"),
            holder_label("agent"),
            headline(last_kind="discharged", place="", is_held=True, since=SINCE),
        ]

    english = said()
    with translation.override(language):
        assert [mine for mine, theirs in zip(said(), english, strict=True) if mine == theirs] == []
