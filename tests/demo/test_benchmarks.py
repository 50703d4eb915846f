"""The benchmarks: each prints one line, and measures the whole way against PostgreSQL's own floor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import Settings

from cargo.models import Consignment, Event, EventMatch
from demo import (
    benchmarks,
    directory_benchmark,
    figures_benchmark,
    forecast_benchmark,
    page_benchmark,
    ping_benchmark,
    pull_benchmark,
    telling_benchmark,
    upload_benchmark,
)
from demo.benchmarks import NAMES, interchange
from demo.measuring import Result
from demo.own_database import drop, name_of
from demo.page_benchmark import LIMITS
from feeds.formats import READERS
from feeds.models import Delivery
from liaison.models import JournalEntry, Organization, Person
from notify.models import Notice
from tests.databases import copy

AT = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, transactional_db: None, settings: Settings, template: str) -> Iterator[None]:
    """Benchmarks of four consignments and two rounds; their mails go to a server of theirs.

    Their databases are copies of the migrated one: that they are made from nothing is shown by test_big_set.
    """
    for module in (page_benchmark, figures_benchmark, forecast_benchmark):
        monkeypatch.setattr(module, "create", lambda name: copy(template, name))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    monkeypatch.setattr(pull_benchmark, "CONSIGNMENTS", 4)
    monkeypatch.setattr(pull_benchmark, "PAGE", 2)
    monkeypatch.setattr(ping_benchmark, "TRACKERS", 4)
    monkeypatch.setattr(ping_benchmark, "PINGS", 8)
    monkeypatch.setattr(ping_benchmark, "ROUNDS", 2)
    monkeypatch.setattr(benchmarks, "CONSIGNMENTS", 4)
    monkeypatch.setattr(benchmarks, "ROUNDS", 2)
    monkeypatch.setattr(directory_benchmark, "ORGANIZATIONS", 40)
    monkeypatch.setattr(directory_benchmark, "PEOPLE", 120)
    monkeypatch.setattr(telling_benchmark, "PEOPLE", 4)
    monkeypatch.setattr(telling_benchmark, "NOTICES", 16)
    monkeypatch.setattr(telling_benchmark, "SECONDS", 1)
    monkeypatch.setattr(telling_benchmark, "RATE", 20)
    monkeypatch.setattr(telling_benchmark, "WARM_S", 0)
    monkeypatch.setattr(upload_benchmark, "ROWS", 5)
    monkeypatch.setattr(page_benchmark, "FEW", 8)
    monkeypatch.setattr(page_benchmark, "ROUNDS", 2)
    monkeypatch.setattr(figures_benchmark, "ROUNDS", 2)
    monkeypatch.setattr(figures_benchmark, "FEW_ROUNDS", 1)
    monkeypatch.setattr(forecast_benchmark, "ROUNDS", 4)
    yield
    drop(name_of(8))
    drop(forecast_benchmark.set_name(8))


def lines() -> list[dict[str, object]]:
    out = StringIO()
    # The tickets' has a test of its own, on the test's own database.
    call_command("bench", *(name for name in NAMES if name != "tickets"), "--consignments", "8", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_command_prints_one_json_line_for_each(small: None) -> None:
    found = lines()
    assert [(said["name"], said["unit"]) for said in found] == [
        ("ingest", "events/s"),
        ("pings", "pings/s"),
        ("pull", "s"),
        ("pull_notice_p95", "s"),
        ("directory_search", "ms"),
        ("directory_queries", "queries"),
        ("fan_out", "s"),
        ("told_p95", "s"),
        ("told_p99", "s"),
        ("upload_5", "s"),
        ("upload_preview_5", "s"),
        *((f"{page}_{figure}_8", unit) for page in LIMITS for figure, unit in (("p95", "ms"), ("queries", "queries"))),
        ("observatory_p95_8", "ms"),
        ("observatory_year_8", "ms"),
        ("forecast_open_8", "s"),
        ("forecast_memory_8", "MB"),
        ("forecast_one_p95_8", "ms"),
    ]
    for said in found:
        assert list(said) == ["name", "value", "unit", "baseline", "ratio"]
        value, baseline, ratio = (said[name] for name in ("value", "baseline", "ratio"))
        assert isinstance(value, float | int)
        assert isinstance(baseline, float | int)
        assert value > 0
        assert ratio == pytest.approx(value / baseline, rel=0.05, abs=0.0001)


def test_the_directory_keeps_within_its_queries_and_leaves_nobody_behind(small: None) -> None:
    search, queries = directory_benchmark.directory()
    assert (search.name, queries.name, queries.baseline) == ("directory_search", "directory_queries", 12)
    assert 0 < queries.value <= queries.baseline
    assert [model.objects.count() for model in (Organization, Person, JournalEntry)] == [0, 0, 0]


def test_every_event_goes_the_whole_way_to_the_outbox(small: None) -> None:
    benchmarks.ingest()
    events = 3 * 4
    assert (Consignment.objects.count(), Event.objects.count(), EventMatch.objects.count()) == (events,) * 3
    assert set(Event.objects.values_list("kind", "is_matched", "node__slug")) == {("gate_out", True, "ke-term-ct2")}
    assert set(Delivery.objects.values_list("state", "events", "quarantined")) == {("read", 4, 0)}
    assert set(Notice.objects.values_list("person__email", flat=True)) == {"bench@demo.example"}
    assert Notice.objects.filter(channel="email").count() == events


def test_an_interchange_tells_each_box_out_of_the_gate_a_minute_apart() -> None:
    boxes = ["CSQU3054383", "TGHU3054380"]
    found = READERS["codeco"](interchange(boxes, AT), {})
    assert (found.faults, found.flags) == ((), ())
    assert [(fact.kind, fact.container, fact.when.value, fact.flags) for fact in found.movements] == [
        ("gate_out", box, AT.replace(tzinfo=None) + timedelta(minutes=number), ()) for number, box in enumerate(boxes)
    ]


def test_a_result_is_plain_json() -> None:
    assert Result("n", 1.5, "x/s", 3.0, 0.5).as_dict() == {
        "name": "n",
        "value": 1.5,
        "unit": "x/s",
        "baseline": 3.0,
        "ratio": 0.5,
    }
