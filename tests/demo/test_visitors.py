"""The load test measures what visitors wait for, by persona, and says when something grows."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.live_server_helper import LiveServer

from cargo.models import Consignment
from demo import footprint, visitors
from demo.footprint import Footprint
from demo.visitors import Tally, percentile
from feeds.formats import READERS
from feeds.models import Delivery
from liaison.health import connect
from runner.children import leftovers
from tests.conftest import AT, Cast


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1000), min_size=1, max_size=50), st.floats(0, 1))
def test_a_percentile_is_one_of_the_values_and_no_fewer_lie_below(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert percentile([], share) == 0


def test_nobody_of_the_crowd_goes_in_another_s_step(cast: Cast, consignment: Consignment) -> None:
    crowd = visitors.visitors(30)
    assert len({visitor.cookie for visitor in crowd}) < len(crowd)
    assert len({visitors.paces(number).random() for number in range(len(crowd))}) == len(crowd)
    assert visitors.paces(3).random() == visitors.paces(3).random()


def test_events_are_news_each_second_and_read_whole() -> None:
    first, second = (visitors.events(3, ["TGHU3054380", "CSQU3054383"], AT, number) for number in (0, 1))
    for raw in (first, second):
        reading = READERS["csv_events"](raw, {})
        assert (len(reading.facts), reading.faults) == (3, ())
    assert set(first.splitlines()[1:]) & set(second.splitlines()[1:]) == set()


def test_what_was_waited_for_is_told_by_persona_against_the_limit() -> None:
    tally = Tally()
    for number in range(100):
        tally.note("importer", number, 200)
    tally.note("officer", 600, 503)
    tally.sent, tally.pushes = 40, [10, 20, 30]
    told = {result.name: (result.value, result.baseline, result.ratio) for result in visitors.results(tally, 2, 50)}
    assert told == {
        "mix_p95": (95, 300, 0.3167), "importer_p95": (95, 300, 0.3167), "officer_p95": (600, 300, 2),
        "mix_median": (50, 2, 25), "mix_errors": (1, 101, 0.0099),
        "events_sent": (40, 50, 0.8), "push_p95": (30, 300, 0.1),
    }  # fmt: skip


def test_what_grows_is_told() -> None:
    looks = [Footprint(1000 + 10 * number, 20, 0, 0) for number in range(9)]
    told = {result.name: (result.value, result.baseline, result.ratio) for result in footprint.results(looks)}
    assert told == {
        "memory_all_processes": (1080, 1536, 0.7031), "growth_memory_mb": (1070, 1010, 1.0594),
        "growth_connections": (20, 20, 1), "growth_queued": (0, 0, 0), "growth_waiting_s": (0, 0, 0),
    }  # fmt: skip
    assert list(footprint.results([])) == []


@pytest.mark.django_db
def test_the_servers_that_a_portal_was_given_are_counted_too(tmp_path: Path) -> None:
    found = leftovers(tmp_path, footprint.given_homes())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone()[0] in found
    assert connect().info("server")["process_id"] in found
    assert os.getpid() not in found


@pytest.mark.slow
def test_ten_visitors_and_a_partner_at_a_running_portal(
    live_server: LiveServer, cast: Cast, consignment: Consignment
) -> None:
    # A set for benchmarks has no official: one is made.
    cast.official.delete()
    out = io.StringIO()
    options = {"users": 10, "seconds": 2, "events": 3, "think": 0.4, "warm": 0.2, "url": live_server.url}
    call_command("load_test", **options, stdout=out)
    told = {line["name"]: line for line in map(json.loads, out.getvalue().splitlines())}
    assert {"mix_p95", "importer_p95", "officer_p95", "official_p95"} <= set(told)
    assert (told["mix_errors"]["value"], told["mix_errors"]["baseline"] >= 10) == (0, True)
    assert told["events_sent"]["value"] == 6
    assert Delivery.objects.count() == 2


def test_visitors_come_when_the_workers_are_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = f"demo-{uuid4().hex}"
    monkeypatch.setattr("django.conf.settings.QUEUES", [queue])
    monkeypatch.setattr(footprint, "LOOK_S", 0.05)
    connect().lpush(queue, "a task that nobody takes")
    assert footprint.wait_for_rest(most_s=1) >= 1
    connect().delete(queue)
    assert footprint.wait_for_rest(most_s=60) < 30
