"""Why a kept forecast moved: what it passed, the way ahead, the ship, or where it waits and how long that takes now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from cargo.forecast_keeping import (
    STALLED,
    Cause,
    Held,
    Made,
    _cause,
    _causes,
    _condition,
    _has_stalled,
    _is_worth_keeping,
    _moved_h,
    _stands_still,
    end,
    keep,
    moments,
)
from cargo.models import Consignment, Forecast
from corridor.models import Node, Wait
from feeds.models import Source
from liaison.models import JournalEntry
from tests.cargo.test_reading import csv, row, take_in

AT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
MALABA = "xx-border-malaba"


def held(**more: object) -> Held:
    window = {"p10": AT + timedelta(hours=40), "p50": AT + timedelta(hours=50), "p90": AT + timedelta(hours=60)}
    given = {"consignment": 1, "made_at": AT, "stands": "gate_out", "reason": "trips", "hits_n": 9, **window}
    return Held(**{**given, **more})  # type: ignore[arg-type]


def made(middle_h: float, at: datetime = AT, **more: object) -> Made:
    given = {
        "consignment": 1, "window": moments(at, [middle_h - 10, middle_h, middle_h + 10]),
        "gate": moments(at, [float("nan")] * 3), "empty": moments(at, [200.0, 300.0, 500.0]), "days_out": "1-3", "stands": "gate_out", "awaits": "border1_in",
        "trips": 50, "fingerprint": "x", "reason": "trips", "waited_h": 5.0, "typical_h": 40.0, "usual_h": 90.0,
        "share": 0.978, "stall": 0.06, "pace": ("", 1.0), "hits": (8, 10), "simple": None,
    }  # fmt: skip
    return Made(**{**given, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        (held(), made(51), Cause()),
        (held(), made(70, stands="border1_in"), Cause("passed", "border1_in")),
        (held(reason="ship"), made(70, reason="ship"), Cause("ship", "vessel_arrived")),
        (held(), made(70, pace=("border1_out", 2.04)), Cause("pace", "border1_out", 2.0)),
        (held(), made(30, pace=("border1_out", 2.04)), Cause()),
        (held(), made(30, pace=("border1_out", 0.5)), Cause("pace", "border1_out", 0.5)),
        (held(), made(70, pace=("border1_out", 2.0), waited_h=60.0), Cause("wait", "border1_in")),
        (held(), made(70), Cause("wait", "border1_in")),
    ],
)
def test_the_reason_is_what_moved_it_most(before: Held, after: Made, cause: Cause) -> None:
    assert _cause(before, after) == cause


def test_a_wait_names_the_node_where_it_takes_longer_than_usual_and_a_stall_too(
    consignment: Consignment, clerk: Source
) -> None:
    take_in(clerk, csv(row("border_in", 20, node=MALABA)))
    at = timezone.now()
    Wait.objects.create(
        node=Node.objects.get(slug=MALABA), kind="border", now_s=36_000, now_n=9, usual_s=12_000, usual_p90_s=20_000,
        usual_n=60, severity_since=at, measured_at=at,
    )  # fmt: skip
    standing = {"consignment": consignment.pk, "stands": "border1_in", "awaits": "border1_out"}
    assert keep([made(50, at, **standing)], at=at, is_snapshot=False) == 1
    later = at + timedelta(hours=1)
    assert keep([made(80, later, reason="late", **standing)], at=later, is_snapshot=False) == 1
    now = Forecast.objects.current().get(consignment=consignment)
    assert (now.cause, now.cause_step, now.cause_times, now.cause_node) == (
        "wait", "border1_out", 3.0, Node.objects.get(slug=MALABA).name,
    )  # fmt: skip
    assert (now.moved_h, now.gate_p50, now.hits, now.hits_n, now.is_snapshot) == (31.0, None, 8, 10, False)
    assert [now.empty_p10, now.empty_p50, now.empty_p90] == moments(later, [200.0, 300.0, 500.0])
    data = JournalEntry.objects.get(kind=STALLED).data
    assert (data["times_usual"], data["stands"], data["percentile"]) == (3.0, "border1_in", 97)


NAN = float("nan")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("left_h", "wanted"),
    [
        ([], []),
        ([NAN], [None]),
        ([0.0], [AT]),
        ([1.0, NAN, 24.0], [AT + HOUR, None, AT + 24 * HOUR]),
        ([0.5 / 60 - 0.001], [AT]),
        ([0.75 / 60], [AT + MINUTE]),
        ([-2.0], [AT - 2 * HOUR]),
    ],
)
def test_hours_are_told_to_the_minute(left_h: list[float], wanted: list[datetime | None]) -> None:
    assert moments(AT, left_h) == wanted


@settings(max_examples=40)
@given(st.floats(-5000, 5000))
def test_no_moment_is_off_by_more_than_half_a_minute(left_h: float) -> None:
    [found] = moments(AT, [left_h])
    assert found is not None
    assert abs((found - AT) / HOUR - left_h) <= 0.5 / 60 + 1e-6
    assert (found.second, found.microsecond) == (0, 0)


def shifted(low: float = 0.0, middle: float = 0.0, high: float = 0.0) -> Made:
    """As ``held`` has it, each of the three so many minutes later."""
    return made(50)._replace(window=moments(AT, [40 + low / 60, 50 + middle / 60, 60 + high / 60]))


@pytest.mark.parametrize(
    ("before", "after", "at", "still"),
    [
        (held(), shifted(), AT, True),
        (held(), shifted(60, 60, 60), AT, True),
        (held(), shifted(-60, 60, -60), AT, True),
        (held(), shifted(61), AT, False),
        (held(), shifted(0, -61), AT, False),
        (held(), shifted(0, 0, 61), AT, False),
        # Of a window of a hundred hours a twentieth is five.
        (held(p90=AT + 140 * HOUR), shifted(300, 300, 80 * 60 + 300), AT, True),
        (held(p90=AT + 140 * HOUR), shifted(300, 301, 80 * 60), AT, False),
        (held(), shifted()._replace(reason="late"), AT, False),
        (held(), shifted()._replace(stands="border1_in"), AT, False),
        (held(), shifted()._replace(window=[None, None, None]), AT, False),
        # How often such windows held is said as soon as it is known.
        (held(hits_n=0), shifted(), AT, False),
        (held(hits_n=0), shifted()._replace(hits=(0, 0)), AT, True),
        # What is over says nothing any more.
        (held(), shifted(), AT + 40 * HOUR, True),
        (held(), shifted(), AT + 40 * HOUR + MINUTE, False),
    ],
)
def test_a_window_does_not_flap(before: Held, after: Made, at: datetime, still: bool) -> None:
    assert _stands_still(before, after, at) is still


@pytest.mark.parametrize(
    ("before", "after", "is_snapshot", "kept"),
    [
        (None, shifted(), False, True),
        (None, shifted(), True, True),
        (held(), shifted(), False, False),
        (held(), shifted(), True, True),
        (held(), shifted(90), False, True),
        # Whoever was slower does not write over what was forecast later.
        (held(made_at=AT + MINUTE), shifted(90), False, False),
        (held(made_at=AT + MINUTE), shifted(90), True, False),
        (held(made_at=AT), shifted(90), False, True),
    ],
)
def test_what_is_kept(before: Held | None, after: Made, is_snapshot: bool, kept: bool) -> None:
    assert _is_worth_keeping(before, after, AT, is_snapshot) is kept


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        (None, made(70), None),
        (held(), made(50), 0.0),
        (held(), made(70), 20.0),
        (held(), made(49.9), -0.1),
        (held(), made(50.04), 0.0),
        (held(), made(50)._replace(window=[None, None, None]), None),
    ],
)
def test_how_far_the_middle_moved(before: Held | None, after: Made, moved: float | None) -> None:
    assert _moved_h(before, after) == moved


@pytest.mark.parametrize(
    ("middle_h", "kind"), [(48.1, ""), (51.9, ""), (52.0, "wait"), (48.0, ""), (53.0, "wait"), (20.0, "")]
)
def test_a_little_needs_no_reason_and_sooner_is_no_wait(middle_h: float, kind: str) -> None:
    assert _cause(held(), made(middle_h)).kind == kind


def test_a_ship_is_the_reason_only_where_it_was_known_before() -> None:
    assert _cause(held(reason="ship"), made(70, reason="trips")) == Cause("wait", "border1_in")
    assert _cause(held(reason="trips"), made(70, reason="ship")) == Cause("wait", "border1_in")
    assert _cause(held(reason="ship"), made(30, reason="ship")) == Cause("ship", "vessel_arrived")


def test_what_it_passed_comes_before_the_ship_and_the_way_ahead() -> None:
    after = made(70, reason="ship", stands="border1_in", pace=("border2_in", 3.0))
    assert _cause(held(reason="ship"), after) == Cause("passed", "border1_in")
    assert _cause(held(reason="ship"), made(70, reason="ship", pace=("border2_in", 3.0))).kind == "ship"


@pytest.mark.parametrize(
    ("before", "after", "stalled"),
    [
        (None, made(50), False),
        (None, made(50, reason="late"), True),
        (held(), made(50, reason="late"), True),
        (held(reason="late"), made(50, reason="late"), False),
        (held(reason="late"), made(50, reason="late", stands="border1_in"), True),
        (held(reason="late"), made(50), False),
    ],
)
def test_a_stop_is_told_once_at_each_place(before: Held | None, after: Made, stalled: bool) -> None:
    assert _has_stalled(before, after) is stalled


def test_without_anybody_there_is_nothing_to_ask_for() -> None:
    """Without a database: nothing is asked of it."""
    assert _causes([], {}) == {}
    assert _causes([made(70, stands="vessel_departed")], {}) == {}
    ship = {1: held(reason="ship")}
    assert _causes([made(70, reason="ship")], ship) == {1: Cause("ship", "vessel_arrived")}


def test_the_condition_of_a_place_is_told_where_it_is_known() -> None:
    assert (_condition(None), _condition(("Malaba", 2.5))) == ({}, {"node": "Malaba", "times_usual": 2.5})


def test_of_each_one_forecast_holds_and_none_of_what_has_arrived(consignment: Consignment) -> None:
    mine = {"consignment": consignment.pk}
    counts = [
        keep([made(middle, AT + number * HOUR, **mine)], at=AT + number * HOUR, is_snapshot=number == 2)
        for number, middle in enumerate((100, 99, 98, 150))
    ]
    assert counts == [1, 0, 1, 1]
    assert [(row.is_current, row.moved_h) for row in Forecast.objects.order_by("pk")] == [
        (False, None), (False, 0.0), (True, 53.0),
    ]  # fmt: skip
    assert keep([made(200, AT, **mine)], at=AT, is_snapshot=True) == 0
    assert keep([], at=AT, is_snapshot=True) == 0
    for _time in range(2):
        end([consignment.pk])
        assert Forecast.objects.current().count() == 0
    assert keep([made(50, AT, consignment=consignment.pk + 1)], at=AT, is_snapshot=True) == 0
