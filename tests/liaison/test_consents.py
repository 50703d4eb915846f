"""Consent: given once to the words that were read, withdrawn at any moment, kept as proof."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from liaison import consents
from liaison.consents import PURPOSES, agreed, give, withdraw
from liaison.models import Consent, JournalEntry, Person
from tests.conftest import AT, Cast

LATER = AT + timedelta(days=1)


def say_yes(person: Person, purpose: str = "survey", version: int = 1, language: str = "rw") -> bool:
    return give(person=person, purpose=purpose, version=version, language=language, by=person, at=AT)


def say_no(person: Person, purpose: str = "survey") -> bool:
    return withdraw(person=person, purpose=purpose, by=person, at=LATER)


def told(person: Person) -> list[tuple[str, dict[str, object]]]:
    entries = JournalEntry.objects.filter(kind__startswith="liaison.consent", key=str(person.pk), by=person)
    return list(entries.order_by("pk").values_list("kind", "data"))


def kept(person: Person) -> list[tuple[object, ...]]:
    rows = Consent.objects.filter(person=person).order_by("pk")
    return list(rows.values_list("purpose", "version", "language", "given_at", "withdrawn_at"))


@pytest.fixture
def newer_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The survey asks for something else from now on."""
    monkeypatch.setitem(consents.PURPOSES, "survey", replace(PURPOSES["survey"], version=2))


def test_a_yes_keeps_the_version_and_the_language_of_the_words(cast: Cast) -> None:
    assert say_yes(cast.importer) is True
    assert kept(cast.importer) == [("survey", 1, "rw", AT, None)]
    data = {"purpose": "survey", "version": 1, "language": "rw"}
    assert told(cast.importer) == [("liaison.consent_given", data)]


def test_a_second_yes_changes_nothing(cast: Cast) -> None:
    say_yes(cast.importer)
    assert say_yes(cast.importer, language="fr") is False
    assert (len(kept(cast.importer)), len(told(cast.importer))) == (1, 1)


def test_a_no_ends_it_and_the_row_stays(cast: Cast) -> None:
    say_yes(cast.importer)
    assert (say_no(cast.importer), say_no(cast.importer)) == (True, False)
    assert kept(cast.importer) == [("survey", 1, "rw", AT, LATER)]
    assert told(cast.importer)[1:] == [("liaison.consent_withdrawn", {"purpose": "survey"})]
    assert say_yes(cast.importer) is True
    assert len(kept(cast.importer)) == 2


def test_a_no_without_a_yes_is_nothing(cast: Cast) -> None:
    say_yes(cast.stranger)
    say_yes(cast.importer, "news_sms")
    assert say_no(cast.importer) is False
    assert kept(cast.stranger) == [("survey", 1, "rw", AT, None)]
    assert kept(cast.importer) == [("news_sms", 1, "rw", AT, None)]


@pytest.mark.parametrize(("purpose", "version"), [("nothing", 1), ("", 1), ("survey", 0), ("survey", 2)])
def test_what_nobody_asked_for_or_read_is_refused(cast: Cast, purpose: str, version: int) -> None:
    with pytest.raises(ValidationError):
        say_yes(cast.importer, purpose, version)
    assert (kept(cast.importer), told(cast.importer)) == ([], [])


def test_newer_words_need_a_new_yes(cast: Cast, newer_words: None) -> None:
    Consent.objects.create(person=cast.importer, purpose="survey", version=1, language="en", given_at=AT)
    assert agreed(purpose="survey", people=[cast.importer.pk]) == set()
    with pytest.raises(ValidationError):
        say_yes(cast.importer, version=1)
    assert say_yes(cast.importer, version=2) is True
    assert kept(cast.importer) == [("survey", 1, "en", AT, AT), ("survey", 2, "rw", AT, None)]
    assert agreed(purpose="survey", people=[cast.importer.pk]) == {cast.importer.pk}


def test_a_yes_to_older_words_can_be_withdrawn(cast: Cast, newer_words: None) -> None:
    Consent.objects.create(person=cast.importer, purpose="survey", version=1, language="en", given_at=AT)
    assert say_no(cast.importer) is True


def test_only_those_who_agreed_to_this_are_found(cast: Cast) -> None:
    say_yes(cast.importer)
    say_yes(cast.agent, "news_sms")
    say_yes(cast.stranger)
    say_no(cast.stranger)
    say_yes(cast.officer)
    say_yes(cast.desk)
    Person.objects.filter(pk=cast.desk.pk).update(is_active=False)
    asked = [person.pk for name, person in cast.people().items() if name != "officer"]
    assert agreed(purpose="survey", people=asked) == {cast.importer.pk}
    assert agreed(purpose="survey", people=[]) == set()


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_make_one() -> None:
    person = Person.objects.create(email="keza@firm.example", name="Keza")
    ready, answers = threading.Barrier(4), list[bool]()

    def agree() -> None:
        ready.wait(10)
        try:
            answers.append(say_yes(person))
        finally:
            connection.close()

    threads = [threading.Thread(target=agree) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(answers) == [False, False, False, True]
    assert (len(kept(person)), len(told(person))) == (1, 1)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_purpose_says_in_words_what_it_is(purpose: str) -> None:
    words = PURPOSES[purpose]
    assert len(purpose) <= 20
    assert words.version >= 1
    assert len(str(words.text).split()) > 10
