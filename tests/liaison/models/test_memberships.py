"""Memberships and invitations as the database keeps them, which of them count, and who sees them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from liaison.models import Invitation, Membership, Organization, Person
from tests.conftest import AT, Cast, somebody
from tests.liaison.models.conftest import Seers, refused

OFFICE = {"officer", "supervisor", "administrator"}
WEEK = timedelta(days=7)


def offered(firm: Organization, email: str = "new@x.example", **more: Any) -> dict[str, Any]:
    """An invitation that can be kept, but for what is said otherwise."""
    kept = {"organization": firm, "email": email, "role": "member", "token_digest": email, "invited_at": AT}
    return {**kept, "expires_at": AT + WEEK, **more}


def test_a_person_holds_one_known_role_in_a_firm(cast: Cast) -> None:
    held = {"person": cast.importer, "organization": cast.importer_firm}
    refused("membership_once", Membership, **held, role="member")
    elsewhere = {**held, "organization": cast.agent_firm}
    for role in ("", "emperor", "Owner"):
        refused("membership_role_known", Membership, **elsewhere, role=role)
    made = Membership.objects.create(**elsewhere, role="readonly")
    assert str(made) == f"{cast.importer.pk} readonly of {cast.agent_firm.pk}"


@pytest.mark.parametrize(
    ("standing", "is_suspended", "counts"),
    [
        ("verified", False, True),
        ("verified", True, False),
        ("pending", False, False),
        ("refused", False, False),
        ("suspended", False, False),
    ],
)
def test_a_membership_counts_while_neither_it_nor_its_firm_is_in_doubt(
    cast: Cast, standing: str, is_suspended: bool, counts: bool
) -> None:
    firm = cast.importer_firm
    Organization.objects.filter(pk=firm.pk).update(standing=standing, decision="for a reason")
    Membership.objects.filter(organization=firm).update(suspended_at=AT if is_suspended else None)
    assert Membership.objects.in_force().filter(organization=firm).exists() is counts
    assert Person.objects.get(pk=cast.importer.pk).roles == ({"owner"} if counts else set())


def test_memberships_are_seen_in_one_s_own_firm_and_by_the_office(cast: Cast, seers: Seers) -> None:
    somebody(cast.importer_firm, "member")
    of_firm = Membership.objects.filter(organization=cast.importer_firm).values("pk")
    assert seers(lambda who: Membership.objects.visible_to(who).filter(pk__in=of_firm)) == {"importer", *OFFICE}
    assert Membership.objects.visible_to(Person.objects.get(pk=cast.importer.pk)).count() == 2


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"email": "New@x.example"}, "invitation_email_lower_case"),
        ({"role": "emperor"}, "invitation_role_known"),
        ({"accepted_at": AT, "withdrawn_at": AT}, "invitation_one_end"),
        ({"expires_at": AT}, "invitation_expires_later"),
        ({"expires_at": AT - WEEK}, "invitation_expires_later"),
    ],
)
def test_an_invitation_is_for_somebody_into_something_and_ends_once(
    cast: Cast, change: dict[str, Any], constraint: str
) -> None:
    refused(constraint, Invitation, **offered(cast.importer_firm, **change))


@pytest.mark.parametrize("end", ["accepted_at", "withdrawn_at"])
def test_one_open_invitation_at_a_time_and_another_after_its_end(cast: Cast, end: str) -> None:
    first = Invitation.objects.create(**offered(cast.importer_firm))
    assert str(first) == f"new@x.example as member of {cast.importer_firm.pk}"
    refused("invitation_once", Invitation, **offered(cast.importer_firm, token_digest="another"))
    refused("liaison_invitation_token_digest", Invitation, **offered(cast.agent_firm))
    Invitation.objects.filter(pk=first.pk).update(**{end: AT})
    Invitation.objects.create(**offered(cast.importer_firm, token_digest="another"))
    assert Invitation.objects.count() == 2


def test_an_invitation_is_open_until_the_moment_it_expires(cast: Cast) -> None:
    Invitation.objects.create(**offered(cast.importer_firm, "open@x.example"))
    Invitation.objects.create(**offered(cast.importer_firm, "taken@x.example", accepted_at=AT))
    Invitation.objects.create(**offered(cast.importer_firm, "back@x.example", withdrawn_at=AT))
    moments = [AT, AT + WEEK - timedelta(microseconds=1), AT + WEEK]
    found = [[invitation.email for invitation in Invitation.objects.open(at)] for at in moments]
    assert found == [["open@x.example"], ["open@x.example"], []]


def test_invitations_are_seen_by_the_firm_s_owner_and_the_office(cast: Cast, seers: Seers) -> None:
    Invitation.objects.create(**offered(cast.importer_firm))
    assert seers(Invitation.objects.visible_to) == {"importer", *OFFICE}
    assert Invitation.objects.visible_to(somebody(cast.importer_firm, "member")).count() == 0
