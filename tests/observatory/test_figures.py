"""Reading rollups: ranges put together from days and months, gaps shown, small cells kept to who may see them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given, settings
from hypothesis import strategies as st

from observatory.distribution import distribution_of
from observatory.figures import (
    Figure,
    at_a_glance,
    begin_of,
    figure,
    over,
    parts_known,
    parts_over,
    periods,
    series,
    years_to,
)
from observatory.models import Due, Reading, Rollup
from observatory.registry import INDICATORS
from observatory.rolling import Cell, count_due, end_of, figure_of
from observatory.telling import LEAST, LEAST_PUBLIC, Telling, least_for, telling
from tests.conftest import Cast

DWELL = INDICATORS["container_dwell_time"]
AT = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
def readings(db: None) -> list[tuple[date, float]]:
    """One reading a day from the middle of September on, of as many hours as there were days."""
    made = [(date(2026, 9, 15) + timedelta(days=n), float(n)) for n in range(70)]
    Reading.objects.bulk_create(
        Reading(
            subject="c", subject_id=n, indicator=DWELL.slug, day=day, value=Decimal(n),
            slices=["cargo:container", f"node:{'a' if n % 2 else 'b'}"],
        )
        for n, (day, _hours) in enumerate(made)
    )  # fmt: skip
    Due.objects.bulk_create(Due(indicator=DWELL.slug, day=day) for day, _hours in made)
    assert count_due(at=AT) == 70
    return made


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 10, 1), date(2026, 10, 31)),
        (date(2026, 9, 20), date(2026, 11, 10)),
        (date(2026, 9, 20), date(2026, 9, 24)),
        (date(2026, 9, 30), date(2026, 10, 1)),
        (date(2026, 9, 1), date(2026, 11, 30)),
        (date(2026, 10, 1), date(2026, 11, 3)),
    ],
)
def test_a_range_is_all_of_its_days_once(readings: list[tuple[date, float]], since: date, until: date) -> None:
    wanted = [hours for day, hours in readings if since <= day <= until]
    found = over(DWELL, since=since, until=until, told=Telling(2))
    assert found.n == len(wanted)
    assert found.p50 == distribution_of(wanted).percentile(0.5)
    parts = parts_over(DWELL, "node", since=since, until=until, told=Telling(2))
    assert sum(part.n for part in parts) == len(wanted)
    assert [part.n for part in parts] == sorted((part.n for part in parts), reverse=True)


def test_a_series_shows_its_gaps(readings: list[tuple[date, float]]) -> None:
    found = series(DWELL, grain="month", since=date(2026, 8, 9), until=date(2026, 11, 26), told=Telling(20))
    assert [(one.starts_on.month, one.n, one.is_enough) for one in found] == [
        (8, 0, False),
        (9, 16, False),
        (10, 31, True),
        (11, 23, True),
    ]
    assert [one.coverage for one in found] == [None, 100, 100, 100]
    assert parts_known(DWELL.slug) == ["cargo", "node"]
    weeks = series(DWELL, grain="week", since=date(2026, 9, 14), until=date(2026, 9, 27), told=Telling(1))
    assert [(one.starts_on.isoformat(), one.n) for one in weeks] == [("2026-09-14", 6), ("2026-09-21", 7)]


def test_a_day_that_is_counted_again_replaces_itself(readings: list[tuple[date, float]]) -> None:
    rows = Rollup.objects.count()
    Due.objects.create(indicator=DWELL.slug, day=readings[3][0])
    assert count_due(at=AT) == 1
    assert Rollup.objects.count() == rows
    Reading.objects.filter(day=readings[3][0]).delete()
    Due.objects.create(indicator=DWELL.slug, day=readings[3][0])
    count_due(at=AT)
    assert not Rollup.objects.filter(grain="day", starts_on=readings[3][0]).exists()
    assert over(DWELL, since=date(2026, 9, 1), until=date(2026, 9, 30), told=Telling(1)).n == 15


def test_who_is_told_of_small_cells(cast: Cast) -> None:
    told = {part: least_for(person) for part, person in cast.people().items()}
    assert {part for part, least in told.items() if least == LEAST} == {"officer", "official"}
    assert least_for(AnonymousUser()) == LEAST_PUBLIC == told["importer"]


def test_periods_and_what_one_figure_is() -> None:
    assert end_of("month", date(2026, 12, 1)) == date(2027, 1, 1)
    assert [day.day for day in periods("week", date(2026, 11, 26), date(2026, 12, 1))] == [23, 30]
    share = INDICATORS["containerisation_rate"]
    assert figure_of(share, Decimal(1), Decimal(4), None) == 25
    assert figure_of(share, Decimal(0), Decimal(0), None) is None
    assert figure_of(INDICATORS["exports_rwanda"], Decimal(7), Decimal(0), None) == 7


def cell(*values: float, missing: int = 0, total: float = 0, base: float = 0) -> Cell:
    return Cell(len(values), missing, Decimal(total), Decimal(base), distribution_of(values))


@pytest.mark.parametrize("least", [LEAST, LEAST_PUBLIC])
@pytest.mark.parametrize("slug", ["container_dwell_time", "exports_rwanda", "containerisation_rate", "tickets_opened"])
def test_one_reading_fewer_than_the_least_says_only_how_many(slug: str, least: int) -> None:
    span = (date(2026, 10, 1), date(2026, 11, 1))
    few = figure(INDICATORS[slug], cell(*range(1, least), missing=2, total=7, base=9), *span, least=least, part="x:y")
    assert few == Figure(starts_on=span[0], until=date(2026, 10, 31), n=least - 1, missing=2, part="x:y")
    assert not few.is_enough
    enough = figure(INDICATORS[slug], cell(*range(1, least + 1), total=7, base=9), *span, least=least)
    assert (enough.n, enough.is_enough) == (least, True)


@pytest.mark.parametrize(("least", "first"), [(LEAST, 9), (LEAST_PUBLIC, 17)])
def test_no_end_of_a_band_is_told_beyond_which_are_fewer_than_the_least(least: int, first: int) -> None:
    """By itself the smallest or largest reading could be somebody's: as many lie at or beyond each end as make a cell."""
    for n in range(1, 60):
        spread = distribution_of(map(float, range(n)))
        cell = Cell(n, 0, Decimal(0), Decimal(0), spread)
        found = figure(DWELL, cell, date(2026, 10, 1), date(2026, 11, 1), least=least)
        assert (found.low is not None) is (found.high is not None) is (n >= first), n
        if found.low is not None and found.high is not None:
            assert found.low + 1 >= least
            assert n - found.high >= least
            assert found.low < (n - 1) / 2 < found.high
    # A stock's readings are days, which are nobody's.
    stock = INDICATORS["under_way"]
    cell = Cell(6, 0, Decimal(6), Decimal(0), distribution_of(map(float, range(6))))
    assert figure(stock, cell, date(2026, 10, 1), date(2026, 11, 1), least=least).low == 0


