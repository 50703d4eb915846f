"""Whose goods a tracker moves that changes its load: what each fix named, in whatever order the fixes come."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from cargo.deriving import happening_of
from cargo.milestones import withdrawn
from cargo.models import Consignment, Event, EventMatch, Milestone
from cargo.registration import Particulars, rebuild, register
from cargo.whereabouts import whereabouts
from corridor.models import Tracker
from feeds.models import Source
from tests.cargo.test_reading import BOX, NOW, csv, take_in
from tests.cargo.test_tracking import KIGALI, MALABA, PORT, gate_out
from tests.conftest import Cast, program_of, source_of

ROAD, GATUNA = (0.4, 32.0), (-1.42, 30.01)
THEIR_BOX = "MSCU6639870"
PLATE, OTHER_PLATE = "RAD123B", "KDA123A"
Found = list[tuple[str, str, float, str]]


class Said(NamedTuple):
    """A fix so many hours ago, and what it names."""

    hours_ago: float
    place: tuple[float, float]
    container: str = ""
    plate: str = ""


@pytest.fixture
def traccar(network: None) -> Source:
    return source_of("traccar", "gps")


@pytest.fixture
def theirs(cast: Cast) -> Consignment:
    """A consignment of another firm."""
    particulars = Particulars(consignee=cast.stranger_firm, containers=[THEIR_BOX])
    return register(particulars=particulars, by=None, at=NOW - timedelta(days=9))


def fixes(*said: Said, device: str = "T3", name: str = "") -> bytes:
    """One delivery, an array as Traccar forwards."""
    return json.dumps([_fix(each, device, name) for each in said]).encode()


def _fix(said: Said, device: str, name: str) -> Mapping[str, Any]:
    at = (NOW - timedelta(hours=said.hours_ago)).isoformat()
    named = {"container": said.container, "plate": said.plate}
    return {
        "position": {"fixTime": at, "latitude": said.place[0], "longitude": said.place[1], "valid": True},
        "device": {"uniqueId": device, "name": name, "attributes": {key: word for key, word in named.items() if word}},
    }


def passed(consignment: Consignment) -> Found:
    """Kind, node, hours ago and container of what counts of the consignment's events by position."""
    rows = EventMatch.objects.filter(consignment=consignment, event__flags__contains=["by_position"])
    told = [happening_of(match) for match in rows.select_related("event__node", "event__source")]
    gone = withdrawn(told)
    counting = Event.objects.filter(
        key__in=[one.key for one in told if one.function == "original" and one.key not in gone]
    )
    found = [
        (event.kind, event.node.slug, round((NOW - event.occurred_at) / timedelta(hours=1), 3), event.container)
        for event in counting.select_related("node")
        if event.node
    ]
    return sorted(found, key=lambda one: (-one[2], one[0]))


TWO_TRIPS = [
    Said(30, MALABA, BOX),
    Said(29.9, MALABA, BOX),
    Said(20, ROAD, BOX),
    Said(19, ROAD, BOX),
    Said(10, GATUNA, THEIR_BOX),
    Said(9.5, GATUNA, THEIR_BOX),
]
OWN = [("border_in", "xx-border-malaba", 30, BOX), ("border_out", "xx-border-malaba", 20, BOX)]
THEIRS = [("border_in", "xx-border-gatuna", 10, THEIR_BOX)]


def test_each_passage_belongs_to_what_its_own_fix_named(
    traccar: Source, consignment: Consignment, theirs: Consignment, cast: Cast
) -> None:
    outcome = take_in(traccar, fixes(*TWO_TRIPS))
    assert (outcome.facts, outcome.events, outcome.unmatched, outcome.quarantined) == (6, 6 + 3, 0, 0)
    assert (passed(consignment), passed(theirs)) == (OWN, THEIRS)
    for person, seen in ((cast.importer, (True, False)), (cast.stranger, (False, True))):
        told = program_of(person).get("/api/dcsa/v2/events").content.decode()
        assert (BOX in told, THEIR_BOX in told) == seen


@pytest.mark.parametrize("seed", range(6))
def test_in_any_order_in_any_parts_and_twice_the_passages_are_the_same(
    traccar: Source, consignment: Consignment, theirs: Consignment, seed: int
) -> None:
    draw = random.Random(seed)
    parts = [*TWO_TRIPS, *draw.sample(TWO_TRIPS, 3)]
    draw.shuffle(parts)
    while parts:
        count = draw.randint(1, 4)
        take_in(traccar, fixes(*parts[:count]))
        parts = parts[count:]
    assert (passed(consignment), passed(theirs)) == (OWN, THEIRS)
    before = state()
    rebuild()
    assert state() == before


def state() -> tuple[object, ...]:
    """What is derived, and where the tracker is and what it rides with."""
    return (
        sorted(EventMatch.objects.values_list("event", "consignment", "unit")),
        sorted(Milestone.objects.values_list("consignment", "unit", "code", "actual_at", "event"), key=str),
        Tracker.objects.values("name", "container", "plate", "fixed_at", "lat", "node").get(),
    )


def test_what_comes_late_is_of_the_trip_it_tells_of_and_of_no_other(
    traccar: Source, consignment: Consignment, theirs: Consignment
) -> None:
    take_in(traccar, fixes(Said(31, ROAD, BOX)))
    take_in(traccar, fixes(Said(20, ROAD, THEIR_BOX), Said(19, ROAD, THEIR_BOX)))
    take_in(traccar, fixes(Said(30, MALABA, BOX), Said(29.9, MALABA, BOX)))
    # That it had left Malaba when the other box was on it proves nothing of either.
    assert (passed(consignment), passed(theirs)) == ([("border_in", "xx-border-malaba", 30, BOX)], [])
    assert Tracker.objects.get().container == THEIR_BOX
    assert ([one.container for one in whereabouts(consignment.pk)], len(whereabouts(theirs.pk))) == ([], 1)


