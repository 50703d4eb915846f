"""Registrations: one letter whoever asks, a link that opens once and for a time, and what comes of it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from liaison.models import Identifier, JournalEntry, Membership, Organization, Person, Registration
from liaison.registrations import VALID, ask_registration, confirm_registration, find_registration
from notify.models import Letter
from tests.conftest import AT, Cast
from tests.liaison.conftest import NUMBERS, particulars

PASSWORD = "umuhanda-mwiza-7"


def ask(email: str = "Keza@Akabuto.example ", language: str = "en", at: datetime = AT) -> Letter:
    """Ask for a registration; the letter that goes out."""
    ask_registration(
        particulars=particulars(), person_name="Keza Uwera", email=email, language=language, by=None, at=at
    )
    return Letter.objects.latest("pk")


def token_in(letter: Letter) -> str:
    (token,) = re.findall(r"/register/([\w-]{20,})/", letter.body)
    return str(token)


def registered(email: str = "keza@akabuto.example", at: datetime = AT) -> Organization:
    registration = find_registration(token_in(ask(email)), at=at)
    assert registration
    return confirm_registration(registration=registration, password=PASSWORD, at=at)


def test_an_application_keeps_what_was_said_and_writes_one_letter(db: None) -> None:
    letter = ask()
    kept = Registration.objects.get()
    assert (kept.email, kept.language, kept.asked_at, kept.expires_at) == (
        "keza@akabuto.example",
        "en",
        AT,
        AT + timedelta(hours=48),
    )
    assert kept.particulars == {
        "name": "Akabuto Clearing",
        "kind": "agent",
        "country": "RW",
        "phone": "+250788123456",
        "email": "keza@akabuto.example",
        "address": "",
        "sector": "",
        "person": "Keza Uwera",
        **NUMBERS,
    }
    assert (letter.address, letter.state, Letter.objects.count()) == ("keza@akabuto.example", "due", 1)
    assert token_in(letter) not in str(kept.particulars) + kept.token_digest
    assert (Person.objects.count(), Organization.objects.count()) == (0, 0)


def test_the_letter_says_nothing_that_a_stranger_wrote(db: None) -> None:
    """Whoever asks may give anybody's address: our letters carry none of her words."""
    letter = ask()
    assert not re.search("Keza|Akabuto|KN 3", letter.subject + letter.body)


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_the_letter_has_a_subject_of_one_line_and_a_link_in_every_language(db: None, language: str) -> None:
    letter = ask(language=language)
    assert letter.subject.strip() == letter.subject != ""
    assert "\n" not in letter.subject
    assert token_in(letter)


def test_who_is_known_is_told_so_in_the_letter_alone(cast: Cast) -> None:
    known, unknown = ask(cast.importer.email), ask("new@akabuto.example")
    assert "/register/" not in known.body
    assert "/me/" in known.body
    assert token_in(unknown)
    first, second = Registration.objects.order_by("pk")
    assert (first.expires_at, second.expires_at) == (AT, AT + VALID)
    entries = JournalEntry.objects.order_by("-pk")[:2]
    assert {(entry.kind, entry.subject, entry.by, str(entry.data)) for entry in entries} == {
        ("liaison.registration_asked", "registration", None, "{}")
    }


def statements(email: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        ask(email)
    return [re.sub(r"'[^']*'|\d+", "?", query["sql"])[:60] for query in queries]


def test_the_same_is_asked_of_the_database_for_the_known_and_the_unknown(cast: Cast) -> None:
    assert statements(cast.importer.email) == statements("new@akabuto.example")


def test_confirming_makes_the_person_her_firm_and_its_numbers(db: None) -> None:
    organization = registered()
    person = Person.objects.get()
    assert (person.email, person.name, person.language, person.check_password(PASSWORD)) == (
        "keza@akabuto.example",
        "Keza Uwera",
        "en",
        True,
    )
    assert list(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == [
        (person.pk, person.email, True, True)
    ]
    assert (organization.name, organization.kind, organization.standing, organization.email) == (
        "Akabuto Clearing",
        "agent",
        "pending",
        "keza@akabuto.example",
    )
    assert dict(Identifier.objects.values_list("scheme", "value")) == NUMBERS
    assert list(Identifier.objects.values_list("is_verified", flat=True)) == [False, False]
    assert list(Membership.objects.values_list("person", "organization", "role")) == [
        (person.pk, organization.pk, "owner")
    ]
    assert (person.roles, Registration.objects.count()) == (frozenset(), 0)
    told = JournalEntry.objects.order_by("pk").values_list("kind", "key", "by")
    assert list(told)[1:] == [
        ("liaison.person_registered", str(person.pk), person.pk),
        ("liaison.organization_registered", str(organization.pk), person.pk),
    ]


def test_the_journal_holds_nothing_of_the_person_but_her_number(db: None) -> None:
    """It is never altered, so what would have to be erased is not in it."""
    registered()
    told = " ".join(str(entry.data) for entry in JournalEntry.objects.all())
    assert not re.search("Keza|keza@|250788", told)


@pytest.mark.parametrize(
    ("late", "opens"),
    [
        (timedelta(0), True),
        (VALID - timedelta(seconds=1), True),
        (VALID, False),
        (VALID + timedelta(days=30), False),
    ],
)
def test_a_link_opens_for_its_time(db: None, late: timedelta, opens: bool) -> None:
    assert bool(find_registration(token_in(ask()), at=AT + late)) is opens


@pytest.mark.parametrize("wrong", ["", "x", "\x00", "é" * 40, "' OR 1=1 --", "\ud800", "a" * 5000])
def test_a_token_that_never_was_opens_nothing(db: None, wrong: str) -> None:
    token = token_in(ask())
    assert find_registration(wrong, at=AT) is None
    assert find_registration(token.swapcase(), at=AT) is None
    assert find_registration(Registration.objects.get().token_digest, at=AT) is None


def test_a_link_is_used_once_and_ends_the_others_of_its_address(db: None) -> None:
    first, second = ask(), ask()
    other = ask("other@akabuto.example")
    registration = find_registration(token_in(first), at=AT)
    assert registration
    confirm_registration(registration=registration, password=PASSWORD, at=AT)
    assert [find_registration(token_in(letter), at=AT) for letter in (first, second)] == [None, None]
    assert find_registration(token_in(other), at=AT)
    with pytest.raises(ValidationError, match="used"):
        confirm_registration(registration=registration, password="another-password", at=AT)
    assert (Person.objects.get().check_password(PASSWORD), Organization.objects.count()) == (True, 1)


def test_who_was_made_in_the_meantime_keeps_her_password(db: None) -> None:
    """A link is no way round the password, or the second factor, of an account."""
    token = token_in(ask())
    registration = find_registration(token, at=AT)
    assert registration
    Person.objects.create(email="keza@akabuto.example", name="Keza", password="!")
    assert find_registration(token, at=AT) is None
    with pytest.raises(ValidationError):
        confirm_registration(registration=registration, password=PASSWORD, at=AT)
    assert (Person.objects.get().password, Organization.objects.count()) == ("!", 0)


def test_a_name_may_be_claimed_by_several_until_the_office_has_looked(cast: Cast) -> None:
    registered("a@akabuto.example")
    registered("b@akabuto.example")
    assert Organization.objects.filter(name="Akabuto Clearing", standing="pending").count() == 2


def test_the_database_keeps_addresses_in_lower_case(db: None) -> None:
    ask()
    with pytest.raises(IntegrityError, match="registration_email_lower_case"), transaction.atomic():
        Registration.objects.update(email="Keza@Akabuto.example")
