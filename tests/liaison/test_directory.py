"""The directory: what the words find, what apps above count, whom to call first, and the gaps."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from liaison import directory
from liaison.concerns import Concern
from liaison.directory import Contact, Figure, contacts_of, figures_of, numbers_of, search, who_to_call
from liaison.focal_points import Entry, add_focal_point
from liaison.models import FocalPoint, Identifier, Membership, Organization, Person
from tests.conftest import AT, Cast, somebody

Common = Callable[[int], None]


@pytest.fixture
def firms(cast: Cast) -> Cast:
    """Three firms with numbers, telephones, people and a focal point."""
    Organization.objects.filter(pk=cast.importer_firm.pk).update(phone="+250788123456", email="info@umucyo.example")
    Identifier.objects.create(organization=cast.importer_firm, scheme="rw_tin", value="101234567", is_verified=True)
    Identifier.objects.create(organization=cast.agent_firm, scheme="agent_licence", value="RRA/CA/2026/0123")
    Identifier.objects.create(organization=cast.agent_firm, scheme="ke_pin", value="P051234567X")
    Person.objects.filter(pk=cast.stranger.pk).update(name="Solange 100% Ingabire", phone="+254722000111")
    point = Entry(name="Mwanaidi Salim", email="transit@kilindini.example", phone="+254733999888")
    add_focal_point(organization=cast.agent_firm, entry=point, by=None, at=AT)
    return cast


def found(words: str) -> list[str]:
    kinds = [Organization.Kind.IMPORTER, Organization.Kind.AGENT]
    rows = search(Organization.objects.filter(kind__in=kinds), words).order_by("name")
    return [row.name.split()[0] for row in rows]


EVERYTHING = [
    ("", ["Ikirere", "Inzira", "Umucyo"]),
    ("   ", ["Ikirere", "Inzira", "Umucyo"]),
    ("umu", ["Umucyo"]),
    ("CYO TRA", ["Umucyo"]),
    ("um", ["Umucyo"]),
    ("i", ["Ikirere", "Inzira"]),
    ("101234567", ["Umucyo"]),
    ("101 234 567", ["Umucyo"]),
    ("101-234-567", ["Umucyo"]),
    ("01234567", []),
    ("p051", ["Inzira"]),
    ("rra/ca", ["Inzira"]),
    ("0788 123 456", ["Umucyo"]),
    ("+250788123456", ["Umucyo"]),
    ("00250 788-123", ["Umucyo"]),
    ("0722000111", ["Ikirere"]),
    ("733999", ["Inzira"]),
    ("solange", ["Ikirere"]),
    ("stranger@portal", ["Ikirere"]),
    ("100%", ["Ikirere"]),
    ("umucyo.example", ["Umucyo"]),
    ("mwanaidi", ["Inzira"]),
    ("kilindini", ["Inzira"]),
    ("_____", []),
    ("...", []),
    ("---", []),
    ("000", []),
    ("nobody at all", []),
    ("' OR 1=1 --", []),
    ("importer", ["Umucyo"]),
]


@pytest.mark.parametrize("common", [2000, 0], ids=["by the people named", "walked"])
def test_what_the_words_find(firms: Cast, monkeypatch: pytest.MonkeyPatch, common: int) -> None:
    """Words that name many people are looked for in another way, and find the same."""
    monkeypatch.setattr(directory, "COMMON", common)
    assert [(words, found(words)) for words, _wanted in EVERYTHING] == EVERYTHING


def test_a_firm_is_found_once_however_many_of_its_people_fit(firms: Cast) -> None:
    for number in range(5):
        somebody(firms.importer_firm, "member", f"importer{number}@portal.example")
    assert found("importer") == ["Umucyo"]


def test_a_search_costs_two_queries(firms: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        found("umucyo")
    with django_assert_num_queries(1):
        found("um")


# Figures


def test_an_app_above_adds_a_figure_by_naming_it(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Collection[int]] = []

    def count(organizations: Collection[int]) -> dict[int, int]:
        asked.append(organizations)
        return {cast.importer_firm.pk: 7}

    figure = Figure("calls", "Calls", count, lambda pk: f"/calls/{pk}/")  # type: ignore[arg-type]
    monkeypatch.setattr(directory, "MORE", [figure], raising=False)
    settings.DIRECTORY_FIGURES = ["cargo.figures.FIGURES", "liaison.directory.MORE"]
    ids = [cast.importer_firm.pk, cast.agent_firm.pk]
    shown = {pk: [(str(one.label), one.number) for one in counted] for pk, counted in figures_of(ids).items()}
    assert shown == {
        ids[0]: [("Open consignments", 0), ("Calls", 7)],
        ids[1]: [("Open consignments", 0), ("Calls", 0)],
    }
    assert figures_of(ids)[ids[0]][1].url == f"/calls/{ids[0]}/"
    assert [list(one) for one in asked] == [ids, ids]


def test_nobody_is_counted_without_a_query(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert figures_of([]) == {}
    assert len(queries) == 0


# Contacts


def first_contact(organization: Organization) -> str | None:
    contact = contacts_of([organization.pk]).get(organization.pk)
    return contact.name if contact else None


def test_the_first_focal_point_is_called_then_an_owner_then_nobody(cast: Cast) -> None:
    firm = cast.importer_firm
    assert (first_contact(firm), first_contact(cast.agent_firm)) == ("Importer", None)
    Membership.objects.filter(person=cast.importer).update(suspended_at=AT)
    assert first_contact(firm) is None
    for name, rank in (("Deputy", 2), ("First", 1)):
        add_focal_point(organization=firm, entry=Entry(name=name, phone="+250788123456", rank=rank), by=None, at=AT)
    assert first_contact(firm) == "First"


def test_contacts_and_numbers_of_many_cost_three_queries(
    firms: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    somebody(firms.importer_firm, "owner", "second@portal.example")
    ids = [firms.importer_firm.pk, firms.agent_firm.pk]
    with django_assert_num_queries(3):
        contacts, numbers = contacts_of(ids), numbers_of(ids)
    assert contacts == {
        ids[0]: Contact("Importer", "", "importer@portal.example"),
        ids[1]: Contact("Mwanaidi Salim", "+254733999888", "transit@kilindini.example"),
    }
    assert numbers == {ids[0]: ["101234567"], ids[1]: ["RRA/CA/2026/0123", "P051234567X"]}


# Whom to call


def named(organization: Organization, name: str, rank: int, *concerns: str) -> None:
    entry = Entry(name=name, phone="+250788123456", rank=rank, concerns=concerns)
    add_focal_point(organization=organization, entry=entry, by=None, at=AT)


def lines(concern: str) -> list[tuple[str, str, list[str]]]:
    return [
        (str(call.organization), str(call.first), [str(one) for one in call.deputies])
        for call in who_to_call(FocalPoint.objects.all())
        if call.concern == concern
    ]


def test_each_category_has_its_organisations_with_first_and_deputies_or_a_gap(network: None) -> None:
    kpa, kra = (Organization.objects.get(name=name) for name in ("KPA", "KRA"))
    named(kpa, "Peter", 2, "PORT_DELAY")
    named(kpa, "Salim", 1, "PORT_DELAY", "ESEAL")
    named(kpa, "Second", 1, "PORT_DELAY")
    named(kra, "Ruth", 2, "PORT_DELAY")
    named(kra, "Idle", 1)
    assert lines("PORT_DELAY") == [("KPA", "Salim", ["Second", "Peter"]), ("KRA", "None", ["Ruth"])]
    assert lines("ESEAL") == [("KPA", "Salim", [])]
    assert lines("FUEL") == [("None", "None", [])]
    assert [call.concern for call in who_to_call(FocalPoint.objects.none())] == list(Concern)


def test_a_gap_says_who_leads_and_a_suspended_organisation_is_one(network: None) -> None:
    kpa = Organization.objects.get(name="KPA")
    named(kpa, "Salim", 1, "PORT_DELAY")
    Organization.objects.filter(pk=kpa.pk).update(standing="suspended", decision="x")
    (gap,) = [call for call in who_to_call(FocalPoint.objects.all()) if call.concern == "PORT_DELAY"]
    assert (gap.organization, gap.leads) == (None, "KPA, KRA")
