"""The pages on which a firm registers itself: the same for everybody, and nothing without the form."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from liaison.consents import PURPOSES
from liaison.models import Consent, Identifier, JournalEntry, Membership, Organization, Person, Registration
from liaison.verification import Decision, decide
from notify.models import Letter
from tests.conftest import Cast
from tests.liaison.conftest import SAID, WHO, applicant
from tests.liaison.test_registrations import PASSWORD, token_in

As = Callable[[Person | None], Client]
pytestmark = pytest.mark.usefixtures("fresh_limits")
PASSWORDS = {"password1": PASSWORD, "password2": PASSWORD}


def bare(page: bytes) -> str:
    """A page without its form's token."""
    return re.sub(r'name="(csrfmiddlewaretoken|once)" value="[\w-]+"', "", page.decode())


def link() -> str:
    """Ask, and follow the mail."""
    assert Client().post("/register/", {**SAID, **WHO}).status_code == 302
    return f"/register/{token_in(Letter.objects.latest('pk'))}/"


def signed_in(client: Client) -> bool:
    request = HttpRequest()
    request.session = client.session
    return get_user(request).is_authenticated


def errors(client: Client, **more: str) -> dict[str, list[str]]:
    answer = client.post("/register/", {**SAID, **WHO, **more})
    if answer.status_code == 302:
        return {}
    assert answer.status_code == 422
    return {field: list(said) for field, said in answer.context["form"].errors.items()}


def test_a_firm_is_registered_from_the_first_page_to_the_office(network: None) -> None:
    client = Client()
    assert 'href="/register/"' in client.get("/").content.decode()
    assert client.get("/register/").status_code == 200
    answer = client.post("/register/", {**SAID, **WHO})
    assert (answer.status_code, answer["Location"]) == (302, "/register/sent/")
    assert client.get("/register/sent/").status_code == 200
    kept = Registration.objects.get()
    assert kept.particulars["phone"] == "+250788123456"
    assert (kept.particulars["rw_tin"], kept.particulars["agent_licence"]) == ("101234567", "RRA/CA/2026/0123")
    url = f"/register/{token_in(Letter.objects.get())}/"
    shown = client.get(url).content.decode()
    for words in ("Akabuto Clearing", "Keza Uwera", "keza@akabuto.example", "101234567", "Rwanda", "KN 3 Road"):
        assert words in shown
    answer = client.post(url, PASSWORDS)
    organization = Organization.objects.get(name="Akabuto Clearing")
    assert (answer.status_code, answer["Location"]) == (302, f"/organizations/{organization.pk}/")
    assert signed_in(client)
    page = client.get("/").content.decode()
    assert "waits for the liaison office" in page
    assert f"/organizations/{organization.pk}/" in page
    assert client.get("/consignments/").status_code == 403


def test_following_the_link_changes_nothing(network: None) -> None:
    """Scanners of mail follow links, too."""
    url = link()
    before = (Person.objects.count(), Organization.objects.count(), JournalEntry.objects.count())
    for _visit in range(3):
        client = Client()
        answer = client.get(url)
        assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
        assert not signed_in(client)
    assert client.head(url).status_code == 200
    assert (Person.objects.count(), Organization.objects.count(), JournalEntry.objects.count()) == before


def test_a_used_an_expired_and_an_invented_link_say_so(network: None) -> None:
    used = link()
    assert Client().post(used, PASSWORDS).status_code == 302
    expired = link_of_another()
    with time_machine.travel(timezone.now() + timedelta(hours=48, seconds=1), tick=False):
        pages = [Client().get(url) for url in (used, expired, "/register/never-was/")]
        pages += [Client().post(url, PASSWORDS) for url in (used, expired)]
    assert {page.status_code for page in pages} == {410}
    assert all("expired or was used" in page.content.decode() for page in pages)
    assert all('href="/register/"' in page.content.decode() for page in pages)
    assert Organization.objects.filter(standing="pending").count() == 1


def link_of_another() -> str:
    Client().post("/register/", {**SAID, **WHO, "email": "other@akabuto.example"})
    return f"/register/{token_in(Letter.objects.latest('pk'))}/"


