"""How long ships wait for a berth: measured from their calls, and of whom it is not known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from corridor.berthing import measure_berthing
from corridor.models import Node, Vessel, VesselCall
from corridor.waits import Measured
from feeds.models import Source

NOW = timezone.now().replace(microsecond=0)


def call(source: Source, number: int, arrived_h: float, berthed_h: float | None, *, heard_h: float = 1) -> None:
    """A ship that arrived and berthed so many hours ago."""
    VesselCall.objects.create(
        pk=number,
        vessel=Vessel.objects.create(name=f"SHIP {number}"),
        port=Node.objects.get(slug="ke-port-mombasa"),
        state="anchored" if berthed_h is None else "at_berth",
        arrived_at=NOW - timedelta(hours=arrived_h),
        berthed_at=None if berthed_h is None else NOW - timedelta(hours=berthed_h),
        source=source,
        heard_at=NOW,
        position="0",
        updated_at=NOW - timedelta(hours=heard_h),
    )


def test_now_usual_and_who_waits(gate: Source) -> None:
    stays = [(30, 20), (60, 40), (26, 10), (300, 290), (400, 380), (24 * 70, 24 * 69)]
    for number, (arrived, berthed) in enumerate(stays, 1):
        call(gate, number, arrived, berthed)
    call(gate, 10, 50, None)
    call(gate, 11, 20, None)
    call(gate, 12, 900, None, heard_h=24 * 30)
    hour = 3600
    assert measure_berthing(NOW) == Measured(
        kind="berth",
        node="ke-port-mombasa",
        now_s=16 * hour,
        now_n=3,
        usual_s=15 * hour,
        usual_p90_s=19 * hour,
        usual_n=2,
        waiting_n=2,
        waiting_s=50 * hour,
        longest_s=50 * hour,
    )


@pytest.mark.usefixtures("network")
def test_of_no_ship_nothing_is_known() -> None:
    assert measure_berthing(NOW) == Measured(
        kind="berth", node="ke-port-mombasa", now_s=None, now_n=0, usual_s=None, usual_p90_s=None, usual_n=0
    )
