"""The dashboard's parts: what got worse, who answers, what is about to arrive, and what happened meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest
from django.utils import timezone

from cargo.models import Consignment, Forecast, TariffRow
from corridor.models import Condition
from feeds.models import Source
from observatory import board
from observatory.annotations import events_of
from observatory.board import MOST_WORSE, arrivals, goal, worse
from observatory.figures import Figure
from observatory.models import Rollup
from observatory.registry import INDICATORS
from observatory.rolling import end_of
from observatory.telling import Telling
from tests.cargo.test_reading import take_in
from tests.conftest import source_of
from tests.corridor.test_settling import said
from tickets.models import DayOff

DWELL = INDICATORS["container_dwell_time"]
TODAY = date(2026, 11, 26)
LAST = date(2026, 11, 16)


def weeks(*values: float | None, n: int = 9) -> list[Figure]:
    """The weeks up to the last whole one."""
    first = LAST - timedelta(days=7 * (len(values) - 1))
    days = [first + timedelta(days=7 * number) for number in range(len(values))]
    return [
        Figure(starts_on=day, until=day + timedelta(days=6), n=n, missing=0, value=value, p50=value)
        for day, value in zip(days, values, strict=True)
    ]


def test_what_got_worse() -> None:
    found = worse(
        {
            "container_dwell_time": weeks(80, 82, 78, 80, 120),
            "transit_time_mombasa_kigali": weeks(180, 185, 200),
            "border_crossing_time_malaba": weeks(8, 8, 8, None),
            "milestones_known": weeks(90, 90, 90, 60),
            "transit_volume_rwanda": weeks(100, 100, 100, 10),
            "icdn_dwell_time": weeks(50, 100),
            "e_seal_wait_time": [],
        },
        TODAY,
    )
    assert [(one["indicator"].slug, one["value"], one["usual"]) for one in found] == [
        ("container_dwell_time", "120\u00a0h", "80.0\u00a0h"),
        ("milestones_known", "60.0\u00a0%", "90.0\u00a0%"),
    ]


def test_the_goal_without_anything_counted(db: None) -> None:
    found = goal([], TODAY, told=Telling(5))
    assert (found["published"], found["latest"], found["share"]) == ("840,787\u00a0t", 2025, 84)
    assert (found["rolling"], found["monthly"], found["parts"], found["years"]["chart"]) == ("", None, [], None)
    assert found["is_past"] is True
    assert found["chart"] is not None


def test_arrivals_by_week(consignment: Consignment) -> None:
    at = datetime(2026, 11, 26, 6, tzinfo=UTC)

    def forecast(days: float, **rest: object) -> None:
        p50 = at + timedelta(days=days)
        Forecast.objects.create(
            consignment=consignment, made_at=at, p10=p50, p50=p50, p90=p50, days_out="7-14", trips=9,
            fingerprint="x", reason="trips", **{"is_current": False, **rest},
        )  # fmt: skip

    forecast(8, is_current=True)
    forecast(9)
    assert [n for _first, _last, n in arrivals(at, least=1)] == [None, 1, None]
    assert [n for _first, _last, n in arrivals(at, least=5)] == [None, None, None]


def test_what_happened_meanwhile(network: None) -> None:
    ura: Source = source_of("ura", "status")
    take_in(ura, said("slow", "Q1"))
    take_in(ura, said("shut", "C1", since_h=-30))
    take_in(ura, said("shut", "C2", since_h=-300))
    take_in(ura, said("severe", "S1"))
    today = timezone.localdate()
    Condition.objects.filter(reference="S1").update(is_latest=False)
    row = {"payee": "KPA", "charge_group": "storage", "unit": "USD", "currency": "USD", "rate": 1, "item": "i"}
    row |= {"source_url": "Letter", "confidence": "sourced", "proposed_at": timezone.now(), "effective_from": today}
    TariffRow.objects.create(**row, key="1", approved_at=timezone.now())
    TariffRow.objects.create(**{**row, "payee": "Line"}, key="2")
    DayOff.objects.create(country="RW", on=today - timedelta(days=1), reason="Umuganda", at=timezone.now())
    found = events_of(since=today - timedelta(days=5), until=today)
    assert [one.number for one in found] == [1, 2, 3, 4]
    words = sorted(one.words for one in found)
    assert [": Shut, since" in one for one in words if ": Shut" in one] == [False, True]
    assert [one for one in words if ": Shut" not in one] == ["New tariff: KPA", "RW: Day off"]


@pytest.mark.parametrize(
    ("slug", "before", "now", "is_named"),
    [
        ("container_dwell_time", (100, 100), 115, True),
        ("container_dwell_time", (100, 100), 114.9, False),
        ("container_dwell_time", (100, 100), 50, False),
        ("container_dwell_time", (100,), 500, False),
        ("container_dwell_time", (100, None), 500, False),
        ("container_dwell_time", (0, 0), 5, False),
        ("container_dwell_time", (100, 100), 0, False),
        ("milestones_known", (92, 92), 80, True),
        ("milestones_known", (90, 90), 0, True),
        ("milestones_known", (0, 0), 0, False),
        ("milestones_known", (50, 50), 99, False),
        ("transit_volume_rwanda", (100, 100), 900, False),
        ("tickets_opened", (1, 1), 900, False),
    ],
)
def test_when_a_week_is_named(slug: str, before: tuple[float | None, ...], now: float, is_named: bool) -> None:
    found = worse({slug: weeks(*before, now)}, TODAY)
    assert [one["indicator"].slug for one in found] == ([slug] if is_named else [])


def test_only_the_four_weeks_before_are_usual() -> None:
    (found,) = worse({"container_dwell_time": weeks(500, 500, 500, 500, 500, 50, 50, 50, 50, 100)}, TODAY)
    assert (found["usual"], found["value"], found["n"]) == ("50.0\u00a0h", "100\u00a0h", 9)
    # Weeks without figures are not usual, however many came before them.
    assert worse({"container_dwell_time": weeks(50, 50, 50, None, None, None, None, 100)}, TODAY) == []


def test_the_running_week_is_not_over() -> None:
    running = [*weeks(50, 50, 50)[:2], replace(weeks(900)[0], starts_on=LAST + timedelta(days=7))]
    assert worse({"container_dwell_time": running}, TODAY) == []


def test_what_fell_to_nought_is_the_worst_and_no_more_are_named_than_can_be_read() -> None:
    durations = [one.slug for one in INDICATORS.values() if one.measure == "duration"][:MOST_WORSE]
    found = worse(
        {
            **{slug: weeks(10, 10, 20 + number) for number, slug in enumerate(durations)},
            "milestones_known": weeks(90, 90, 0),
        },
        TODAY,
    )
    assert len(found) == MOST_WORSE
    assert [one["indicator"].slug for one in found] == ["milestones_known", *durations[:0:-1]]


def month(year: int, number: int, value: float | None, n: int = 9) -> Figure:
    first = date(year, number, 1)
    return Figure(starts_on=first, until=end_of("month", first) - timedelta(days=1), n=n, missing=0, value=value)


@pytest.mark.parametrize(
    ("rows", "name", "change"),
    [
        ([], "", "–"),
        ([month(2026, 11, 5)], "Nov 2026", "–"),
        ([month(2026, 10, 5)], "Oct 2026", "–"),
        ([month(2026, 9, 4), month(2026, 10, 5), month(2026, 11, 9)], "Oct 2026", "+25 %"),
        ([month(2026, 9, 1000), month(2026, 10, 999)], "Oct 2026", "+0 %"),
        ([month(2026, 9, 5), month(2026, 10, None)], "Oct 2026", "–"),
        ([month(2026, 9, None), month(2026, 10, 5)], "Oct 2026", "–"),
        ([month(2026, 9, 0), month(2026, 10, 5)], "Oct 2026", "–"),
        # August is not the month before October.
        ([month(2026, 8, 4), month(2026, 10, 5)], "Oct 2026", "–"),
        ([month(2025, 12, 8), month(2026, 1, 4)], "Jan 2026", "-50 %"),
    ],
)
def test_a_line_tells_the_latest_whole_month_and_the_change_since_the_one_before(
    rows: list[Figure], name: str, change: str
) -> None:
    found = board._line(DWELL, rows, TODAY)
    assert (found.month, found.words["change"]) == (name, change)


@pytest.mark.parametrize(
    ("value", "is_more_better", "is_missed"),
    [
        (61, False, True),
        (60, False, False),
        (59, False, False),
        (59, True, True),
        (60, True, False),
        (None, True, None),
    ],
)
def test_a_target_is_missed_on_its_own_side(value: float | None, is_more_better: bool, is_missed: bool | None) -> None:
    found = board._line(replace(DWELL, is_more_better=is_more_better), [month(2026, 10, value)], TODAY)
    assert found.is_missed is is_missed
    assert replace(found, target=None).is_missed is None
    assert replace(found, figure=None).is_missed is None


def test_the_tonnes_of_twelve_whole_months_are_told_with_the_cargo_that_is_in_them(db: None) -> None:
    rows = [month(2025, number, 100) for number in (10, 11, 12)]
    rows += [month(2026, number, 10.0) for number in range(1, 10)] + [month(2026, 10, None, n=3), month(2026, 11, 900)]
    found = goal(rows, TODAY, told=Telling(5))
    # November to October: the oldest has fallen out, the running one is not over, the small one says nothing.
    assert (found["rolling"], found["rolling_n"], found["rolling_months"]) == ("290\u00a0t", 99, 11)


@pytest.mark.parametrize(
    ("today", "tonnes"),
    [
        # Each month weighs a power of two: which are summed is in the sum.
        (date(2026, 11, 28), 2**12 - 1),
        (date(2026, 11, 1), 2**12 - 1),
        (date(2026, 11, 30), 2**12 - 1),
        (date(2026, 12, 1), 2**13 - 2),
        (date(2026, 12, 2), 2**13 - 2),
    ],
)
def test_the_twelve_whole_months_are_twelve_on_every_day(db: None, today: date, tonnes: int) -> None:
    rows = [month(2025 + number // 12, number % 12 + 1, 2 ** (number - 10)) for number in range(10, 23)]
    found = goal([month(2025, 10, 0.5), *rows], today, told=Telling(5))
    assert (found["rolling"], found["rolling_n"], found["rolling_months"]) == (f"{tonnes:,}\u00a0t", 12 * 9, 12)


def test_of_small_months_alone_no_sum_is_told(db: None) -> None:
    found = goal([month(2026, number, None, n=3) for number in (8, 9, 10)], TODAY, told=Telling(5))
    assert (found["rolling"], found["rolling_n"], found["rolling_months"], found["monthly"]) == ("", 0, 0, None)
    assert [words for _name, words, _row in found["rows"]] == ["–", "–", "–"]


def test_small_parts_of_the_volume_are_named_without_their_tonnes(db: None) -> None:
    parts = (
        ("cargo:container", 9, 500),
        ("cargo:roro", 4, 900),
        ("cargo:dry_bulk", 2, 1),
        ("mode:road", 9, 7),
        ("", 15, 1401),
    )
    for place, (part, n, total) in enumerate(parts):
        Rollup.objects.create(
            indicator="transit_volume_rwanda", slice=part, grain="month", starts_on=date(2026, 10, 1), n=n, missing=0,
            total=total, base=0, values=[], counts=[], counted_at=datetime(2026, 11, 1, tzinfo=UTC),
            firms=[100 * place + number for number in range(n)], firm_totals=[total / n] * n,
        )  # fmt: skip
    ((name, rows),) = goal([], TODAY, told=Telling(5))["parts"]
    assert (name, [(tonnes, n) for _words, tonnes, n, _lacking in rows]) == (
        "Cargo kind",
        [("500\u00a0t", 9), ("", 4), ("", 2)],
    )
    assert [lacking for *_rest, lacking in rows][1:] == ["not enough data"] * 2
    ((_name, rows),) = goal([], TODAY, told=Telling(2))["parts"]
    assert [tonnes for _words, tonnes, _n, _lacking in rows] == ["900\u00a0t", "500\u00a0t", "1.0\u00a0t"]


def looks(**values: float | None) -> None:
    """What accrued in a day as it stood at the end of these days of November, which are in the month's row, too."""
    known = [value for value in values.values() if value is not None]
    days = {date(2026, 11, int(day[1:])): [value] if value is not None else [] for day, value in values.items()}
    for grain, start, found in [*(("day", *each) for each in days.items()), ("month", date(2026, 11, 1), known)]:
        p50 = median(found) if found else None
        Rollup.objects.create(
            indicator="burning_usd_day", grain=grain, starts_on=start, n=len(found), missing=0, total=sum(found), base=0,
            values=found, counts=[1] * len(found), p10=p50, p50=p50, p90=p50, counted_at=datetime(2026, 11, 26, tzinfo=UTC),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, ""),
        ({"d26": None}, ""),
        ({"d26": 10}, "70.0\u00a0USD"),
        ({"d26": 0}, "0.0\u00a0USD"),
        # The present pace is that of the latest look, not of the month's middle one.
        ({"d1": 10, "d24": 10, "d25": 10, "d26": 8595}, "60,165\u00a0USD"),
        ({"d24": 10, "d25": 20}, "140\u00a0USD"),
        # What stood two days ago is no present pace.
        ({"d23": 10, "d24": 10}, ""),
    ],
)
def test_what_a_week_costs(db: None, values: dict[str, float | None], words: str) -> None:
    looks(**values)
    assert board._weekly(board._looks(TODAY, Telling(2))) == words
