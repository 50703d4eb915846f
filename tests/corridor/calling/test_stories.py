"""Whole stories of ships as their sources tell them, one after the other: what the portal makes of each."""

from __future__ import annotations

from typing import Any

from corridor.calling.said import Said
from corridor.calling.standing import Call, calls_from
from tests.corridor.calling.words import AIS, LINE, LIST, came, day, said

KOT2 = "ke-jetty-kot2"


def told(*words: Said) -> list[tuple[str, Any]]:
    """Each call's state and when she berthed, came or is expected, in days."""
    return [(call.state.value, _since(call)) for call in calls_from(words)]


def _since(call: Call) -> float | None:
    chosen = call.berthed or call.arrived or call.eta
    return round((chosen.said.at - day(0)).total_seconds() / 86400, 2) if chosen else None


def test_a_feeder_that_comes_every_week_seen_by_her_signals_alone() -> None:
    words = []
    for week in range(6):
        start = 7 * week
        words += [
            said("port_arrival", start + 0.4, known=start - 3, source=AIS),
            said("port_arrival", start, known=start - 1, source=AIS),
            came("port_arrival", start, source=AIS),
            came("berth_arrival", start + 0.5, source=AIS, terminal="ke-term-ct1"),
            came("berth_departure", start + 2, source=AIS, terminal="ke-term-ct1"),
            came("port_departure", start + 2.1, source=AIS),
        ]
    assert told(*words) == [("sailed", 7 * week + 0.5) for week in range(6)]


def test_a_feeder_whose_list_has_voyages_and_whose_signals_have_none() -> None:
    words = []
    for week in range(4):
        start = 7 * week
        words += [
            said("port_arrival", start + 1, known=start - 12, voyage=f"{week}E"),
            said("port_arrival", start + 0.3, known=start - 2, voyage=f"{week}E"),
            came("port_arrival", start, source=AIS),
            came("port_departure", start + 2.1, source=AIS),
        ]
    due = said("port_arrival", 28, known=20, voyage="4E")
    assert told(*words, due) == [*(("sailed", 7 * week) for week in range(4)), ("due", 28)]


def test_a_tanker_that_waits_for_her_jetty() -> None:
    words = [
        said("port_arrival", 0, known=-9, call="KE26-7"),
        came("port_arrival", 0.2, source=AIS),
        said("berth_arrival", 4, known=1, call="KE26-7", terminal=KOT2),
        said("berth_arrival", 9, known=3, call="KE26-7", terminal=KOT2),
    ]
    (waiting,) = calls_from(words)
    assert (waiting.state, waiting.eta and waiting.eta.said.at, waiting.terminal) == ("anchored", day(9), KOT2)
    (berthed,) = calls_from([*words, came("berth_arrival", 9.4, source=AIS, terminal=KOT2)])
    assert (berthed.state, berthed.berthed and berthed.berthed.said.at, berthed.contradictions) == (
        "at_berth",
        day(9.4),
        (),
    )


def test_a_call_that_slips_day_by_day_is_one_call() -> None:
    words = [said("port_arrival", 5 + late, known=late - 3, voyage="411E") for late in range(15)]
    assert told(*words) == [("due", 19)]
    assert told(*(said("port_arrival", 5 + late, known=late - 3, source=AIS) for late in range(15))) == [("due", 19)]


def test_a_ship_that_left_without_anybody_seeing_it_begins_anew_when_she_comes_back() -> None:
    words = [came("berth_arrival", 0, source=AIS, terminal=KOT2), came("berth_arrival", 15, source=AIS, terminal=KOT2)]
    assert told(*words) == [("at_berth", 0), ("at_berth", 15)]


def test_a_line_that_drops_the_port_while_the_port_still_lists_the_ship() -> None:
    words = [
        said("port_arrival", 5, known=-3, voyage="411E"),
        said("berth_arrival", 6, known=-3, voyage="411E", source=LINE),
        said("omitted", 6, known=-1, voyage="411E", source=LINE),
    ]
    (call,) = calls_from(words)
    assert (call.state, [each.about for each in call.contradictions]) == ("due", ["omitted"])
    (gone,) = calls_from([*words, said("omitted", 5, known=0, voyage="411E")])
    assert (gone.state, gone.contradictions, [change.about for change in gone.changes]) == (
        "omitted",
        (),
        ["omitted", "omitted"],
    )


def test_two_lists_that_number_calls_differently_and_a_ship_that_says_nothing() -> None:
    words = []
    for number, start in enumerate((0, 12)):
        words += [
            said("port_arrival", start, known=-9, call=f"KE{number}", source=LIST),
            said("berth_arrival", start + 1, known=-9, voyage=f"{number}W", source=LINE),
            came("berth_arrival", start + 1.2, voyage=f"{number}W", source=LINE),
        ]
    assert told(*words) == [("at_berth", 1.2), ("at_berth", 13.2)]


def test_a_slip_of_a_year_does_not_swallow_the_call() -> None:
    words = [said("port_arrival", 3, voyage="411E"), said("port_arrival", 368, known=-4, voyage="411E", source=LINE)]
    assert told(*words) == [("due", 3), ("due", 368)]


def test_nothing_said_is_no_call() -> None:
    assert calls_from([]) == []


def test_only_a_departure_is_a_call_that_is_over() -> None:
    assert told(came("port_departure", 3)) == [("sailed", None)]
    assert told(said("port_departure", 3)) == [("unknown", None)]
