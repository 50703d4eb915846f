"""What a firm types of itself: read as meant, explained where wrong, and never another firm's number."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from liaison.documents import MOST_BYTES
from liaison.models import Identifier, Organization, Person
from liaison.organization_forms import (
    DecisionForm,
    DocumentForm,
    FirmForm,
    OrganizationForm,
    PasswordForm,
    QueueForm,
    RegistrationForm,
)
from liaison.verification import Decision
from tests.conftest import Cast
from tests.liaison.conftest import NUMBERS, SAID, WHO, particulars
from tests.liaison.papers import EXE, HTML, JPEG, PDF, PNG, ZIP

GOOD = "umuhanda-mwiza-cyane"


def errors(form: Any) -> dict[str, list[str]]:
    return {name: [str(word) for word in words] for name, words in form.errors.items()}


def firm(**more: str) -> FirmForm:
    return FirmForm({**SAID, **more})


def test_what_was_typed_is_kept_in_one_form(db: None) -> None:
    form = firm()
    assert form.is_valid(), form.errors
    assert form.particulars() == particulars(email="", address="KN 3 Road, Kigali")
    assert form.cleaned_data["numbers"] == NUMBERS


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"name": "n" * 161}, "name", "Ensure this value has at most 160 characters (it has 161)."),
        ({"kind": "office"}, "kind", "Select a valid choice. office is not one of the available choices."),
        ({"kind": "agency"}, "kind", "Select a valid choice. agency is not one of the available choices."),
        ({"country": "ZZ"}, "country", "Select a valid choice. ZZ is not one of the available choices."),
        ({"rw_tin": "12"}, "rw_tin", "A Rwandan TIN has nine digits, for example 101234567."),
        ({"rw_tin": " "}, "rw_tin", "A firm in this country has to give this number."),
        ({"country": "KE", "phone": "0722123456"}, "ke_pin", "A firm in this country has to give this number."),
        ({"country": "UG", "phone": "0772123456"}, "ug_tin", "A firm in this country has to give this number."),
        ({"agent_licence": ""}, "agent_licence", "A clearing agent has to give the number of its licence."),
        ({"phone": ""}, "phone", "This field is required."),
        ({"phone": "12"}, "phone", "Write the telephone number with its country code, for example +250 788 123 456."),
    ],
)
def test_a_slip_is_explained_at_its_field_and_once(db: None, change: dict[str, str], field: str, words: str) -> None:
    said = errors(firm(**change))
    assert said[field] == [words]
    assert set(said) <= {field, "phone"} if change.get("country") == "ZZ" else set(said) == {field}


@pytest.mark.parametrize("change", [{"kind": "importer", "agent_licence": ""}, {"country": "FR", "rw_tin": ""}])
def test_nothing_is_asked_for_that_a_firm_cannot_have(db: None, change: dict[str, str]) -> None:
    assert errors(firm(**{**change, "phone": "+250788123456"})) == {}


@pytest.mark.parametrize(("is_verified", "is_taken"), [(True, True), (False, False)])
def test_a_number_of_a_verified_firm_is_taken(db: None, is_verified: bool, is_taken: bool) -> None:
    other = Organization.objects.create(name="Other", kind="importer")
    Identifier.objects.create(organization=other, scheme="rw_tin", value="101234567", is_verified=is_verified)
    words = (
        "A firm with this number is registered already. Ask its owner for an invitation, or call the liaison office."
    )
    assert errors(firm()) == ({"rw_tin": [words]} if is_taken else {})
    assert errors(FirmForm(SAID, organization=other)) == {}


def test_a_registration_names_its_person_too(db: None) -> None:
    form = RegistrationForm({**SAID, **WHO})
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["person_name"], form.particulars().email) == ("Keza Uwera", "Keza@Akabuto.example")
    wrong = {**WHO, "person_name": "", "email": "keza", "language": "de"}
    assert errors(RegistrationForm({**SAID, **wrong})) == {
        "person_name": ["This field is required."],
        "email": ["Enter a valid email address."],
        "language": ["Select a valid choice. de is not one of the available choices."],
    }


def test_a_firm_s_form_shows_what_is_kept(cast: Cast) -> None:
    Identifier.objects.create(organization=cast.importer_firm, scheme="rw_tin", value="101234567")
    form = OrganizationForm(organization=cast.importer_firm)
    shown = {name: form[name].value() for name in ("name", "kind", "country", "rw_tin", "ke_pin")}
    assert shown == {
        "name": "Umucyo Traders",
        "kind": "importer",
        "country": "RW",
        "rw_tin": "101234567",
        "ke_pin": None,
    }


def test_an_agency_stays_one_and_needs_neither_number_nor_telephone(cast: Cast) -> None:
    kpa = Organization.objects.get(name="KPA")
    said = {"name": "KPA", "kind": "agency", "country": "KE"}
    assert errors(OrganizationForm(said, organization=kpa)) == {}
    turned = errors(OrganizationForm({**said, "kind": "importer"}, organization=kpa))
    assert turned["kind"] == ["Select a valid choice. importer is not one of the available choices."]
    assert list(errors(OrganizationForm({**SAID, "kind": "agency"}, organization=cast.importer_firm))) == ["kind"]


@pytest.mark.parametrize(
    ("first", "second", "faulty"),
    [
        (GOOD, GOOD, []),
        (GOOD, GOOD + " ", ["password2"]),
        (GOOD, "", ["password2"]),
        ("short", "short", ["password1"]),
        ("keza@akabuto.example", "keza@akabuto.example", ["password1"]),
        ("p" * 129, "p" * 129, ["password1", "password2"]),
    ],
)
def test_a_password_is_good_and_typed_twice(first: str, second: str, faulty: list[str]) -> None:
    person = Person(email="keza@akabuto.example", name="Keza")
    form = PasswordForm({"password1": first, "password2": second}, person=person)
    assert list(form.errors) == faulty
    assert form.fields["password1"].help_text != ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PDF, []),
        (PNG, []),
        (JPEG, []),
        (EXE, ["Only PDF, PNG and JPEG can be taken."]),
        (HTML, ["Only PDF, PNG and JPEG can be taken."]),
        (ZIP, ["Only PDF, PNG and JPEG can be taken."]),
        (PDF[:20], ["This file is cut short. Save it anew and send it again."]),
        (PDF + HTML, ["This file holds something else beside the paper."]),
        (b"", ["The submitted file is empty."]),
        (PDF + b"x" * MOST_BYTES, ["This file is larger than 5 MB."]),
    ],
    ids=["pdf", "png", "jpeg", "exe", "html", "zip", "cut", "polyglot", "empty", "large"],
)
def test_a_paper_is_what_its_bytes_are(content: bytes, words: list[str]) -> None:
    form = DocumentForm({"kind": "tax"}, MultiValueDict({"file": [SimpleUploadedFile("paper.pdf", content)]}))
    assert errors(form) == ({"file": words} if words else {})
    if not words:
        assert (form.cleaned_data["file"], form.cleaned_data["file_name"]) == (content, "paper.pdf")


@pytest.mark.parametrize(
    ("data", "is_valid"),
    [
        ({}, True),
        ({"standing": "refused", "kind": "agent", "q": "x"}, True),
        ({"standing": "verified"}, False),
        ({"kind": "office"}, False),
        ({"q": "x" * 81}, False),
    ],
)
def test_the_queue_can_be_asked_for_what_waits(data: dict[str, str], is_valid: bool) -> None:
    assert QueueForm(data).is_valid() is is_valid


@pytest.mark.parametrize(
    ("standing", "possible"),
    [
        ("pending", ["verify", "refuse"]),
        ("verified", ["suspend"]),
        ("refused", ["verify"]),
        ("suspended", ["reinstate"]),
    ],
)
def test_only_what_fits_the_standing_can_be_decided(standing: str, possible: list[str]) -> None:
    organization = Organization(name="Akabuto", standing=standing)
    forms = {
        decision: DecisionForm({"decision": decision, "seen": "a" * 16}, organization=organization)
        for decision in Decision.values
    }
    assert [decision for decision, form in forms.items() if form.is_valid()] == possible
    assert [forms[decision].cleaned_data["decision"] for decision in possible] == list(map(Decision, possible))
    assert list(DecisionForm({"decision": possible[0]}, organization=organization).errors) == ["seen"]
