"""Who takes part in a consignment, and for which organisation somebody acts on it."""

from __future__ import annotations

from django.utils import timezone

from cargo.models import Consignment, Nomination
from cargo.parties import Party, nominations_of, own_organization, parties
from liaison.models import Organization, Person
from tests.conftest import Cast, somebody


def here(consignment: Consignment, viewer: Person) -> list[Nomination]:
    return nominations_of(consignment, viewer=viewer, at=timezone.now())


def test_the_consignee_and_those_nominated_with_how_they_are_reached(cast: Cast, consignment: Consignment) -> None:
    Organization.objects.filter(pk=cast.importer_firm.pk).update(phone="+250788000001", email="office@umucyo.example")
    consignment.consignee.refresh_from_db()
    agent = Party("Clearing agent", "Inzira Clearing", "", "")
    consignee = Party("Consignee", "Umucyo Traders", "+250788000001", "office@umucyo.example")
    for viewer in (cast.importer, cast.agent, cast.officer):
        assert parties(consignment, here(consignment, viewer)) == [consignee, agent]
    # Of whom somebody may not know she is not told.
    assert parties(consignment, here(consignment, cast.stranger)) == [consignee]
    Nomination.objects.update(accepted_at=None)
    assert parties(consignment, here(consignment, cast.officer)) == [consignee]


def test_for_whom_somebody_acts(cast: Cast, consignment: Consignment) -> None:
    reader = somebody(cast.importer_firm, "readonly", "reader@portal.example")
    office = Organization.objects.get(kind="office")

    def acting(viewer: Person) -> int | None:
        return own_organization(consignment, here(consignment, viewer), viewer)

    people = [cast.importer, cast.agent, cast.officer, cast.stranger, cast.desk, cast.official, reader]
    assert [acting(person) for person in people] == [
        cast.importer_firm.pk,
        cast.agent_firm.pk,
        office.pk,
        None,
        None,
        None,
        None,
    ]
    Nomination.objects.update(may_act=False)
    assert acting(cast.agent) is None
    Nomination.objects.update(may_act=True, ended_at=timezone.now())
    assert acting(cast.agent) is None


def test_who_belongs_to_both_acts_for_the_consignee(cast: Cast, consignment: Consignment) -> None:
    both = somebody(cast.agent_firm, "member", "both@portal.example")
    assert own_organization(consignment, here(consignment, both), both) == cast.agent_firm.pk
    somebody_again = Person.objects.get(pk=both.pk)
    somebody_again.membership_set.create(organization=cast.importer_firm, role="owner")
    assert own_organization(consignment, here(consignment, somebody_again), somebody_again) == cast.importer_firm.pk
