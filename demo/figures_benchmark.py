"""The benchmark of the observatory on the big set: its dashboard, and its percentiles against those of the events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from statistics import median, quantiles

from django.db import connection
from django.test import Client
from django.utils import timezone

from demo.big_set import load
from demo.measuring import Result, timed
from demo.own_database import create, exists, name_of, using
from observatory import figures as reading
from observatory.counting import count
from observatory.registry import INDICATORS
from observatory.telling import Telling

ROUNDS, FEW_ROUNDS = 40, 5
# Milliseconds at the 95th percentile that the dashboard may cost.
LIMIT_MS = 100
YEAR = timedelta(days=365)
INDICATOR = "container_dwell_time"
# What a page would have to ask if nothing were counted: a year's percentiles of one indicator, by month.
FROM_EVENTS = """
    SELECT date_trunc('month', ended.actual_at AT TIME ZONE 'Africa/Kigali'), count(*),
        percentile_cont(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (
            ORDER BY extract(epoch FROM ended.actual_at - began.actual_at) / 3600
        )
    FROM cargo_milestone ended
    JOIN cargo_milestone began ON began.consignment_id = ended.consignment_id
        AND began.unit_id IS NOT DISTINCT FROM ended.unit_id AND began.code = 'discharged'
    JOIN cargo_consignment c ON c.id = ended.consignment_id AND c.cargo_kind = 'container'
    WHERE ended.code = 'gate_out' AND ended.actual_at >= %s AND began.actual_at <= ended.actual_at
    GROUP BY 1
"""


def figures(consignments: int) -> Iterator[Result]:
    """P95 of the dashboard in milliseconds, and a year of percentiles as they are read against counting the events.

    The set is loaded where it is missing, counted where it is not, and stays for the next run.
    """
    name = name_of(consignments)
    if not exists(name):
        create(name)
        with using(name):
            load(consignments, until=timezone.now(), progress_of=lambda _done, _total: None)
    with using(name):
        count(at=timezone.now())
        p95 = quantiles([timed(_dashboard) * 1000 for _round in range(ROUNDS)], n=20)[-1]
        read = median(timed(_read) for _round in range(ROUNDS)) * 1000
        asked = median(timed(_ask) for _round in range(FEW_ROUNDS)) * 1000
    yield Result(f"observatory_p95_{consignments}", round(p95, 1), "ms", LIMIT_MS, round(p95 / LIMIT_MS, 4))
    yield Result(f"observatory_year_{consignments}", round(read, 2), "ms", round(asked, 2), round(read / asked, 4))


def _dashboard() -> None:
    answer = Client().get("/observatory/")
    if answer.status_code != 200:
        raise RuntimeError(f"the dashboard answers {answer.status_code}")


def _read() -> None:
    today = timezone.localdate()
    reading.series(INDICATORS[INDICATOR], grain="month", since=today - YEAR, until=today, told=Telling(1))


def _ask() -> None:
    with connection.cursor() as cursor:
        cursor.execute(FROM_EVENTS, [timezone.now() - YEAR])
        cursor.fetchall()
