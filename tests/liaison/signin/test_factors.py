"""What a person can prove herself with, and whom a role obliges to have a second factor."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from pytest_django import DjangoAssertNumQueries, Settings

from liaison.models import Person
from liaison.people import add_person
from liaison.signin.factors import factors_of, must_have_second
from tests.conftest import AT, Cast, somebody


def test_a_person_without_anything_has_nothing(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        factors = factors_of(cast.importer)
    assert (factors.app, factors.passkeys, factors.codes_left, factors.has_second) == (None, [], 0, False)


@pytest.mark.parametrize(
    ("kind", "has_second"),
    [(Authenticator.Type.TOTP, True), (Authenticator.Type.WEBAUTHN, True)],
)
def test_an_app_or_a_passkey_is_a_second_factor_of_hers_alone(cast: Cast, kind: str, has_second: bool) -> None:
    Authenticator.objects.create(user=cast.importer, type=kind, data={})
    assert [factors_of(person).has_second for person in (cast.importer, cast.agent)] == [has_second, False]


@pytest.mark.parametrize(
    ("part", "is_asked"),
    [("importer", False), ("agent", False), ("officer", True), ("desk", True), ("official", True)],
)
def test_the_office_and_the_agencies_must_have_one(cast: Cast, settings: Settings, part: str, is_asked: bool) -> None:
    person = Person.objects.get(pk=cast.people()[part].pk)
    settings.MFA_REQUIRED = True
    assert bool(must_have_second(person)) is is_asked
    settings.MFA_REQUIRED = False
    assert bool(must_have_second(person)) is False


def test_who_also_works_for_a_firm_must_have_one_whatever_she_acts_as(cast: Cast, settings: Settings) -> None:
    settings.MFA_REQUIRED = True
    person = somebody(cast.importer_firm, "member")
    add_person(email=person.email, role="officer", by=None, at=AT)
    assert must_have_second(Person.objects.get(pk=person.pk))
