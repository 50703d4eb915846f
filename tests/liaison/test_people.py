"""People, organisations and roles: made once, checked, and told to the journal."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from liaison.models import JournalEntry, Membership, Organization, Person
from liaison.people import OFFICE_ORGANIZATION, add_organization, add_person, correct_person
from liaison.roles import EVERY, OFFICE, TRADE, TRADE_WRITE, Role
from tests.conftest import AT, Cast


def add(email: str = "keza@firm.example", role: str = "owner", **more: Any) -> Person:
    return add_person(email=email, role=role, by=None, at=AT, **more)


def held() -> list[tuple[str, str, str, str]]:
    rows = Membership.objects.order_by("pk")
    return list(rows.values_list("person__email", "role", "organization__name", "organization__kind"))


@pytest.mark.parametrize(
    ("role", "home", "kind"),
    [
        ("owner", "keza@firm.example", "importer"),
        ("member", "keza@firm.example", "importer"),
        ("readonly", "keza@firm.example", "importer"),
        ("officer", OFFICE_ORGANIZATION, "office"),
        ("supervisor", OFFICE_ORGANIZATION, "office"),
        ("administrator", OFFICE_ORGANIZATION, "office"),
        ("desk", "KPA", "agency"),
        ("official", "MININFRA", "agency"),
    ],
)
@pytest.mark.parametrize("named", ["", "Some Firm"])
def test_every_role_has_a_usual_home(db: None, role: str, home: str, kind: str, named: str) -> None:
    person = add(role=role, organization=named)
    assert held() == [("keza@firm.example", role, named or home, kind)]
    assert person.roles == {role}


def test_adding_again_adds_nothing_and_a_new_role_replaces_the_old(db: None) -> None:
    first = add(organization="Umucyo", name="Keza", password="first")
    again = add("  KEZA@Firm.Example ", "readonly", organization="UMUCYO ")
    assert (again.pk, again.name) == (first.pk, "Keza")
    assert held() == [("keza@firm.example", "readonly", "Umucyo", "importer")]
    assert Person.objects.get().check_password("first")
    assert Organization.objects.count() == 1
    other = add(organization="Inzira")
    assert Person.objects.get(pk=other.pk).roles == {"readonly", "owner"}
    assert other.organization_ids("owner") == [Organization.objects.get(name="Inzira").pk]


def test_what_is_added_is_told_to_the_journal_with_who_did_it(cast: Cast) -> None:
    before = JournalEntry.objects.latest("pk").pk
    person = add_person(email="new@firm.example", role="member", organization="New Firm", by=cast.officer, at=AT)
    firm = Organization.objects.get(name="New Firm")
    told = JournalEntry.objects.filter(pk__gt=before).order_by("pk")
    assert list(told.values_list("kind", "subject", "key", "by", "at", "data")) == [
        ("liaison.organization_added", "organization", str(firm.pk), cast.officer.pk, AT, {}),
        ("liaison.role_given", "person", str(person.pk), cast.officer.pk, AT, {"role": "member", "firm": firm.pk}),
    ]


@pytest.mark.parametrize("typed", ["keza@firm.example", "KEZA@FIRM.EXAMPLE", "Keza@Firm.Example"])
def test_she_signs_in_whatever_the_case_of_her_address(db: None, typed: str) -> None:
    person = add("Keza@Firm.example", password="umuhanda-mwiza")
    assert person.email == "keza@firm.example"
    assert authenticate(username=typed, password="umuhanda-mwiza") == person
    assert authenticate(username=typed, password="Umuhanda-mwiza") is None


def test_without_a_password_nobody_signs_in(db: None) -> None:
    assert add().has_usable_password() is False
    assert authenticate(username="keza@firm.example", password="") is None
    Person.objects.update(password="", is_active=True)
    assert add().has_usable_password() is False


def test_who_is_inactive_holds_no_role_and_does_not_sign_in(db: None) -> None:
    person = add(password="umuhanda-mwiza")
    Person.objects.update(is_active=False)
    assert Person.objects.get(pk=person.pk).roles == frozenset()
    assert Person.objects.get(pk=person.pk).organization_ids() == []
    assert authenticate(username=person.email, password="umuhanda-mwiza") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": ""},
        {"email": "keza"},
        {"email": "keza@"},
        {"email": "a@b.example\nBcc: thief@evil.example"},
        {"email": f"{'k' * 250}@firm.example"},
        {"name": "n" * 121},
        {"language": "de"},
        {"organization": "f" * 161},
    ],
)
def test_what_cannot_be_kept_is_refused_and_leaves_nothing(db: None, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        add(**wrong)
    assert (Person.objects.count(), Organization.objects.count(), JournalEntry.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("organization", ["", "Some Firm"])
def test_an_unknown_role_is_refused(db: None, organization: str) -> None:
    with pytest.raises(ValueError, match="emperor"):
        add(role="emperor", organization=organization)
    assert Person.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "fitting"),
    [("importer", TRADE), ("line", TRADE), ("agency", {Role.DESK, Role.OFFICIAL}), ("office", OFFICE)],
)
@pytest.mark.parametrize("role", Role.values)
def test_a_role_that_does_not_fit_the_organisation_is_refused(
    db: None, kind: str, fitting: set[Role], role: str
) -> None:
    firm = add_organization(name="Ihuriro", kind=kind, by=None, at=AT)
    if role in fitting:
        assert add(role=role, organization=firm.name).roles == {role}
    else:
        with pytest.raises(ValidationError, match="is not a role that can be held in Ihuriro"):
            add(role=role, organization=firm.name)
        assert (Person.objects.count(), Membership.objects.count()) == (0, 0)


def test_a_blank_organisation_is_none(db: None) -> None:
    add(organization="   ")
    assert held() == [("keza@firm.example", "owner", "keza@firm.example", "importer")]


def test_an_organisation_is_found_whatever_its_case(db: None) -> None:
    made = add_organization(name=" Umucyo Traders ", kind="importer", by=None, at=AT)
    assert made.name == "Umucyo Traders"
    assert add_organization(name="UMUCYO traders", kind="agent", by=None, at=AT) == made
    assert Organization.objects.get().kind == "importer"
    for wrong in ({"name": "  ", "kind": "importer"}, {"name": "Firm", "kind": "circus"}):
        with pytest.raises(ValidationError):
            add_organization(**wrong, by=None, at=AT)


@pytest.mark.parametrize(
    ("model", "values", "constraint"),
    [
        (Person, {"email": "Keza@firm.example"}, "person_email_lower_case"),
        (Person, {"email": "new@firm.example", "language": "de"}, "person_language_known"),
        (Person, {"email": "keza@firm.example"}, "liaison_person_email"),
        (Organization, {"name": "UMUCYO", "kind": "agent"}, "organization_name_unique"),
        (Organization, {"name": "", "kind": "agent"}, "organization_has_name"),
        (Membership, {"role": "emperor"}, "membership_role_known"),
        (Membership, {"role": "member"}, "membership_once"),
    ],
)
def test_the_database_refuses_what_must_never_be(
    db: None, model: type[Any], values: dict[str, str], constraint: str
) -> None:
    person = add(organization="Umucyo")
    more = {}
    if model is Membership:
        firm = Organization.objects.get()
        if values["role"] == "emperor":
            firm = Organization.objects.create(name="Other", kind="agent")
        more = {"person": person, "organization": firm}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.create(**values, **more)


def test_groups_of_roles_part_the_roles() -> None:
    others = {Role.DESK, Role.OFFICIAL}
    assert TRADE | OFFICE | others == EVERY
    assert len(EVERY) == len(TRADE) + len(OFFICE) + len(others)
    assert {Role.READONLY} == TRADE - TRADE_WRITE


def test_a_correction_is_told_by_field_and_never_by_content(cast: Cast) -> None:
    given = {"name": "Keza", "phone": "+250788123456", "language": "en"}
    before = JournalEntry.objects.count()
    assert correct_person(person=cast.importer, **given, by=cast.importer, at=AT) is True
    assert correct_person(person=cast.importer, **given, by=cast.importer, at=AT) is False
    found = Person.objects.get(pk=cast.importer.pk)
    assert (found.name, found.phone, found.language) == ("Keza", "+250788123456", "en")
    assert JournalEntry.objects.count() == before + 1
    entry = JournalEntry.objects.latest("pk")
    assert (entry.kind, entry.key, entry.by, entry.data) == (
        "liaison.person_corrected", str(found.pk), cast.importer, {"fields": ["name", "phone"]},
    )  # fmt: skip