@pytest.mark.parametrize(("least", "first"), [(LEAST, 11), (LEAST_PUBLIC, 41)])
def test_no_decile_is_told_beyond_which_are_fewer_than_the_least(least: int, first: int) -> None:
    """The median is from the least on; a decile of few is somebody's longest trip, in a range as in a month's row."""
    for n in range(least, 60):
        spread = distribution_of(map(float, range(n)))
        found = figure(DWELL, Cell(n, 0, Decimal(0), Decimal(0), spread), AT.date(), AT.date(), least=least)
        assert (found.p10 is not None, found.p90 is not None) == (n >= first,) * 2, n
        assert found.p50 == (n - 1) / 2
        if found.p10 is not None and found.p90 is not None:
            assert min(math.floor(found.p10) + 1, n - math.ceil(found.p90)) >= least
    assert figure(INDICATORS["under_way"], cell(3.0, 5.0), AT.date(), AT.date(), least=least).p10 == 3.2


def test_a_rows_deciles_are_held_back_as_a_ranges_are(readings: list[tuple[date, float]]) -> None:
    months = {"grain": "month", "since": date(2026, 9, 1), "until": date(2026, 11, 30)}
    for least, told in ((LEAST, [True, True, True]), (LEAST_PUBLIC, [False, False, False])):
        rows = series(DWELL, **months, told=Telling(least))  # type: ignore[arg-type]
        assert [(one.p10 is not None, one.p50 is not None) for one in rows] == [(is_told, True) for is_told in told]
    whole = over(DWELL, since=date(2026, 9, 1), until=date(2026, 11, 30), told=Telling(LEAST_PUBLIC))
    assert (whole.n, whole.p10 is not None, whole.low is not None) == (70, True, True)


