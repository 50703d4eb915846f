"""What one delivery says of the corridor, all kinds of facts together: counted once, faults kept, movements left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from corridor.models import CallTiming, Condition, Tracker, Vessel
from corridor.recording import Recorded, record_state
from feeds.facts import CallTiming as CallFact
from feeds.facts import Condition as ConditionFact
from feeds.facts import Fact, Moment, Movement, Place, Position, Reading, Ship
from feeds.models import Source
from tests.corridor.test_calls import IMO, MMSI, NOW, Sender
from tests.corridor.test_positions import OUTSIDE, PORT

AT = Moment(value=NOW - timedelta(hours=1), words="an hour ago")
MOVED = Movement(kind="gate_out", classifier="ACT", when=AT, container="TGHU3054380")
SHIP = Ship(mmsi=MMSI, imo=IMO, name="ORYX", when=AT)
CALL = CallFact(timing="port_arrival", classifier="EST", when=AT, place=Place(unlocode="KEMBA"), vessel="ORYX", line=1)
QUEUE = ConditionFact(reference="Q1", kind="border", severity="slow", since=AT, place=Place(node="xx-border-malaba"))


@pytest.fixture
def sender(gate: Source) -> Sender:
    return Sender(gate)


def fix(minute: int, place: tuple[float, float], **more: Any) -> Position:
    when = Moment(value=NOW - timedelta(hours=3) + timedelta(minutes=minute))
    kept: dict[str, Any] = {"device": MMSI, "carrier": "vessel", "when": when, "lat": place[0], "lon": place[1]}
    return Position(**(kept | more))


def counted(found: Recorded) -> tuple[int, int, list[str]]:
    return (found.accepted, found.new, [fault.code for fault in found.faults])


@pytest.mark.parametrize("facts", [(), (MOVED,), (MOVED, MOVED)], ids=["nothing", "one", "two"])
def test_what_speaks_of_goods_alone_costs_the_corridor_nothing(
    sender: Sender, facts: tuple[Fact, ...], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    context = sender.context()
    with django_assert_num_queries(0):
        assert record_state(Reading(facts=facts), context) == Recorded()


def test_facts_of_every_kind_are_kept_each_at_its_place(sender: Sender) -> None:
    found = record_state(Reading(facts=(MOVED, SHIP, CALL, QUEUE, fix(0, OUTSIDE))), sender.context())
    # The movement is the cargo's; a ship's word on who she is is taken, and is no news of the corridor.
    assert (found.accepted, found.new, found.faults, found.passages) == (4, 3, [], [])
    assert Vessel.objects.values_list("imo", "mmsi", "name").get() == (IMO, MMSI, "ORYX")
    assert CallTiming.objects.values_list("timing", "vessel__imo").get() == ("port_arrival", IMO)
    assert Condition.objects.values_list("reference", "node__slug").get() == ("Q1", "xx-border-malaba")
    assert Tracker.objects.values_list("number", "carrier").get() == (MMSI, "vessel")


def test_the_same_delivery_read_again_is_taken_and_adds_nothing(sender: Sender) -> None:
    reading, context = Reading(facts=(CALL, QUEUE, fix(0, OUTSIDE))), sender.context()
    first, again = record_state(reading, context), record_state(reading, context)
    assert (first.accepted, first.new) == (again.accepted, 3)
    assert again.new == 0
    assert (CallTiming.objects.count(), Condition.objects.count()) == (1, 1)


def test_faults_of_every_kind_are_told_and_the_rest_is_kept(sender: Sender) -> None:
    wrong: tuple[Fact, ...] = (
        fix(0, OUTSIDE, when=Moment(value=NOW + timedelta(days=3)), line=1),
        CallFact(timing="port_arrival", classifier="EST", when=AT, place=Place(unlocode="KEMBA"), line=2),
        ConditionFact(reference="Q2", kind="border", severity="slow", since=AT, place=Place(node="atlantis"), line=3),
    )
    found = record_state(Reading(facts=(*wrong, QUEUE)), sender.context())
    assert counted(found) == (1, 1, ["future", "no_vessel", "unknown_node"])
    assert [fault.line for fault in found.faults] == [1, 2, 3]
    assert Condition.objects.values_list("reference", flat=True).get() == "Q1"


def test_a_ship_that_is_seen_to_arrive_has_a_call(sender: Sender) -> None:
    found = record_state(Reading(facts=(fix(0, OUTSIDE), fix(20, PORT), fix(40, PORT))), sender.context())
    assert [(passage.crossing.kind, passage.tracker.number) for passage in found.passages] == [("reached", MMSI)]
    timing = CallTiming.objects.select_related("vessel", "node").get()
    assert (timing.vessel.mmsi, timing.timing, timing.classifier, timing.flags) == (
        MMSI,
        "port_arrival",
        "ACT",
        ["by_position"],
    )
    assert (timing.node and timing.node.slug, timing.occurs_at) == (
        "ke-port-mombasa",
        datetime(2026, 11, 20, 9, 20, tzinfo=UTC),
    )
    assert (found.accepted, found.new) == (4, 4)


def test_a_truck_that_is_seen_to_arrive_has_none(sender: Sender) -> None:
    there = [fix(minute, PORT, device="T1", carrier="truck") for minute in (20, 40)]
    found = record_state(Reading(facts=(fix(0, OUTSIDE, device="T1", carrier="truck"), *there)), sender.context())
    assert (len(found.passages), found.accepted, CallTiming.objects.count()) == (1, 3, 0)
