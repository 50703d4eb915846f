"""The dashboard's parts: what got worse, who answers, what is about to arrive, and what happened meanwhile."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from cargo.models import Consignment, Forecast, TariffRow
from corridor.models import Condition
from feeds.models import Source
from observatory.annotations import events_of
from observatory.board import arrivals, goal, worse
from observatory.figures import Figure
from tests.cargo.test_reading import take_in
from tests.conftest import source_of
from tests.corridor.test_settling import said
from tickets.models import DayOff

TODAY = date(2026, 11, 26)
LAST = date(2026, 11, 16)


def weeks(*values: float | None, n: int = 9) -> list[Figure]:
    """The weeks up to the last whole one."""
    first = LAST - timedelta(days=7 * (len(values) - 1))
    days = [first + timedelta(days=7 * number) for number in range(len(values))]
    return [
        Figure(starts_on=day, until=day + timedelta(days=6), n=n, missing=0, value=value, p50=value)
        for day, value in zip(days, values, strict=True)
    ]


def test_what_got_worse() -> None:
    found = worse(
        {
            "container_dwell_time": weeks(80, 82, 78, 80, 120),
            "transit_time_mombasa_kigali": weeks(180, 185, 200),
            "border_crossing_time_malaba": weeks(8, 8, 8, None),
            "milestones_known": weeks(90, 90, 90, 60),
            "transit_volume_rwanda": weeks(100, 100, 100, 10),
            "icdn_dwell_time": weeks(50, 100),
            "e_seal_wait_time": [],
        },
        TODAY,
    )
    assert [(one["indicator"].slug, one["value"], one["usual"]) for one in found] == [
        ("container_dwell_time", "120\u00a0h", "80.0\u00a0h"),
        ("milestones_known", "60.0\u00a0%", "90.0\u00a0%"),
    ]


def test_the_goal_without_anything_counted(db: None) -> None:
    found = goal([], TODAY, least=5)
    assert (found["published"], found["latest"], found["share"]) == ("840,787\u00a0t", 2025, 84)
    assert (found["rolling"], found["monthly"], found["parts"]) == ("", None, [])
    assert found["is_past"] is True
    assert found["chart"] is not None


def test_arrivals_by_week(consignment: Consignment) -> None:
    at = datetime(2026, 11, 26, 6, tzinfo=UTC)

    def forecast(days: float, **rest: object) -> None:
        p50 = at + timedelta(days=days)
        Forecast.objects.create(
            consignment=consignment, made_at=at, p10=p50, p50=p50, p90=p50, days_out="7-14", trips=9,
            fingerprint="x", reason="trips", **{"is_current": False, **rest},
        )  # fmt: skip

    forecast(8, is_current=True)
    forecast(9)
    assert [n for _first, _last, n in arrivals(at, least=1)] == [None, 1, None]
    assert [n for _first, _last, n in arrivals(at, least=5)] == [None, None, None]


def test_what_happened_meanwhile(network: None) -> None:
    ura: Source = source_of("ura", "status")
    take_in(ura, said("slow", "Q1"))
    take_in(ura, said("shut", "C1", since_h=-30))
    take_in(ura, said("shut", "C2", since_h=-300))
    take_in(ura, said("severe", "S1"))
    today = timezone.localdate()
    Condition.objects.filter(reference="S1").update(is_latest=False)
    row = {"payee": "KPA", "charge_group": "storage", "unit": "USD", "currency": "USD", "rate": 1, "item": "i"}
    row |= {"source_url": "Letter", "confidence": "sourced", "proposed_at": timezone.now(), "effective_from": today}
    TariffRow.objects.create(**row, key="1", approved_at=timezone.now())
    TariffRow.objects.create(**{**row, "payee": "Line"}, key="2")
    DayOff.objects.create(country="RW", on=today - timedelta(days=1), reason="Umuganda", at=timezone.now())
    found = events_of(since=today - timedelta(days=5), until=today)
    assert [one.number for one in found] == [1, 2, 3]
    words = sorted(one.words for one in found)
    assert words[1:] == ["New tariff: KPA", "RW: Umuganda"]
    assert words[0].endswith(": Shut")
