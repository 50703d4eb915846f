"""The trail of trackers, and what they pass on the way: in order, late, twice, and from nowhere on earth."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from corridor.entries import Context
from corridor.models import Fence, Node, Tracker
from corridor.models import Position as TrailPosition
from corridor.places import load_gazetteer
from corridor.positions import Tracked, load_fences, record_positions
from feeds.facts import Moment, Position
from feeds.models import Source

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PORT, OUTSIDE, MALABA, KIGALI = (-4.06, 39.68), (-3.5, 39.0), (0.636, 34.276), (-1.9509, 30.0615)
WAY = [PORT, PORT, OUTSIDE, OUTSIDE, MALABA, MALABA, (0.5, 33.0), (0.5, 32.9), KIGALI, KIGALI]

SETTLED = ("fixed_at", "lat", "node_id", "container", "container_at", "plate", "plate_at")


@pytest.fixture
def context(gate: Source) -> Context:
    return Context(source_id=gate.pk, delivery_id=1, received_at=NOW, settings={}, gazetteer=load_gazetteer())


def at(minute: float) -> datetime:
    return NOW - timedelta(hours=5) + timedelta(minutes=minute)


def position(minute: float, place: tuple[float, float], device: str = "T1", **more: Any) -> Position:
    when = Moment(value=at(minute))
    return Position(device=device, carrier="truck", lat=place[0], lon=place[1], **({"when": when} | more))


def way(*places: tuple[float, float]) -> list[Position]:
    return [position(minute, place) for minute, place in enumerate(places or WAY)]


def passed(tracked: Tracked) -> list[tuple[str, str, bool]]:
    slugs = dict(Node.objects.values_list("pk", "slug"))
    return [(one.crossing.kind, slugs[one.crossing.node], one.is_withdrawn) for one in tracked.passages]


def test_a_way_is_followed_from_node_to_node(context: Context) -> None:
    found = record_positions(way(), context)
    assert (found.accepted, found.new, found.faults) == (10, 10, [])
    assert passed(found) == [
        ("reached", "ke-port-mombasa", False),
        ("left", "ke-port-mombasa", False),
        ("reached", "xx-border-malaba", False),
        ("left", "xx-border-malaba", False),
        ("reached", "rw-city-kigali", False),
    ]
    tracker = Tracker.objects.get()
    assert (
        tracker.fixed_at,
        tracker.lat,
        tracker.node and tracker.node.slug,
        tracker.node_since,
        tracker.heard_at,
    ) == (
        at(9),
        KIGALI[0],
        "rw-city-kigali",
        at(8),
        NOW,
    )
    assert TrailPosition.objects.count() == 10


def test_the_same_again_adds_nothing(context: Context) -> None:
    record_positions(way(), context)
    before = Tracker.objects.values().get()
    for again in (way(), way()[3:5], [*way(), *way()]):
        found = record_positions(again, context)
        assert (found.accepted, found.new, found.passages) == (len(again), 0, [])
    assert Tracker.objects.values().get() == before


@pytest.mark.parametrize("seed", range(12))
def test_in_any_order_and_in_any_parts_the_way_is_the_same(context: Context, seed: int) -> None:
    draw = random.Random(seed)
    whole = [
        position(
            minute,
            draw.choice([PORT, OUTSIDE, MALABA, KIGALI, (-4.05, 39.6905)]),
            name=draw.choice(["", "Seal 1", "Seal 2"]),
            container=draw.choice(["", "", "", "CSQU3054383", "TGHU3054380"] if seed % 2 else [""]),
            plate=draw.choice(["", "", "", "RAD123B", "KDA123A"] if seed % 3 else [""]),
        )
        for minute in range(14)
    ]
    rows = TrailPosition.objects.order_by("fixed_at")
    straight = record_positions(whole, context)
    kept = Tracker.objects.values().get()
    trail = list(rows.values_list(*SETTLED))
    TrailPosition.objects.all().delete()
    Tracker.objects.all().delete()
    draw.shuffle(whole)
    net: set[tuple[object, ...]] = set()
    while whole:
        count = draw.randint(1, 4)
        for passage in record_positions(whole[:count], context).passages:
            (net.discard if passage.is_withdrawn else net.add)(passage.passed)
        whole = whole[count:]
    assert net == {passage.passed for passage in straight.passages}
    assert list(rows.values_list(*SETTLED)) == trail
    found = Tracker.objects.values().get()
    assert {**found, "node_since": None, "id": kept["id"]} == {**kept, "node_since": None}


def test_what_comes_late_may_take_a_passage_back(context: Context) -> None:
    record_positions([position(0, PORT), position(1, PORT), position(2, OUTSIDE)], context)
    gone = record_positions([position(4, OUTSIDE)], context)
    assert passed(gone) == [("left", "ke-port-mombasa", False)]
    back = record_positions([position(3, PORT)], context)
    assert passed(back) == [("left", "ke-port-mombasa", True)]
    assert Tracker.objects.get().node == Node.objects.get(slug="ke-port-mombasa")


def test_what_is_older_than_two_days_is_kept_but_moves_nothing(context: Context) -> None:
    record_positions(way(OUTSIDE, OUTSIDE), context)
    found = record_positions([position(-3 * 1440 + minute, PORT) for minute in range(3)], context)
    assert (found.new, found.passages, Tracker.objects.get().fixed_at) == (3, [], at(1))


def test_a_last_known_place_that_is_repeated_is_heard_and_no_more(context: Context) -> None:
    record_positions([position(0, PORT, is_old=True)], context)
    tracker = Tracker.objects.get()
    assert (tracker.heard_at, tracker.fixed_at, TrailPosition.objects.count()) == (NOW, None, 0)


@pytest.mark.parametrize(
    ("when", "code"),
    [
        (NOW + timedelta(hours=3), "future"),
        (datetime(2026, 11, 20, 9), "no_time"),  # noqa: DTZ001
        (date(2026, 11, 20), "no_time"),
    ],
    ids=["ahead", "naive", "day"],
)
def test_a_position_without_a_time_that_can_be_is_a_fault(context: Context, when: date, code: str) -> None:
    found = record_positions([position(0, PORT, when=Moment(value=when, words="so"), line=7, words="row")], context)
    assert (found.accepted, found.new) == (0, 0)
    assert [(fault.code, fault.line, fault.excerpt, fault.detail) for fault in found.faults] == [(code, 7, "row", "so")]
    assert Tracker.objects.count() == 0


def test_a_time_with_an_offset_is_the_same_moment(context: Context) -> None:
    east = at(0).astimezone(timezone(timedelta(hours=3)))
    record_positions([position(0, PORT), position(0, PORT, when=Moment(value=east))], context)
    assert TrailPosition.objects.values_list("fixed_at", flat=True).get() == at(0)


def test_what_the_sender_says_of_its_tracker_is_kept_until_it_says_otherwise(context: Context) -> None:
    record_positions([position(0, PORT, name="Seal 1", container="CSQU3054383")], context)
    record_positions([position(1, PORT, plate="RAD123B")], context)
    record_positions([position(2, PORT, container="TGHU3054380")], context)
    tracker = Tracker.objects.get()
    assert (tracker.name, tracker.container, tracker.plate) == ("Seal 1", "TGHU3054380", "")


def test_two_sources_may_number_their_trackers_alike(context: Context, clerk: Source) -> None:
    record_positions(way(PORT), context)
    other = Context(source_id=clerk.pk, delivery_id=2, received_at=NOW, settings={}, gazetteer=context.gazetteer)
    assert record_positions(way(PORT), other).new == 1
    assert sorted(Tracker.objects.values_list("source_id", "number")) == sorted(
        [(context.source_id, "T1"), (clerk.pk, "T1")]
    )


def test_a_hundred_trackers_cost_no_more_queries_than_one(
    context: Context, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 100):
        many = [
            position(minute, PORT, device=f"D{count}-{number}", container=f"CSQU305438{minute}")
            for minute in range(3)
            for number in range(count)
        ]
        with django_assert_num_queries(5):
            assert record_positions(many, context).new == 3 * count


def test_a_fence_that_is_drawn_anew_counts_from_then_on(context: Context) -> None:
    assert load_fences() is load_fences()
    Fence.objects.filter(node__slug="ke-port-mombasa").update(
        ring=[[38.9, -3.6], [39.1, -3.6], [39.1, -3.4], [38.9, -3.4]]
    )
    assert passed(record_positions(way(OUTSIDE, OUTSIDE), context)) == [("reached", "ke-port-mombasa", False)]
