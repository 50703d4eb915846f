"""The ready answers: whole, in four languages, with what is known and nothing that is not."""

from __future__ import annotations

import pytest
from django.utils import translation

from cargo.models import Consignment
from feeds.models import Source
from liaison.models import Organization, Person
from notify.correspondents import choose_language
from tests.cargo.test_reading import BOX, csv, row, take_in
from tests.conftest import Cast
from tickets.canned import REPLIES, reader_language, ready_text
from tickets.concerned import consignments_of
from tickets.models import Ticket

LANGUAGES = ("en", "fr", "rw", "sw")
NOTHING = "Nothing has been heard of this consignment yet"


@pytest.fixture
def cargo(ticket: Ticket, cast: Cast) -> Consignment:
    return consignments_of(ticket, cast.officer)[0]


def test_in_english_each_says_what_it_says(ticket: Ticket, cargo: Consignment) -> None:
    found = {code: ready_text(code, ticket, cargo, language="en") for code in REPLIES}
    assert found == {
        "received": f"Thank you, we have your report {ticket.ref} about {cargo.ref} and are working on it. "
        f"As far as we know it is here: {NOTHING}. You will hear from us on this page.",
        "asked": f"We have handed {ticket.ref} to the agency and asked for an answer. "
        f"As far as we know {cargo.ref} is here: {NOTHING}. We will write as soon as we hear from them.",
        "papers": f"To go on with {ticket.ref} we need a copy of the papers of {cargo.ref}. "
        "Please send them with your answer to this message. Until then the matter waits for you.",
        "solved": f"We have heard that {cargo.ref} can go on. As far as we know it is here: {NOTHING}. "
        f"Please tell us on this page whether {ticket.ref} is solved for you.",
    }


@pytest.mark.parametrize("code", REPLIES)
def test_every_one_differs_from_language_to_language_and_holds_the_same_facts(
    ticket: Ticket, cargo: Consignment, code: str
) -> None:
    texts = [ready_text(code, ticket, cargo, language=language) for language in LANGUAGES]
    assert len(set(texts)) == 4
    for text in texts:
        assert [text.count(ticket.ref), text.count(cargo.ref), text.count("%"), "None" in text] == [1, 1, 0, False]
        assert NOTHING not in text or text == texts[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_officers_know_them_by_short_names_in_their_own_language(language: str) -> None:
    with translation.override(language):
        labels = {code: str(ready.label) for code, ready in REPLIES.items()}
    assert len(set(labels.values())) == len(REPLIES)
    assert (labels["papers"] == "We need papers") is (language == "en")
    assert all(len(label) < 60 for label in labels.values())


def test_the_readers_language_is_not_left_behind(ticket: Ticket, cargo: Consignment) -> None:
    with translation.override("sw"):
        ready_text("received", ticket, cargo, language="fr")
        assert translation.get_language() == "sw"


def test_who_reads_it_is_who_asked_or_the_firm_or_the_caller(ticket: Ticket, cast: Cast) -> None:
    Person.objects.filter(pk=cast.importer.pk).update(language="rw")
    Person.objects.filter(pk=cast.officer.pk).update(language="sw")
    by_her = Ticket.objects.get()
    assert reader_language(by_her) == "rw"
    # What the office has opened is read by the firm, and what nobody's firm asked by who called.
    by_her.opener = Person.objects.get(pk=cast.officer.pk)
    assert reader_language(by_her) == "rw"
    by_text = Ticket(channel="sms", caller="+250788000111")
    assert reader_language(by_text) == "en"
    choose_language(channel="sms", address="+250788000111", language="fr")
    assert reader_language(by_text) == "fr"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_agency_is_named_where_there_is_one(ticket: Ticket, kpa: Organization, language: str) -> None:
    nameless = ready_text("asked", ticket, None, language=language)
    ticket.agency = kpa
    named = ready_text("asked", ticket, None, language=language)
    assert ("KPA" in nameless, "KPA" in named) == (False, True)


def test_a_name_with_a_percent_sign_does_no_harm(ticket: Ticket, cargo: Consignment) -> None:
    ticket.agency = Organization(name="50 %(where)s %s Ltd")
    assert f"{ticket.ref} to 50 %(where)s %s Ltd and" in ready_text("asked", ticket, cargo, language="en")


def test_where_it_is_known_the_place_is_said(ticket: Ticket, cast: Cast, clerk: Source) -> None:
    take_in(clerk, csv(row("discharged", 5, box=BOX)))
    cargo = consignments_of(ticket, cast.officer)[0]
    texts = [ready_text("received", ticket, cargo, language=language) for language in LANGUAGES]
    assert all("Mombasa" in text and NOTHING not in text for text in texts)
    assert len(set(texts)) == 4


@pytest.mark.parametrize("code", ["", "unheard", "RECEIVED", "received "])
def test_of_an_unknown_one_there_are_no_words(ticket: Ticket, code: str) -> None:
    assert [ready_text(code, ticket, None, language=language) for language in LANGUAGES] == [""] * 4
