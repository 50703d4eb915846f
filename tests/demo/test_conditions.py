"""Conditions: the year's troubles are told in time, what holds now is there, and two contradict each other."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import groupby

import pytest

from demo.conditions import AHEAD, DRIVERS, PORT, ROADS, SYSTEMS, Notice, conditions_json, notices
from feeds.facts import Condition
from feeds.formats import READERS
from tests.demo.conftest import UNTIL

TOLD = notices(2026, UNTIL)


def last_words(told: list[Notice]) -> list[Notice]:
    """The last word on each reference, as a reader keeps it."""
    ordered = sorted(told, key=lambda notice: (notice.source, notice.reference, notice.reported_at))
    return [list(each)[-1] for _key, each in groupby(ordered, lambda notice: (notice.source, notice.reference))]


def in_force() -> list[Notice]:
    known = last_words([notice for notice in TOLD if notice.reported_at <= UNTIL])
    return [notice for notice in known if notice.since <= UNTIL and (notice.until is None or notice.until > UNTIL)]


def test_one_seed_tells_the_same_and_another_something_else() -> None:
    assert notices(2026, UNTIL) == TOLD
    assert notices(7, UNTIL) != TOLD


def test_the_year_is_full_of_the_corridor_s_troubles_and_goes_on() -> None:
    assert {notice.source for notice in TOLD} == {PORT, ROADS, SYSTEMS, DRIVERS}
    kinds = {notice.kind for notice in TOLD}
    assert kinds == {"port", "berth", "border", "weighbridge", "road", "rail", "fuel", "system"}
    assert {notice.system for notice in TOLD} == {"", "KWATOS", "iCMS", "ReSW"}
    times = [notice.reported_at for notice in TOLD]
    assert UNTIL - timedelta(days=370) < min(times) < UNTIL - timedelta(days=300)
    assert UNTIL + timedelta(days=40) < max(times) < UNTIL + AHEAD + timedelta(days=5)


def test_what_happens_is_told_when_it_has_begun_and_ends_after_it_began() -> None:
    for notice in TOLD:
        is_announced = "maintenance" in notice.text or "transferred" in notice.text
        assert notice.reported_at >= notice.since or is_announced
        assert notice.until is None or notice.until >= notice.since


def test_every_trouble_ends_but_for_those_of_now() -> None:
    assert {notice.reference for notice in last_words(TOLD) if notice.until is None} == {"BUSIA-NOW"}


def test_now_one_border_is_slow_and_two_contradict_each_other_on_another() -> None:
    told = {(notice.source, notice.node): notice.severity for notice in in_force()}
    assert told == {
        (ROADS, "xx-border-malaba"): "slow",
        (ROADS, "xx-border-busia"): "normal",
        (DRIVERS, "xx-border-busia"): "severe",
    }


def test_a_maintenance_is_announced_for_the_coming_days() -> None:
    known = [notice for notice in TOLD if notice.reported_at <= UNTIL < notice.since]
    assert [(notice.system, notice.severity, notice.since - UNTIL < timedelta(days=5)) for notice in known] == [
        ("iCMS", "shut", True)
    ]


@pytest.mark.parametrize("source", [PORT, ROADS, SYSTEMS, DRIVERS])
def test_each_notice_is_read_back(source: str) -> None:
    told = [notice for notice in TOLD if notice.source == source]
    found = READERS["status"](conditions_json(told), {})
    facts = found.of(Condition)
    last = {notice.reference: notice for notice in told}
    assert (found.faults, len(facts)) == ((), len(last))
    for fact in facts:
        meant = last[fact.reference]
        assert (fact.kind, fact.severity, fact.place.node) == (meant.kind, meant.severity, meant.node)
        assert (fact.since.value, fact.until and fact.until.value) == (meant.since, meant.until)
        assert (fact.system, fact.text) == (meant.system, meant.text)


def test_what_is_not_known_is_left_out() -> None:
    (said,) = json.loads(conditions_json([TOLD[0]]))["conditions"]
    assert "" not in said.values()


def told_by(reference: str) -> list[Notice]:
    return sorted((notice for notice in TOLD if notice.reference == reference), key=lambda notice: notice.reported_at)


def test_the_bridge_was_shut_then_passed_one_at_a_time_then_open() -> None:
    shut, slow, over = told_by("ROAD-BRIDGE-1")
    assert [(one.severity, one.kind, one.node) for one in (shut, slow, over)] == [
        ("shut", "road", "ke-wb-gilgil"),
        ("slow", "road", "ke-wb-gilgil"),
        ("slow", "road", "ke-wb-gilgil"),
    ]
    assert [one.until for one in (shut, slow)] == [None, None]
    assert over.until == over.reported_at == shut.since + timedelta(days=19)
    assert len({one.since for one in (shut, slow, over)}) == 1


def test_the_weeks_at_naivasha_were_told_before_they_began_and_ended_when_that_was_told() -> None:
    begun, ended = told_by("NAIVASHA-TRANSFER-1")
    assert (begun.reported_at, begun.until) == (begun.since - timedelta(days=2), None)
    assert (ended.until, ended.since) == (ended.reported_at, begun.since)
    assert ended.reported_at - begun.since == timedelta(days=22)


def test_every_reference_of_a_source_belongs_to_one_subject() -> None:
    subjects: dict[tuple[str, str], set[tuple[str, str, str]]] = {}
    for notice in TOLD:
        name = (notice.source, notice.reference)
        subjects.setdefault(name, set()).add((notice.kind, notice.node, notice.system))
    assert {name: found for name, found in subjects.items() if len(found) > 1} == {}


def test_of_one_trouble_the_words_keep_its_beginning_and_come_one_after_the_other() -> None:
    for source, reference in {(notice.source, notice.reference) for notice in TOLD}:
        told = [notice for notice in told_by(reference) if notice.source == source]
        times = [notice.reported_at for notice in told]
        assert sorted(set(times)) == times
        assert len({notice.since for notice in told}) == 1 or reference == "BUSIA-QUEUE-NOW"
        assert [notice.until for notice in told[:-1]] == [None] * (len(told) - 1)


def test_times_are_of_whole_minutes_with_their_zone() -> None:
    moments = [
        moment for notice in TOLD for moment in (notice.reported_at, notice.since, notice.until) if moment is not None
    ]
    assert [moment for moment in moments if moment.second or moment.microsecond or moment.tzinfo is None] == []


@pytest.mark.parametrize("minutes", [0, 1, 59])
def test_the_minute_of_the_load_moves_no_trouble(minutes: int) -> None:
    assert notices(2026, UNTIL + timedelta(minutes=minutes, seconds=7)) == TOLD


def test_of_one_reference_only_the_last_word_is_in_a_message() -> None:
    bridge = told_by("ROAD-BRIDGE-1")
    for count in (1, 2, 3):
        (said,) = json.loads(conditions_json(bridge[:count]))["conditions"]
        assert said["text"] == bridge[count - 1].text
    assert json.loads(conditions_json([])) == {"conditions": []}


def test_a_trouble_without_an_end_says_none() -> None:
    shut, _slow, over = told_by("ROAD-BRIDGE-1")
    (first,), (last,) = (json.loads(conditions_json([notice]))["conditions"] for notice in (shut, over))
    assert ("until" in first, "system" in first) == (False, False)
    assert last["until"] == over.until.isoformat() if over.until else False
