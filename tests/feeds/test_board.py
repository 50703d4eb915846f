"""The trust board: how each source stands, in a fixed number of queries, the most troubled first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feeds.board import Ratio, board, rows_of, standing
from feeds.intake import receive
from feeds.models import Quarantine, Source, SourceDay, SourceShare
from feeds.sources import add_source
from tests.conftest import AT, Cast
from tests.feeds.conftest import pulled

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("source", "stands"),
    [
        (Source(is_active=False, failures=3, last_success_at=AT), "off"),
        (Source(paused_at=AT, failures=3, silent_at=AT), "paused"),
        (Source(fetch="http", failures=1, silent_at=AT), "quiet"),
        (Source(fetch="http", failures=1, last_success_at=AT), "failing"),
        (Source(failures=1, last_success_at=AT), "failing"),
        (Source(), "silent"),
        (Source(last_success_at=AT - 1000 * MINUTE), "fresh"),
        (Source(last_success_at=AT - 61 * MINUTE, promise_s=3600), "late"),
        (Source(fetch="http"), "late"),
        (Source(fetch="http", every_s=60, last_success_at=AT - 4 * MINUTE), "fresh"),
        (Source(fetch="http", every_s=60, last_success_at=AT - 4 * MINUTE - MINUTE / 60), "late"),
        (Source(fetch="http", every_s=600, last_success_at=AT - 31 * MINUTE), "fresh"),
        (Source(fetch="http", every_s=600, last_success_at=AT - 32 * MINUTE), "late"),
        (Source(fetch="http", every_s=600, last_success_at=AT - 32 * MINUTE, promise_s=7200), "fresh"),
    ],
)
def test_how_a_source_stands(source: Source, stands: str) -> None:
    assert standing(source, AT) == stands


def test_a_row_says_all_that_trust_needs(cast: Cast, clerk: Source) -> None:
    for n in range(1, 10):
        SourceDay.objects.create(source=clerk, day=(AT - n * DAY).date(), deliveries=8, failed=1, counted_at=AT)
    SourceShare.objects.create(source=clerk, name="conflicts", part=1, whole=8, counted_at=AT)
    delivery = receive(source=clerk, raw=b"x", at=AT - MINUTE).delivery
    receive(source=clerk, raw=b"y", at=AT - DAY)
    Quarantine.objects.create(delivery=delivery, source=delivery.source, code="html", since=AT)
    Quarantine.objects.create(delivery=delivery, source=delivery.source, code="html", since=AT, resolved_at=AT)
    clerk.refresh_from_db()
    (row,) = rows_of([clerk], AT)
    assert (row.state, row.last_day, row.usual, row.open_parts, row.waiting) == ("fresh", 1, 8.0, 1, 2)
    assert (row.errors, row.is_low, row.has_many_errors) == (Ratio(6, 48), True, True)
    assert [(str(ratio.label), ratio.percent) for ratio in row.ratios] == [("Contested by others", 12.5)]
    assert (row.next_at, row.promised, row.is_open) == (None, None, False)


def test_nothing_known_is_shown_as_unknown(clerk: Source) -> None:
    (row,) = rows_of([clerk], AT)
    assert (row.lag, row.usual, row.errors.percent, row.ratios[0].percent) == (None, None, None, None)


@pytest.mark.parametrize(
    ("state", "next_at", "is_open"),
    [
        ({}, AT, False),
        ({"opened_until": AT + MINUTE}, AT + MINUTE, True),
        ({"opened_until": AT - MINUTE}, AT, False),
        ({"paused_at": AT, "pause_reason": "x"}, None, False),
        ({"is_active": False}, None, False),
    ],
)
def test_when_it_is_pulled_next(network: None, state: dict[str, object], next_at: object, is_open: bool) -> None:
    pulled("carrier", "http://carrier.example/")
    Source.objects.update(**state)
    (row,) = rows_of([Source.objects.get()], AT)
    assert (row.next_at, row.is_open) == (next_at, is_open)


def test_the_most_troubled_come_first_and_others_see_none(cast: Cast, clerk: Source) -> None:
    states: dict[str, dict[str, object]] = {
        "a-off": {"is_active": False},
        "b-paused": {"paused_at": AT, "pause_reason": "x"},
        "c-fresh": {"last_success_at": AT},
        "d-silent": {},
        "e-late": {"last_success_at": AT - DAY, "promise_s": 60},
        "f-failing": {"failures": 1},
        "g-quiet": {"silent_at": AT},
        "h-parts": {"last_success_at": AT},
    }
    Source.objects.all().delete()
    for slug, state in states.items():
        add_source(slug=slug, format="csv_events", by=None, at=AT)
        Source.objects.filter(slug=slug).update(**state)
    delivery = receive(source=Source.objects.get(slug="h-parts"), raw=b"x", at=AT).delivery
    Quarantine.objects.create(delivery=delivery, source=delivery.source, code="html", since=AT)
    with CaptureQueriesContext(connection) as queries:
        order = [row.source.slug[0] for row in board(cast.officer, AT)]
    assert (order, board(cast.importer, AT)) == (list("gfedhcba"), [])
    # The sources, the viewer's roles, and five for the figures.
    assert len(queries) == 7
