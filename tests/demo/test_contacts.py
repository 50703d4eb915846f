"""The demo's focal points and calls: made once, with gaps left, and what people change stays."""

from __future__ import annotations

import re
from datetime import timedelta

from demo.cast import IMPORTER_FIRM
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


def test_every_point_is_reached_by_a_number_and_an_address_of_its_own() -> None:
    points = [point for entries in POINTS.values() for point in entries]
    for values in ([point.phone for point in points], [point.email for point in points]):
        assert len(set(values)) == len(values)
    assert [point.phone for point in points if not re.fullmatch(r"\+25[04][0-9]{9}", point.phone)] == []
    assert [point.email for point in points if not point.email.endswith("@agency.example")] == []
    assert [point.name for point in points if not point.concerns or not set(point.concerns) <= set(Concern)] == []


def test_each_agency_names_first_whom_to_call_first() -> None:
    for entries in POINTS.values():
        assert [point.rank for point in entries] == sorted(point.rank for point in entries)
        assert entries[0].rank == 1


def test_calls_are_with_those_who_are_named_and_one_is_with_the_importer() -> None:
    named = {(name, point.name) for name, entries in POINTS.items() for point in entries}
    others = [call.organization for call in CALLS if (call.organization, call.spoken_to) not in named]
    assert others == [IMPORTER_FIRM]
    assert [call.about for call in CALLS if not call.text or call.hours <= 0] == []


def test_calls_were_made_before_now_by_the_officer_and_a_note_is_kept_as_it_was_left(network: None) -> None:
    officer = add_person(email="officer@demo.example", role="officer", by=None, at=AT)
    prepare_contacts(at=AT)
    hours = {call.about: call.hours for call in CALLS}
    notes = list(CallNote.objects.order_by("pk"))
    assert [(note.at, note.by) for note in notes] == [
        (AT - timedelta(hours=hours[note.about]), officer) for note in notes
    ]
    CallNote.objects.filter(pk=notes[0].pk).update(text="Changed since")
    prepare_contacts(at=AT + timedelta(days=1))
    assert CallNote.objects.count() == len(notes)
    assert CallNote.objects.get(pk=notes[0].pk).text == "Changed since"
