"""Signing in by password or by a code, signing out, and what the journal is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from liaison.models import Person
from notify.models import Letter
from tests.conftest import Cast
from tests.liaison.signin.conftest import PASSWORD, code_in, is_in, last_letter, sign_in, signed_in, told


@pytest.mark.parametrize("field", ["login", "username"])
def test_the_address_comes_under_either_name(importer: Person, field: str) -> None:
    client = Client()
    answer = client.post("/accounts/login/", {field: importer.email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"], is_in(client)) == (302, "/", True)


def test_the_page_lets_password_managers_help(importer: Person) -> None:
    page = Client().get("/accounts/login/").content.decode()
    for sign in ('name="login"', 'autocomplete="username"', 'autocomplete="current-password"', 'type="password"'):
        assert sign in page
    assert "onpaste" not in page


def test_what_is_missing_is_said_in_our_words(db: None) -> None:
    page = Client().post("/accounts/login/", {"login": "no address", "password": ""}).content.decode()
    assert "This is not an e-mail address." in page
    assert "This is missing." in page


def code_for(client: Client, email: str) -> str:
    answer = client.post("/accounts/login/code/?next=/me/", {"email": email})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/code/confirm/?next=%2Fme%2F")
    assert last_letter()[0] == email
    return code_in(last_letter()[2])


def test_a_code_lets_in_once_in_the_browser_that_asked(importer: Person) -> None:
    client, other = Client(), Client()
    code = code_for(client, importer.email)
    code_for(other, importer.email)
    assert other.post("/accounts/login/code/confirm/", {"code": code}).status_code == 200
    answer = client.post("/accounts/login/code/confirm/", {"code": code.lower().replace("-", " "), "next": "/me/"})
    assert (answer.status_code, answer["Location"], is_in(client)) == (302, "/me/", True)
    assert told("signed_in") == [("liaison.signed_in", str(importer.pk), importer.pk, {"means": ["code"]})]
    client.post("/accounts/logout/")
    assert client.post("/accounts/login/code/confirm/", {"code": code})["Location"] == "/accounts/login/code/"
    assert not is_in(client)


def test_codes_are_long_and_differ(cast: Cast) -> None:
    codes = {code_for(Client(), person.email) for person in cast.people().values()}
    assert len(codes) == len(cast.people())
    assert {len(code.replace("-", "")) for code in codes} == {8}


def test_three_wrong_codes_void_the_right_one(importer: Person) -> None:
    client = Client()
    code = code_for(client, importer.email)
    answers = [client.post("/accounts/login/code/confirm/", {"code": "BCDF-GHJK"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 302]
    assert "This code is not right." in answers[0].content.decode()
    assert "Too many tries. Begin again." in client.get("/accounts/login/").content.decode()
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert not is_in(client)
    key = str(importer.pk)
    assert told("sign_in_failed") == [("liaison.sign_in_failed", key, None, {"step": "code"})] * 3


@pytest.mark.parametrize(("minutes", "lets_in"), [(9, True), (11, False)])
def test_a_code_is_good_for_ten_minutes(
    importer: Person, clock: time_machine.Traveller, minutes: int, lets_in: bool
) -> None:
    client = Client()
    code = code_for(client, importer.email)
    clock.shift(timedelta(minutes=minutes))
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert is_in(client) is lets_in


def test_who_was_closed_after_the_code_was_sent_stays_out(importer: Person) -> None:
    client = Client()
    code = code_for(client, importer.email)
    Person.objects.filter(pk=importer.pk).update(is_active=False)
    answer = client.post("/accounts/login/code/confirm/", {"code": code})
    assert (answer["Location"], is_in(client)) == ("/accounts/login/", False)


def test_a_letter_is_in_the_language_of_its_reader(cast: Cast) -> None:
    Person.objects.filter(pk=cast.importer.pk).update(language="fr")
    letters = [
        (cast.importer.email, "en", "fr", "Your code to sign in"),
        ("nobody@x.example", "sw", "sw", "Somebody asked to sign in with this address"),
    ]
    for email, asked_in, written_in, subject in letters:
        Client(headers={"accept-language": asked_in}).post("/accounts/login/code/", {"email": email})
        with translation.override(written_in):
            assert last_letter()[:2] == (email, translation.gettext(subject))


def test_nobody_makes_herself_an_account(importer: Person) -> None:
    before = Person.objects.count()
    form = {"email": "new@firm.example", "password1": "a-long-password-x", "password2": "a-long-password-x"}
    for answer in (Client().get("/accounts/signup/"), Client().post("/accounts/signup/", form)):
        assert answer.status_code == 200
        assert "A firm registers itself" in answer.content.decode()
    assert (Person.objects.count(), Letter.objects.count()) == (before, 0)


def test_signing_in_and_out_is_told(importer: Person) -> None:
    client = signed_in(importer)
    client.post("/accounts/logout/")
    client.post("/accounts/logout/")
    assert told("signed_in", "signed_out") == [
        ("liaison.signed_in", str(importer.pk), importer.pk, {"means": ["password"]}),
        ("liaison.signed_out", str(importer.pk), importer.pk, {}),
    ]


def test_a_person_made_by_the_command_can_ask_for_a_code_and_a_password(cast: Cast) -> None:
    assert not cast.importer.has_usable_password()
    client = Client()
    client.post("/accounts/login/code/confirm/", {"code": code_for(client, cast.importer.email)})
    assert is_in(client)
    assert client.get("/accounts/password/change/", follow=True).redirect_chain == [
        ("/accounts/password/set/", 302),
        ("/accounts/password/reset/", 302),
    ]


def test_a_wrong_try_is_told_with_where_it_failed(importer: Person) -> None:
    sign_in(Client(), importer.email, "wrong")
    assert told("sign_in_failed") == [("liaison.sign_in_failed", str(importer.pk), None, {"step": "password"})]
