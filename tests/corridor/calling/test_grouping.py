"""Which times belong to one call: by number, by voyage, by row, by nearness, and never across what parts two calls."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.calling.grouping import QUIET, group
from corridor.calling.said import Said
from tests.corridor.calling.words import AIS, LINE, LIST, came, day, many_words, said


def days(*words: Said) -> list[list[float]]:
    """The calls as the days of their times, the earliest first."""
    return sorted(sorted((one.at - day(0)).total_seconds() / 86400 for one in call) for call in group(words))


def test_one_call_number_is_one_call_whatever_its_times() -> None:
    words = [said("port_arrival", at, call=number) for at, number in ((0, "V 1"), (9, "v1"), (3, "V2"))]
    assert days(*words) == [[0, 9], [3]]


def test_without_a_number_one_voyage_is_one_call() -> None:
    words = [said("port_arrival", 0, voyage="411E"), said("port_departure", 8, voyage="411-e")]
    assert days(*words, said("port_arrival", 5, voyage="412E")) == [[0, 8], [5]]


def test_a_voyage_that_calls_twice_under_two_numbers_is_two_calls() -> None:
    twice = [said("port_arrival", at, call=f"C{at}", voyage="411E") for at in (0, 9)]
    assert days(*twice) == [[0], [9]]
    assert days(*twice, said("port_arrival", 8, voyage="411E", source=LINE)) == [[0], [8, 9]]


def test_a_number_met_again_after_a_quiet_time_is_another_call() -> None:
    apart = QUIET.days + 1
    assert days(*(said("port_arrival", at, call="1", voyage="1") for at in (0, apart))) == [[0], [apart]]


def test_sources_that_name_a_call_differently_agree_by_the_time() -> None:
    ours = [said("berth_arrival", at, call=f"VCN{at}") for at in (0, 7)]
    theirs = [said("port_arrival", at, voyage=f"4{at}", source=LINE) for at in (2, 8)]
    assert days(*ours, *theirs) == [[0, 2], [7, 8]]
    assert days(ours[0], said("port_arrival", 4, voyage="9", source=LINE)) == [[0], [4]]


def test_times_without_a_name_join_the_call_they_are_near() -> None:
    named = [said("port_arrival", 0, voyage="1"), said("port_arrival", 14, voyage="2")]
    seen = [came(timing, at, source=AIS) for timing, at in (("port_arrival", 4), ("port_departure", 6))]
    assert days(*named, *seen) == [[0, 4, 6], [14]]
    assert days(named[1], came("port_arrival", 3, source=AIS)) == [[3], [14]]


def test_an_arrival_after_a_departure_is_the_next_call() -> None:
    first = [came("port_arrival", 0, source=AIS), came("port_departure", 2, source=AIS)]
    assert days(*first, came("port_arrival", 4, source=AIS)) == [[0, 2], [4]]


def test_two_arrivals_of_one_source_are_two_calls_also_when_nobody_saw_her_leave() -> None:
    assert days(came("port_arrival", 0, source=AIS), came("port_arrival", 5, source=AIS)) == [[0], [5]]
    assert days(came("port_arrival", 0, source=AIS), came("port_arrival", 0.2, source=AIS)) == [[0, 0.2]]


def test_a_ship_that_shifts_to_another_terminal_has_one_call() -> None:
    shift = [
        came("berth_arrival", 0, terminal="ke-term-ct1"),
        came("berth_departure", 2, terminal="ke-term-ct1"),
        came("berth_arrival", 2.2, terminal="ke-term-ct2"),
    ]
    assert days(*shift) == [[0, 2, 2.2]]


def test_a_source_revises_what_has_not_passed_however_far_it_moves() -> None:
    words = [said("port_arrival", at, known=known, source=AIS) for at, known in ((0, -9), (5, -2), (11, 3))]
    assert days(*words) == [[0, 5, 11]]


def test_what_is_said_after_the_call_is_of_the_next() -> None:
    stay = [came("port_arrival", 0, source=AIS), came("port_departure", 2, source=AIS)]
    before, after = said("port_arrival", 0.5, source=AIS), said("port_arrival", 6, known=3, source=AIS)
    assert days(*stay, before, after) == [[0, 0.5, 2], [6]]


def test_what_one_row_says_is_of_one_call() -> None:
    first = [said(timing, at, line=7) for timing, at in (("port_arrival", 0), ("port_departure", 9))]
    second = [said(timing, at, line=8) for timing, at in (("port_arrival", 14), ("port_departure", 18))]
    assert days(*first, *second) == [[0, 9], [14, 18]]


def test_an_arrival_that_was_withdrawn_parts_no_calls() -> None:
    seen = came("port_arrival", 0, source=AIS)
    back = came("port_arrival", 0, source=AIS, function="cancel", known=1)
    named = [said("port_arrival", 0, voyage="1"), came("port_arrival", 1, source=AIS)]
    assert days(*named, seen, back) == [[0, 0, 0, 1]]
    assert days(seen, back) == []


def test_terminals_of_a_port_are_one_call_and_another_port_is_another() -> None:
    boxes = said("berth_arrival", 0, terminal="ke-term-ct2", voyage="1")
    port = said("port_arrival", 0, voyage="1", source=LINE)
    dar = said("port_arrival", 1, voyage="1", port="tz-port-dar")
    assert days(boxes, port, dar) == [[0, 0], [1]]
    assert days(said("port_arrival", 0, port="")) == []


@settings(deadline=None)
@given(many_words(), st.randoms(use_true_random=False))
def test_the_order_and_repetitions_change_nothing(words: list[Said], random: Random) -> None:
    mixed = [*words, *random.sample(words, len(words) // 2)]
    random.shuffle(mixed)
    assert group(mixed) == group(words)


@settings(deadline=None)
@given(many_words())
def test_every_time_at_a_port_is_of_one_call_but_for_what_nobody_stands_by(words: list[Said]) -> None:
    found = [one.id for call in group(words) for one in call]
    assert len(found) == len(set(found))
    lost = {one.id: one for one in words if one.port and one.id not in set(found)}.values()
    assert all(one.is_actual and not one.call and not one.voyage for one in lost)
    assert {one.port for call in group(words) for one in call} <= {"ke-port-mombasa", "tz-port-dar"}
    assert all(len({one.port for one in call}) == 1 for call in group(words))


@settings(deadline=None)
@given(many_words(), many_words())
def test_what_lies_beyond_a_quiet_time_changes_nothing(words: list[Said], others: list[Said]) -> None:
    far = [
        Said(**{name: getattr(one, name) for name in Said.__dataclass_fields__} | {"id": one.id + 100, "at": later})
        for one in others
        for later in [one.at + QUIET * 2 + (day(61) - day(0))]
    ]
    assert [call for call in group(words + far) if call[0].id < 100] == group(words)


@pytest.mark.parametrize("source", [LIST, LINE])
def test_two_rows_of_one_delivery_are_not_revisions_of_each_other(source: int) -> None:
    rows = [said("port_arrival", at, line=line, source=source) for line, at in ((1, 0), (2, 12))]
    again = [said("port_arrival", at + 1, line=line, source=source, known=-4) for line, at in ((1, 0), (2, 12))]
    assert days(*rows, *again) == [[0, 1], [12, 13]]
