"""Boxes, reports and trips: what each says of itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from demo.reports import GATE, LINE, Box, Report, Trip
from demo.vessels import Port

AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


def report(kind: str = "gate_out", *, hours: float = 0, **values: Any) -> Report:
    at = AT + timedelta(hours=hours)
    known: dict[str, Any] = {"source": GATE, "occurred_at": at, "reported_at": at, "bill_of_lading": "B1", **values}
    return Report(kind=kind, **known)


@pytest.mark.parametrize(("size_type", "teu"), [("22G1", 1), ("42G1", 2), ("45G1", 2)])
def test_a_twenty_foot_box_is_one_teu(size_type: str, teu: int) -> None:
    assert Box("CSQU3054383", size_type, 20_000).teu == teu


@pytest.mark.parametrize(
    ("kind", "node", "step"),
    [
        ("border_in", "xx-border-malaba", "border1_in"),
        ("border_out", "xx-border-busia", "border1_out"),
        ("border_in", "xx-border-gatuna", "border2_in"),
        ("border_out", "xx-border-kagitumba", "border2_out"),
        ("gate_out", "ke-term-ct2", "gate_out"),
    ],
)
def test_the_two_borders_are_told_apart(kind: str, node: str, step: str) -> None:
    assert report(kind, node=node).step == step


@pytest.mark.parametrize(
    ("values", "local"),
    [
        ({"node": "ke-term-ct2"}, "2026-11-20T09:00:00+03:00"),
        ({"node": "xx-border-malaba"}, "2026-11-20T09:00:00+03:00"),
        ({"node": "ug-wb-lukaya"}, "2026-11-20T09:00:00+03:00"),
        ({"node": "xx-border-gatuna"}, "2026-11-20T08:00:00+02:00"),
        ({"node": "rw-city-kigali"}, "2026-11-20T08:00:00+02:00"),
        ({"port": Port("INMUN", "Mundra", 5.5, 9)}, "2026-11-20T11:30:00+05:30"),
    ],
)
def test_a_report_has_the_clock_of_its_place(values: dict[str, Any], local: str) -> None:
    assert report(**values).local_time.isoformat() == local


def test_the_times_of_a_step_are_those_when_it_happened(few: list[Trip]) -> None:
    trip = next(trip for trip in few if len(trip.boxes) > 1)
    mine = [report(hours=5), report(hours=2), report(hours=1, classifier="EST"), report("sealed"), report(source=LINE)]
    told = Trip(
        **{
            name: getattr(trip, name)
            for name in ("order", "bill_of_lading", "boxes", "weight_t", "goods", "call", "vehicles")
        },
        registered_at=AT,
        reports=tuple(mine),
    )
    assert told.times("gate_out") == [AT, AT + timedelta(hours=2), AT + timedelta(hours=5)]
    assert told.times("delivered") == []
