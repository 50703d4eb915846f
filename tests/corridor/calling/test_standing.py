"""How a call stands: the times in use and why, its state, what contradicts, and what was dropped or swapped."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.calling.said import Said, standing_words
from corridor.calling.standing import Call, Chosen, State, calls_from, choose, derive
from tests.corridor.calling.words import AIS, LINE, LIST, came, day, many_words, said

CT1, CT2 = "ke-term-ct1", "ke-term-ct2"


def eta(call: Call) -> tuple[Any, ...]:
    assert call.eta
    return call.eta.said.source, call.eta.said.timing, call.eta.said.at, call.eta.why


def about(call: Call) -> list[str]:
    return [each.about for each in call.contradictions]


def test_the_expectation_to_the_berth_is_in_use_and_else_that_to_the_port() -> None:
    port = said("port_arrival", 1)
    assert eta(derive([port])) == (LIST, "port_arrival", day(1), "only")
    assert eta(derive([port, said("berth_arrival", 2, source=AIS)])) == (AIS, "berth_arrival", day(2), "only")


def test_the_better_ranked_source_counts_unless_it_is_behind() -> None:
    ranked = said("berth_arrival", 1, known=-5)
    assert eta(derive([ranked, said("berth_arrival", 1.2, known=-1, source=LINE)]))[::3] == (LIST, "rank")
    behind = said("berth_arrival", 3, known=2.5, source=LINE)
    assert eta(derive([ranked, behind]))[::3] == (LINE, "fresh")


def test_of_equals_the_latest_counts() -> None:
    words = [said("berth_arrival", 1, known=-3, source=LINE), said("berth_arrival", 1.1, known=-2, source=AIS)]
    assert eta(derive(words)) == (AIS, "berth_arrival", day(1.1), "latest")
    assert choose([]) is None


def test_a_source_s_last_word_is_by_when_it_was_said_and_not_by_when_it_came() -> None:
    late = said("port_arrival", 1, known=-1, issued_at=day(-9))
    assert eta(derive([said("port_arrival", 2, known=-4), late]))[2] == day(2)


def test_what_was_asked_for_is_expected_by_nobody() -> None:
    call = derive([said("berth_arrival", 1, classifier="REQ")])
    assert (call.state, call.eta) == (State.UNKNOWN, None)


@pytest.mark.parametrize(
    ("timings", "state"),
    [
        ((), State.DUE),
        (("port_arrival",), State.ANCHORED),
        (("anchorage_arrival",), State.ANCHORED),
        (("pilot_boarding",), State.ANCHORED),
        (("port_arrival", "berth_arrival"), State.AT_BERTH),
        (("work_start",), State.AT_BERTH),
        (("berth_arrival", "work_start", "work_end"), State.AT_BERTH),
        (("berth_arrival", "work_end", "berth_departure"), State.SAILED),
        (("port_departure",), State.SAILED),
    ],
)
def test_the_state_is_the_furthest_that_somebody_said_happened(timings: tuple[str, ...], state: State) -> None:
    words = [said("berth_arrival", 0), *(came(timing, place / 4) for place, timing in enumerate(timings))]
    assert derive(words).state == state


def test_the_times_of_a_whole_call() -> None:
    steps = ("port_arrival", "berth_arrival", "work_start", "work_end", "berth_departure", "port_departure")
    call = derive([came(timing, at, terminal=CT1, berth="17") for at, timing in enumerate(steps)])
    times = (call.arrived, call.berthed, call.first_lift, call.last_lift, call.departed)
    assert [time and time.said.at for time in times] == [day(0), day(1), day(2), day(3), day(5)]
    assert (call.terminal, call.berth, call.contradictions, call.changes) == (CT1, "17", (), ())


def test_a_ship_that_shifted_berthed_at_the_first_and_lies_at_the_second() -> None:
    words = [came("berth_arrival", 0, terminal=CT1), came("berth_departure", 2, terminal=CT1)]
    shifted = derive([*words, came("berth_arrival", 2.3, terminal=CT2)])
    assert (shifted.state, shifted.terminal, shifted.berthed and shifted.berthed.said.at) == ("at_berth", CT2, day(0))
    assert (shifted.departed, about(shifted)) == (None, [])
    assert derive(words).state == State.SAILED


@pytest.mark.parametrize("hours", [2, 20, 35, 37, 60])
def test_a_ship_that_shifts_soon_or_late_berthed_when_she_came_to_the_first(hours: int) -> None:
    shifts = [
        came("berth_arrival", 0, terminal=CT1),
        came("berth_departure", (hours - 1) / 24, terminal=CT1),
        came("berth_arrival", hours / 24, terminal=CT2),
    ]
    seen = [
        came(one.timing, (one.at - day(0)).total_seconds() / 86400, source=AIS, terminal=one.terminal) for one in shifts
    ]
    for words in (shifts, seen, [*shifts, *seen]):
        call = derive(words)
        assert (call.berthed and call.berthed.said.at, call.terminal, call.state) == (day(0), CT2, State.AT_BERTH)


def test_a_departure_from_the_first_berth_that_is_heard_of_late_is_not_when_she_left() -> None:
    late = came("berth_departure", 1, terminal=CT1, known=9)
    left = came("berth_departure", 2, terminal=CT2)
    words = [came("berth_arrival", 0, terminal=CT1), came("berth_arrival", 1.1, terminal=CT2), left, late]
    assert derive(words).departed == Chosen(left, "only")


def test_what_a_source_withdraws_is_gone_and_another_s_word_remains() -> None:
    arrived = came("port_arrival", 0, source=AIS)
    back = came("port_arrival", 0, source=AIS, known=0.5, function="cancel")
    due = said("port_arrival", 0)
    assert derive([due, arrived, back]).state == State.DUE
    assert derive([due, arrived, back, came("port_arrival", 0.1)]).state == State.ANCHORED
    everything = [said("port_arrival", 1, known=-3), said("port_arrival", 2, known=-2, function="cancel")]
    assert (derive(everything).state, standing_words(everything)) == (State.UNKNOWN, [])


def test_an_omitted_call_is_omitted_until_the_source_takes_it_up_again() -> None:
    words = [said("port_arrival", 1, known=-4), said("omitted", 1, known=-3)]
    out = derive(words)
    assert (out.state, out.eta, [change.about for change in out.changes]) == (State.OMITTED, None, ["omitted"])
    again = derive([*words, said("port_arrival", 2, known=-2)])
    assert (again.state, [change.about for change in again.changes]) == (State.DUE, ["omitted", "resumed"])
    taken_back = derive([*words, said("omitted", 1, known=-2, function="cancel")])
    assert taken_back.changes[-1].about == "resumed"


def test_who_says_omitted_against_who_says_coming_is_a_contradiction() -> None:
    words = [said("omitted", 1), said("port_arrival", 1, source=LINE, known=-4)]
    call = derive(words)
    assert (call.state, about(call)) == (State.OMITTED, ["omitted"])
    arrived = derive([*words, came("port_arrival", 1, source=AIS)])
    assert (arrived.state, "omitted" in about(arrived)) == (State.ANCHORED, True)


@pytest.mark.parametrize(("hours", "is_contested"), [(11, False), (13, True)])
def test_expectations_more_than_half_a_day_apart_contradict(hours: int, is_contested: bool) -> None:
    words = [said("berth_arrival", 0), said("berth_arrival", hours / 24, source=LINE)]
    assert about(derive(words)) == (["berth_arrival"] if is_contested else [])


def test_a_word_that_is_behind_contradicts_nobody_and_one_source_not_itself() -> None:
    old = said("berth_arrival", 5, known=-5, source=LINE)
    assert about(derive([old, said("berth_arrival", 9, known=3)])) == []
    assert about(derive([said("berth_arrival", 1, known=-2), said("berth_arrival", 9, known=-1)])) == []


@pytest.mark.parametrize(("hours", "is_day", "is_contested"), [(5, False, False), (7, False, True), (30, True, False)])
def test_actual_times_contradict_sooner_and_days_later(hours: int, *, is_day: bool, is_contested: bool) -> None:
    words = [came("berth_arrival", 0), came("berth_arrival", hours / 24, source=LINE, is_day=is_day)]
    assert about(derive(words)) == (["berth_arrival"] if is_contested else [])


def test_two_terminals_at_one_time_contradict_and_the_better_source_s_counts() -> None:
    words = [came("berth_arrival", 0, terminal=CT1), came("berth_arrival", 0.1, terminal=CT2, source=LINE)]
    assert (derive(words).terminal, about(derive(words))) == (CT1, ["terminal"])


def test_a_changed_terminal_is_told() -> None:
    words = [said("berth_arrival", 1, known=known, terminal=place) for known, place in ((-3, CT1), (-2, CT2))]
    (change,) = derive(words).changes
    assert (change.about, change.was, change.now, change.said) == ("terminal", CT1, CT2, words[1])
    assert derive(words).terminal == CT2


def test_what_is_to_be_discharged_is_what_the_best_source_said_last() -> None:
    words = [
        said("port_arrival", 1, known=-4, discharge="D.300F"),
        said("port_arrival", 1, known=-3, discharge="D.310F"),
        said("port_arrival", 1, known=-2, source=LINE, discharge="290"),
        said("port_departure", 4, known=-1),
    ]
    assert derive(words).discharge == "D.310F"


@settings(deadline=None)
@given(many_words(), st.randoms(use_true_random=False))
def test_the_order_and_repetitions_change_nothing(words: list[Said], random: Random) -> None:
    mixed = [*words, *random.sample(words, len(words) // 2)]
    random.shuffle(mixed)
    assert calls_from(mixed) == calls_from(words)


@settings(deadline=None)
@given(many_words())
def test_no_call_says_what_nobody_said(words: list[Said]) -> None:
    for call in calls_from(words):
        for time in (call.arrived, call.berthed, call.first_lift, call.last_lift, call.departed):
            assert time is None or (time.said.is_actual and time.said in call.words)
        assert (call.state == State.SAILED) == (call.departed is not None)
        assert call.state != State.DUE or isinstance(call.eta, Chosen)
        assert call.state != State.ANCHORED or call.arrived
        assert call.state != State.AT_BERTH or call.berthed or call.first_lift or call.last_lift
        assert {change.about for change in call.changes} <= {"terminal", "omitted", "resumed"}