def test_a_tracker_that_names_its_load_once_rides_on_with_it(traccar: Source, consignment: Consignment) -> None:
    take_in(traccar, fixes(Said(40, ROAD, BOX), Said(39, ROAD)))
    take_in(traccar, fixes(Said(20, MALABA), Said(19, MALABA)))
    assert passed(consignment) == [("border_in", "xx-border-malaba", 20, BOX)]
    (event,) = Event.objects.filter(kind="border_in")
    assert (event.flags, event.seals) == (["by_position", "rides_on"], "")


def test_a_name_that_comes_late_moves_what_was_passed_after_it(
    traccar: Source, consignment: Consignment, theirs: Consignment
) -> None:
    take_in(traccar, fixes(Said(40, ROAD, BOX), Said(20, MALABA), Said(19, MALABA), Said(10, ROAD), Said(9, ROAD)))
    both = [("border_in", "xx-border-malaba", 20), ("border_out", "xx-border-malaba", 10)]
    assert (passed(consignment), passed(theirs)) == ([(*one, BOX) for one in both], [])
    take_in(traccar, fixes(Said(30, ROAD, THEIR_BOX)))
    assert (passed(consignment), passed(theirs)) == ([], [(*one, THEIR_BOX) for one in both])
    assert Milestone.objects.filter(consignment=consignment, actual_at__isnull=False).count() == 0
    assert Tracker.objects.get().container == THEIR_BOX


def test_on_another_truck_it_rides_with_what_that_truck_left_the_gate_with(
    traccar: Source, gate: Source, consignment: Consignment, theirs: Consignment
) -> None:
    take_in(traccar, fixes(Said(46, PORT, BOX, PLATE), Said(45, PORT, BOX, PLATE)))
    gate_out(gate, hours_ago=41, plate=OTHER_PLATE, box=THEIR_BOX)
    take_in(traccar, fixes(Said(40, ROAD, "", OTHER_PLATE), Said(20, MALABA), Said(19, MALABA)))
    assert passed(consignment) == [("truck_in", "ke-port-mombasa", 46, BOX)]
    assert passed(theirs) == [("border_in", "xx-border-malaba", 20, "")]
    assert ([one.container for one in whereabouts(consignment.pk)], len(whereabouts(theirs.pk))) == ([], 1)


@pytest.mark.parametrize("is_alarm_first", [True, False])
def test_an_alarm_of_the_seal_is_of_the_box_that_it_was_on_then(
    traccar: Source, consignment: Consignment, theirs: Consignment, *, is_alarm_first: bool
) -> None:
    raw = "\n".join(
        json.dumps(
            {
                "event": {"type": "alarm", "eventTime": at.isoformat(), "attributes": {"alarm": "tampering"}},
                "device": {"uniqueId": "T3"},
            }
        )
        for at in (NOW - timedelta(hours=15), NOW - timedelta(hours=5))
    ).encode()
    seals = source_of("rects", "eseal")
    for step in ("alarm", "fixes") if is_alarm_first else ("fixes", "alarm"):
        take_in(*((seals, raw) if step == "alarm" else (traccar, fixes(*TWO_TRIPS))))
    rows = EventMatch.objects.filter(event__kind="seal_tampered").order_by("event__occurred_at")
    assert [match.unit and match.unit.container for match in rows.select_related("unit")] == [BOX, THEIR_BOX]


def test_nothing_is_ridden_with_for_longer_than_a_truck_is_taken_to(traccar: Source, consignment: Consignment) -> None:
    take_in(traccar, fixes(Said(46 * 24, PORT, BOX), Said(46 * 24 - 1, PORT, BOX)))
    take_in(traccar, fixes(Said(20, MALABA), Said(19, MALABA)))
    assert passed(consignment) == [("truck_in", "ke-port-mombasa", 46 * 24, BOX)]
    assert (Tracker.objects.get().container, whereabouts(consignment.pk)) == ("", [])


@pytest.mark.parametrize("is_told_first", [True, False])
def test_what_was_delivered_is_ridden_with_no_more_unless_it_is_named_again(
    traccar: Source, clerk: Source, consignment: Consignment, *, is_told_first: bool
) -> None:
    delivered = csv(f",{BOX},,delivered,ACT,rw-city-kigali,{(NOW - timedelta(hours=25)).isoformat()},")
    if is_told_first:
        take_in(clerk, delivered)
    take_in(traccar, fixes(Said(40, ROAD, BOX), Said(30, KIGALI), Said(29, KIGALI)))
    take_in(traccar, fixes(Said(20, GATUNA), Said(19, GATUNA), Said(10, MALABA, BOX), Said(9, MALABA, BOX)))
    if not is_told_first:
        take_in(clerk, delivered)
    expected = [
        ("arrived_kigali", "rw-city-kigali", 30, BOX),
        ("border_in", "xx-border-malaba", 10, BOX),
        ("border_out", "xx-border-gatuna", 10, BOX),
    ]
    assert passed(consignment) == expected
    before = state()
    rebuild()
    assert (passed(consignment), state()) == (expected, before)


def test_the_words_of_a_passage_name_no_other_load(
    traccar: Source, consignment: Consignment, theirs: Consignment
) -> None:
    take_in(traccar, fixes(*TWO_TRIPS[:4], name=BOX))
    take_in(traccar, fixes(Said(9, GATUNA), name=THEIR_BOX))
    take_in(traccar, fixes(Said(28, MALABA, BOX), Said(27, MALABA, BOX), name=""))
    assert Tracker.objects.get().name == THEIR_BOX
    assert [words for words in Event.objects.values_list("words", flat=True) if THEIR_BOX in words] == []
