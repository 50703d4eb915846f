"""Telephones that are proven by a code, and e-mail addresses from which mail came back."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from liaison.models import JournalEntry, Person
from notify.addresses import (
    BOUNCED,
    MOST_TRIES,
    PAUSE,
    VALID,
    ask_phone,
    forget_phone,
    kept_of,
    mend_address,
    note_bounce,
    phone_of,
    prove_phone,
)
from notify.correspondents import start, stop
from notify.models import Bounce, Letter, Notice, Phone
from tests.conftest import AT, Cast

NUMBER = "+250788000001"


def asked(person: Person, at: object = AT) -> str:
    """The code that went out by SMS."""
    assert ask_phone(person=person, number=NUMBER, by=person, at=at)  # type: ignore[arg-type]
    letter = Letter.objects.latest("pk")
    assert (letter.channel, letter.address, len(letter.body) <= 160) == ("sms", NUMBER, True)
    (code,) = re.findall(r"\b\d{6}\b", letter.body)
    return str(code)


def number_of(person: Person) -> str:
    return phone_of(Person.objects.select_related("messaging").get(pk=person.pk))


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_a_number_counts_once_its_code_is_typed(cast: Cast, language: str) -> None:
    cast.importer.language = language
    code = asked(cast.importer)
    assert number_of(cast.importer) == ""
    assert not prove_phone(person=cast.agent, code=code, by=None, at=AT)
    assert prove_phone(person=cast.importer, code=code, by=None, at=AT + VALID)
    assert not prove_phone(person=cast.importer, code=code, by=None, at=AT)
    assert number_of(cast.importer) == NUMBER
    Phone.objects.update(stopped_at=AT)
    assert (
        number_of(cast.importer),
        Phone.objects.proven().count(),
        Phone.objects.filter(stopped_at=None).count(),
    ) == ("", 1, 0)


def test_wrong_and_late_codes_prove_nothing(cast: Cast) -> None:
    code = asked(cast.importer)
    assert not ask_phone(person=cast.importer, number=NUMBER, by=None, at=AT)
    late = AT + VALID + timedelta(seconds=1)
    assert not prove_phone(person=cast.importer, code=code, by=None, at=late)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert [prove_phone(person=cast.importer, code=wrong, by=None, at=AT) for _ in range(MOST_TRIES)] == [False] * 5
    assert not prove_phone(person=cast.importer, code=code, by=None, at=AT)
    again = asked(cast.importer, at=AT + PAUSE)
    assert prove_phone(person=cast.importer, code=again, by=None, at=AT + PAUSE)


def test_no_code_goes_to_a_number_that_said_stop_before_it_says_start(cast: Cast) -> None:
    assert prove_phone(person=cast.importer, code=asked(cast.importer), by=None, at=AT)
    stop(channel="sms", address=NUMBER, stopped_by="user", at=AT)
    count = Letter.objects.count()
    with pytest.raises(ValidationError, match="has said STOP"):
        ask_phone(person=cast.agent, number=NUMBER, by=None, at=AT)
    assert (Letter.objects.count(), Phone.objects.get().stopped_at) == (count, AT)
    start(channel="sms", address=NUMBER, at=AT)
    assert ask_phone(person=cast.agent, number=NUMBER, by=None, at=AT)


def test_a_number_that_changed_hands_is_only_its_new_owners(cast: Cast) -> None:
    assert prove_phone(person=cast.importer, code=asked(cast.importer), by=None, at=AT)
    assert prove_phone(person=cast.agent, code=asked(cast.agent), by=None, at=AT)
    assert (number_of(cast.importer), number_of(cast.agent)) == ("", NUMBER)
    assert (forget_phone(person=cast.agent, by=None, at=AT), forget_phone(person=cast.agent, by=None, at=AT)) == (
        True,
        False,
    )


def test_a_bounce_is_told_once_in_the_inbox_and_can_be_mended(cast: Cast) -> None:
    assert note_bounce(address=" Importer@portal.example", words="550 no such user", at=AT)
    assert not note_bounce(address="importer@portal.example", words="again", at=AT)
    assert note_bounce(address="nobody@firm.example", words="", at=AT)
    rows = Notice.objects.values_list("person", "channel", "entry__kind", "entry__data__words")
    assert list(rows) == [(cast.importer.pk, "inbox", BOUNCED, "550 no such user")]
    assert mend_address(person=cast.importer, by=cast.importer, at=AT)
    assert not mend_address(person=cast.importer, by=cast.importer, at=AT)
    assert list(Bounce.objects.values_list("address", flat=True)) == ["nobody@firm.example"]


def test_asking_again_takes_the_old_code_and_the_old_number_away(cast: Cast) -> None:
    first = asked(cast.importer)
    assert prove_phone(person=cast.importer, code=first, by=None, at=AT)
    later = AT + PAUSE
    assert ask_phone(person=cast.importer, number="+250788000009", by=None, at=later)
    assert number_of(cast.importer) == ""
    assert not prove_phone(person=cast.importer, code=first, by=None, at=later)
    held = Phone.objects.get()
    assert (held.number, held.verified_at, held.tries) == ("+250788000009", None, 1)


@pytest.mark.parametrize(
    ("after", "is_sent"), [(timedelta(0), False), (PAUSE - timedelta(microseconds=1), False), (PAUSE, True)]
)
def test_a_second_code_costs_a_minute(cast: Cast, after: timedelta, is_sent: bool) -> None:
    asked(cast.importer)
    assert ask_phone(person=cast.importer, number=NUMBER, by=None, at=AT + after) is is_sent
    assert Letter.objects.count() == 1 + is_sent
    assert ask_phone(person=cast.agent, number=NUMBER, by=None, at=AT)


@pytest.mark.django_db(transaction=True)
def test_of_two_first_ones_at_once_one_is_sent_a_code(cast: Cast) -> None:
    ready = Barrier(2, timeout=20)

    def ask(_number: int) -> bool:
        try:
            ready.wait()
            return ask_phone(person=cast.importer, number=NUMBER, by=cast.importer, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(ask, range(2))) == [False, True]
    assert (Letter.objects.count(), Phone.objects.count()) == (1, 1)


def test_a_stranger_cannot_use_up_the_codes_of_a_number(cast: Cast) -> None:
    def ask(person: Person, minute: int, number: str = NUMBER) -> bool:
        return ask_phone(person=person, number=number, by=person, at=AT + minute * PAUSE)

    assert all(ask(cast.stranger, minute) for minute in range(5))
    with pytest.raises(ValidationError, match="Too many codes"):
        ask(cast.stranger, 5)
    # Hers are ten in all; the owner has all of her own.
    assert all(ask(cast.stranger, minute, f"+25078800010{minute}") for minute in range(5, 10))
    with pytest.raises(ValidationError, match="Too many codes"):
        ask(cast.stranger, 10, "+250788000110")
    assert all(ask(cast.importer, minute) for minute in range(10, 15))
    # Many together do not ring a telephone for ever; a day later all is as before.
    for person in (cast.agent, cast.officer, cast.desk):
        assert all(ask(person, minute) for minute in range(20, 25))
    with pytest.raises(ValidationError, match="Too many codes"):
        ask(cast.official, 30)
    assert ask(cast.stranger, 24 * 60)


@pytest.mark.parametrize("wrong", ["", "0", "12345", "1234567", "١٢٣٤٥٦", "x" * 64])
def test_what_is_no_code_is_a_try(cast: Cast, wrong: str) -> None:
    code = asked(cast.importer)
    assert not prove_phone(person=cast.importer, code=wrong, by=None, at=AT)
    assert Phone.objects.get().tries == 1
    assert prove_phone(person=cast.importer, code=code, by=None, at=AT)


def test_what_is_kept_of_a_code_opens_nothing(cast: Cast) -> None:
    code = asked(cast.importer)
    kept = Phone.objects.get().code
    assert code not in kept
    assert not prove_phone(person=cast.importer, code=kept, by=None, at=AT)
    said = JournalEntry.objects.filter(kind__startswith="notify.phone").values_list("kind", "key", "data")
    assert (code in str(list(said)), NUMBER in str(list(said)), len(said)) == (False, False, 1)


def test_without_a_telephone_there_is_nothing_to_prove_or_forget(cast: Cast) -> None:
    assert not prove_phone(person=cast.importer, code="", by=None, at=AT)
    assert not forget_phone(person=cast.importer, by=None, at=AT)
    assert (phone_of(cast.importer), kept_of(cast.importer)) == ("", (None, None))
    assert not JournalEntry.objects.filter(kind__startswith="notify.").exists()


def test_forgetting_a_telephone_leaves_those_of_others(cast: Cast) -> None:
    for number, person in enumerate((cast.importer, cast.agent)):
        Phone.objects.create(person=person, number=f"+25078800000{number}", asked_at=AT, verified_at=AT)
    assert forget_phone(person=cast.importer, by=None, at=AT)
    assert Phone.objects.get().person_id == cast.agent.pk
    entry = JournalEntry.objects.get(kind="notify.phone_forgotten")
    assert (entry.key, entry.by) == (str(cast.importer.pk), None)


def test_a_bounce_of_a_closed_account_is_marked_and_told_to_nobody(cast: Cast) -> None:
    Person.objects.filter(pk=cast.importer.pk).update(is_active=False)
    assert note_bounce(address=cast.importer.email, words="x" * 500, at=AT)
    assert (Notice.objects.count(), len(Bounce.objects.get().words)) == (0, 300)


def test_marks_are_each_persons_own(cast: Cast) -> None:
    for person in (cast.importer, cast.agent):
        note_bounce(address=person.email, words=person.name, at=AT)
    assert [bounce.words for _phone, bounce in map(kept_of, (cast.importer, cast.agent)) if bounce] == [
        "Importer",
        "Agent",
    ]
    assert mend_address(person=cast.importer, by=cast.importer, at=AT)
    assert Bounce.objects.get().address == cast.agent.email
