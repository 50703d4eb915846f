"""The second step: authenticator app, recovery codes, and who must have one."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from feeds.intake import receive
from feeds.models import Source
from liaison.models import Membership, Person
from liaison.people import add_person
from liaison.signin.factors import factors_of, must_have_second
from tests.conftest import AT, Cast
from tests.liaison.signin.conftest import (
    PASSWORD,
    enrol,
    is_in,
    last_letter,
    prove,
    sign_in,
    signed_in,
    told,
    totp,
    with_password,
)

SECOND = "/accounts/2fa/authenticate/"


def test_the_app_is_asked_for_after_the_password(importer: Person, clock: time_machine.Traveller) -> None:
    secret, _codes = enrol(signed_in(importer))
    clock.shift(timedelta(minutes=1))
    client = Client()
    assert sign_in(client, importer.email)["Location"] == SECOND
    assert not is_in(client)
    wrong = client.post(SECOND, {"code": "000000"})
    assert "This code is not right, or is used up." in wrong.content.decode()
    assert client.post(SECOND, {"code": totp(secret)})["Location"] == "/"
    assert is_in(client)
    assert told("authenticator_added", "sign_in_failed", "signed_in")[1:] == [
        ("liaison.authenticator_added", str(importer.pk), importer.pk, {"type": "totp"}),
        ("liaison.sign_in_failed", str(importer.pk), None, {"step": "second_factor"}),
        ("liaison.signed_in", str(importer.pk), importer.pk, {"means": ["password", "totp"]}),
    ]


def test_a_code_of_the_app_works_once(importer: Person, clock: time_machine.Traveller) -> None:
    secret, _codes = enrol(signed_in(importer))
    clock.shift(timedelta(minutes=1))
    code = totp(secret)
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, importer.email)
        client.post(SECOND, {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)


@pytest.mark.parametrize("seconds", [-60, 60])
def test_a_code_of_another_minute_does_not(importer: Person, clock: time_machine.Traveller, seconds: int) -> None:
    secret, _codes = enrol(signed_in(importer))
    clock.shift(timedelta(minutes=5, seconds=seconds))
    code = totp(secret)
    clock.shift(timedelta(seconds=-seconds))
    client = Client()
    sign_in(client, importer.email)
    client.post(SECOND, {"code": code})
    assert not is_in(client)


def test_a_recovery_code_works_once_and_they_are_shown_once(importer: Person) -> None:
    own = signed_in(importer)
    _secret, codes = enrol(own)
    assert len(set(codes)) == 10
    again = own.get("/accounts/2fa/recovery-codes/").content.decode()
    assert [code for code in codes if code in again] == []
    assert "10 codes are left." in again
    for expected in (True, False):
        client = Client()
        sign_in(client, importer.email)
        client.post(SECOND, {"code": codes[3]})
        assert is_in(client) is expected
    assert factors_of(importer).codes_left == 9


def test_new_recovery_codes_void_the_old(
    importer: Person, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    own = signed_in(importer)
    _secret, codes = enrol(own)
    with django_capture_on_commit_callbacks(execute=True):
        assert own.post("/accounts/2fa/recovery-codes/generate/")["Location"] == "/accounts/2fa/recovery-codes/"
    assert "New recovery codes were made" in last_letter()[2]
    assert told("recovery_codes_made") == [("liaison.recovery_codes_made", str(importer.pk), importer.pk, {})]
    client = Client()
    sign_in(client, importer.email)
    client.post(SECOND, {"code": codes[0]})
    assert not is_in(client)


def test_secrets_are_sealed_in_the_database(importer: Person) -> None:
    secret, codes = enrol(signed_in(importer))
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert [found for found in (secret, *codes) if found in kept] == []


def test_the_key_is_there_as_a_picture_and_as_text(importer: Person) -> None:
    page = prove(signed_in(importer), "/accounts/2fa/totp/activate/").content.decode()
    assert "<svg" in page
    assert "<?xml" not in page
    assert "data:image" not in page


def test_removing_it_wants_proof_and_is_told(importer: Person, clock: time_machine.Traveller) -> None:
    own = signed_in(importer)
    enrol(own)
    clock.shift(timedelta(minutes=6))
    page = prove(own, "/accounts/2fa/totp/deactivate/")
    assert "Remove the authenticator app" in page.content.decode()
    assert own.post("/accounts/2fa/totp/deactivate/")["Location"] == "/accounts/2fa/"
    assert not Authenticator.objects.exists()
    assert "The authenticator app was removed." in last_letter()[2]
    assert told("authenticator_removed") == [
        ("liaison.authenticator_removed", str(importer.pk), importer.pk, {"type": "totp"})
    ]


def test_a_code_by_e_mail_does_not_replace_the_second_step(importer: Person) -> None:
    enrol(signed_in(importer))
    client = Client()
    client.post("/accounts/login/code/", {"email": importer.email})
    body = last_letter()[2]
    code = next(line for line in body.splitlines() if len(line) == 9 and line[4] == "-")
    assert client.post("/accounts/login/code/confirm/", {"code": code})["Location"] == SECOND
    assert not is_in(client)


def test_nobody_elses_passkey_can_be_removed(cast: Cast, importer: Person) -> None:
    foreign = Authenticator.objects.create(user=cast.stranger, type="webauthn", data={"name": "Hers", "credential": {}})
    own = signed_in(importer)
    prove(own, "/accounts/2fa/totp/activate/")
    assert own.post(f"/accounts/2fa/webauthn/keys/{foreign.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=foreign.pk).exists()


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", '{"response": {}}', '{"id": "x", "rawId": "x", "type": "y"}', "<"]
)
def test_a_broken_passkey_lets_nobody_in(importer: Person, credential: str) -> None:
    client = Client()
    assert client.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"}).status_code == 200
    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential})
    assert (answer.status_code, answer["Location"], is_in(client)) == (302, "/accounts/login/", False)


# Who must have one


@pytest.fixture
def required(settings: Settings) -> None:
    """As outside the demo."""
    settings.MFA_REQUIRED = True


@pytest.mark.parametrize(
    ("part", "must"),
    [("importer", False), ("agent", False), ("officer", True), ("desk", True), ("official", True)],
)
def test_the_office_and_agencies_are_led_to_set_one_up(cast: Cast, required: None, part: str, must: bool) -> None:
    person = cast.people()[part]
    client = signed_in(with_password(person)) if not must else Client()
    if must:
        sign_in(client, with_password(person).email)
    assert must_have_second(person) is must
    paths = ("/", "/me/", "/inbox/", "/corridor/", "/consignments/", "/sources/")
    led = [path for path in paths if client.get(path).get("Location") == "/me/security/"]
    assert led == (list(paths) if must else [])


def test_what_stays_open_to_whoever_is_led(officer: Person, required: None) -> None:
    client = Client()
    sign_in(client, officer.email)
    assert "Your role opens other people" in client.get("/me/security/").content.decode()
    assert client.get("/healthz").status_code == 200
    assert client.post("/language/", {"language": "en"})["Location"] == "/"
    assert client.post("/sources/").get("Location") == "/me/security/"
    htmx = client.get("/consignments/", headers={"hx-request": "true"})
    assert (htmx.status_code, htmx["HX-Redirect"]) == (200, "/me/security/")
    at_security = {"hx-request": "true", "hx-current-url": "http://testserver/me/security/"}
    assert client.get("/inbox/", headers=at_security).status_code == 204
    assert client.post("/accounts/logout/")["Location"] == "/"


def test_everything_opens_once_it_is_set_up_and_closes_when_it_is_removed(officer: Person, required: None) -> None:
    client = Client()
    sign_in(client, officer.email)
    enrol(client)
    assert client.get("/consignments/").status_code == 200
    client.post("/accounts/2fa/totp/deactivate/")
    assert client.get("/consignments/")["Location"] == "/me/security/"


def test_narrowing_oneself_to_a_firm_is_no_way_around(cast: Cast, officer: Person, required: None) -> None:
    Membership.objects.create(person=officer, organization=cast.importer_firm, role="owner")
    Person.objects.filter(pk=officer.pk).update(acting_for=cast.importer_firm)
    client = Client()
    sign_in(client, officer.email)
    assert client.get("/consignments/")["Location"] == "/me/security/"


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_supervisors_and_administrators_too(db: None, required: None, role: str) -> None:
    person = add_person(email="a@portal.example", role=role, password=PASSWORD, by=None, at=AT)
    assert must_have_second(person)


def test_machines_with_tokens_are_not_concerned(clerk: Source, required: None) -> None:
    delivery = receive(source=clerk, raw=b"reference", at=AT).delivery
    robot = Client(headers={"authorization": "Bearer clerk-token"})
    assert robot.get(f"/api/v1/deliveries/{delivery.pk}/").status_code == 200


def test_the_demo_asks_for_none(officer: Person, settings: Settings) -> None:
    assert settings.MFA_REQUIRED is False
    assert signed_in(officer).get("/consignments/").status_code == 200
