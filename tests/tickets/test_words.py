"""The words for what was done to a ticket, in every language that the portal speaks."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from liaison.models import Organization, Person
from tests.conftest import AT
from tickets.acting import ACTS
from tickets.models import Entry, Ticket
from tickets.questions import QUESTIONS, asked, label
from tickets.templatetags.ticket_words import act_label
from tickets.words import UNHEARD, actor, did, holder_words, side, title_words

LANGUAGES = ("en", "fr", "rw", "sw")
DATA: dict[str, dict[str, Any]] = {
    "opened": {"channel": "web", "policy": "INFO"},
    "attached": {"consignment": "RW26-000001"},
    "assigned": {"assignee": "Grace"},
    "replied": {"message": 1},
    "said": {"message": 1},
    "noted": {"message": 1},
    "paused": {"waiting_on": "importer", "reason": "Papers", "agency": ""},
    "resumed": {},
    "handed_over": {"agency": "KPA", "policy": "INFO@KE"},
    "accepted": {"agency": "KPA"},
    "given_back": {"agency": "KPA"},
    "resolved": {"cause": "port"},
    "confirmed": {},
    "rated": {"rating": 5},
    "reopened": {"reason": "No"},
    "merged": {"into": "T26-000002"},
    "absorbed": {"of": "T26-000003", "cargo": ["RW26-000001"]},
    "parted": {"of": "T26-000003"},
    "priority": {"priority": "high"},
    "category": {"filed_under": "SECURITY", "policy": "SECURITY"},
    "tagged": {"tags": "rice, yard"},
    "snoozed": {"until": "2026-12-01T08:00+00:00"},
    "closed": {},
    "linked": {"incident": "I26-00001"},
    "unlinked": {"incident": "I26-00001"},
}
# What of the data is a name or a number, and stays as it is in every language.
KEPT = ("consignment", "assignee", "agency", "rating", "reason", "into", "of", "tags", "incident")
NAMELESS = {"attached", "accepted", "given_back", "linked"}


def entry(kind: str, **data: Any) -> Entry:
    return Entry(kind=kind, party="office", by=Person(name="Jean"), at=AT, data={**DATA[kind], **data})


def test_every_kind_of_entry_is_tried_here() -> None:
    assert sorted(DATA) == sorted(Entry.Kind.values)


@pytest.mark.parametrize("kind", DATA)
def test_a_sentence_keeps_its_names_in_every_language(kind: str) -> None:
    told = []
    for language in LANGUAGES:
        with translation.override(language):
            told.append(did(entry(kind)))
    assert len(set(told)) == 4
    for sentence in told:
        kept = [str(DATA[kind][name]) for name in KEPT if DATA[kind].get(name)]
        assert [name for name in kept if name not in sentence] == []
        assert ("Jean" in sentence, "%" in sentence) == (kind not in NAMELESS, False)
    nameless = did(entry(kind), who="Somebody")
    assert ("Jean" in nameless, "Somebody" in nameless) == (False, kind not in NAMELESS)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Jean put it off until 1 Dec 2031, 10:00 CAT."),
        ("fr", "Jean l’a reporté jusqu’au 1 déc. 2031, 10:00 CAT."),
    ],
)
def test_until_when_it_is_put_off_is_said_by_the_clock_of_kigali(language: str, said: str) -> None:
    with translation.override(language):
        assert did(entry("snoozed", until="2031-12-01T08:00+00:00")) == said


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("paused", {"waiting_on": "outside"}, "outside"),
        ("resolved", {"cause": "papers"}, "papers"),
        ("priority", {"priority": "urgent"}, "urgent"),
        ("category", {"filed_under": "PORT_DELAY"}, "PORT_DELAY"),
    ],
)
def test_codes_are_said_in_words_of_the_language(kind: str, data: dict[str, str], code: str) -> None:
    with translation.override("fr"):
        french = did(entry(kind, **data))
    with translation.override("en"):
        english = did(entry(kind, **data))
    assert code not in french
    assert french != english
    unknown = did(entry(kind, **dict.fromkeys(data, "ancient")))
    assert "ancient" in unknown


@pytest.mark.parametrize("party", Entry.Party.values)
def test_a_side_has_a_name_in_every_language_and_a_person_her_own(party: str) -> None:
    told = set()
    for language in LANGUAGES:
        with translation.override(language):
            nobodys = Entry(kind="noted", party=party, at=AT)
            told.add(side(nobodys))
            assert (actor(nobodys), actor(Entry(kind="noted", party=party, by=Person(name="Jean"), at=AT))) == (
                *(side(nobodys), "Jean"),
            )
    assert len(told) == 4


@pytest.mark.parametrize(
    ("waiting_on", "agency", "words"),
    [
        ("office", "", "the liaison office"),
        ("office", "KPA", "the liaison office"),
        ("importer", "KPA", "the importer"),
        ("agency", "KPA", "KPA"),
        ("outside", "", "somebody outside"),
        ("", "KPA", ""),
    ],
)
def test_who_holds_it_is_an_agency_by_name_or_a_side(waiting_on: str, agency: str, words: str) -> None:
    held = Ticket(waiting_on=waiting_on, agency=Organization(name=agency) if agency else None)
    assert holder_words(held) == words


def test_every_button_has_its_own_words_in_every_language() -> None:
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = [act_label(name) for name in ACTS]
        assert len(set(told[language])) == len(ACTS)
    assert len({tuple(words) for words in told.values()}) == 4
    with pytest.raises(KeyError):
        act_label("explode")


def test_every_question_is_a_question_or_a_name_in_every_language() -> None:
    for language in LANGUAGES:
        with translation.override(language):
            words = [label(code) for code in QUESTIONS]
        assert len(set(words)) == len(QUESTIONS), language
    assert asked(["since*", "place", "x**"]) == [("since", True), ("place", False), ("x*", True)]
    assert asked([]) == []


def test_the_portal_s_own_tickets_are_called_in_the_language_of_whoever_reads() -> None:
    own, hers = Ticket(title="Has waited", stands="gate_out"), Ticket(title="The gate is shut")
    silent = Ticket(title="Nobody tells", stands=UNHEARD)
    with translation.override("en"):
        assert [title_words(each) for each in (own, silent, hers)] == [
            "Has waited too long since: Out of the gate",
            "Nobody tells of this cargo",
            "The gate is shut",
        ]
    with translation.override("fr"):
        assert title_words(silent) == "Personne ne donne de nouvelles de ces marchandises"
