"""Conditions as sources give them: corrected under their reference, kept once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
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


def test_when_the_standing_word_was_last_said_is_known(agency: Sender) -> None:
    def repeated() -> list[tuple[str, datetime | None]]:
        return list(Condition.objects.order_by("pk").values_list("severity", "repeated_at"))

    early = agency.context()
    say(agency, queue())
    assert repeated() == [("slow", None)]
    again, shut, late = agency.context(), agency.context(), agency.context()
    for context in (late, again, early):
        record_conditions([queue()], context)
    assert repeated() == [("slow", late.received_at), ("slow", None)]
    record_conditions([queue(severity="shut")], shut)
    assert repeated() == [("slow", late.received_at), ("slow", None), ("shut", None)]


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


def latest() -> list[tuple[str, str, str]]:
    """The words that count: reference, severity and function."""
    rows = Condition.objects.filter(is_latest=True).order_by("source", "reference")
    return list(rows.values_list("reference", "severity", "function"))


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_last_word_is_by_when_it_came_whatever_the_order_in_which_it_is_read(
    agency: Sender, order: tuple[int, ...]
) -> None:
    contexts = [agency.context() for _delivery in range(3)]
    for number in order:
        record_conditions([queue(severity=("slow", "severe", "shut")[number])], contexts[number])
    assert latest() == [("Q1", "shut", "original")]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_a_withdrawal_read_late_does_not_take_back_what_was_said_after_it(
    agency: Sender, order: tuple[int, ...]
) -> None:
    contexts = [agency.context() for _delivery in range(3)]
    words = [queue(), queue(function="cancel"), queue(severity="shut")]
    for number in order:
        record_conditions([words[number]], contexts[number])
    assert latest() == [("Q1", "shut", "original")]
    assert Condition.objects.standing(NOW - timedelta(days=9)).count() == 1


def test_each_reference_of_each_source_has_one_last_word(agency: Sender, clerk: Source) -> None:
    other = Sender(clerk)
    for severity in ("slow", "severe", "normal"):
        for sender in (agency, other):
            say(sender, queue(severity=severity), queue(reference="Q2", severity=severity))
    assert latest() == [("Q1", "normal", "original"), ("Q2", "normal", "original")] * 2
    assert Condition.objects.count() == 12


def test_of_one_delivery_the_later_line_is_the_last_word(agency: Sender) -> None:
    found = say(agency, queue(line=1), queue(line=2, severity="shut"), queue(line=3, severity="shut"))
    assert (found.accepted, found.new) == (3, 2)
    assert latest() == [("Q1", "shut", "original")]


def test_the_same_delivery_read_again_adds_nothing(agency: Sender) -> None:
    context = agency.context()
    for new in (2, 0, 0):
        assert record_conditions([queue(line=1), queue(line=2, reference="Q2")], context).new == new
    say(agency, queue(severity="shut"))
    assert record_conditions([queue(line=1), queue(line=2, reference="Q2")], context).new == 0
    assert latest() == [("Q1", "shut", "original"), ("Q2", "slow", "original")]


@pytest.mark.parametrize(
    ("more", "is_new"),
    [
        ({}, False),
        ({"line": 7, "words": "another row"}, False),
        ({"severity": "severe"}, True),
        ({"text": "A queue of 4 km"}, True),
        ({"kind": "road"}, True),
        ({"until": Moment(value=datetime(2026, 11, 20, 18, tzinfo=UTC))}, True),
        ({"since": Moment(value=datetime(2026, 11, 20, 6, tzinfo=UTC))}, True),
        ({"since": Moment(value=datetime(2026, 11, 20, 7, tzinfo=UTC))}, False),
        ({"place": Place(node="xx-border-kagitumba")}, True),
        ({"function": "replace"}, True),
        ({"reference": "Q2"}, True),
    ],
    ids=str,
)
def test_what_makes_a_word_another_one(agency: Sender, more: dict[str, Any], is_new: bool) -> None:
    say(agency, queue())
    assert say(agency, queue(**more)).new == int(is_new)


@pytest.mark.parametrize(
    ("more", "subject"),
    [
        ({}, "border:xx-border-gatuna"),
        ({"kind": "road"}, "road:xx-border-gatuna"),
        ({"kind": "system", "system": "iCMS", "place": Place()}, "system:iCMS"),
        ({"kind": "system", "system": "iCMS"}, "system:iCMS"),
        ({"kind": "system"}, "system:xx-border-gatuna"),
        ({"kind": "road", "place": Place(name="Mau Summit")}, "road:Mau Summit"),
        ({"kind": "road", "place": Place(unlocode="KEKUS", name="Kisumu town")}, "road:KEKUS Kisumu town"),
    ],
    ids=str,
)
def test_what_a_word_is_about(agency: Sender, more: dict[str, Any], subject: str) -> None:
    assert say(agency, queue(**more)).new == 1
    assert Condition.objects.select_related("node").get().subject == subject


def test_words_that_are_too_long_are_cut_and_kept(agency: Sender) -> None:
    long = queue(reference="R" * 99, system="S" * 99, words="W" * 999, text="T" * 9999, place=Place(name="P" * 200))
    assert say(agency, long).new == 1
    kept = Condition.objects.get()
    assert [len(part) for part in (kept.reference, kept.system, kept.words, kept.text, kept.place)] == [
        80,
        40,
        300,
        9999,
        120,
    ]


@pytest.mark.parametrize(
    ("since", "until", "at", "is_in_force", "is_standing"),
    [
        (0, None, 0, True, True),
        (0, None, 999, True, True),
        (1, None, 0, False, True),
        (0, 2, 1, True, True),
        (0, 2, 2, False, False),
        (0, 2, 3, False, False),
        (1, 2, 0, False, True),
        (0, 0, 0, False, False),
    ],
)
def test_in_force_is_from_its_beginning_until_its_end_and_standing_until_its_end(
    agency: Sender, since: int, until: int | None, at: int, is_in_force: bool, is_standing: bool
) -> None:
    def hour(hours: int) -> Moment:
        return Moment(value=NOW + timedelta(hours=hours))

    say(agency, queue(since=hour(since), until=None if until is None else hour(until)))
    moment = NOW + timedelta(hours=at)
    assert Condition.objects.get().is_in_force(moment) is is_in_force
    assert Condition.objects.standing(moment).exists() is is_standing
