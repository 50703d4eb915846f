"""What views of consignments share: a page or its part, and on whose behalf somebody acts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory

from cargo.models import Consignment, Nomination
from cargo.views.parts import acted_on
from liaison.models import Organization, Person
from tests.cargo.views.doors import As
from tests.conftest import AT, Cast, somebody


def asked(person: Person) -> Any:
    request = RequestFactory().get("/")
    request.user = person
    return request


def test_each_acts_for_her_own_organisation(cast: Cast, consignment: Consignment) -> None:
    office = Organization.objects.get(kind="office")
    found = {part: acted_on(asked(cast.people()[part]), consignment.ref) for part in ("importer", "agent", "officer")}
    assert found == {
        "importer": (consignment, cast.importer_firm.pk),
        "agent": (consignment, cast.agent_firm.pk),
        "officer": (consignment, office.pk),
    }


def test_what_is_not_seen_is_not_there_and_what_is_only_seen_is_forbidden(cast: Cast, consignment: Consignment) -> None:
    for ref in (consignment.ref, "RW99-999999", "", "\x00", consignment.ref.lower()):
        with pytest.raises(Http404):
            acted_on(asked(cast.stranger), ref)
    for person in (
        somebody(cast.importer_firm, "readonly"),
        somebody(cast.agent_firm, "readonly", "r2@portal.example"),
    ):
        with pytest.raises(PermissionDenied):
            acted_on(asked(person), consignment.ref)
    Nomination.objects.update(may_act=False)
    with pytest.raises(PermissionDenied):
        acted_on(asked(cast.agent), consignment.ref)
    Nomination.objects.update(may_act=True, ended_at=AT)
    with pytest.raises(Http404):
        acted_on(asked(cast.agent), consignment.ref)


@pytest.mark.parametrize(
    ("headers", "is_part"),
    [
        ({}, False),
        ({"hx-request": "true"}, True),
        ({"hx-request": "true", "hx-boosted": "true"}, False),
        ({"hx-request": "true", "hx-history-restore-request": "true"}, False),
        ({"hx-request": "false"}, False),
    ],
)
def test_whoever_keeps_an_answer_keeps_page_and_part_apart(
    cast: Cast, consignment: Consignment, as_person: As, headers: dict[str, str], is_part: bool
) -> None:
    client = as_person(cast.importer)
    for url in ("/consignments/", f"/consignments/{consignment.ref}/"):
        answer = client.get(url, headers=headers)
        assert ("<html" in answer.content.decode()) is not is_part
        assert "HX-Request" in [name.strip() for name in answer["Vary"].split(",")]
