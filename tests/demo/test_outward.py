"""An export's trip: in order, before its ship, the same on the same ship, and read as an export by the portal."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from cargo.meaning import Spot, milestone_of
from cargo.milestones import EXPORT_RAIL
from demo.outward import Outward
from demo.reports import Report, Trip

SPOTS = {
    "rw-city-kigali": Spot("rw-city-kigali", "city", "RW"),
    "xx-border-gatuna": Spot("xx-border-gatuna", "border", "RW"),
    "xx-border-malaba": Spot("xx-border-malaba", "border", "KE"),
    "ke-port-mombasa": Spot("ke-port-mombasa", "port", "KE"),
}


@pytest.fixture(scope="module")
def export(few: list[Trip]) -> Trip:
    """The only one."""
    (trip,) = [trip for trip in few if trip.order.direction == "export"]
    return trip


def told(trip: Trip, seed: int, by: timedelta = timedelta()) -> list[Report]:
    return Outward(trip.order, trip.call.moved(by), trip.bill_of_lading, trip.boxes, Random(seed)).run()


def reached(report: Report) -> str:
    return milestone_of(report.kind, SPOTS[report.node], is_elsewhere=False, direction="export")


@pytest.mark.parametrize("seed", range(5))
def test_it_passes_every_milestone_of_its_rail_once_and_in_order(export: Trip, seed: int) -> None:
    found = sorted(told(export, seed), key=lambda report: report.occurred_at)
    assert [code for report in found if (code := reached(report))] == EXPORT_RAIL
    assert [report.kind for report in found if not reached(report)] == ["sealed", "kra_cleared"]
    at_port = next(report.occurred_at for report in found if report.kind == "truck_in")
    assert timedelta(hours=90) <= export.call.berthed_at - at_port <= timedelta(hours=150)
    assert all(report.occurred_at < report.reported_at for report in found)


def test_it_moves_with_its_ship_and_is_told_as_it_goes(export: Trip) -> None:
    by = timedelta(days=33)
    assert [report.occurred_at + by for report in told(export, 1)] == [one.occurred_at for one in told(export, 1, by)]
    spoken = [report.reported_at for report in told(export, 2)]
    assert (spoken == sorted(spoken), {report.classifier for report in told(export, 2)}) == (True, {"ACT"})
