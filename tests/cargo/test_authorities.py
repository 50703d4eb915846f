"""The institutions' own telephones are told, and nobody's name."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cargo.authorities import NAMES, contacts
from liaison.directory import Contact
from liaison.focal_points import Entry, add_focal_point
from liaison.models import Organization
from liaison.people import add_organization
from tests.conftest import AT, Cast


def test_agencies_that_can_be_reached(cast: Cast) -> None:
    Organization.objects.filter(name="KRA").update(phone="+254204999999")
    Organization.objects.filter(name="URA").update(
        email="help@ura.example", standing="suspended", decision="Closed", decided_at=AT
    )
    kpa = Organization.objects.get(name="KPA")
    Organization.objects.filter(pk=kpa.pk).update(email="help@kpa.example")
    entry = Entry(name="Wanjiru", phone="+254722000000", concerns=["PORT_DELAY"])
    add_focal_point(organization=kpa, entry=entry, by=None, at=AT)
    # A firm that calls itself an agency is none.
    add_organization(name="RRA clearing", kind="agent", by=None, at=AT)
    with CaptureQueriesContext(connection) as queries:
        found = contacts()
    assert len(queries) == 1
    assert found == {
        "KPA": Contact("KPA", "", "help@kpa.example"),
        "KRA": Contact("KRA", "+254204999999", ""),
    }
    with CaptureQueriesContext(connection) as queries:
        assert contacts() == found
    assert len(queries) == 0
    assert set(found) <= set(NAMES)


def test_that_none_can_be_reached_is_kept_for_a_minute_too(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert (contacts(), contacts()) == ({}, {})
    assert len(queries) == 1
