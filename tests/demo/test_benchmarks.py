"""The benchmarks: each prints one line, and measures the whole way against PostgreSQL's own floor."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from cargo.models import Consignment, Event, EventMatch
from demo import benchmarks, ping_benchmark
from demo.benchmarks import interchange
from demo.measuring import Result
from feeds.formats import READERS
from feeds.models import Delivery
from notify.models import Notice

AT = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Benchmarks of four consignments and two rounds."""
    monkeypatch.setattr(benchmarks, "CONSIGNMENTS", 4)
    monkeypatch.setattr(benchmarks, "ROUNDS", 2)
    monkeypatch.setattr(ping_benchmark, "ROUNDS", 1)
    monkeypatch.setattr(ping_benchmark, "TRACKERS", 20)
    monkeypatch.setattr(ping_benchmark, "PINGS", 40)


def lines() -> list[dict[str, object]]:
    out = StringIO()
    call_command("bench", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_command_prints_one_json_line_for_each(small: None) -> None:
    printed = lines()
    assert [(said["name"], said["unit"]) for said in printed] == [("ingest", "events/s"), ("pings", "pings/s")]
    for said in printed:
        assert list(said) == ["name", "value", "unit", "baseline", "ratio"]
        value, baseline, ratio = (said[name] for name in ("value", "baseline", "ratio"))
        assert isinstance(value, float)
        assert isinstance(baseline, float)
        assert value > 0
        assert ratio == pytest.approx(value / baseline, abs=0.0002)


def test_every_event_goes_the_whole_way_to_the_outbox(small: None) -> None:
    lines()
    events = 3 * 4
    said = Event.objects.filter(source__slug="bench-gate")
    assert (Consignment.objects.count(), said.count(), EventMatch.objects.count()) == (events,) * 3
    assert set(said.values_list("kind", "is_matched", "node__slug")) == {("gate_out", True, "ke-term-ct2")}
    deliveries = Delivery.objects.filter(source__slug="bench-gate")
    assert set(deliveries.values_list("state", "events", "quarantined")) == {("read", 4, 0)}
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
