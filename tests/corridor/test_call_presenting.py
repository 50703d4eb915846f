"""How a call is shown: its place, the time that matters now, who said so, and what was taken back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from corridor.call_presenting import Row, Told, grouped, place_of, row_of, state_of
from corridor.models import Node, Vessel, VesselCall
from corridor.onboard import Aboard
from corridor.port_calls import Quays, calls_of_vessel, timings_of
from feeds.facts import CallTiming as Fact
from feeds.facts import Place
from feeds.models import Source
from tests.corridor.test_calls import ETA, NOW, Sender, eta

DAY = timedelta(days=1)


def call(**more: Any) -> VesselCall:
    values: dict[str, Any] = {
        "id": 7,
        "vessel": Vessel(name="ABACUS"),
        "port": Node(name="Port of Mombasa", time_zone="Africa/Nairobi"),
        "state": "due",
        "eta_at": NOW + DAY,
        "eta_timing": "berth_arrival",
        "updated_at": NOW,
    }
    return VesselCall(**(values | more))


def row(**more: Any) -> Row:
    return row_of(call(**more), at=NOW, aboard={7: Aboard(1, 2)})


@pytest.mark.parametrize(
    ("more", "label", "at"),
    [
        ({}, "Expected at the berth", NOW + DAY),
        ({"eta_timing": "port_arrival"}, "Expected at the port", NOW + DAY),
        ({"eta_is_day": True}, "Expected at the berth", date(2026, 11, 21)),
        ({"state": "anchored", "arrived_at": NOW}, "Arrival at the port", NOW),
        ({"state": "at_berth", "berthed_at": NOW, "arrived_at": NOW - DAY}, "At the berth", NOW),
        ({"state": "at_berth", "first_lift_at": NOW}, "At the berth", NOW),
        ({"state": "sailed", "departed_at": NOW}, "Departure from the port", NOW),
        ({"state": "omitted", "eta_at": None, "eta_timing": ""}, "", None),
    ],
)
def test_a_row_shows_the_time_that_matters_now(more: dict[str, Any], label: str, at: datetime | None) -> None:
    found = row(**more)
    assert (str(found.at_label), found.at, found.zone, found.aboard) == (label, at, "Africa/Nairobi", Aboard(1, 2))


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "due"),
        ({"eta_at": NOW - timedelta(hours=23)}, "due"),
        ({"eta_at": NOW - timedelta(hours=25)}, "lost"),
        ({"state": "at_berth", "updated_at": NOW - 20 * DAY}, "at_berth"),
        ({"state": "anchored", "updated_at": NOW - 22 * DAY}, "lost"),
        ({"state": "sailed", "updated_at": NOW - 400 * DAY}, "sailed"),
        ({"state": "unknown"}, "lost"),
    ],
)
def test_what_nobody_speaks_of_any_more_is_no_news(more: dict[str, Any], state: str) -> None:
    found, label = state_of(call(**more), NOW)
    assert (found, str(label) == "No news") == (state, state == "lost")


def test_the_place_is_the_terminal_with_the_berth_as_it_was_written() -> None:
    assert place_of(call()) == "Port of Mombasa"
    assert place_of(call(terminal=Node(name="Terminal 2"), berth="21")) == "Terminal 2, 21"


def test_rows_that_follow_each_other_in_one_state_stand_together() -> None:
    rows = [row(state=state, arrived_at=NOW, berthed_at=NOW) for state in ("at_berth", "at_berth", "anchored")]
    assert [(str(label), len(found)) for label, found in grouped(rows)] == [("At berth", 2), ("At anchorage", 1)]
    assert grouped([]) == []


@pytest.fixture
def lister(gate: Source) -> Sender:
    return Sender(gate)


def told() -> Told:
    (found,) = calls_of_vessel(Vessel.objects.get().pk, Quays())
    return Told(found, timings_of(found), "Africa/Nairobi")


def berth(at: datetime, **more: Any) -> Fact:
    return eta(at, **({"timing": "berth_arrival", "voyage": "411E", "place": Place(node="ke-term-ct1")} | more))


def test_everything_that_was_said_says_what_became_of_it(lister: Sender) -> None:
    lister.say(berth(ETA, berth="17", remark="first", words="a row"))
    lister.say(berth(ETA + DAY, berth="17"))
    lister.say(berth(ETA + 2 * DAY, place=Place(node="ke-term-ct2")))
    lister.say(berth(ETA + 2 * DAY, place=Place(node="ke-term-ct2"), function="cancel"))
    history = told().history()
    assert [(word.is_replaced, word.is_withdrawn, word.is_withdrawal) for word in history] == [
        (False, False, True),
        (False, True, False),
        (False, False, False),
        (True, False, False),
    ]
    last = history[-1]
    assert (last.place, last.berth, last.remark, last.words, last.source) == (
        "Mombasa Container Terminal 1 (berths 16-19)",
        "17",
        "first",
        "a row",
        "Gate",
    )
    assert (str(last.label), str(last.classifier), last.received_at) == (
        "At the berth",
        "estimated",
        NOW + timedelta(hours=1),
    )


def test_times_nobody_gave_are_unknown_and_those_given_have_their_source(lister: Sender) -> None:
    lister.say(berth(ETA), berth(datetime(2026, 11, 20, 9), classifier="ACT", line=2))  # noqa: DTZ001
    found = told()
    assert [(str(time.label), time.at is not None, time.source) for time in found.times()] == [
        ("Arrival at the port", False, ""),
        ("At the berth", True, "Gate"),
        ("First lift", False, ""),
        ("Last lift", False, ""),
        ("Departure from the port", False, ""),
    ]
    expected = found.expectation()
    assert expected
    assert (str(expected.label), str(expected.why), str(expected.classifier)) == (
        "Expected at the berth",
        "No other source gives it.",
        "estimated",
    )


def test_only_a_day_is_shown_as_a_day(lister: Sender) -> None:
    lister.say(eta(ETA))
    word = told().history()[0]
    assert isinstance(word.at, datetime)
    lister.say(eta(date(2026, 11, 25)))  # type: ignore[arg-type]
    assert told().history()[0].at == date(2026, 11, 25)


def test_the_chart_has_a_line_for_each_source_and_timing(lister: Sender, clerk: Source) -> None:
    lister.say(berth(ETA), eta(ETA, voyage="411E", line=2))
    Sender(clerk).say(berth(ETA + DAY))
    chart = told().chart(at=timezone.now())
    assert chart
    assert [path.label for path in chart.paths] == [
        "Clerk: Expected at the berth",
        "Gate: Expected at the berth",
        "Gate: Expected at the port",
    ]
    assert chart.actual_y is None


def test_what_was_swapped_names_both_terminals(lister: Sender) -> None:
    lister.say(berth(ETA))
    lister.say(berth(ETA, place=Place(node="ke-term-ct2")))
    (turn,) = told().turns({"ke-term-ct1": "One", "ke-term-ct2": "Two"})
    assert (turn.about, turn.was, turn.now, turn.word.source) == ("terminal", "One", "Two", "Gate")
