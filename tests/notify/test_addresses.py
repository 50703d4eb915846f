"""Telephones that are proven by a code, and e-mail addresses from which mail came back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from liaison.models import Person
from notify.addresses import (
    BOUNCED,
    MOST_TRIES,
    PAUSE,
    VALID,
    ask_phone,
    forget_phone,
    mend_address,
    note_bounce,
    phone_of,
    prove_phone,
)
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
    assert (number_of(cast.importer), Phone.objects.proven().count(), Phone.objects.reachable().count()) == ("", 1, 0)


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
