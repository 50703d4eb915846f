"""Reading rollups: ranges put together from days and months, gaps shown, small cells kept to who may see them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from observatory.distribution import distribution_of
from observatory.figures import LEAST, LEAST_PUBLIC, least_for, over, parts_known, parts_over, periods, series
from observatory.models import Due, Reading, Rollup
from observatory.registry import INDICATORS
from observatory.rolling import count_due, end_of, figure_of
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
    found = over(DWELL, since=since, until=until, least=2)
    assert found.n == len(wanted)
    assert found.p50 == distribution_of(wanted).percentile(0.5)
    parts = parts_over(DWELL, "node", since=since, until=until, least=2)
    assert sum(part.n for part in parts) == len(wanted)
    assert [part.n for part in parts] == sorted((part.n for part in parts), reverse=True)


def test_a_series_shows_its_gaps(readings: list[tuple[date, float]]) -> None:
    found = series(DWELL, grain="month", since=date(2026, 8, 9), until=date(2026, 11, 26), least=20)
    assert [(one.starts_on.month, one.n, one.is_enough) for one in found] == [
        (8, 0, False),
        (9, 16, False),
        (10, 31, True),
        (11, 23, True),
    ]
    assert [one.coverage for one in found] == [None, 100, 100, 100]
    assert parts_known(DWELL.slug) == ["cargo", "node"]
    weeks = series(DWELL, grain="week", since=date(2026, 9, 14), until=date(2026, 9, 27), least=1)
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
    assert over(DWELL, since=date(2026, 9, 1), until=date(2026, 9, 30), least=1).n == 15


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
