"""Conditions as sources give them: corrected under their reference, kept once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from corridor.conditions import record_conditions
from corridor.models import Condition
from corridor.noted import Noted
from feeds.facts import Condition as Fact
from feeds.facts import Moment, Place
from feeds.models import Source
from tests.corridor.test_calls import NOW, Sender


@pytest.fixture
def agency(gate: Source) -> Sender:
    return Sender(gate)


def say(sender: Sender, *facts: Fact) -> Noted:
    return record_conditions(facts, sender.context())


def queue(**more: Any) -> Fact:
    values: dict[str, Any] = {
        "reference": "Q1",
        "kind": "border",
        "severity": "slow",
        "since": Moment(value=datetime(2026, 11, 20, 9), words="09:00"),  # noqa: DTZ001 - local to the border
        "place": Place(node="xx-border-gatuna"),
        "text": "A queue of 3 km",
        "line": 1,
    }
    return Fact(**(values | more))


def test_a_condition_is_kept_in_the_time_of_its_place(agency: Sender) -> None:
    found = say(agency, queue(until=Moment(value=datetime(2026, 11, 20, 18, tzinfo=UTC))))
    assert (found.accepted, found.new, found.faults) == (1, 1, [])
    kept = Condition.objects.select_related("node").get()
    assert (kept.node and kept.node.slug, kept.kind, kept.severity, kept.text) == (
        "xx-border-gatuna",
        "border",
        "slow",
        "A queue of 3 km",
    )
    assert (kept.since, kept.until) == (datetime(2026, 11, 20, 7, tzinfo=UTC), datetime(2026, 11, 20, 18, tzinfo=UTC))


def test_the_same_word_is_kept_once_and_a_correction_beside_it(agency: Sender) -> None:
    counts = [say(agency, queue(severity=severity)).new for severity in ("slow", "slow", "shut", "slow")]
    assert counts == [1, 0, 1, 1]
    assert say(agency, queue(severity="slow", function="cancel")).new == 1
    assert list(Condition.objects.order_by("pk").values_list("severity", "function")) == [
        ("slow", "original"),
        ("shut", "original"),
        ("slow", "original"),
        ("slow", "cancel"),
    ]


def test_references_are_a_source_s_own(agency: Sender, clerk: Source) -> None:
    say(agency, queue())
    assert say(Sender(clerk), queue()).new == 1


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        (queue(place=Place(node="atlantis")), "unknown_node"),
        (queue(until=Moment(value=NOW - timedelta(days=1))), "ends_before_it_begins"),
    ],
    ids=["nowhere", "backwards"],
)
def test_what_cannot_be_is_a_fault_and_the_rest_is_kept(agency: Sender, fact: Fact, code: str) -> None:
    found = say(agency, fact, queue(reference="Q2"))
    assert ([fault.code for fault in found.faults], found.accepted, found.new) == ([code], 1, 1)


def test_a_condition_of_the_whole_corridor_has_no_node(agency: Sender) -> None:
    assert say(agency, queue(kind="system", system="iCMS", place=Place())).new == 1
    assert Condition.objects.filter(node__isnull=True).values_list("system", flat=True).get() == "iCMS"


def days(first: int, last: int | None) -> dict[str, Any]:
    until = Moment(value=date(2026, 11, last)) if last else None
    return {"since": Moment(value=date(2026, 11, first)), "until": until}


@pytest.mark.parametrize("last", [20, 21, None])
def test_a_condition_of_days_holds_from_the_first_midnight_to_the_last(agency: Sender, last: int | None) -> None:
    found = say(agency, queue(**days(20, last)))
    kept = Condition.objects.get()
    assert (found.faults, kept.since) == ([], datetime(2026, 11, 19, 22, tzinfo=UTC))
    assert kept.until == (datetime(2026, 11, last, 22, tzinfo=UTC) if last else None)


def test_a_condition_of_an_afternoon_may_end_with_its_day_and_not_with_the_day_before(agency: Sender) -> None:
    today, yesterday = (queue(**days(20, last) | {"since": queue().since}) for last in (20, 19))
    assert [fault.code for fault in say(agency, yesterday).faults] == ["ends_before_it_begins"]
    assert say(agency, today).new == 1
