"""What is typed about people in organisations: only roles that fit, only people who are there."""

from __future__ import annotations

import pytest

from liaison.consents import PURPOSES
from liaison.member_forms import HandOverForm, InvitationForm, JoinForm, ReasonForm, RoleForm, role_choices
from liaison.models import Membership, Organization, Person
from tests.conftest import AT, Cast, somebody

TRADE, OFFICE, AGENCY = (
    ["owner", "member", "readonly"],
    ["officer", "supervisor", "administrator"],
    ["desk", "official"],
)
GOOD = "umuhanda-mwiza-cyane"


@pytest.mark.parametrize(
    ("kind", "roles"),
    [("importer", TRADE), ("agent", TRADE), ("line", TRADE), ("office", OFFICE), ("agency", AGENCY)],
)
def test_the_roles_on_offer_are_those_of_the_kind_of_organisation(kind: str, roles: list[str]) -> None:
    organization = Organization(name="X", kind=kind)
    assert [role for role, _label in role_choices(organization)] == roles
    membership = Membership(organization=organization, role=roles[0])
    offered = [role for role in TRADE + OFFICE + AGENCY if RoleForm({"role": role}, membership=membership).is_valid()]
    assert offered == roles
    assert RoleForm(membership=membership)["role"].value() == roles[0]


def test_a_firm_s_invitation_explains_the_roles_and_offers_a_member_s() -> None:
    firm, agency = (InvitationForm(organization=Organization(kind=kind)) for kind in ("importer", "agency"))
    assert (firm["role"].value(), str(firm.fields["role"].help_text)[:25]) == ("member", "Owners manage the firm's ")
    assert (agency["role"].value(), agency.fields["role"].help_text) == (None, "")


@pytest.mark.parametrize(
    ("change", "faulty"),
    [
        ({}, []),
        ({"email": ""}, ["email"]),
        ({"email": "keza"}, ["email"]),
        ({"role": "officer"}, ["role"]),
        ({"role": ""}, ["role"]),
        ({"language": "de"}, ["language"]),
    ],
)
def test_an_invitation_has_an_address_a_role_and_a_language(
    db: None, change: dict[str, str], faulty: list[str]
) -> None:
    said = {"email": "keza@x.example", "role": "owner", "language": "rw", **change}
    assert sorted(InvitationForm(said, organization=Organization(kind="importer")).errors) == faulty


@pytest.mark.parametrize(
    ("reason", "is_valid"), [("She left", True), ("", False), (" \n", False), ("r" * 500, True), ("r" * 501, False)]
)
def test_a_reason_is_needed_and_short(reason: str, is_valid: bool) -> None:
    assert ReasonForm({"reason": reason}).is_valid() is is_valid


def test_a_firm_is_handed_to_somebody_of_it_who_can_take_it(cast: Cast) -> None:
    firm = cast.importer_firm
    keza, aline, gone, out = (
        somebody(firm, "member", f"{name}@x.example") for name in ("keza", "aline", "gone", "out")
    )
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    Membership.objects.filter(person=out).update(suspended_at=AT)
    form = HandOverForm(organization=firm, person=cast.importer)
    shown = [label for value, label in form.fields["member"].choices if value]  # type: ignore[attr-defined]
    assert shown == ["Aline · Member", "Keza · Member"]
    mine = Membership.objects.get(person=keza)
    taken = HandOverForm({"member": mine.pk}, organization=firm, person=cast.importer)
    assert taken.is_valid()
    assert taken.cleaned_data["member"] == mine
    for person in (cast.importer, gone, out, cast.stranger):
        other = Membership.objects.get(person=person)
        assert not HandOverForm({"member": other.pk}, organization=firm, person=cast.importer).is_valid()
    assert aline.name == "Aline"


@pytest.mark.parametrize(
    ("change", "faulty"),
    [
        ({}, []),
        ({"name": ""}, ["name"]),
        ({"language": "de"}, ["language"]),
        ({"password": ""}, ["password"]),
        ({"password": "keza-uwera"}, ["password"]),
        ({"password": "p" * 128}, []),
        ({"password": "p" * 129}, ["password"]),
        ({"consents": ["survey:0"]}, ["consents"]),
        ({"consents": ["spam:1"]}, ["consents"]),
    ],
)
def test_who_joins_has_a_name_a_language_and_a_good_password(change: dict[str, str], faulty: list[str]) -> None:
    said = {"name": "Keza Uwera", "language": "rw", "password": GOOD, **change}
    assert sorted(JoinForm(said, email="keza-uwera@x.example").errors) == faulty


def test_a_yes_goes_with_the_version_that_was_read_and_none_is_needed() -> None:
    said = {"name": "Keza", "language": "rw", "password": GOOD}
    every = [f"{name}:{purpose.version}" for name, purpose in PURPOSES.items()]
    forms = [JoinForm({**said, "consents": chosen}, email="k@x.example") for chosen in ([], every)]
    assert [form.is_valid() for form in forms] == [True, True]
    assert [form.cleaned_data["consents"] for form in forms] == [
        {},
        {name: one.version for name, one in PURPOSES.items()},
    ]
