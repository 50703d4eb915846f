"""The benchmark of positions: where its trucks are, and that what they say can be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo import ping_benchmark
from demo.ping_benchmark import ROUTE, _delivery, _place

AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
LATS, LONS = zip(*ROUTE, strict=True)


@settings(max_examples=40)
@given(st.floats(0, 1, exclude_max=True))
def test_every_place_lies_on_the_way(share: float) -> None:
    lat, lon = _place(share)
    assert min(LATS) <= lat <= max(LATS)
    assert min(LONS) <= lon <= max(LONS)


def test_the_way_begins_at_the_port_and_turns_where_its_lines_meet() -> None:
    legs = len(ROUTE) - 1
    for number, (lat, lon) in enumerate(ROUTE[:-1]):
        assert _place(number / legs) == pytest.approx((lat, lon), abs=1e-6)
    (south, west), (north, east) = ROUTE[:2]
    assert _place(0.5 / legs) == pytest.approx(((south + north) / 2, (west + east) / 2))
    assert _place(1 - 1e-9) == pytest.approx(ROUTE[-1], abs=1e-5)


def test_each_truck_pings_as_often_as_the_others_and_is_known_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ping_benchmark, "TRACKERS", 5)
    monkeypatch.setattr(ping_benchmark, "PINGS", 20)
    lines = [json.loads(line) for line in _delivery(0, AT).splitlines()]
    seen = [(line["device"]["uniqueId"], line["position"]["fixTime"]) for line in lines]
    assert (len(seen), len(set(seen))) == (20, 20)
    trucks = [name for name, _fix in seen]
    assert {trucks.count(name) for name in trucks} == {4}
    assert {len(name) for name in trucks} == {15}
    again = [json.loads(line)["device"]["uniqueId"] for line in _delivery(1, AT).splitlines()]
    assert again == trucks


def test_no_two_rounds_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ping_benchmark, "TRACKERS", 2)
    monkeypatch.setattr(ping_benchmark, "PINGS", 4)
    rounds = [_delivery(number, AT + timedelta(hours=number)) for number in range(3)]
    assert len(set(rounds)) == 3
    fixes = [json.loads(line)["position"]["fixTime"] for raw in rounds for line in raw.splitlines()]
    assert all(AT <= datetime.fromisoformat(fix) < AT + timedelta(hours=3) for fix in fixes)
