"""What has come since somebody last looked is marked for as long as she keeps looking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cargo.holdings import HELD, forget
from cargo.looks import look
from cargo.models import Consignment, Look
from feeds.models import Source
from liaison.models import Person
from tests.cargo.test_reading import NOW, csv, row, take_in
from tests.conftest import Cast

As = Callable[[Person | None], Client]


def test_a_look_is_written_at_most_once_a_minute_and_a_pause_begins_anew(cast: Cast, consignment: Consignment) -> None:
    def looks(minutes: float) -> tuple[float | None, int]:
        before = Look.objects.filter(person=cast.importer).first()
        with CaptureQueriesContext(connection) as queries:
            at = NOW + timedelta(minutes=minutes)
            since = look(consignment=consignment, before=before, by=cast.importer, at=at)
        return (since - NOW) / timedelta(minutes=1) if since else None, len(queries)

    assert looks(0) == (None, 1)
    assert looks(0.5) == (None, 0)
    assert looks(20) == (None, 1)
    assert looks(49) == (None, 1)
    # Half an hour of quiet: what came since minute 49 is new, and stays so while she looks.
    assert looks(80) == (49, 1)
    assert looks(100) == (49, 1)
    assert looks(100.5) == (49, 0)
    assert Look.objects.count() == 1


def test_another_window_that_was_quicker_changes_nothing(cast: Cast, consignment: Consignment) -> None:
    stale = Look(person=cast.importer, consignment=consignment, seen_at=NOW - timedelta(hours=2))
    look(consignment=consignment, before=None, by=cast.importer, at=NOW)
    assert look(consignment=consignment, before=stale, by=cast.importer, at=NOW) is None
    assert Look.objects.get().seen_at == NOW


def test_the_page_marks_what_came_for_each_person_by_herself(
    cast: Cast, clerk: Source, consignment: Consignment, as_person: As
) -> None:
    url = f"/consignments/{consignment.ref}/"
    importer = as_person(cast.importer)
    with time_machine.travel(NOW - timedelta(hours=2), tick=False):
        importer.get(url)
    take_in(clerk, csv(row("gate_out", 3)))
    answer = importer.get(url)
    assert [event.is_new for event in answer.context["events"]] == [True]
    assert "1 report has come since you last looked" in answer.content.decode()
    other = as_person(cast.agent).get(url)
    assert ([event.is_new for event in other.context["events"]], other.context["since"]) == ([False], None)
    assert "since you last looked" not in other.content.decode()


def test_a_person_is_told_of_her_looks_and_they_go_with_her(cast: Cast, consignment: Consignment) -> None:
    for person in (cast.importer, cast.agent):
        look(consignment=consignment, before=None, by=person, at=NOW)
    (holding,) = [holding for holding in HELD if holding.name == "looks"]
    held = {"consignment__ref": consignment.ref, "seen_at": NOW, "before_at": None}
    assert list(holding.of_person(cast.importer)) == [held]
    forget(person=cast.importer, at=NOW)
    assert list(Look.objects.values_list("person", flat=True)) == [cast.agent.pk]
    assert Consignment.objects.count() == 1
