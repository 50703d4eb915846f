"""A lost second factor: who may take it away from whom, and that its owner is told and signed out."""

from __future__ import annotations

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from liaison.models import Membership, Person
from liaison.people import add_person
from liaison.signin.factors import factors_of
from liaison.signin.recovery import may_remove, remove_factors
from notify.models import Letter
from tests.conftest import AT, Cast
from tests.liaison.signin.conftest import PASSWORD, enrol, is_in, last_letter, prove, sign_in, signed_in, told

REASON = {"reason": "She lost her phone; we saw her passport"}


@pytest.fixture
def supervisor(cast: Cast) -> Person:
    return add_person(email="super@portal.example", role="supervisor", password=PASSWORD, by=None, at=AT)


@pytest.fixture
def administrator(cast: Cast) -> Person:
    return add_person(email="admin@portal.example", role="administrator", password=PASSWORD, by=None, at=AT)


def page_of(person: Person) -> str:
    return f"/people/{person.pk}/second-factor/"


def test_all_of_it_goes_and_its_owner_is_out_and_told(
    importer: Person, supervisor: Person, clock: time_machine.Traveller
) -> None:
    hers = signed_in(importer)
    enrol(hers)
    Person.objects.filter(pk=importer.pk).update(language="fr")
    client = signed_in(supervisor)
    page = prove(client, page_of(importer)).content.decode()
    assert "call back on a number that you knew before" in page
    answer = client.post(page_of(importer), REASON)
    assert answer["Location"] == "/"
    assert factors_of(importer).has_second is False
    assert not Authenticator.objects.exists()
    assert (is_in(hers), UserSession.objects.filter(user=importer).exists()) == (False, False)
    address, subject, body = last_letter()
    assert (address, subject) == (importer.email, "Votre second facteur a été retiré")
    assert "/me/security/" in body
    assert told("second_factor_removed", "sessions_ended") == [
        ("liaison.sessions_ended", str(importer.pk), supervisor.pk, {"count": 1}),
        ("liaison.second_factor_removed", str(importer.pk), supervisor.pk, REASON),
    ]
    again = Client()
    assert sign_in(again, importer.email)["Location"] == "/"
    assert is_in(again)


@pytest.mark.parametrize(
    ("by", "of", "may"),
    [
        ("supervisor", "importer", True),
        ("supervisor", "official", False),
        ("supervisor", "officer", False),
        ("supervisor", "administrator", False),
        ("supervisor", "supervisor", False),
        ("administrator", "importer", True),
        ("administrator", "official", True),
        ("administrator", "supervisor", True),
        ("administrator", "administrator", False),
        ("officer", "importer", False),
        ("importer", "agent", False),
        ("desk", "importer", False),
    ],
)
def test_who_may_take_it_from_whom(
    cast: Cast, supervisor: Person, administrator: Person, by: str, of: str, may: bool
) -> None:
    people = {**cast.people(), "supervisor": supervisor, "administrator": administrator}
    Authenticator.objects.create(user=people[of], type="totp", data={"secret": "x"})
    assert may_remove(people[by], people[of]) is may
    if may:
        assert remove_factors(person=people[of], reason="lost", by=people[by], at=AT) is True
    else:
        with pytest.raises(PermissionDenied):
            remove_factors(person=people[of], reason="lost", by=people[by], at=AT)
    assert Authenticator.objects.exists() is not may


def test_a_trader_who_also_works_for_an_agency_is_the_administrators_matter(cast: Cast, supervisor: Person) -> None:
    Membership.objects.create(person=cast.desk, organization=cast.importer_firm, role="owner")
    assert may_remove(supervisor, cast.desk) is False


@pytest.mark.parametrize("reason", ["", "  "])
def test_it_takes_a_reason_and_something_to_take(importer: Person, supervisor: Person, reason: str) -> None:
    with pytest.raises(ValidationError):
        remove_factors(person=importer, reason=reason, by=supervisor, at=AT)
    assert remove_factors(person=importer, reason="lost", by=supervisor, at=AT) is False
    assert (told("second_factor_removed"), Letter.objects.count()) == ([], 0)


def test_the_page_asks_for_proof_a_reason_and_a_form_of_ours(importer: Person, supervisor: Person) -> None:
    Authenticator.objects.create(user=importer, type="totp", data={"secret": "x"})
    unproven = signed_in(supervisor).post(page_of(importer), REASON)
    assert unproven["Location"].startswith("/accounts/reauthenticate/")
    client = signed_in(supervisor)
    prove(client, page_of(importer))
    assert client.post(page_of(importer), {"reason": " "}).status_code == 422
    assert client.get(page_of(supervisor)).status_code == 403
    assert client.get("/people/0/second-factor/").status_code == 404
    client.handler.enforce_csrf_checks = True
    assert client.post(page_of(importer), REASON).status_code == 403
    assert Authenticator.objects.count() == 1


def test_the_list_of_people_leads_there_for_whom_it_is_for(importer: Person, supervisor: Person, cast: Cast) -> None:
    add_person(email="colleague@portal.example", role="member", organization="Umucyo Traders", by=None, at=AT)
    url = f"/organizations/{cast.importer_firm.pk}/members/"
    shown = {
        person.email: "/second-factor/" in signed_in(person).get(url).content.decode()
        for person in (importer, supervisor)
    }
    assert shown == {importer.email: False, supervisor.email: True}
