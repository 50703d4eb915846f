"""E-mail address and password: who belongs to them, and that nobody costs as much as somebody."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from liaison.models import Membership, Organization, Person
from liaison.roles import Role
from liaison.signin.backend import EmailBackend, person_at
from tests.conftest import Cast, QuickArgon2
from tests.liaison.signin.conftest import PASSWORD


@pytest.mark.parametrize("typed", ["importer@portal.example", " IMPORTER@Portal.example "])
def test_an_address_is_hers_whatever_its_case(importer: Person, typed: str) -> None:
    assert person_at(typed) == importer
    assert authenticate(email=typed, password=PASSWORD) == importer
    assert authenticate(username=typed, password=PASSWORD) == importer


@pytest.mark.parametrize("typed", ["", "importer", "importer@portal.example\x00", "ımporter@portal.example", "%"])
def test_an_address_that_is_not_hers(importer: Person, typed: str) -> None:
    assert person_at(typed) is None
    assert authenticate(email=typed, password=PASSWORD) is None


@pytest.mark.parametrize("password", [PASSWORD + " ", " " + PASSWORD, PASSWORD.upper(), PASSWORD[:-1], "", None])
def test_a_password_is_taken_exactly_as_it_is(importer: Person, password: str | None) -> None:
    assert authenticate(email=importer.email, password=password) is None


def test_passwords_are_hashed_with_argon2(importer: Person, settings: Settings) -> None:
    assert settings.PASSWORD_HASHERS[1] == "django.contrib.auth.hashers.Argon2PasswordHasher"
    assert importer.password.startswith("argon2$argon2id$")


class Counting(QuickArgon2):
    """Argon2 that counts."""

    hashed: list[str] = []

    def encode(self, password: str, salt: str) -> str:
        """Count a new hash."""
        self.hashed.append("encode")
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Count a comparison."""
        self.hashed.append("verify")
        return super().verify(password, encoded)


@pytest.mark.parametrize("part", ["known", "unknown", "closed", "without a password"])
def test_a_wrong_try_costs_one_hash_and_one_query_whoever_is_tried(
    importer: Person, settings: Settings, part: str
) -> None:
    if part == "closed":
        Person.objects.update(is_active=False)
    if part == "without a password":
        importer.set_unusable_password()
        importer.save()
    settings.PASSWORD_HASHERS = [f"{Counting.__module__}.Counting"]
    Counting.hashed.clear()
    with CaptureQueriesContext(connection) as queries:
        assert authenticate(email="x@y.example" if part == "unknown" else importer.email, password="wrong") is None
    assert (len(Counting.hashed), len(queries)) == (1, 1)


def test_a_closed_account_is_out(cast: Cast, importer: Person) -> None:
    Person.objects.filter(pk=importer.pk).update(is_active=False)
    assert person_at(importer.email) is None
    assert authenticate(email=importer.email, password=PASSWORD) is None


def test_whose_session_it_is_comes_with_her_standings(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Membership.objects.create(person=cast.importer, organization=cast.stranger_firm, role=Role.READONLY)
    Membership.objects.create(
        person=cast.importer, organization=cast.agent_firm, role=Role.MEMBER, suspended_at=timezone.now()
    )
    held = {person.pk: person.standings for person in Person.objects.all()}
    assert len(held[cast.importer.pk]) == 2
    Organization.objects.filter(pk=cast.agent_firm.pk).update(standing=Organization.Standing.PENDING)
    held[cast.agent.pk] = []
    with django_assert_num_queries(len(held)):
        signed_in = [EmailBackend().get_user(pk) for pk in held]
        assert {person.pk: person.standings for person in signed_in if person} == held


def test_an_account_that_is_closed_is_nobody_s(cast: Cast) -> None:
    Person.objects.filter(pk=cast.importer.pk).update(is_active=False)
    assert [EmailBackend().get_user(pk) for pk in (cast.importer.pk, 0)] == [None, None]
    assert EmailBackend().get_user(cast.agent.pk) == cast.agent
