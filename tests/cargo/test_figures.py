"""What the directory counts: each consignment under way once for whoever handles it, as its link lists them."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cargo.figures import FIGURES, open_consignments
from cargo.models import Consignment, Nomination, Status
from cargo.nominations import Terms, accept, nominate
from cargo.registration import Particulars, register
from liaison.models import Organization, Person
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]


def counted() -> dict[str, int]:
    names = dict(Organization.objects.values_list("pk", "name"))
    return {names[pk].split()[0]: number for pk, number in open_consignments(list(names)).items()}


def for_all(cast: Cast, task: str) -> Nomination:
    """The importer's agent, nominated for all of her cargo."""
    terms = Terms(task=task, starts_on=AT.date())
    given = nominate(principal=cast.importer_firm, nominee=cast.agent_firm, terms=terms, by=None, at=AT)
    Nomination.objects.filter(pk=given.pk).update(starts_on="2020-01-01")
    accept(nomination=given, by=None, at=AT)
    return given


def test_own_cargo_and_cargo_of_principals_count_once(cast: Cast, consignment: Consignment) -> None:
    assert counted() == {"Umucyo": 1, "Inzira": 1}
    for_all(cast, "agent")
    for_all(cast, "transporter")
    assert counted() == {"Umucyo": 1, "Inzira": 1}
    register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B2"), by=cast.importer, at=AT)
    assert counted() == {"Umucyo": 2, "Inzira": 2}


def test_what_is_delivered_or_no_longer_nominated_does_not(cast: Cast, consignment: Consignment) -> None:
    Nomination.objects.update(ended_at=AT)
    assert counted() == {"Umucyo": 1}
    for state, number in (("closed", {}), ("delivered", {}), ("in_kigali", {"Umucyo": 1})):
        Status.objects.update(state=state)
        assert counted() == number


def test_it_is_one_query_and_none_for_nobody(
    cast: Cast, consignment: Consignment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        open_consignments([cast.importer_firm.pk, cast.agent_firm.pk, 0])
    assert open_consignments([]) == {}


def test_the_link_lists_what_was_counted_and_only_the_office_can_ask(
    cast: Cast, consignment: Consignment, as_person: As
) -> None:
    other = register(particulars=Particulars(consignee=cast.stranger_firm, bill_of_lading="B3"), by=None, at=AT)
    done = register(particulars=Particulars(consignee=cast.stranger_firm, bill_of_lading="B4"), by=None, at=AT)
    Status.objects.filter(consignment=done).update(state="delivered")

    def listed(person: Person, organization: Organization) -> list[str]:
        (figure,) = FIGURES
        rows = as_person(person).get(figure.url(organization.pk)).context["rows"]
        return sorted(row.ref for row in rows)

    assert listed(cast.officer, cast.importer_firm) == listed(cast.officer, cast.agent_firm) == [consignment.ref]
    assert listed(cast.officer, cast.stranger_firm) == [other.ref]
    assert listed(cast.importer, cast.stranger_firm) == [consignment.ref]


def test_a_list_asked_for_oddly_is_the_whole_one(cast: Cast, consignment: Consignment, as_person: As) -> None:
    client = as_person(cast.officer)
    for asked in ("x", "-1", "0", "9" * 40, "1 OR 1=1"):
        assert len(client.get("/consignments/", {"organization": asked}).context["rows"]) == 1
