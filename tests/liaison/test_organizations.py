"""Organisations that say who they are, change it, and apply again."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from corridor.reference import load_reference
from liaison.models import Identifier, JournalEntry, Membership, Organization, Person
from liaison.organizations import (
    apply_again,
    change_organization,
    numbers_of,
    particulars_from,
    register_organization,
    taken_schemes,
)
from liaison.people import add_organization, add_person
from liaison.verification import Decision, decide
from tests.conftest import AT, Cast
from tests.liaison.conftest import NUMBERS, applicant, owner_of, particulars


def verified(cast: Cast, **more: Any) -> Organization:
    organization = applicant(**more)
    decide(organization=organization, decision=Decision.VERIFY, by=cast.officer, at=AT)
    organization.refresh_from_db()
    return organization


def change(organization: Organization, **more: Any) -> bool:
    return change_organization(
        organization=organization, particulars=particulars(**more), by=owner_of(organization), at=AT
    )


def last() -> JournalEntry:
    return JournalEntry.objects.latest("pk")


def test_particulars_survive_being_written_down() -> None:
    said = particulars(address="KN 3")
    assert particulars_from({**said.as_text(), "person": "Keza"}) == said
    # What was written down before firms said their sector is unknown of it.
    old = {name: words for name, words in said.as_text().items() if name != "sector"}
    assert particulars_from(old).sector == ""


def test_a_firm_of_somebody_known_waits_too(cast: Cast) -> None:
    organization = register_organization(particulars=particulars(), owner=cast.importer, by=cast.importer, at=AT)
    importer = Person.objects.get(pk=cast.importer.pk)
    assert (organization.standing, organization.created_at) == ("pending", AT)
    assert importer.organization_ids() == [cast.importer_firm.pk]
    assert set(Organization.objects.visible_to(importer)) == {cast.importer_firm, organization}
    assert (last().kind, last().key, last().by) == (
        "liaison.organization_registered",
        str(organization.pk),
        cast.importer,
    )
    assert last().data["identity"]["numbers"] == NUMBERS


@pytest.mark.parametrize("wrong", [{"name": ""}, {"kind": "circus"}, {"phone": "0788"}, {"sector": "V"}])
def test_what_cannot_be_kept_leaves_nothing(cast: Cast, wrong: dict[str, str]) -> None:
    before = Organization.objects.count()
    with pytest.raises(ValidationError):
        register_organization(particulars=particulars(**wrong), owner=cast.importer, by=cast.importer, at=AT)
    assert (Organization.objects.count(), Identifier.objects.count()) == (before, 0)


def test_a_number_is_taken_once_it_is_verified(cast: Cast) -> None:
    organization = applicant()
    assert taken_schemes(NUMBERS) == []
    decide(organization=organization, decision=Decision.VERIFY, by=cast.officer, at=AT)
    assert sorted(taken_schemes(NUMBERS)) == ["agent_licence", "rw_tin"]
    assert taken_schemes(NUMBERS, but=organization) == []
    assert taken_schemes({"ug_tin": NUMBERS["rw_tin"], "rw_tin": "999999999"}) == []
    decide(organization=organization, decision=Decision.SUSPEND, reason="x", by=cast.officer, at=AT)
    assert sorted(taken_schemes(NUMBERS)) == ["agent_licence", "rw_tin"]


@pytest.mark.parametrize("changed", [{"phone": "+250788000000"}, {"address": "KG 7"}, {"sector": "C"}])
def test_how_to_reach_a_firm_changes_at_once(cast: Cast, changed: dict[str, str]) -> None:
    organization = verified(cast)
    assert change(organization, **changed) is False
    organization.refresh_from_db()
    field, value = next(iter(changed.items()))
    assert (organization.standing, getattr(organization, field)) == ("verified", value)
    assert last().data == {"changed": [field], "goes_back": False}
    assert owner_of(organization).roles == {"owner"}


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Akabuto Freight"},
        {"kind": "importer"},
        {"country": "UG"},
        {"numbers": {**NUMBERS, "rw_tin": "101234568"}},
        {"numbers": {"rw_tin": "101234567"}},
        {"numbers": {**NUMBERS, "ke_pin": "P051234567X"}},
    ],
)
def test_who_a_firm_is_changes_only_through_the_office(cast: Cast, changed: dict[str, Any]) -> None:
    organization = verified(cast)
    assert change(organization, **changed) is True
    organization.refresh_from_db()
    assert (organization.standing, organization.decided_by, organization.decision) == ("pending", None, "")
    assert numbers_of(organization) == changed.get("numbers", NUMBERS)
    assert not Identifier.objects.filter(is_verified=True).exists()
    assert owner_of(organization).roles == frozenset()
    assert (last().kind, last().data["goes_back"], last().data["identity"]["name"]) == (
        "liaison.organization_changed",
        True,
        organization.name,
    )


def test_a_suspended_firm_cannot_become_another(cast: Cast) -> None:
    organization = verified(cast)
    decide(organization=organization, decision=Decision.SUSPEND, reason="x", by=cast.officer, at=AT)
    with pytest.raises(ValidationError, match="suspended"):
        change(organization, numbers={"rw_tin": "101234568"})
    assert change(organization, address="KG 7") is False
    organization.refresh_from_db()
    assert (organization.standing, organization.address, numbers_of(organization)) == ("suspended", "KG 7", NUMBERS)


def test_an_agency_stays_verified_and_takes_nobodys_name(cast: Cast) -> None:
    agency = Organization.objects.get(name="MININFRA")
    said = {"kind": "agency", "phone": "", "email": "", "numbers": {}}
    goes_back = change_organization(
        organization=agency, particulars=particulars(name="Ministry of Infrastructure", **said), by=cast.officer, at=AT
    )
    agency.refresh_from_db()
    assert (goes_back, agency.standing, agency.name) == (False, "verified", "Ministry of Infrastructure")
    with pytest.raises(ValidationError, match="name or number"):
        change_organization(organization=agency, particulars=particulars(name="kpa", **said), by=cast.officer, at=AT)
    verified(cast)
    with pytest.raises(ValidationError, match="name or number"):
        change_organization(
            organization=agency,
            particulars=particulars(name="X", **{**said, "numbers": NUMBERS}),
            by=cast.officer,
            at=AT,
        )
    agency.refresh_from_db()
    assert (agency.name, numbers_of(agency)) == ("Ministry of Infrastructure", {})


def test_only_what_was_refused_can_apply_again(cast: Cast) -> None:
    organization = applicant()
    owner = owner_of(organization)
    assert apply_again(organization=organization, by=owner, at=AT) is False
    decide(organization=organization, decision=Decision.REFUSE, reason="No licence", by=cast.officer, at=AT)
    assert apply_again(organization=organization, by=owner, at=AT) is True
    assert apply_again(organization=organization, by=owner, at=AT) is False
    organization.refresh_from_db()
    assert (organization.standing, organization.decision, organization.decided_by) == ("pending", "", None)
    assert (last().kind, last().by) == ("liaison.organization_applied_again", owner)


def test_an_applicant_that_calls_itself_an_agency_is_not_the_agency(db: None) -> None:
    """Neither the reference data nor a new person of the agency end up with whoever took its name."""
    impostor = applicant(name="KPA", kind="transporter")
    load_reference(at=AT)
    agency = Organization.objects.get(name="KPA", kind="agency")
    person = add_person(email="desk@kpa.example", role="desk", by=None, at=AT)
    assert list(Membership.objects.filter(person=person).values_list("organization", flat=True)) == [agency.pk]
    assert add_organization(name="kpa", kind="agency", by=None, at=AT) == agency
    assert impostor.membership_set.count() == 1
