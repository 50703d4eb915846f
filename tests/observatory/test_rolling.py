"""Days into weeks and months, and what is said when a month that was over has other figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observatory.distribution import Distribution, distribution_of
from observatory.models import Due, Reading, Revision, Rollup
from observatory.registry import INDICATORS
from observatory.rolling import MOST_FIRMS, Cell, count_due, end_of, figure_of, month_of, together, week_of

DAYS = st.dates(date(2019, 12, 1), date(2040, 3, 1))
NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
DWELL, TONNES, RAIL, OPENED = "container_dwell_time", "transit_volume_rwanda", "offtake_rail", "tickets_opened"


@settings(max_examples=40)
@given(DAYS)
def test_every_day_lies_in_its_week_and_its_month(day: date) -> None:
    for grain, begins in (("week", week_of), ("month", month_of)):
        start, end = begins(day), end_of(grain, begins(day))
        assert start <= day < end
        assert begins(start) == begins(end - timedelta(days=1)) == start
        assert begins(end) == end
    assert end_of("day", day) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "week", "month", "days"),
    [
        ("2024-02-29", "2024-02-26", "2024-02-01", 29),
        ("2026-02-28", "2026-02-23", "2026-02-01", 28),
        ("2027-01-01", "2026-12-28", "2027-01-01", 31),
        ("2026-11-30", "2026-11-30", "2026-11-01", 30),
        ("2026-12-31", "2026-12-28", "2026-12-01", 31),
    ],
)
def test_weeks_begin_on_mondays_and_months_are_as_long_as_they_are(day: str, week: str, month: str, days: int) -> None:
    one = date.fromisoformat(day)
    assert (week_of(one).isoformat(), month_of(one).isoformat()) == (week, month)
    assert (end_of("month", month_of(one)) - month_of(one)).days == days


CELLS = st.lists(st.floats(0, 900).map(lambda value: round(value, 1)), max_size=9).map(
    lambda values: Cell(
        len(values),
        len(values) % 3,
        sum(map(Decimal, map(str, values)), Decimal(0)),
        Decimal(2),
        distribution_of(values),
        {n: 2.0**n for n in range(len(values))},
    )
)


@settings(max_examples=40)
@given(st.lists(CELLS, max_size=6), st.integers(0, 6))
def test_it_does_not_matter_how_days_were_put_together(cells: list[Cell], cut: int) -> None:
    whole = together(cells)
    assert together([together(cells[:cut]), together(cells[cut:])]) == whole
    assert together(reversed(cells)) == whole
    assert whole.n == whole.distribution.n == sum(cell.n for cell in cells)


def test_the_firms_that_brought_in_most_are_known_whichever_way_days_were_put_together(db: None) -> None:
    """Of two days and of both parts of each: at least five where there are five, and who has nearly all among them."""
    slug, days = "exports_rwanda", (date(2026, 10, 7), date(2026, 10, 8))
    Reading.objects.bulk_create(
        Reading(
            subject="c", subject_id=100 * firm + number, indicator=slug, day=days[number % 2], firm=firm,
            value=900 if firm == 7 else firm, slices=[f"origin:{'RW' if firm % 2 else 'unknown'}"],
        )
        for firm in range(1, 17) for number in range(4)
    )  # fmt: skip
    Reading.objects.create(subject="c", subject_id=1, indicator=slug, day=days[0], firm=99, value=0)
    Due.objects.bulk_create(Due(indicator=slug, day=day) for day in days)
    count_due(at=datetime(2026, 11, 26, tzinfo=UTC))
    rows = {(row.grain, row.slice, row.starts_on.day): row for row in Rollup.objects.filter(indicator=slug)}
    month, day, odd = rows["month", "", 1], rows["day", "", 7], rows["month", "origin:RW", 1]
    assert (month.firms[0], month.firm_totals[0], day.firm_totals[0]) == (7, 3600.0, 1800.0)
    assert len(month.firms) == len(set(month.firms)) == MOST_FIRMS
    assert month.firm_totals == sorted(month.firm_totals, reverse=True)
    assert all(firm % 2 for firm in odd.firms)
    # Who brought nothing is no firm of it, and lengths of time are nobody's.
    assert 99 not in [*month.firms, *day.firms]
    assert sum(day.firm_totals) <= float(day.total)


def test_nothing_put_together_is_nothing() -> None:
    assert together([]) == Cell(0, 0, Decimal(0), Decimal(0), Distribution())


@pytest.mark.parametrize(
    ("slug", "total", "base", "p50", "figure"),
    [
        (DWELL, 900, 0, 41.5, 41.5),
        (DWELL, 0, 0, None, None),
        ("under_way", 900, 0, 30.0, 30.0),
        (TONNES, "1234.5678", 0, None, 1234.5678),
        (TONNES, 0, 0, None, 0.0),
        (OPENED, 7, 0, None, 7.0),
        (RAIL, 1, 4, None, 25.0),
        (RAIL, 0, 4, None, 0.0),
        (RAIL, 0, 0, None, None),
    ],
)
def test_the_one_figure_is_the_median_the_sum_or_the_share(
    slug: str, total: Any, base: int, p50: float | None, figure: float | None
) -> None:
    assert figure_of(INDICATORS[slug], Decimal(total), Decimal(base), p50) == figure


def note(slug: str, day: str, *values: Any, slices: Sequence[str] = (), base: Any = None) -> None:
    """Readings of one day, None for one that cannot be told, and the day is due."""
    first = Reading.objects.count()
    Reading.objects.bulk_create(
        Reading(
            subject="c", subject_id=first + number, indicator=slug, day=day, value=value, base=base, slices=list(slices),
            fault="" if value is not None else "no_start",
        )
        for number, value in enumerate(values)
    )  # fmt: skip
    Due.objects.get_or_create(indicator=slug, day=day)


def counted(slug: str, grain: str, part: str = "") -> list[tuple[Any, ...]]:
    rows = Rollup.objects.filter(indicator=slug, grain=grain, slice=part).order_by("starts_on")
    return [(str(row.starts_on), row.n, row.missing, float(row.total), row.p50) for row in rows]


def test_a_week_over_the_turn_of_the_year_has_both_its_months_days(db: None) -> None:
    note(DWELL, "2026-12-31", 10, 20)
    note(DWELL, "2027-01-01", 40, None)
    assert count_due(at=NOW) == 2
    assert counted(DWELL, "week") == [("2026-12-28", 3, 1, 70.0, 20.0)]
    assert counted(DWELL, "month") == [("2026-12-01", 2, 0, 30.0, 15.0), ("2027-01-01", 1, 1, 40.0, 40.0)]
    assert counted(DWELL, "day") == [("2026-12-31", 2, 0, 30.0, 15.0), ("2027-01-01", 1, 1, 40.0, 40.0)]
    assert not Due.objects.exists()


def test_two_days_far_apart_leave_what_lies_between_as_it_was(db: None) -> None:
    for day in ("2026-01-05", "2026-03-05", "2026-06-05"):
        note(DWELL, day, 10)
    count_due(at=NOW)
    Rollup.objects.filter(grain="month", starts_on="2026-03-01").update(n=77)
    note(DWELL, "2026-01-05", 30)
    note(DWELL, "2026-06-06", 30)
    count_due(at=NOW)
    assert [row[1] for row in counted(DWELL, "month")] == [2, 77, 2]


def test_a_day_that_has_lost_its_readings_is_gone_from_its_week_and_month(db: None) -> None:
    note(DWELL, "2026-11-02", 10)
    note(DWELL, "2026-11-03", 30)
    count_due(at=NOW)
    Reading.objects.filter(day="2026-11-03").delete()
    Due.objects.create(indicator=DWELL, day="2026-11-03")
    assert count_due(at=NOW) == 1
    for grain in ("day", "week", "month"):
        assert [row[1:] for row in counted(DWELL, grain)] == [(1, 0, 10.0, 10.0)]
    Reading.objects.all().delete()
    Due.objects.create(indicator=DWELL, day="2026-11-02")
    count_due(at=NOW)
    assert not Rollup.objects.exists()


def test_each_part_is_counted_beside_the_whole_and_one_indicator_beside_another(db: None) -> None:
    note(DWELL, "2026-11-02", 10, slices=["cargo:container", "regime:eac"])
    note(DWELL, "2026-11-02", 50, slices=["cargo:container"])
    note(TONNES, "2026-11-02", "24.5", None)
    assert count_due(at=NOW) == 2
    parts = {part: counted(DWELL, "month", part)[0][1:] for part in ("", "cargo:container", "regime:eac")}
    assert parts == {"": (2, 0, 60.0, 30.0), "cargo:container": (2, 0, 60.0, 30.0), "regime:eac": (1, 0, 10.0, 10.0)}
    # Of a sum single readings say nothing.
    assert counted(TONNES, "month") == [("2026-11-01", 1, 1, 24.5, None)]
    assert Rollup.objects.get(indicator=TONNES, grain="month").values == []


def test_what_has_no_value_does_not_count_into_the_base_of_a_share(db: None) -> None:
    note(RAIL, "2026-11-02", 1, 0, 0, base=1)
    note(RAIL, "2026-11-03", None, base=1)
    count_due(at=NOW)
    month = Rollup.objects.get(indicator=RAIL, grain="month", slice="")
    assert (month.n, month.missing, float(month.total), float(month.base)) == (3, 1, 1.0, 3.0)


def test_six_readings_have_a_band_and_five_have_none(db: None) -> None:
    note(DWELL, "2026-11-02", 1, 2, 3, 4, 5)
    note(DWELL, "2026-11-03", 6)
    count_due(at=NOW)
    days = Rollup.objects.filter(grain="day").order_by("starts_on").values_list("low", "high")
    assert list(days) == [(None, None), (None, None)]
    assert Rollup.objects.values_list("low", "high", "p10", "p90").get(grain="month") == (1.0, 6.0, 1.5, 5.5)


def test_what_is_not_due_is_not_counted(db: None) -> None:
    note(DWELL, "2026-11-02", 1)
    Due.objects.all().delete()
    assert count_due(at=NOW) == 0
    assert not Rollup.objects.exists()


@pytest.mark.parametrize(
    ("at", "revised"),
    [
        # Three days after the month, Kigali's.
        ("2026-12-03T21:59:59+00:00", 0),
        ("2026-12-03T22:00:00+00:00", 1),
        ("2026-11-30T06:00:00+00:00", 0),
        ("2027-06-01T06:00:00+00:00", 1),
    ],
)
def test_only_a_month_that_has_settled_is_revised(db: None, at: str, revised: int) -> None:
    note(DWELL, "2026-11-02", 10)
    count_due(at=NOW)
    note(DWELL, "2026-11-09", 30)
    count_due(at=datetime.fromisoformat(at))
    assert Revision.objects.count() == revised


LATER = datetime(2027, 1, 10, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("slug", "late", "base", "told"),
    [
        (DWELL, [30], None, [(1, 2, 10.0, 20.0)]),
        # As many and the same median still are one trip more.
        (DWELL, [10], None, [(1, 2, 10.0, 10.0)]),
        # One that cannot be told changes no figure.
        (DWELL, [None], None, []),
        (TONNES, [5], None, [(1, 2, 10.0, 15.0)]),
        (RAIL, [0], 10, [(1, 2, 100.0, 50.0)]),
    ],
)
def test_a_revision_says_what_it_was_and_what_it_is(
    db: None, slug: str, late: list[Any], base: int | None, told: list[tuple[Any, ...]]
) -> None:
    note(slug, "2026-11-02", 10, base=base)
    count_due(at=NOW)
    note(slug, "2026-11-03", *late, base=base)
    count_due(at=LATER)
    rows = Revision.objects.values_list("n_before", "n_after", "figure_before", "figure_after")
    assert list(rows) == told
    Due.objects.create(indicator=slug, day="2026-11-03")
    count_due(at=LATER)
    # Counted again with nothing new: nothing is revised.
    assert Revision.objects.count() == len(told)


def test_a_month_that_has_vanished_is_revised_to_nothing_and_one_that_was_never_counted_is_not(db: None) -> None:
    note(DWELL, "2026-11-02", 10, slices=["cargo:container"])
    note(DWELL, "2026-10-02", 10)
    Due.objects.filter(day="2026-10-02").delete()
    count_due(at=NOW)
    Reading.objects.filter(day="2026-11-02").delete()
    for day in ("2026-11-02", "2026-10-02"):
        Due.objects.create(indicator=DWELL, day=day)
    count_due(at=LATER)
    (revision,) = Revision.objects.all()
    assert (revision.month, revision.at) == (date(2026, 11, 1), LATER)
    assert (revision.n_before, revision.n_after, revision.figure_before, revision.figure_after) == (1, 0, 10.0, None)