def test_consents_are_offered_and_kept_in_the_language_that_was_read(network: None) -> None:
    client, url = Client(headers={"accept-language": "rw"}), link()
    shown = client.get(url).content.decode()
    assert [f'value="{name}:{words.version}"' in shown for name, words in PURPOSES.items()] == [True] * len(PURPOSES)
    assert "checked" not in shown
    client.post(url, {**PASSWORDS, "consents": ["survey:1", "news_sms:1"]})
    kept = Consent.objects.order_by("purpose").values_list("purpose", "version", "language", "withdrawn_at")
    assert list(kept) == [("news_sms", 1, "rw", None), ("survey", 1, "rw", None)]
    person = Person.objects.get()
    told = JournalEntry.objects.filter(kind="liaison.consent_given").values_list("by", "key")
    assert set(told) == {(person.pk, str(person.pk))}


@pytest.mark.parametrize("consents", [["survey:9"], ["survey"], ["nothing:1"], ["survey:1", "survey:x"]])
def test_words_that_have_changed_are_read_again_first(network: None, consents: list[str]) -> None:
    answer = Client().post(link(), {**PASSWORDS, "consents": consents})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"consents"})
    assert "The words have changed meanwhile." in answer.content.decode()
    assert (Person.objects.count(), Consent.objects.count()) == (0, 0)


def test_who_agrees_to_nothing_registers_all_the_same(network: None) -> None:
    assert Client().post(link(), PASSWORDS).status_code == 302
    assert (Person.objects.count(), Consent.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("first", "second", "wrong"),
    [
        ("", "", {"password1", "password2"}),
        (PASSWORD, "", {"password2"}),
        (PASSWORD, PASSWORD.upper(), {"password2"}),
        ("short", "short", {"password1"}),
        ("password123", "password123", {"password1"}),
        ("keza@akabuto.example", "keza@akabuto.example", {"password1"}),
        ("Keza Uwera", "Keza Uwera", {"password1"}),
        ("x" * 129, "x" * 129, {"password1", "password2"}),
    ],
    ids=range(8),
)
def test_a_poor_password_makes_nothing(network: None, first: str, second: str, wrong: set[str]) -> None:
    client = Client()
    answer = client.post(link(), {"password1": first, "password2": second})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, wrong)
    assert (Person.objects.count(), signed_in(client)) == (0, False)
    assert f'value="{first}"' not in answer.content.decode()


def test_the_form_takes_only_a_form_of_ours(network: None) -> None:
    assert Client(enforce_csrf_checks=True).post("/register/", {**SAID, **WHO}).status_code == 403
    assert Client(enforce_csrf_checks=True).post(link(), PASSWORDS).status_code == 403


def test_a_known_and_an_unknown_address_get_the_same_answer(cast: Cast) -> None:
    answers = []
    for email in (cast.importer.email, "new@akabuto.example", cast.importer.email.upper()):
        client = Client()
        with CaptureQueriesContext(connection) as queries:
            answer = client.post("/register/", {**SAID, **WHO, "email": email})
        then = client.get(answer["Location"])
        seen = {name: value for name, value in answer.headers.items() if name not in ("Set-Cookie", "X-Request-ID")}
        answers.append((answer.status_code, seen, len(queries), bare(then.content)))
    assert answers[0] == answers[1] == answers[2]
    assert Person.objects.filter(email__icontains="akabuto").count() == 0


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"rw_tin": "12345"}, "rw_tin", "nine digits"),
        ({"rw_tin": ""}, "rw_tin", "has to give this number"),
        ({"ke_pin": "P05123"}, "ke_pin", "nine digits and a letter"),
        ({"ug_tin": "2001234567"}, "ug_tin", "ten digits"),
        ({"agent_licence": "#1"}, "agent_licence", "strokes and dashes"),
        ({"agent_licence": ""}, "agent_licence", "has to give the number of its licence"),
        ({"country": "KE"}, "ke_pin", "has to give this number"),
        ({"country": "UG"}, "ug_tin", "has to give this number"),
        ({"country": "XX"}, "country", "valid choice"),
        ({"country": "EU"}, "country", "valid choice"),
        ({"kind": "agency"}, "kind", "valid choice"),
        ({"kind": "office"}, "kind", "valid choice"),
        ({"phone": "12"}, "phone", "country code"),
        ({"phone": ""}, "phone", "required"),
        ({"name": "  "}, "name", "required"),
        ({"name": "n" * 161}, "name", "160"),
        ({"name": "a\x00b"}, "name", "Null"),
        ({"email": "keza"}, "email", "valid email"),
        ({"email": "a@b.example\nBcc: x@evil.example"}, "email", "valid email"),
        ({"person_name": ""}, "person_name", "required"),
        ({"language": "de"}, "language", "valid choice"),
    ],
)
def test_what_is_wrong_is_explained_beside_its_field(
    network: None, said: dict[str, str], field: str, words: str
) -> None:
    found = errors(Client(), **said)
    assert [(name, len(said)) for name, said in found.items()] == [(field, 1)]
    assert words in found[field][0]
    assert (Registration.objects.count(), Letter.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "importer", "agent_licence": ""},
        {"kind": "line", "country": "DK", "rw_tin": "", "agent_licence": "", "phone": "+45 33 63 33 63"},
        {"kind": "transporter", "country": "KE", "rw_tin": "", "ke_pin": "p051234567x", "phone": "0722 000 111"},
        {"kind": "exporter", "country": "UG", "rw_tin": "", "ug_tin": "1001234567", "phone": "+256 772 123456"},
        {"kind": "warehouse", "address": ""},
    ],
)
def test_firms_of_every_kind_and_country_can_register(network: None, said: dict[str, str]) -> None:
    assert errors(Client(), **said) == {}


