"""Who is let in, and what is not found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from cargo.models import Consignment
from liaison.models import Person, Viewer
from liaison.people import add_person
from liaison.permissions import allow, get_visible_or_404
from liaison.roles import OFFICE, TRADE, Role
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]


@allow(OFFICE)
def office_page(request: HttpRequest, word: str = "in") -> HttpResponse:
    return HttpResponse(word)


def asked_by(viewer: Viewer, path: str = "/office/?q=1") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = viewer
    return request


@pytest.mark.parametrize("role", Role.values)
def test_only_the_roles_named_are_let_in(db: None, role: str) -> None:
    request = asked_by(add_person(email="a@b.example", role=role, by=None, at=AT))
    if role in OFFICE:
        assert office_page(request, word="welcome").getvalue() == b"welcome"
    else:
        with pytest.raises(PermissionDenied):
            office_page(request)


def test_a_visitor_is_sent_to_sign_in_and_back(db: None) -> None:
    answer = office_page(asked_by(AnonymousUser()))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/office/%3Fq%3D1")


def test_somebody_without_a_role_or_no_longer_active_is_forbidden(cast: Cast) -> None:
    cast.officer.membership_set.all().delete()
    inactive = Person(email="gone@portal.example", is_active=False)
    for person in (cast.officer, inactive, cast.importer):
        with pytest.raises(PermissionDenied):
            office_page(asked_by(Person.objects.get(pk=person.pk) if person.pk else person))


def test_a_role_in_several_firms_adds_up(cast: Cast) -> None:
    cast.importer.membership_set.create(organization=cast.agent_firm, role="officer")
    person = Person.objects.get(pk=cast.importer.pk)
    assert person.roles == {"owner", "officer"}
    assert person.organization_ids(*TRADE) == [cast.importer_firm.pk]
    assert set(person.organization_ids()) == {cast.importer_firm.pk, cast.agent_firm.pk}
    assert office_page(asked_by(person)).status_code == 200


def test_roles_cost_one_query_a_request(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    person = Person.objects.get(pk=cast.importer.pk)
    with django_assert_num_queries(1):
        assert [person.roles, person.roles] == [{"owner"}] * 2
        assert person.organization_ids() == [cast.importer_firm.pk]


@pytest.mark.parametrize(
    ("part", "status"),
    [("importer", 200), ("agent", 200), ("officer", 200), ("stranger", 404), ("desk", 403), ("official", 403)],
)
def test_what_is_not_visible_is_404_and_what_is_forbidden_403(
    cast: Cast, as_person: As, consignment: Consignment, part: str, status: int
) -> None:
    person = cast.people()[part]
    assert as_person(person).get(f"/consignments/{consignment.ref}/").status_code == status
    if status == 200:
        assert get_visible_or_404(Consignment.objects.all(), person, ref=consignment.ref) == consignment
    else:
        with pytest.raises(Http404):
            get_visible_or_404(Consignment.objects.all(), person, ref=consignment.ref)


def test_what_there_is_not_is_404_to_all(cast: Cast, consignment: Consignment) -> None:
    for viewer in (cast.officer, cast.importer, AnonymousUser()):
        with pytest.raises(Http404):
            get_visible_or_404(Consignment.objects.all(), viewer, ref="RW26-999999")
    with pytest.raises(Http404):
        get_visible_or_404(Consignment.objects.all(), AnonymousUser(), ref=consignment.ref)