@pytest.mark.parametrize(("values", "value"), [((), None), ((8.0,), 8.0), ((8.0, 10.0), 9.0)])
def test_a_stock_is_told_from_the_first_look_on(values: tuple[float, ...], value: float | None) -> None:
    found = figure(INDICATORS["under_way"], cell(*values), date(2026, 10, 1), date(2026, 10, 2), least=LEAST_PUBLIC)
    assert (found.value, found.until) == (value, date(2026, 10, 1))


def test_a_share_of_nothing_is_not_enough_however_much_was_looked_at() -> None:
    share = INDICATORS["containerisation_rate"]
    found = figure(share, cell(*range(9)), date(2026, 10, 1), date(2026, 11, 1), least=LEAST)
    assert (found.n, found.value, found.is_enough) == (9, None, False)


@pytest.mark.parametrize(("n", "missing", "coverage"), [(0, 0, None), (0, 4, 0.0), (3, 1, 75.0), (5, 0, 100.0)])
def test_coverage_is_of_what_counts(n: int, missing: int, coverage: float | None) -> None:
    assert Figure(starts_on=date(2026, 1, 1), until=date(2026, 1, 1), n=n, missing=missing).coverage == coverage


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["day", "week", "month"]), st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 90))
def test_periods_cover_every_day_of_a_range_once(grain: str, since: date, length: int) -> None:
    until = since + timedelta(days=length)
    found = periods(grain, since, until)
    assert found[0] <= since < end_of(grain, found[0])
    assert found[-1] <= until < end_of(grain, found[-1])
    assert [end_of(grain, start) for start in found[:-1]] == list(found[1:])
    assert all(begin_of(grain, start) == start for start in found)


@pytest.mark.parametrize("length", [0, 1, 30, 45, 60])
def test_every_range_reads_each_of_its_days_once(readings: list[tuple[date, float]], length: int) -> None:
    for since in (date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31)):
        until = since + timedelta(days=length)
        found = over(DWELL, since=since, until=until, told=Telling(1))
        assert found.n == sum(since <= day <= until for day, _hours in readings), since
        assert (found.starts_on, found.until) == (since, until)


def test_parts_of_one_name_are_not_those_of_another_that_begins_alike(db: None) -> None:
    for part in ("node:a", "node:a:b", "nodes:a", "x_node:a", ""):
        Rollup.objects.create(
            indicator=DWELL.slug, slice=part, grain="month", starts_on=date(2026, 10, 1), n=9, missing=0, total=0, base=0,
            values=[5], counts=[9], p10=5, p50=5, p90=5, counted_at=AT,
        )  # fmt: skip
    october = {"since": date(2026, 10, 1), "until": date(2026, 10, 31), "told": Telling(5)}
    assert [one.part for one in parts_over(DWELL, "node", **october)] == ["node:a", "node:a:b"]  # type: ignore[arg-type]
    assert parts_over(DWELL, "n_de", **october) == parts_over(DWELL, "%", **october) == []  # type: ignore[arg-type]
    assert parts_known(DWELL.slug) == ["node", "nodes", "x_node"]
    assert parts_known("transit_volume_rwanda") == []


