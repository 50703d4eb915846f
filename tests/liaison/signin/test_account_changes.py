"""Changing password and e-mail address: with proof, told by letter and journal, ending other sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client

from liaison.models import Person
from tests.conftest import Cast
from tests.liaison.signin.conftest import (
    PASSWORD,
    code_in,
    enrol,
    is_in,
    last_letter,
    path_in,
    prove,
    sign_in,
    signed_in,
    told,
)

NEW = "inzira-ndende-cyane"
ADDRESS = "new@portal.example"


def change(client: Client, old: str = PASSWORD, new: str = NEW) -> int:
    form = {"oldpassword": old, "password1": new, "password2": new}
    return client.post("/accounts/password/change/", form).status_code


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(importer: Person) -> None:
    own, elsewhere = signed_in(importer), signed_in(importer)
    key = own.session.session_key
    assert change(own, old="wrong") == 200
    assert is_in(elsewhere)
    assert change(own) == 302
    assert (is_in(own), is_in(elsewhere)) == (True, False)
    assert own.session.session_key != key
    assert last_letter()[:2] == (importer.email, "How you sign in has changed")
    assert "Your password was changed." in last_letter()[2]
    entry = ("liaison.password_changed", str(importer.pk), importer.pk, {"by_letter": False})
    assert told("password_changed") == [entry]
    assert (sign_in(Client(), importer.email).status_code, sign_in(Client(), importer.email, NEW).status_code) == (
        200,
        302,
    )


@pytest.mark.parametrize("new", ["short", "Kigali-Rwanda-2026", ""])
def test_a_weak_one_is_refused(importer: Person, new: str) -> None:
    assert change(signed_in(importer), new=new) == 200
    assert Person.objects.get(pk=importer.pk).check_password(PASSWORD)


def asked_for(client: Client, address: str = ADDRESS) -> str:
    """Ask for a change of address with proof; returns the link in the letter."""
    prove(client, "/accounts/2fa/totp/activate/")
    assert client.post("/accounts/email/", {"email": address, "action_add": ""}).status_code == 302
    return path_in(last_letter()[2])


def addresses() -> list[tuple[str, bool, bool]]:
    return list(EmailAddress.objects.filter(user__email__contains="portal").values_list("email", "verified", "primary"))


def test_the_address_changes_once_the_new_one_is_confirmed(importer: Person) -> None:
    own = signed_in(importer)
    link = asked_for(own)
    assert Person.objects.get(pk=importer.pk).email == "importer@portal.example"
    assert ADDRESS in own.get("/accounts/email/").content.decode()
    assert own.get(link).status_code == 200
    assert Person.objects.get(pk=importer.pk).email == "importer@portal.example"
    assert own.post(link)["Location"] == "/me/security/"
    assert Person.objects.get(pk=importer.pk).email == ADDRESS
    assert list(EmailAddress.objects.filter(user=importer).values_list("email", "verified", "primary")) == [
        (ADDRESS, True, True)
    ]
    assert last_letter()[:2] == ("importer@portal.example", "How you sign in has changed")
    assert told("email_changed") == [("liaison.email_changed", str(importer.pk), importer.pk, {})]
    assert sign_in(Client(), ADDRESS).status_code == 302
    assert sign_in(Client(), "importer@portal.example").status_code == 200
    assert "used up or too old" in Client().get(link).content.decode()


def test_the_letter_is_enough_where_she_is_not_signed_in(importer: Person) -> None:
    link = asked_for(signed_in(importer))
    client = Client()
    assert client.post(link)["Location"] == "/accounts/login/"
    assert (Person.objects.get(pk=importer.pk).email, is_in(client)) == (ADDRESS, False)


def test_an_address_that_became_anothers_meanwhile_is_not_taken_from_her(cast: Cast, importer: Person) -> None:
    link = asked_for(signed_in(importer))
    Person.objects.filter(pk=cast.stranger.pk).update(email=ADDRESS)
    answer = Client().post(link, follow=True)
    assert "This e-mail address cannot be confirmed." in answer.content.decode()
    assert Person.objects.get(pk=importer.pk).email == "importer@portal.example"
    assert told("email_changed") == []


def test_a_second_thought_voids_the_first_letter(importer: Person) -> None:
    own = signed_in(importer)
    first = asked_for(own)
    own.post("/accounts/email/", {"email": ADDRESS, "action_remove": ""})
    assert Client().post(first).status_code == 404
    assert Person.objects.get(pk=importer.pk).email == "importer@portal.example"


def test_her_own_address_cannot_be_removed(importer: Person) -> None:
    own = signed_in(importer)
    prove(own, "/accounts/2fa/totp/activate/")
    for action in ("action_remove", "action_primary", "action_send"):
        own.post("/accounts/email/", {"email": importer.email, action: ""})
    assert Person.objects.get(pk=importer.pk).email == "importer@portal.example"
    assert EmailAddress.objects.filter(user=importer, verified=True, primary=True).count() == 1


PROTECTED = [
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/recovery-codes/generate/",
]


@pytest.mark.parametrize("path", PROTECTED)
def test_a_change_asks_for_the_password_again(importer: Person, path: str) -> None:
    own = signed_in(importer)
    answer = own.get(path)
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    wrong = own.post(answer["Location"], {"password": "wrong"})
    assert "This is not your password." in wrong.content.decode()
    assert own.get(path).status_code == 302
    own.post(answer["Location"], {"password": PASSWORD})
    assert own.get(path).status_code == 200


def test_the_proof_is_good_for_five_minutes(importer: Person, clock: time_machine.Traveller) -> None:
    own = signed_in(importer)
    prove(own, PROTECTED[0])
    clock.shift(timedelta(minutes=4))
    assert own.get(PROTECTED[0]).status_code == 200
    clock.shift(timedelta(minutes=2))
    assert own.get(PROTECTED[0]).status_code == 302


def test_a_new_address_asks_for_proof_before_anything_is_sent(importer: Person) -> None:
    own = signed_in(importer)
    answer = own.post("/accounts/email/", {"email": ADDRESS, "action_add": ""})
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.filter(email=ADDRESS).exists()


def test_who_has_an_app_may_prove_herself_with_it(importer: Person, clock: time_machine.Traveller) -> None:
    own = signed_in(importer)
    _secret, codes = enrol(own)
    clock.shift(timedelta(minutes=6))
    page = own.get(own.get("/accounts/2fa/webauthn/add/")["Location"]).content.decode()
    assert "Use my authenticator app or a recovery code" in page
    answer = own.post("/accounts/2fa/reauthenticate/?next=/accounts/2fa/webauthn/add/", {"code": codes[0]})
    assert answer["Location"] == "/accounts/2fa/webauthn/add/"
    assert own.get("/accounts/2fa/webauthn/add/").status_code == 200


@pytest.mark.parametrize("path", [*PROTECTED, "/accounts/email/"])
def test_who_has_nothing_to_prove_herself_with_signs_in_anew(
    cast: Cast, clock: time_machine.Traveller, path: str
) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": cast.importer.email})
    client.post("/accounts/login/code/confirm/", {"code": code_in(last_letter()[2])})
    assert client.get(path).status_code == 200
    clock.shift(timedelta(minutes=6))
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")
    assert not is_in(client)
