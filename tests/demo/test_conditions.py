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
