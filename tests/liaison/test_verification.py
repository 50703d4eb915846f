"""Verification: who may decide what of whom, that it holds at once and is told, and that a number is verified once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections, transaction

from cargo.models import Consignment
from liaison.documents import add_document
from liaison.models import Identifier, JournalEntry, Membership, Organization, Person
from liaison.organizations import change_organization
from liaison.people import add_person
from liaison.verification import (
    Decision,
    decide,
    possible_decisions,
    same_number,
    similar_names,
    version_of,
)
from notify.models import Letter
from tests.conftest import AT, Cast
from tests.liaison.conftest import NUMBERS, applicant, owner_of, particulars
from tests.liaison.papers import PDF

LATER = datetime(2026, 11, 21, 6, 0, tzinfo=AT.tzinfo)


def settle(
    organization: Organization, decision: Decision, by: Person, reason: str = "", seen: str | None = None
) -> str:
    """Decide; the standing afterwards."""
    decide(organization=organization, decision=decision, reason=reason, seen=seen, by=by, at=LATER)
    organization.refresh_from_db()
    return organization.standing


def version(organization: Organization) -> str:
    return version_of(organization, organization.identifiers.all(), organization.documents.all())


def flags(organization: Organization) -> set[bool]:
    return set(organization.identifiers.values_list("is_verified", flat=True))


def test_verifying_lets_its_people_in_and_makes_its_numbers_its_own(cast: Cast) -> None:
    organization = applicant()
    assert owner_of(organization).roles == frozenset()
    assert settle(organization, Decision.VERIFY, cast.officer) == "verified"
    assert (organization.decided_by, organization.decided_at, organization.decision) == (cast.officer, LATER, "")
    assert owner_of(organization).roles == {"owner"}
    assert flags(organization) == {True}
    entry = JournalEntry.objects.latest("pk")
    assert (entry.kind, entry.subject, entry.key, entry.by, entry.at, entry.data) == (
        "liaison.organization_verified",
        "organization",
        str(organization.pk),
        cast.officer,
        LATER,
        {"reason": ""},
    )


def test_the_whole_way_of_a_firm(cast: Cast) -> None:
    organization = applicant()
    told = []
    for decision, reason, standing, numbers in (
        (Decision.REFUSE, " No licence ", "refused", False),
        (Decision.VERIFY, "", "verified", True),
        (Decision.SUSPEND, "Cargo went missing", "suspended", True),
        (Decision.REINSTATE, "It was found", "verified", True),
    ):
        assert settle(organization, decision, cast.officer, reason) == standing
        assert (organization.decision, flags(organization)) == (reason.strip(), {numbers})
        assert owner_of(organization).roles == ({"owner"} if standing == "verified" else frozenset())
        told.append(JournalEntry.objects.latest("pk").kind.removeprefix("liaison.organization_"))
    assert told == ["refused", "verified", "suspended", "reinstated"]


@pytest.mark.parametrize(
    ("standing", "possible"),
    [
        ("pending", ["verify", "refuse"]),
        ("refused", ["verify"]),
        ("verified", ["suspend"]),
        ("suspended", ["reinstate"]),
    ],
)
def test_what_can_be_decided_and_nothing_else(cast: Cast, standing: str, possible: list[str]) -> None:
    organization = applicant()
    Organization.objects.filter(pk=organization.pk).update(standing=standing, decision="x")
    organization.refresh_from_db()
    assert possible_decisions(organization) == possible
    letters = Letter.objects.count()
    for decision in set(Decision) - set(possible):
        with pytest.raises(ValidationError, match="changed"):
            settle(organization, decision, cast.officer, "because")
    organization.refresh_from_db()
    assert (organization.standing, Letter.objects.count()) == (standing, letters)


@pytest.mark.parametrize("decision", [Decision.REFUSE, Decision.SUSPEND])
@pytest.mark.parametrize("reason", ["", "  \n "])
def test_a_no_needs_a_reason(cast: Cast, decision: Decision, reason: str) -> None:
    organization = applicant()
    if decision == Decision.SUSPEND:
        settle(organization, Decision.VERIFY, cast.officer)
    before = organization.standing
    with pytest.raises(ValidationError) as caught:
        settle(organization, decision, cast.officer, reason)
    organization.refresh_from_db()
    assert (list(caught.value.message_dict), organization.standing) == (["reason"], before)
    with pytest.raises(IntegrityError, match="organization_no_has_reason"), transaction.atomic():
        Organization.objects.filter(pk=organization.pk).update(standing="refused", decision="")


@pytest.mark.parametrize("is_suspended", [False, True])
def test_nobody_decides_on_her_own_organisation(cast: Cast, is_suspended: bool) -> None:
    organization = applicant()
    Membership.objects.create(
        person=cast.officer, organization=organization, role="readonly", suspended_at=AT if is_suspended else None
    )
    with pytest.raises(PermissionDenied):
        settle(organization, Decision.VERIFY, cast.officer)
    office = Organization.objects.get(kind="office")
    with pytest.raises(PermissionDenied):
        settle(office, Decision.SUSPEND, cast.officer, "because")
    other = add_person(email="other@portal.example", role="supervisor", by=None, at=AT)
    assert settle(organization, Decision.VERIFY, other) == "verified"


def test_a_decision_holds_for_what_was_seen(cast: Cast) -> None:
    """A firm that becomes another while the officer reads is not verified as what she read."""
    organization = applicant()
    seen = version(organization)
    change_organization(
        organization=organization, particulars=particulars(phone="+250788000000"), by=cast.officer, at=AT
    )
    organization.refresh_from_db()
    assert version(organization) == seen
    change_organization(organization=organization, particulars=particulars(name="KPA"), by=cast.officer, at=AT)
    with pytest.raises(ValidationError, match="changed"):
        settle(organization, Decision.VERIFY, cast.officer, seen=seen)
    organization.refresh_from_db()
    seen = version(organization)
    add_document(organization=organization, kind="tax", file_name="t", content=PDF, by=cast.officer, at=AT)
    with pytest.raises(ValidationError, match="changed"):
        settle(organization, Decision.REFUSE, cast.officer, "because", seen=seen)
    organization.refresh_from_db()
    assert organization.standing == "pending"


def test_a_number_is_verified_once(cast: Cast) -> None:
    first, second = applicant(), applicant("b@akabuto.example", name="Akabuto Freight")
    settle(first, Decision.VERIFY, cast.officer)
    letters, told = Letter.objects.count(), JournalEntry.objects.count()
    with pytest.raises(ValidationError) as caught:
        settle(second, Decision.VERIFY, cast.officer)
    assert caught.value.messages == ["Rwandan TIN 101234567 is verified for Akabuto Clearing already."]
    second.refresh_from_db()
    assert (second.standing, flags(second)) == ("pending", {False})
    assert (Letter.objects.count(), JournalEntry.objects.count()) == (letters, told)


def test_a_name_is_verified_once(cast: Cast) -> None:
    organization = applicant(name="umucyo TRADERS")
    with pytest.raises(ValidationError) as caught:
        settle(organization, Decision.VERIFY, cast.officer)
    assert caught.value.messages == ["Another organisation is verified under the name umucyo TRADERS."]
    organization.refresh_from_db()
    assert organization.standing == "pending"


@pytest.mark.django_db(transaction=True)
def test_of_two_verified_at_once_one_is(cast: Cast) -> None:
    both = [applicant(f"{name}@akabuto.example", name=f"Akabuto {name}") for name in "ab"]

    def verify(organization: Organization) -> str:
        try:
            decide(organization=organization, decision=Decision.VERIFY, by=cast.officer, at=LATER)
            return "verified"
        except ValidationError:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(verify, both)) == ["refused", "verified"]
    assert Identifier.objects.filter(is_verified=True).count() == len(NUMBERS)
    assert sorted(Organization.objects.filter(name__startswith="Akabuto").values_list("standing", flat=True)) == [
        "pending",
        "verified",
    ]


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
@pytest.mark.parametrize(
    ("before", "decision", "reason"),
    [
        ("pending", Decision.VERIFY, ""),
        ("pending", Decision.REFUSE, "The licence ended <in> 2024 & more"),
        ("verified", Decision.SUSPEND, "Cargo went missing"),
        ("suspended", Decision.REINSTATE, ""),
    ],
)
def test_the_owners_are_told_in_their_language(
    cast: Cast, language: str, before: str, decision: Decision, reason: str
) -> None:
    organization = applicant(language=language)
    Organization.objects.filter(pk=organization.pk).update(standing=before, decision="x")
    for part, role, suspended_at in (("agent", "member", None), ("stranger", "owner", AT)):
        Membership.objects.create(
            person=cast.people()[part], organization=organization, role=role, suspended_at=suspended_at
        )
    Letter.objects.all().delete()
    settle(organization, decision, cast.officer, reason)
    letter = Letter.objects.get()
    assert letter.address == "keza@akabuto.example"
    assert "Akabuto Clearing" in letter.subject
    assert f"/organizations/{organization.pk}/" in letter.body
    assert "Keza Uwera" in letter.body
    assert (reason in letter.body) is True
    assert "&amp;" not in letter.body


def test_suspending_takes_cargo_out_of_sight_at_once(cast: Cast, consignment: Consignment) -> None:
    assert Consignment.objects.visible_to(Person.objects.get(pk=cast.agent.pk)).count() == 1
    settle(cast.agent_firm, Decision.SUSPEND, cast.officer, "Posed as somebody else")
    assert Consignment.objects.visible_to(Person.objects.get(pk=cast.agent.pk)).count() == 0
    assert Consignment.objects.visible_to(Person.objects.get(pk=cast.importer.pk)).count() == 1
    settle(cast.agent_firm, Decision.REINSTATE, cast.officer)
    assert Consignment.objects.visible_to(Person.objects.get(pk=cast.agent.pk)).count() == 1


def test_the_same_number_elsewhere_is_found_whatever_its_standing(cast: Cast) -> None:
    organization = applicant()
    pending = applicant("b@akabuto.example", name="Imbuto Ltd", numbers={"rw_tin": NUMBERS["rw_tin"]})
    verified = applicant(
        "c@akabuto.example", name="Other Ltd", numbers={"rw_tin": NUMBERS["rw_tin"], "ke_pin": "P051234567X"}
    )
    applicant("d@akabuto.example", name="Far Ltd", numbers={"rw_tin": "999999999", "ug_tin": "1101234567"})
    settle(verified, Decision.VERIFY, cast.officer)
    found = [(row.organization, row.value, row.is_verified) for row in same_number(organization)]
    assert found == [(verified, "101234567", True), (pending, "101234567", False)]
    assert list(same_number(applicant("e@akabuto.example", name="None Ltd", numbers={}))) == []


@pytest.mark.parametrize(
    ("name", "is_alike"),
    [
        ("AKABUTO  Clearing", True),
        ("Akabuto Clearing Ltd", True),
        ("Akabutto Clearing", True),
        ("Inzira Forwarders", False),
        ("Imbuto Foods", False),
    ],
)
def test_nearly_the_same_name_is_found(cast: Cast, name: str, is_alike: bool) -> None:
    organization = applicant()
    other = applicant("b@akabuto.example", name=name, numbers={})
    assert (other in similar_names(organization)) is is_alike
    assert organization not in similar_names(organization)
