"""The benchmark of figures: what it reads from the counts is what it would have to ask of the events."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from cargo.registration import Particulars, register_many
from demo.figures_benchmark import FROM_EVENTS, INDICATOR, YEAR, _ask, _dashboard, _read
from feeds.models import Source
from observatory.counting import count
from observatory.models import Rollup
from observatory.registry import INDICATORS
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast
from tests.test_queries import box


def asked() -> dict[tuple[int, int], tuple[int, list[float]]]:
    """A month's n and percentiles, from the events."""
    with connection.cursor() as cursor:
        cursor.execute(FROM_EVENTS, [timezone.now() - YEAR])
        rows: list[tuple[datetime, int, list[float]]] = cursor.fetchall()
    return {(month.year, month.month): (n, [round(value, 3) for value in shares]) for month, n, shares in rows}


def kept() -> dict[tuple[int, int], tuple[int, list[float]]]:
    rows: Any = Rollup.objects.filter(indicator=INDICATOR, grain="month", slice="", n__gt=0)
    return {
        (one.starts_on.year, one.starts_on.month): (one.n, [round(v, 3) for v in (one.p10, one.p50, one.p90)])
        for one in rows
    }


def test_both_ways_give_the_same_figures(cast: Cast, clerk: Source) -> None:
    many = [Particulars(consignee=cast.importer_firm, containers=[box(n)]) for n in range(9)]
    register_many(many, by=cast.importer, at=timezone.now())
    left = [24.0 * 9 * n + 1 for n in range(9)]
    told = [row("gate_out", ago, box=box(n)) for n, ago in enumerate(left)]
    # The last was never landed, and the one before it left before it was.
    told += [row("discharged", left[n] + 20 + 7 * n, box=box(n)) for n in range(7)]
    told += [row("discharged", left[7] - 1, box=box(7))]
    take_in(clerk, csv(*told))
    count(at=timezone.now())
    assert asked() == kept()
    assert sum(n for n, _shares in kept().values()) == 7


def test_of_nothing_both_ways_give_nothing(network: None) -> None:
    assert (asked(), kept()) == ({}, {})
    _read()
    _ask()
    _dashboard()


def test_it_measures_a_length_of_time_that_is_ours() -> None:
    one = INDICATORS[INDICATOR]
    assert (one.starts, one.stops, one.cargo, one.is_ours) == (
        ("discharged",),
        "gate_out",
        frozenset({"container"}),
        True,
    )
    assert timedelta(days=365) == YEAR


def test_a_dashboard_that_fails_is_no_measurement(db: None, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    with pytest.raises(RuntimeError, match="the dashboard answers 400"):
        _dashboard()
