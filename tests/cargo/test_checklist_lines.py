"""The checklist in words: who says so, who resolves it, what was taken back, in every language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from cargo.checklist import checklist, duties_of
from cargo.checklist_lines import LABELS, STATES, CheckLine, check_lines
from cargo.deriving import happening_of
from cargo.models import Consignment, Event, EventMatch
from feeds.models import Source
from feeds.sources import add_source
from liaison.directory import Contact
from liaison.models import Person
from tests.cargo.test_deriving import carrier, gate_out
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast

__all__ = ["carrier"]
As = Callable[[Person | None], Client]
KRA = Contact("KRA", "+254204999999", "icms@kra.example")


def lines(contacts: dict[str, Contact] | None = None) -> dict[str, CheckLine]:
    consignment = Consignment.objects.get()
    matches = list(EventMatch.objects.select_related("event__node", "event__source"))
    units = list(consignment.units.values_list("pk", flat=True))
    items = checklist([happening_of(match) for match in matches], units, consignment.cargo_kind)
    found = check_lines(items, {match.event_id: match.event for match in matches}, contacts or {})
    return {line.code: line for line in found}


def taken_back(kind: str, hours_ago: float, source: Source) -> None:
    """The source withdraws what it said of both boxes."""
    for event in Event.objects.filter(kind=kind, source=source):
        event.pk, corrected = None, event.key
        event.key = event.key.__class__(int=event.key.int ^ 1)
        event.function, event.corrects = "cancel", corrected
        event.issued_at = NOW - timedelta(hours=hours_ago)
        event.save(force_insert=True)
        match = EventMatch.objects.get(event__key=corrected)
        EventMatch.objects.create(event=event, consignment=match.consignment, unit=match.unit)


def test_nothing_is_known_and_nothing_is_guessed(consignment: Consignment) -> None:
    for line in lines().values():
        assert (line.state, line.since, line.source, line.received_at, line.place) == ("open", None, "", None, "")
        assert (line.done, line.units, line.retraction, line.contact) == (0, 2, None, None)


def test_a_done_release_says_when_where_and_who_says_so(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("kra_cleared", 5), row("kra_cleared", 4, box=OTHER_BOX)))
    line = lines({"KRA": KRA})["kra_cleared"]
    assert (line.state_label, line.place, line.source, line.zone) == (
        "done",
        "Port of Mombasa",
        "Clerk",
        "Africa/Nairobi",
    )
    assert line.since == NOW - timedelta(hours=4)
    assert (line.done, line.units) == (2, 2)
    # What is done needs nobody any more.
    assert (line.resolver, line.contact) == ("", None)


def test_an_open_release_says_since_when_and_whom_to_call(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("discharged", 50), row("discharged", 40, box=OTHER_BOX)))
    found = lines({"KRA": KRA})
    assert {line.since for line in found.values()} == {NOW - timedelta(hours=50)}
    assert {code for code, line in found.items() if line.contact} == {"kra_cleared", "sealed"}
    assert found["do_issued"].resolver == "the shipping line"


def test_a_release_taken_back_says_by_whom_and_when(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("do_issued", 20), row("do_issued", 20, box=OTHER_BOX)))
    assert lines()["do_issued"].state == "done"
    taken_back("do_issued", 3, clerk)
    line = lines()["do_issued"]
    assert (line.state, line.state_label, line.done) == ("withdrawn", "withdrawn by a correction", 0)
    assert line.retraction
    assert (line.retraction.source, line.retraction.at) == ("Clerk", NOW - timedelta(hours=3))
    # Another source stands by it: done, and the retraction is still told.
    other = add_source(slug="line", format="csv_events", name="The line", by=None, at=AT)[0]
    take_in(other, csv(row("do_issued", 19), row("do_issued", 19, box=OTHER_BOX)))
    again = lines()["do_issued"]
    assert (again.state, again.source) == ("done", "The line")
    assert again.retraction == line.retraction


def test_a_gate_that_takes_its_word_back_is_no_release(gate: Source, consignment: Consignment) -> None:
    take_in(gate, gate_out("D1", 5, made=4))
    take_in(gate, gate_out("D1", 5, function="1", made=3))
    assert {line.state for line in lines().values()} == {"open"}


@pytest.mark.parametrize(
    ("said", "state", "words"),
    [
        ([row("held", 9)], "held", "held"),
        ([row("held", 9), row("hold_released", 3)], "done", "lifted"),
        ([row("held", 9), row("hold_released", 3), row("held", 1)], "held", "held"),
        ([row("held", 9), row("hold_released", 3, box=OTHER_BOX)], "held", "held"),
    ],
)
def test_a_hold_shows_its_sources_words(
    clerk: Source, consignment: Consignment, said: list[str], state: str, words: str
) -> None:
    take_in(clerk, csv(*(each + "scan selected" for each in said)))
    line = lines()["held"]
    assert (line.state, line.state_label, line.remark) == (state, words, "scan selected")
    assert (line.authority, line.resolver, line.contact) == ("", "", None)


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
def test_every_release_and_state_has_words_in_every_language(language: str) -> None:
    english = [str(words) for words in (*LABELS.values(), *STATES.values())]
    with translation.override(language):
        assert [
            words for words in english if words in {str(other) for other in (*LABELS.values(), *STATES.values())}
        ] == []


def test_every_duty_has_a_label() -> None:
    ways = [(kind, way) for kind in Consignment.CargoKind.values for way in Consignment.Direction.values]
    codes = {duty.code for kind, way in ways for duty in duties_of(kind, way)}
    assert codes | {"held"} == set(LABELS)


def test_the_page_tells_of_the_retraction(cast: Cast, clerk: Source, consignment: Consignment, as_person: As) -> None:
    take_in(clerk, csv(row("do_issued", 20), row("held", 2) + "<b>scan</b>"))
    taken_back("do_issued", 3, clerk)
    page = as_person(cast.importer).get(f"/consignments/{consignment.ref}/").content.decode()
    for words in ("withdrawn by a correction", "Clerk took such a release back", "&lt;b&gt;scan&lt;/b&gt;"):
        assert words in page
    assert ("no source reports permits, and none is on file" in page, BOX in page) == (True, True)
