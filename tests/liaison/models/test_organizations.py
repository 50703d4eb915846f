"""Organisations and what the office knows of them: what the database refuses, and who sees which rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from liaison.models import CallNote, Document, FocalPoint, Identifier, Organization, Person, Registration, SheetDraft
from tests.conftest import AT, Cast, somebody
from tests.liaison.models.conftest import Seers, refused

OFFICE = {"officer", "supervisor", "administrator"}
HEADS = {"supervisor", "administrator"}


@pytest.fixture
def firm(db: None) -> Organization:
    return Organization.objects.create(name="Akabuto", kind="importer")


def paper(firm: Organization, **more: Any) -> dict[str, Any]:
    kept = {"kind": "tax", "file_name": "a.pdf", "content_type": "application/pdf", "size": 1, "sha256": "a" * 64}
    return {**kept, "content": b"x", "uploaded_at": AT, "organization": firm, **more}


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"name": ""}, "organization_has_name"),
        ({"standing": "doubtful"}, "organization_standing_known"),
        ({"phone": "0788123456"}, "organization_phone_e164"),
        ({"phone": "+250 788 123 456"}, "organization_phone_e164"),
        ({"phone": "+123456"}, "organization_phone_e164"),
        ({"standing": "refused"}, "organization_no_has_reason"),
        ({"standing": "suspended"}, "organization_no_has_reason"),
    ],
)
def test_an_organisation_is_named_reachable_and_told_why_not(db: None, change: dict[str, str], constraint: str) -> None:
    refused(constraint, Organization, **{"name": "Akabuto", "kind": "importer", **change})
    assert Organization.objects.count() == 0


@pytest.mark.parametrize(
    ("standing", "is_taken"), [("verified", True), ("suspended", True), ("pending", False), ("refused", False)]
)
def test_a_name_belongs_to_whom_the_office_vouches_for(firm: Organization, standing: str, is_taken: bool) -> None:
    twin = {"name": "AKABUTO", "kind": "agent", "standing": standing, "decision": "for a reason"}
    if is_taken:
        refused("organization_name_unique", Organization, **twin)
    else:
        Organization.objects.create(**twin)
    assert Organization.objects.count() == (1 if is_taken else 2)


def test_selections_by_standing_are_what_they_say(db: None) -> None:
    for standing in Organization.Standing.values:
        Organization.objects.create(name=standing, kind="agent", standing=standing, decision="for a reason")
    every = Organization.objects.order_by("name")
    assert list(map(str, every.verified())) == ["verified"]
    assert list(map(str, every.established())) == ["suspended", "verified"]
    assert list(map(str, every.waiting())) == ["pending"]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"value": ""}, "identifier_compact"),
        ({"value": "12"}, "identifier_compact"),
        ({"value": "101 234 567"}, "identifier_compact"),
        ({"value": "p051234567x"}, "identifier_compact"),
        ({"scheme": "us_ein"}, "identifier_scheme_known"),
    ],
)
def test_a_number_is_compact_and_of_a_known_kind(firm: Organization, change: dict[str, str], constraint: str) -> None:
    refused(constraint, Identifier, **{"organization": firm, "scheme": "rw_tin", "value": "101234567", **change})


def test_many_may_claim_a_number_and_one_may_own_it(firm: Organization) -> None:
    other = Organization.objects.create(name="Other", kind="importer")
    number = {"scheme": "rw_tin", "value": "101234567"}
    claimed = Identifier.objects.create(organization=firm, is_verified=True, **number)
    assert str(claimed) == "rw_tin 101234567"
    refused("identifier_verified_once", Identifier, organization=other, is_verified=True, **number)
    Identifier.objects.create(organization=other, **number)
    refused("identifier_once_a_scheme", Identifier, organization=other, scheme="rw_tin", value="101234568")
    Identifier.objects.create(organization=other, is_verified=True, scheme="agent_licence", value="101234567")
    assert Identifier.objects.count() == 3


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"content_type": "text/html"}, "document_type_allowed"),
        ({"content_type": "image/svg+xml"}, "document_type_allowed"),
        ({"kind": "selfie"}, "document_kind_known"),
    ],
)
def test_a_paper_is_of_a_kind_that_harms_nobody(firm: Organization, change: dict[str, str], constraint: str) -> None:
    refused(constraint, Document, **paper(firm, **change))


def test_the_same_paper_is_kept_once_a_firm(firm: Organization) -> None:
    other = Organization.objects.create(name="Other", kind="importer")
    assert str(Document.objects.create(**paper(firm))) == "a.pdf"
    refused("document_once", Document, **paper(firm, file_name="again.pdf"))
    Document.objects.create(**paper(other))
    assert Document.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"concerns": ["PORT_DELAY", "WEATHER"]}, "focal_point_concerns_known"),
        ({"name": ""}, "focal_point_has_name"),
        ({"rank": 0}, "focal_point_rank_known"),
        ({"rank": 10}, "focal_point_rank_known"),
        ({"phone": ""}, "focal_point_can_be_reached"),
        ({"phone": "0788123456"}, "focal_point_phone_e164"),
    ],
)
def test_a_focal_point_can_be_called(firm: Organization, change: dict[str, Any], constraint: str) -> None:
    refused(constraint, FocalPoint, **{"organization": firm, "name": "Keza", "phone": "+250788123456", **change})


def test_focal_points_are_called_by_rank_and_then_as_entered(firm: Organization) -> None:
    for name, rank in (("third", 2), ("first", 1), ("second", 1)):
        FocalPoint.objects.create(organization=firm, name=name, rank=rank, email="k@x.example")
    assert list(map(str, FocalPoint.objects.in_order())) == ["first", "second", "third"]


def test_concerns_are_worded_in_the_order_of_the_taxonomy() -> None:
    point = FocalPoint(concerns=["FUEL", "PORT_DELAY", "GONE"])
    assert point.concern_labels == ["Delay in the port", "Fuel: pipeline, loading, product"]


def test_a_note_and_an_application_hold_what_they_must(cast: Cast) -> None:
    note = {"organization": cast.importer_firm, "by": cast.officer, "at": AT}
    refused("call_note_has_text", CallNote, **note, text="")
    application = {"particulars": {}, "asked_at": AT, "expires_at": AT, "token_digest": "d"}
    refused("registration_email_lower_case", Registration, **application, email="Keza@x.example")
    said = [CallNote(**note), Registration(email="k@x.example"), SheetDraft(file_name="a.xlsx"), Organization(name="A")]
    assert [str(row) for row in said] == [
        f"{cast.importer_firm.pk} at 2026-11-20 06:00",
        "k@x.example",
        "a.xlsx",
        "A",
    ]


def test_a_firm_is_seen_by_its_people_and_the_office(cast: Cast, seers: Seers) -> None:
    mine = cast.importer_firm.pk
    assert seers(lambda who: Organization.objects.visible_to(who).filter(pk=mine)) == {"importer", *OFFICE}
    assert seers(lambda who: Organization.objects.owned_by(who).filter(pk=mine)) == {"importer", *HEADS}
    agents = cast.agent_firm.pk
    assert seers(lambda who: Organization.objects.visible_to(who).filter(pk=agents)) == {"agent", *OFFICE}
    assert seers(lambda who: Organization.objects.owned_by(who).filter(pk=agents)) == HEADS


@pytest.mark.parametrize("standing", ["pending", "refused", "suspended"])
def test_people_see_their_own_firm_whatever_its_standing(cast: Cast, standing: str) -> None:
    Organization.objects.filter(pk=cast.importer_firm.pk).update(standing=standing, decision="for a reason")
    person = Person.objects.get(pk=cast.importer.pk)
    assert person.roles == frozenset()
    assert list(Organization.objects.visible_to(person)) == [cast.importer_firm]
    assert list(Organization.objects.owned_by(person)) == [cast.importer_firm]


def test_who_is_suspended_sees_nothing_of_the_firm(cast: Cast) -> None:
    cast.importer.membership_set.update(suspended_at=AT)
    Document.objects.create(**paper(cast.importer_firm))
    person = Person.objects.get(pk=cast.importer.pk)
    seen = [Organization.objects.visible_to(person), Organization.objects.owned_by(person)]
    assert [rows.count() for rows in (*seen, Document.objects.visible_to(person))] == [0, 0, 0]


def test_papers_are_for_the_office_and_the_firm_s_owners(cast: Cast, seers: Seers) -> None:
    Document.objects.create(**paper(cast.importer_firm))
    assert seers(Document.objects.visible_to) == {"importer", *OFFICE}
    others = [somebody(cast.importer_firm, role, f"{role}@x.example") for role in ("member", "readonly")]
    assert [Document.objects.visible_to(person).count() for person in others] == [0, 0]


@pytest.mark.parametrize("model", [FocalPoint, CallNote])
def test_whom_the_office_calls_and_what_was_said_is_the_office_s(cast: Cast, seers: Seers, model: type[Model]) -> None:
    FocalPoint.objects.create(organization=cast.importer_firm, name="Keza", email="k@x.example")
    CallNote.objects.create(organization=cast.importer_firm, by=cast.officer, at=AT, text="said")
    rows: Any = model._default_manager
    assert seers(rows.visible_to) == OFFICE


def test_a_draft_is_its_own_reader_s_as_long_as_she_is_a_head(cast: Cast, viewers: dict[str, Any]) -> None:
    for part in ("officer", "supervisor", "administrator", "importer"):
        SheetDraft.objects.create(by=viewers[part], at=AT, file_name=part)
    seen = {part: [str(row) for row in SheetDraft.objects.visible_to(who)] for part, who in viewers.items()}
    assert {part: rows for part, rows in seen.items() if rows} == {
        "supervisor": ["supervisor"],
        "administrator": ["administrator"],
    }
    assert SheetDraft.objects.visible_to(AnonymousUser()).count() == 0
