"""Whole stories of ships as their sources tell them, one after the other: what the portal makes of each."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from corridor.calling.said import Said
from corridor.calling.standing import Call, calls_from, derive
from tests.corridor.calling.words import AIS, LINE, LIST, came, day, many_words, said

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


def test_a_ship_that_shifts_and_goes_out_to_anchor_has_one_call() -> None:
    words = [
        came("port_arrival", 0, source=AIS),
        came("berth_arrival", 0.5, source=AIS, terminal="ke-term-ct1"),
        came("berth_departure", 1.5, source=AIS, terminal="ke-term-ct1"),
        came("berth_arrival", 1.8, source=AIS, terminal="ke-term-ct2"),
        came("berth_departure", 3, source=AIS, terminal="ke-term-ct2"),
        came("port_departure", 3.1, source=AIS),
    ]
    assert told(*words[:3]) == [("sailed", 0.5)]
    (shifted,) = calls_from(words[:4])
    assert (shifted.state, shifted.terminal, shifted.departed) == ("at_berth", "ke-term-ct2", None)
    assert told(*words) == [("sailed", 0.5)]


def test_each_step_of_a_call_is_never_further_back_than_the_one_before() -> None:
    steps = [
        said("port_arrival", 0, known=-9, voyage="411E"),
        came("port_arrival", 0, source=AIS),
        came("anchorage_arrival", 0.1, source=AIS),
        came("pilot_boarding", 0.9, source=LINE),
        came("berth_arrival", 1, source=AIS),
        came("work_start", 1.1, voyage="411E"),
        came("work_end", 2, voyage="411E"),
        came("berth_departure", 2.1, source=AIS),
        came("port_departure", 2.2, source=AIS),
    ]
    order = ["due", "anchored", "at_berth", "sailed"]
    states = [told(*steps[: number + 1])[0][0] for number in range(len(steps))]
    assert states == ["due", "anchored", "anchored", "anchored", "at_berth", "at_berth", "at_berth", "sailed", "sailed"]
    assert [order.index(state) for state in states] == sorted(order.index(state) for state in states)
    (call,) = calls_from(steps)
    times = (call.arrived, call.berthed, call.first_lift, call.last_lift, call.departed)
    assert [time and time.said.at for time in times] == [day(0), day(1), day(1.1), day(2), day(2.2)]


def test_what_is_heard_late_of_a_call_that_is_over_opens_no_other() -> None:
    sailed = [came("berth_arrival", 1, source=AIS), came("port_departure", 3, source=AIS)]
    late = [said("berth_arrival", 1.2, known=9), came("work_start", 1.1, known=9), came("berth_arrival", 1, known=9)]
    for word in late:
        assert told(*sailed, word) == [("sailed", 1)]
    assert told(*sailed, *late) == [("sailed", 1)]


def test_a_source_that_withdraws_a_departure_puts_her_back_at_her_berth() -> None:
    words = [came("berth_arrival", 0, source=AIS), came("port_departure", 2, source=AIS)]
    assert told(*words) == [("sailed", 0)]
    back = came("port_departure", 2, source=AIS, known=2.2, function="cancel")
    assert told(*words, back) == [("at_berth", 0)]
    assert told(back, *reversed(words)) == [("at_berth", 0)]


def test_a_ship_that_is_dropped_and_comes_all_the_same() -> None:
    words = [said("port_arrival", 5, known=-3), said("omitted", 5, known=-1)]
    assert told(*words) == [("omitted", None)]
    assert told(*words, came("port_arrival", 5.2, source=AIS)) == [("anchored", 5.2)]


@pytest.mark.parametrize("voyages", [("411E", "411E"), ("411E", "411 e"), ("411-E", "411E"), ("411e", "411E")])
def test_a_voyage_is_the_same_however_it_is_written(voyages: tuple[str, str]) -> None:
    one, other = voyages
    assert told(said("port_arrival", 0, voyage=one), said("port_arrival", 1, voyage=other, known=-1)) == [("due", 1)]


def test_ships_of_two_ports_do_not_meet() -> None:
    here = [said("port_arrival", 0, voyage="411E"), came("port_arrival", 0.2, source=AIS)]
    there = [said("port_arrival", 2, voyage="411E", port="tz-port-dar")]
    calls = calls_from([*here, *there])
    assert [(call.port, call.state) for call in calls] == [("ke-port-mombasa", "anchored"), ("tz-port-dar", "due")]


def test_every_call_is_known_by_its_first_word_whatever_comes_after() -> None:
    words = [
        said("port_arrival", 0, voyage="411E"),
        said("port_arrival", 14, voyage="412E"),
        came("port_arrival", 0.1, source=AIS),
        came("port_departure", 2, source=AIS),
        came("port_arrival", 14.1, source=AIS),
    ]
    keys = [call.first for call in calls_from(words[:2])]
    for number in range(2, len(words) + 1):
        assert [call.first for call in calls_from(words[:number])] == keys


@settings(deadline=None)
@given(many_words())
def test_each_word_is_of_one_call_at_most_and_every_word_of_a_port_of_one(words: list[Said]) -> None:
    calls = calls_from(words)
    held = [one.id for call in calls for one in call.said]
    assert len(set(held)) == len(held)
    lost = {one.id for one in words if one.port} - set(held)
    # Only what was seen, withdrawn and stands beside nothing is of no call.
    assert [one for one in words if one.id in lost and not one.is_actual] == []
    assert {one.port for call in calls for one in call.said} <= {call.port for call in calls}
    assert [call.first for call in calls] == sorted(min(one.id for one in call.said) for call in calls)


@settings(deadline=None)
@given(many_words())
def test_deriving_a_call_again_from_its_own_words_gives_the_same(words: list[Said]) -> None:
    for call in calls_from(words):
        assert derive(call.said) == call


@settings(deadline=None)
@given(many_words())
def test_a_contradiction_is_between_two_sources_and_of_words_that_stand(words: list[Said]) -> None:
    for call in calls_from(words):
        for each in call.contradictions:
            assert len({one.source for one in each.said}) > 1
            assert [one for one in each.said if one not in call.words] == []
