"""The demo's focal points and calls: made once, with gaps left, and what people change stays."""

from __future__ import annotations

from demo.contacts import CALLS, POINTS, prepare_contacts
from liaison.concerns import Concern
from liaison.directory import who_to_call
from liaison.models import CallNote, FocalPoint, Organization
from liaison.people import add_person
from tests.conftest import AT


def test_they_are_made_once_and_leave_gaps(network: None) -> None:
    add_person(email="officer@demo.example", role="officer", by=None, at=AT)
    prepare_contacts(at=AT)
    named = {point.organization.name for point in FocalPoint.objects.select_related("organization")}
    assert named == set(POINTS)
    agencies = {call.organization for call in CALLS} & set(Organization.objects.values_list("name", flat=True))
    assert CallNote.objects.count() == sum(call.organization in agencies for call in CALLS)
    FocalPoint.objects.filter(name="Ali Hassan").delete()
    prepare_contacts(at=AT)
    assert FocalPoint.objects.count() == sum(len(entries) for entries in POINTS.values()) - 1
    calls = who_to_call(FocalPoint.objects.all())
    assert {call.concern for call in calls} == set(Concern)
    assert any(call.organization is None for call in calls)
    assert any(call.organization and call.first and call.deputies for call in calls)
