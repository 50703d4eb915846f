"""A new password by a link in a letter."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from liaison.models import Person
from notify.models import Letter
from tests.liaison.signin.conftest import (
    PASSWORD,
    enrol,
    is_in,
    last_letter,
    path_in,
    sign_in,
    signed_in,
    told,
)

NEW = "inzira-ndende-cyane"


def link_for(email: str, **headers: str) -> str:
    Client(headers=headers).post("/accounts/password/reset/", {"email": email})
    address, subject, body = last_letter()
    assert (address, subject) == (email, "Set a new password")
    return path_in(body)


def follow(link: str, password: str = NEW, again: str = "") -> tuple[Client, int, str]:
    client = Client()
    page = client.get(link, follow=True)
    place = page.redirect_chain[-1][0] if page.redirect_chain else link
    answer = client.post(place, {"password1": password, "password2": again or password})
    return client, answer.status_code, answer.get("Location", "")


def test_the_link_sets_a_password_once_and_signs_nobody_in(importer: Person) -> None:
    elsewhere = signed_in(importer)
    link = link_for(importer.email)
    client, status, place = follow(link)
    assert (status, place, is_in(client), is_in(elsewhere)) == (302, "/accounts/login/", False, False)
    assert "Your password is changed." in client.get(place).content.decode()
    assert last_letter()[:2] == (importer.email, "How you sign in has changed")
    assert told("password_changed") == [
        ("liaison.password_changed", str(importer.pk), importer.pk, {"by_letter": True})
    ]
    assert sign_in(Client(), importer.email).status_code == 200
    assert sign_in(Client(), importer.email, NEW).status_code == 302
    again = Client().get(link)
    assert (again.status_code, "used up or too old" in again.content.decode()) == (200, True)


@pytest.mark.parametrize(("minutes", "is_good"), [(59, True), (61, False)])
def test_the_link_is_good_for_an_hour(
    importer: Person, clock: time_machine.Traveller, minutes: int, is_good: bool
) -> None:
    link = link_for(importer.email)
    clock.shift(timedelta(minutes=minutes))
    follow(link)
    assert Person.objects.get(pk=importer.pk).check_password(NEW) is is_good


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        (NEW, NEW + "x", "This is not the same password."),
        ("short", "", "fewer than 12 characters"),
        ("importer@portal.example", "", "too much like your name"),
    ],
)
def test_a_password_that_is_refused_leaves_the_old_one(importer: Person, password: str, again: str, words: str) -> None:
    link = link_for(importer.email)
    client = Client()
    place = client.get(link)["Location"]
    answer = client.post(place, {"password1": password, "password2": again or password})
    assert words in answer.content.decode()
    assert Person.objects.get(pk=importer.pk).check_password(PASSWORD)


def test_the_link_leads_to_the_portals_own_address_whatever_host_was_asked_for(importer: Person) -> None:
    assert link_for(importer.email, host="localhost").startswith("/accounts/password/reset/key/")


@pytest.mark.parametrize("wrong", ["1-x", "zzzzz-abc-def", "1-set-password", "0-d3a-" + "0" * 32])
def test_a_made_up_link_sets_nothing(importer: Person, wrong: str) -> None:
    answer = Client().get(f"/accounts/password/reset/key/{wrong}/")
    assert "used up or too old" in answer.content.decode()


def test_a_link_is_void_once_the_address_has_changed(importer: Person) -> None:
    link = link_for(importer.email)
    Person.objects.filter(pk=importer.pk).update(email="other@portal.example")
    assert "used up or too old" in Client().get(link).content.decode()


def test_it_does_not_pass_the_second_step(importer: Person) -> None:
    enrol(signed_in(importer))
    follow(link_for(importer.email))
    client = Client()
    assert sign_in(client, importer.email, NEW)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)


def test_an_unknown_or_closed_account_gets_no_link(importer: Person) -> None:
    Person.objects.filter(pk=importer.pk).update(is_active=False)
    for email in (importer.email, "nobody@portal.example"):
        Client().post("/accounts/password/reset/", {"email": email})
    assert [("/key/" in body) for body in Letter.objects.values_list("body", flat=True)] == [False, False]
