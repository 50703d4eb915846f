"""What happened meanwhile: only of the days asked, in their order, the gravest where there is much, as the public may know."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from cargo.models import TariffRow
from corridor.models import Condition
from feeds.models import Source
from observatory.annotations import MOST, events_of
from tests.cargo.test_reading import take_in
from tests.conftest import source_of
from tests.corridor.test_settling import said
from tickets.models import DayOff

SINCE, UNTIL = date(2026, 10, 1), date(2026, 10, 31)
# Midnight in Kigali is ten in the evening in Greenwich.
FIRST, END = datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 22, tzinfo=UTC)


@pytest.fixture
def told(network: None) -> Condition:
    """A condition as a source said it."""
    ura: Source = source_of("ura", "status")
    take_in(ura, said("shut", "C0", since_h=-30))
    return Condition.objects.get()


def condition(told: Condition, number: int, **rest: object) -> None:
    """The same in other words, as a row of its own."""
    fields = {name: getattr(told, name) for name in ("source_id", "delivery_id", "kind", "node_id", "received_at")}
    Condition.objects.create(
        **{
            **fields, "key": f"00000000-0000-0000-0000-{number:012}", "reference": f"N{number}", "severity": "shut",
            "since": FIRST + timedelta(days=5), "is_latest": True, **rest,
        }
    )  # fmt: skip


def off(day: date, country: str = "RW", **rest: object) -> None:
    DayOff.objects.create(**{"country": country, "on": day, "reason": "Umuganda", "at": FIRST, **rest})


def tariff(day: date | None, payee: str = "KPA", **rest: object) -> TariffRow:
    fields = {
        "charge_group": "storage",
        "unit": "USD",
        "currency": "USD",
        "rate": 1,
        "item": "i",
        "confidence": "sourced",
    }
    fields |= {
        "source_url": "Letter",
        "proposed_at": FIRST,
        "approved_at": FIRST,
        "key": f"k{TariffRow.objects.count()}",
    }
    return TariffRow.objects.create(**{**fields, "payee": payee, "effective_from": day, **rest})


def words() -> list[tuple[int, str, str]]:
    return [(one.number, one.day.isoformat()[5:], one.words) for one in events_of(since=SINCE, until=UNTIL)]


def test_of_nothing_nothing_is_said(db: None) -> None:
    assert events_of(since=SINCE, until=UNTIL) == []
    assert events_of(since=UNTIL, until=SINCE) == []


def test_a_closure_is_of_the_day_that_it_began_by_kigalis_clock(told: Condition) -> None:
    for number, since in enumerate((FIRST, END - timedelta(seconds=1), END)):
        condition(told, number, since=since)
    assert [(number, day) for number, day, _words in words()] == [(1, "10-01"), (2, "10-31")]


def test_what_stood_already_says_since_when_and_what_had_ended_is_not_named(told: Condition) -> None:
    before = FIRST - timedelta(days=40)
    for number, until in enumerate((None, FIRST + timedelta(seconds=1), FIRST, before)):
        condition(told, number, node_id=None, place=f"p{number}", since=before, until=until)
    assert words() == [(1, "10-01", "p0: Shut, since 22 Aug 2026"), (2, "10-01", "p1: Shut, since 22 Aug 2026")]


@pytest.mark.parametrize(
    "other",
    [
        {"severity": "slow"},
        {"severity": "normal"},
        {"is_latest": False},
        {"function": "cancel"},
    ],
)
def test_what_is_no_closure_or_was_taken_back_is_not_named(told: Condition, other: dict[str, object]) -> None:
    condition(told, 1, **other)
    assert words() == []


def test_it_is_named_by_its_system_its_node_its_place_or_its_kind(told: Condition) -> None:
    many: list[dict[str, object]] = [
        {"system": "Simba", "place": "x"},
        {"place": "x"},
        {"node_id": None, "place": "Somewhere"},
        {"node_id": None, "kind": "road", "severity": "severe", "function": "replace"},
    ]
    for number, fields in enumerate(many):
        condition(told, number, since=FIRST + timedelta(days=number), **fields)
    assert told.node is not None
    assert [said_of for _number, _day, said_of in words()] == [
        "Simba: Shut",
        f"{told.node.name}: Shut",
        "Somewhere: Shut",
        "Road: Severe delays",
    ]
    with translation.override("fr"):
        assert words()[0][2].startswith("Simba: ")
        assert words()[3][2] != "Road: Severe delays"


def test_of_many_the_gravest_and_longest_are_kept(told: Condition) -> None:
    at = FIRST + timedelta(days=1)
    for number in range(20):
        condition(told, number, severity="severe", node_id=None, place=f"severe {number:02}", since=at)
    for number in range(20, 26):
        condition(told, number, node_id=None, place=f"shut {number}", since=at, until=at + timedelta(hours=number))
    condition(told, 30, node_id=None, place="endless", severity="severe", since=at + timedelta(days=9))
    condition(told, 31, node_id=None, place="for ever", since=at)
    found = [one.words.partition(":")[0] for one in events_of(since=SINCE, until=UNTIL)]
    assert len(found) == MOST - 4
    assert found[:2] == ["for ever", "severe 00"]
    assert found[2:] == [f"shut {number}" for number in range(20, 26)]


def test_a_tariff_is_named_once_a_day_with_all_who_charge(db: None) -> None:
    for payee in ("Line", "KPA", "KPA"):
        tariff(SINCE, payee, item=f"{payee}{TariffRow.objects.count()}")
    tariff(UNTIL, "KRC")
    tariff(None, "Nobody")
    tariff(SINCE - timedelta(days=1), "Before")
    tariff(UNTIL + timedelta(days=1), "After")
    tariff(SINCE, "Proposed", approved_at=None)
    assert words() == [(1, "10-01", "New tariff: KPA, Line"), (2, "10-31", "New tariff: KRC")]


def test_only_the_latest_tariffs_and_the_first_days_off_are_told(db: None) -> None:
    for number in range(5):
        tariff(SINCE + timedelta(days=number))
        off(SINCE + timedelta(days=number))
    assert [(day, said_of[:3]) for _number, day, said_of in words()] == [
        ("10-01", "RW:"), ("10-02", "RW:"), ("10-03", "New"), ("10-03", "RW:"), ("10-04", "New"), ("10-04", "RW:"),
        ("10-05", "New"),
    ]  # fmt: skip


def test_a_holiday_that_was_struck_out_is_a_day_of_work(db: None) -> None:
    off(SINCE, "KE", is_closed=False)
    off(SINCE - timedelta(days=1))
    off(UNTIL + timedelta(days=1))
    off(UNTIL, "UG")
    assert words() == [(1, "10-31", "UG: Day off")]


def test_of_a_day_off_the_public_reads_the_holidays_published_name_and_never_the_offices_reason(db: None) -> None:
    off(date(2026, 10, 20), "KE", reason="Wanjiku's wedding")
    off(date(2026, 10, 21), "RW", reason="The minister is ill")
    assert words() == [(1, "10-20", "KE: Mashujaa Day"), (2, "10-21", "RW: Day off")]
    with translation.override("fr"):
        assert [said_of for _number, _day, said_of in words()] != ["KE: Mashujaa Day", "RW: Day off"]


def test_three_queries_whatever_there_is(told: Condition, django_assert_num_queries: object) -> None:
    for number in range(9):
        condition(told, number)
        off(SINCE + timedelta(days=number))
    with django_assert_num_queries(3):  # type: ignore[operator]
        events_of(since=SINCE, until=UNTIL)