def test_twelve_months_are_told_together_where_their_ends_may_be(db: None) -> None:
    volume = INDICATORS["transit_volume_rwanda"]
    months = periods("month", date(2024, 11, 1), date(2026, 10, 1))
    for number, month in enumerate(months):
        firms = range(2 if month in (date(2026, 3, 1), date(2026, 10, 1)) else 9)
        for grain in ("month", "day"):
            Rollup.objects.create(
                indicator=volume.slug, grain=grain, starts_on=month, n=len(firms), missing=0, total=number, base=0,
                values=[], counts=[], counted_at=AT, firms=list(firms), firm_totals=[1 + number / 9] * len(firms),
            )  # fmt: skip
    asked = periods("month", date(2025, 9, 1), date(2026, 10, 1))
    known = [one.value for one in years_to(volume, asked, told=Telling(LEAST))]
    # Of the first the counting had not begun; those after it are 0 to 11, 1 to 12 and so on.
    assert known == [None, *(12 * first + 66 for first in range(13))]
    found = years_to(volume, asked, told=telling(LEAST_PUBLIC, [(volume.slug, "")]))
    # What ends with a month of too few firms is held back; what holds one within is told.
    held_back = [one.until for one in found if one.held_back]
    assert held_back == [date(2026, 3, 31), date(2026, 10, 31)]
    for one, value in zip(found, known, strict=True):
        assert one.value == (None if one.until in held_back else value)
    assert (found[1].starts_on, found[1].until, found[1].n, found[1].counted_at) == (
        date(2024, 11, 1), date(2025, 10, 31), 108, AT,
    )  # fmt: skip
    assert years_to(volume, [], told=Telling(LEAST)) == []
    assert [one.n for one in years_to(INDICATORS["exports_rwanda"], asked[:1], told=Telling(LEAST))] == [0]


@pytest.mark.parametrize(
    ("first", "known"),
    [
        (date(2025, 10, 31), [12, 12]),
        (date(2025, 11, 1), [12, 12]),
        # Eleven months and a day are no twelve months.
        (date(2025, 11, 2), [None, 12]),
        (date(2025, 11, 30), [None, 12]),
        (date(2025, 12, 1), [None, 12]),
        (date(2025, 12, 2), [None, None]),
    ],
)
def test_twelve_months_are_told_where_the_first_day_counted_is_none_after_their_first(
    db: None, first: date, known: list[int | None]
) -> None:
    volume = INDICATORS["transit_volume_rwanda"]
    rows = [("day", first), *(("month", month) for month in periods("month", first, date(2026, 11, 1)))]
    for grain, start in rows:
        Rollup.objects.create(
            indicator=volume.slug, grain=grain, starts_on=begin_of(grain, start), n=9, missing=0, total=1, base=0,
            values=[], counts=[], counted_at=AT, firms=list(range(9)), firm_totals=[1 / 9] * 9,
        )  # fmt: skip
    # A part's day, another indicator's, or one on which nothing could be measured says nothing of it.
    for slug, part, n in ((volume.slug, "cargo:roro", 9), ("exports_rwanda", "", 9), (volume.slug, "", 0)):
        Rollup.objects.create(
            indicator=slug, slice=part, grain="day", starts_on=date(2024, 1, 1), n=n, missing=1, total=0, base=0,
            values=[], counts=[], counted_at=AT,
        )  # fmt: skip
    asked = [date(2026, 10, 1), date(2026, 11, 1)]
    for told in (Telling(LEAST), telling(LEAST_PUBLIC, [(volume.slug, "")])):
        found = [one.value for one in years_to(volume, asked, told=told)]
        # October and November have a row each, the latter begins with December.
        assert [value is not None for value in found] == [value is not None for value in known]


def test_at_a_glance_has_a_place_for_each_that_was_asked(readings: list[tuple[date, float]]) -> None:
    chosen = [INDICATORS["exports_rwanda"], DWELL]
    found = at_a_glance(chosen, grain="month", since=date(2026, 10, 1), told=Telling(5))
    assert {slug: [one.starts_on.month for one in rows] for slug, rows in found.items()} == {
        "exports_rwanda": [],
        DWELL.slug: [10, 11],
    }
    assert found[DWELL.slug][0].counted_at == AT
    assert at_a_glance([], grain="month", since=date(2026, 1, 1), told=Telling(5)) == {}
