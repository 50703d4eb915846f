"""The times of ships' calls: every revision once, whoever the ship is named by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from corridor.calls import calls_of, record_calls
from corridor.entries import Context
from corridor.fences import Crossing
from corridor.journeys import Passed
from corridor.models import CallTiming, Node, Tracker, Vessel
from corridor.noted import Noted
from corridor.places import load_gazetteer
from corridor.positions import Passage
from corridor.vessels import plain_name
from feeds.facts import CallTiming as Fact
from feeds.facts import Moment, Place, Ship
from feeds.models import Delivery, Source

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ETA = datetime(2026, 11, 25, 6)  # noqa: DTZ001 - local to Mombasa
IMO, OTHER_IMO, MMSI = "9321483", "9365843", "371798000"


class Sender:
    """A source whose deliveries follow each other by the hour."""

    def __init__(self, source: Source) -> None:
        self.source, self.count, self.gazetteer = source, 0, load_gazetteer()

    def context(self) -> Context:
        self.count += 1
        at = NOW + timedelta(hours=self.count)
        delivery = Delivery.objects.create(
            source=self.source, received_at=at, raw=b"x", size=1, content_key=f"{self.source.pk}-{self.count}"
        )
        return Context(
            source_id=self.source.pk, delivery_id=delivery.pk, received_at=at, settings={}, gazetteer=self.gazetteer
        )

    def say(self, *facts: Fact, ships: tuple[Ship, ...] = (), context: Context | None = None) -> Noted:
        return record_calls(facts, ships, context or self.context())


@pytest.fixture
def lister(gate: Source) -> Sender:
    return Sender(gate)


def eta(when: datetime = ETA, **more: Any) -> Fact:
    values: dict[str, Any] = {
        "timing": "port_arrival",
        "classifier": "EST",
        "when": Moment(value=when, words="25/11 0600"),
        "place": Place(unlocode="KEMBA"),
        "vessel": "MV Admiral Galaxy",
        "line": 1,
    }
    return Fact(**(values | more))


def told() -> list[tuple[str, datetime]]:
    return list(CallTiming.objects.order_by("pk").values_list("vessel__name", "occurs_at"))


def test_an_expected_arrival_is_kept_in_the_port_s_time_with_its_words(lister: Sender) -> None:
    found = lister.say(eta(vessel_imo=IMO, berth="12", voyage="VOY1", words="the row"))
    assert (found.accepted, found.new, found.faults) == (1, 1, [])
    row = CallTiming.objects.select_related("node", "vessel").get()
    assert (row.occurs_at, row.zone, row.node and row.node.slug) == (
        datetime(2026, 11, 25, 3, tzinfo=UTC),
        "Africa/Nairobi",
        "ke-port-mombasa",
    )
    assert (row.vessel.name, row.vessel.imo, row.berth, row.voyage, row.words) == (
        "ADMIRAL GALAXY",
        IMO,
        "12",
        "VOY1",
        "the row",
    )


def test_a_repetition_is_not_kept_and_every_revision_is_also_one_that_returns(lister: Sender) -> None:
    later = ETA + timedelta(hours=9)
    counts = [lister.say(eta(when)).new for when in (ETA, ETA, later, later, ETA)]
    assert counts == [1, 0, 1, 0, 1]
    assert [at.hour for _name, at in told()] == [3, 12, 3]


def test_reading_a_delivery_again_adds_nothing_whatever_came_after_it(lister: Sender) -> None:
    first = lister.context()
    assert lister.say(eta(), context=first).new == 1
    assert lister.say(eta(ETA + timedelta(hours=9))).new == 1
    again = lister.say(eta(), context=first)
    assert (again.accepted, again.new, len(told())) == (1, 0, 2)


def test_two_ships_in_the_same_row_of_two_sheets_are_both_kept(lister: Sender) -> None:
    assert lister.say(eta(vessel="ONE"), eta(vessel="TWO")).new == 2


def test_another_source_or_another_voyage_says_something_of_its_own(lister: Sender, clerk: Source) -> None:
    lister.say(eta(voyage="A"))
    assert lister.say(eta(voyage="B")).new == 1
    assert Sender(clerk).say(eta(voyage="A")).new == 1
    assert Vessel.objects.count() == 1


@pytest.mark.parametrize(
    ("fact", "code", "detail"),
    [
        (eta(vessel=""), "no_vessel", ""),
        (eta(vessel="", vessel_imo="1234567", flags=("imo_check_digit",)), "no_vessel", ""),
        (eta(place=Place(node="atlantis")), "unknown_node", "atlantis"),
        (eta(classifier="ACT"), "future", "25/11 0600"),
    ],
    ids=["nameless", "false number", "nowhere", "not yet"],
)
def test_what_cannot_be_is_a_fault(lister: Sender, fact: Fact, code: str, detail: str) -> None:
    found = lister.say(fact, eta())
    assert [(fault.code, fault.line, fault.detail) for fault in found.faults] == [(code, 1, detail)]
    assert (found.accepted, len(told())) == (1, 1)


def test_a_place_outside_the_corridor_is_kept_with_a_flag(lister: Sender) -> None:
    lister.say(eta(place=Place(unlocode="AEJEA", name="Jebel Ali")))
    row = CallTiming.objects.get()
    assert (row.node, row.place, row.flags) == (None, "AEJEA Jebel Ali", ["unknown_location"])


def ships() -> list[tuple[str, str, str]]:
    return list(Vessel.objects.order_by("pk").values_list("name", "imo", "mmsi"))


def test_a_ship_known_by_name_or_mmsi_becomes_one_when_she_says_who_she_is(lister: Sender) -> None:
    lister.say(eta())
    lister.say(eta(vessel="", mmsi=MMSI))
    assert ships() == [("ADMIRAL GALAXY", "", ""), ("", "", MMSI)]
    lister.say(eta(vessel_imo=IMO))
    assert ships() == [("ADMIRAL GALAXY", IMO, ""), ("", "", MMSI)]
    lister.say(ships=(Ship(mmsi=MMSI, imo=IMO, name="ADMIRAL GALAXY", call_sign="D5VL9"),))
    assert ships() == [("ADMIRAL GALAXY", IMO, MMSI)]
    assert Vessel.objects.get().timings.count() == 2


def test_two_ships_of_one_name_stay_two(lister: Sender) -> None:
    lister.say(eta(vessel_imo=IMO), eta(vessel_imo=OTHER_IMO, line=2))
    assert ships() == [("ADMIRAL GALAXY", IMO, ""), ("ADMIRAL GALAXY", OTHER_IMO, "")]
    lister.say(ships=(Ship(mmsi=MMSI, imo=IMO), Ship(mmsi="249190000", imo=OTHER_IMO)))
    assert [mmsi for _name, _imo, mmsi in ships()] == [MMSI, "249190000"]


def test_an_mmsi_that_another_ship_bears_now_is_hers(lister: Sender) -> None:
    lister.say(ships=(Ship(mmsi=MMSI, imo=IMO, name="OLD"),))
    lister.say(ships=(Ship(mmsi=MMSI, imo=OTHER_IMO, name="NEW"),))
    assert ships() == [("OLD", IMO, ""), ("NEW", OTHER_IMO, MMSI)]


def test_a_newer_name_takes_the_place_of_an_older_and_not_the_other_way(lister: Sender) -> None:
    day = timedelta(days=1)
    for at, name in ((NOW, "FIRST"), (NOW + day, "SECOND"), (NOW - day, "ZEROTH")):
        lister.say(ships=(Ship(mmsi=MMSI, name=name, when=Moment(value=at)),))
    assert ships() == [("SECOND", "", MMSI)]


@pytest.mark.parametrize(
    ("written", "plain"),
    [("m.v. Msc  Anna", "MSC ANNA"), ("MV Msc Anna", "MSC ANNA"), ("M/T ORYX", "ORYX"), ("MT", "MT")],
)
def test_names_are_compared_without_what_stands_before_them(written: str, plain: str) -> None:
    assert plain_name(written) == plain


def test_a_ship_s_passages_are_times_of_her_call(lister: Sender, clerk: Source) -> None:
    nodes = {node.slug: node for node in Node.objects.all()}
    tracker = Tracker.objects.create(source=clerk, number=MMSI, carrier="vessel", name="ORYX", heard_at=NOW)
    truck = Tracker.objects.create(source=clerk, number="T1", carrier="truck", heard_at=NOW)

    def passage(kind: Any, slug: str, who: Tracker = tracker, *, is_withdrawn: bool = False) -> Passage:
        return Passage(who, Passed(Crossing(kind, nodes[slug].pk, NOW, -4.05, 39.66)), is_withdrawn)

    facts = calls_of(
        [
            passage("reached", "ke-port-mombasa"),
            passage("reached", "ke-jetty-kot2"),
            passage("left", "ke-port-mombasa", is_withdrawn=True),
            passage("reached", "xx-border-malaba"),
            passage("reached", "ke-port-mombasa", truck),
        ],
        lister.gazetteer,
    )
    assert [(fact.timing, fact.place.node, fact.function, fact.flags) for fact in facts] == [
        ("port_arrival", "ke-port-mombasa", "original", ("by_position",)),
        ("berth_arrival", "ke-jetty-kot2", "original", ("by_position",)),
        ("port_departure", "ke-port-mombasa", "cancel", ("by_position",)),
    ]
    assert lister.say(*facts).new == 3
    assert ships() == [("ORYX", "", MMSI)]


@pytest.mark.parametrize("words", ["TBA", "371 798 000", "37179800", "3717980001", "x" * 200, "\u0663" * 9])
def test_what_stands_for_an_mmsi_and_is_none_names_no_ship(lister: Sender, words: str) -> None:
    found = lister.say(eta(vessel="ONE", mmsi=words), eta(vessel="TWO", mmsi=words, line=2), eta(vessel="", mmsi=words))
    assert ships() == [("ONE", "", ""), ("TWO", "", "")]
    assert ([fault.code for fault in found.faults], found.new) == (["no_vessel"], 2)
