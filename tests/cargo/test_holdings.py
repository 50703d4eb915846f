"""What the cargo's rows say of one person: her own doings, in their order, and nothing of anybody else's."""

from __future__ import annotations

from cargo.holdings import HELD
from cargo.models import Consignment, Nomination
from tests.conftest import Cast


def test_each_person_is_given_what_she_did_herself(cast: Cast, consignment: Consignment) -> None:
    Nomination.objects.update(nominated_by=cast.importer)
    held = {holding.name: list(holding.of_person(cast.importer)) for holding in HELD}
    assert list(held) == ["consignments", "nominations", "papers", "notes", "links", "looks"]
    assert held["consignments"] == [{"ref": consignment.ref, "registered_at": consignment.registered_at}]
    nomination = Nomination.objects.get()
    assert held["nominations"] == [
        {
            "pk": nomination.pk,
            "task": nomination.task,
            "nominated_at": nomination.nominated_at,
            "accepted_at": nomination.accepted_at,
            "ended_at": None,
        }
    ]
    for person in (cast.agent, cast.stranger, cast.officer):
        assert [list(holding.of_person(person)) for holding in HELD] == [[]] * 6
