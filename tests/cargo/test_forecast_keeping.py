"""Why a kept forecast moved: what it passed, the way ahead, the ship, or where it waits and how long that takes now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from cargo.forecast_keeping import STALLED, Cause, Held, Made, _cause, keep, moments
from cargo.models import Consignment, Forecast
from corridor.models import Node, Wait
from feeds.models import Source
from liaison.models import JournalEntry
from tests.cargo.test_reading import csv, row, take_in

AT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
MALABA = "xx-border-malaba"


def held(**more: object) -> Held:
    window = {"p10": AT + timedelta(hours=40), "p50": AT + timedelta(hours=50), "p90": AT + timedelta(hours=60)}
    given = {"consignment": 1, "made_at": AT, "stands": "gate_out", "reason": "trips", **window}
    return Held(**{**given, **more})  # type: ignore[arg-type]


def made(middle_h: float, at: datetime = AT, **more: object) -> Made:
    given = {
        "consignment": 1, "window": moments(at, [middle_h - 10, middle_h, middle_h + 10]),
        "gate": moments(at, [float("nan")] * 3), "days_out": "1-3", "stands": "gate_out", "awaits": "border1_in",
        "trips": 50, "fingerprint": "x", "reason": "trips", "waited_h": 5.0, "typical_h": 40.0, "usual_h": 90.0,
        "pace": ("", 1.0), "hits": (8, 10), "simple": None,
    }  # fmt: skip
    return Made(**{**given, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        (held(), made(51), Cause()),
        (held(), made(70, stands="border1_in"), Cause("passed", "border1_in")),
        (held(reason="ship"), made(70, reason="ship"), Cause("ship", "vessel_arrived")),
        (held(), made(70, pace=("border1_out", 2.04)), Cause("pace", "border1_out", 2.0)),
        (held(), made(30, pace=("border1_out", 2.04)), Cause()),
        (held(), made(30, pace=("border1_out", 0.5)), Cause("pace", "border1_out", 0.5)),
        (held(), made(70, pace=("border1_out", 2.0), waited_h=60.0), Cause("wait", "border1_in")),
        (held(), made(70), Cause("wait", "border1_in")),
    ],
)
def test_the_reason_is_what_moved_it_most(before: Held, after: Made, cause: Cause) -> None:
    assert _cause(before, after) == cause


def test_a_wait_names_the_node_where_it_takes_longer_than_usual_and_a_stall_too(
    consignment: Consignment, clerk: Source
) -> None:
    take_in(clerk, csv(row("border_in", 20, node=MALABA)))
    at = timezone.now()
    Wait.objects.create(
        node=Node.objects.get(slug=MALABA), kind="border", now_s=36_000, now_n=9, usual_s=12_000, usual_p90_s=20_000,
        usual_n=60, severity_since=at, measured_at=at,
    )  # fmt: skip
    standing = {"consignment": consignment.pk, "stands": "border1_in", "awaits": "border1_out"}
    assert keep([made(50, at, **standing)], at=at, is_snapshot=False) == 1
    later = at + timedelta(hours=1)
    assert keep([made(80, later, reason="late", **standing)], at=later, is_snapshot=False) == 1
    now = Forecast.objects.current().get(consignment=consignment)
    assert (now.cause, now.cause_step, now.cause_times, now.cause_node) == (
        "wait", "border1_out", 3.0, Node.objects.get(slug=MALABA).name,
    )  # fmt: skip
    assert (now.moved_h, now.gate_p50, now.hits, now.hits_n, now.is_snapshot) == (31.0, None, 8, 10, False)
    data = JournalEntry.objects.get(kind=STALLED).data
    assert (data["times_usual"], data["stands"]) == (3.0, "border1_in")
