"""The benchmark of positions: trackers' pings from raw JSON to the trail, with geofences, against COPY of the trail."""

from __future__ import annotations

import io
import json
import time
from datetime import datetime, timedelta
from statistics import median

from django.db import connection
from django.utils import timezone

from cargo.reading import read_delivery
from corridor.models import Position
from corridor.reference import load_reference
from corridor.trail import ready_months
from demo.measuring import Result, timed
from feeds.intake import receive
from feeds.models import Source
from feeds.sources import add_source

TRACKERS = 1500
PINGS = 3000
ROUNDS = 8
# From the port over the border at Malaba to Kigali, as straight lines.
ROUTE = [(-4.06, 39.68), (-1.39, 36.94), (0.636, 34.276), (0.3177, 32.5814), (-1.42, 30.01), (-1.9509, 30.0615)]


def pings() -> Result:
    """Pings a second: each round is one delivery of two pings of each truck, all on their way along the corridor."""
    source = _stage()
    started = timezone.now() - timedelta(hours=ROUNDS + 1)
    read: list[float] = []
    copied: list[float] = []
    for number in range(ROUNDS + 1):
        raw = _delivery(number, started + timedelta(hours=number))
        start = time.perf_counter()
        receipt = receive(source=source, raw=raw, at=timezone.now())
        outcome = read_delivery(receipt.delivery.pk)
        seconds = time.perf_counter() - start
        if number:
            read.append(outcome.facts / seconds)
            copied.append(PINGS / _copy_again(receipt.delivery.pk))
    value, baseline = median(read), median(copied)
    return Result("pings", round(value, 1), "pings/s", round(baseline, 1), round(value / baseline, 4))


def _stage() -> Source:
    at = timezone.now()
    load_reference(at=at)
    ready_months(at=at)
    # Other trucks each time, so that the benchmark may be run again on the same database.
    source, _token = add_source(slug=f"bench-pings-{at:%y%m%d%H%M%S}", format="gps", by=None, at=at)
    return source


def _delivery(number: int, at: datetime) -> bytes:
    lines = []
    for truck in range(TRACKERS):
        for minute in range(0, 60, 60 * TRACKERS // PINGS):
            lat, lon = _place((truck / TRACKERS + (number + minute / 60) / ROUNDS / 2) % 1)
            fix = at + timedelta(minutes=minute, seconds=truck % 60)
            position = {"id": 0, "fixTime": fix.isoformat(), "valid": True, "outdated": False, "speed": 30.2}
            position |= {"latitude": lat, "longitude": lon, "course": 291.0, "attributes": {"sat": 12}}
            device = {"id": truck, "uniqueId": f"86{truck:013d}", "name": f"RAD {truck % 1000:03d} B"}
            lines.append(json.dumps({"position": position, "device": device}))
    return "\n".join(lines).encode()


def _place(share: float) -> tuple[float, float]:
    """The place after ``share`` of the route."""
    leg, rest = divmod(share * (len(ROUTE) - 1), 1)
    (south, west), (north, east) = ROUTE[int(leg)], ROUTE[int(leg) + 1]
    return south + (north - south) * rest, west + (east - west) * rest


def _copy_again(delivery: int) -> float:
    """The seconds that COPY takes for the same rows of the trail."""
    columns = (
        "fixed_at, received_at, delivery_id, lat, lon, speed_kmh, course, node_id, "
        "container, container_at, plate, plate_at"
    )
    buffer = io.StringIO()
    with connection.cursor() as cursor:
        rows = f"SELECT -tracker_id, {columns} FROM corridor_position WHERE delivery_id = {delivery:d}"
        cursor.copy_expert(f"COPY ({rows}) TO STDOUT", buffer)
        buffer.seek(0)
        seconds = timed(
            lambda: cursor.copy_expert(f"COPY corridor_position (tracker_id, {columns}) FROM STDIN", buffer)
        )
    Position.objects.filter(tracker_id__lt=0).delete()
    return seconds