def test_a_number_that_is_verified_is_refused_without_saying_whose(cast: Cast) -> None:
    organization = applicant(name="The Secret Firm")
    assert errors(Client()) == {}
    decide(organization=organization, decision=Decision.VERIFY, by=cast.officer, at=timezone.now())
    answer = Client().post("/register/", {**SAID, **WHO, "email": "thief@akabuto.example"})
    assert sorted(answer.context["form"].errors) == ["agent_licence", "rw_tin"]
    assert "ask its owner for an invitation" in answer.content.decode().lower()
    assert "Secret Firm" not in answer.content.decode()


def test_one_e_mail_address_gets_five_letters_an_hour(network: None, as_person: As) -> None:
    """Not more, whoever asks from where; others are not held up by it."""
    client = Client()
    codes = [
        Client(REMOTE_ADDR=f"10.0.0.{n}").post("/register/", {**SAID, **WHO, "email": email}).status_code
        for n, email in enumerate(["Keza@akabuto.example", "keza@AKABUTO.example"] * 3)
    ]
    assert codes == [302] * 5 + [429]
    assert Letter.objects.count() == 5
    assert client.post("/register/", {**SAID, **WHO, "email": "other@akabuto.example"}).status_code == 302


def test_one_network_address_tries_sixty_times_an_hour(network: None, settings: Settings) -> None:
    assert settings.ACCOUNT_RATE_LIMITS["register"] == "60/h/ip"
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "register": "6/h/ip"}
    client = Client(REMOTE_ADDR="10.0.0.1")
    codes = [client.post("/register/", {"name": ""}).status_code for _try in range(7)]
    assert codes == [422] * 6 + [429]
    page = client.post("/register/", {**SAID, **WHO})
    assert (page.status_code, 'id="main"' in page.content.decode()) == (429, True)
    assert client.get("/register/").status_code == 200
    assert Client(REMOTE_ADDR="10.0.0.2").post("/register/", {"name": ""}).status_code == 422
    assert Letter.objects.count() == 0


def test_somebody_signed_in_adds_a_firm_without_a_letter(cast: Cast, as_person: As) -> None:
    client = as_person(cast.importer)
    assert 'href="/register/"' in client.get("/me/").content.decode()
    form = client.get("/register/").context["form"]
    assert {"person_name", "email", "language"} & set(form.fields) == set()
    answer = client.post("/register/", {**SAID, "email": "other@akabuto.example"})
    organization = Organization.objects.get(name="Akabuto Clearing")
    assert answer["Location"] == f"/organizations/{organization.pk}/"
    assert (organization.standing, organization.email) == ("pending", "")
    assert Membership.objects.get(organization=organization).person == cast.importer
    assert Identifier.objects.filter(organization=organization, is_verified=False).count() == 2
    assert (Letter.objects.count(), Registration.objects.count()) == (0, 0)
    assert client.get("/")["Location"] == "/consignments/"
    assert "waits for the liaison office" in client.get("/me/").content.decode()
