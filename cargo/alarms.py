"""Alarms at a fixed budget: the few consignments that most is to be lost on, chosen anew every ten minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction

from cargo.arrival.alarms import Choice, Risk, budget, choose
from cargo.models import KIGALI, Alarm, Consignment, Exposure, Forecast
from liaison.bulk import insert_rows
from liaison.journal import News, record_many

RAISED = "cargo.alarm_raised"
_LOCK = 7_310_007
_TYPES = {
    "consignment_id": "bigint",
    "about": "text",
    "clock": "text",
    "chance": "float8",
    "loss": "integer",
    "raised_at": "timestamptz",
    "stood_on": "date",
    "ended_at": "timestamptz",
}
_AGAIN = ", ".join(f"{name} = excluded.{name}" for name in list(_TYPES)[1:])


class Threat(NamedTuple):
    """What an open consignment is threatened by most: a clock that it may miss, or a stall (without a clock)."""

    clock: str
    chance: float
    loss: int


@transaction.atomic
def raise_alarms(*, at: datetime) -> int:
    """Choose by the exposures and forecasts of now whom to alarm; returns how many are alarmed anew.

    What holds, ended and was said of each is in the journal; see ``cargo.arrival.alarms`` for the choice.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    today = at.astimezone(KIGALI).date()
    known = {alarm.consignment_id: alarm for alarm in Alarm.objects.all()}
    standing = {pk for pk, alarm in known.items() if alarm.ended_at is None}
    threats = dict(_threats())
    chosen = choose(
        (Risk(pk, threat.chance, float(threat.loss)) for pk, threat in threats.items()),
        standing=standing,
        counted=[pk for pk, alarm in known.items() if alarm.stood_on == today],
        most=budget(settings.ALARM_BUDGET).of(Consignment.objects.open().count()),
    )
    Alarm.objects.standing().exclude(consignment__in=chosen.keys).update(ended_at=at)
    rows = [_row(pk, threats[pk], known[pk].raised_at if pk in standing else at, at) for pk in chosen.keys]
    insert_rows("cargo_alarm", _TYPES, rows, f"ON CONFLICT (consignment_id) DO UPDATE SET {_AGAIN}")
    fresh = [pk for pk in chosen.keys if pk not in standing]
    _record({pk: threats[pk] for pk in fresh}, chosen, at)
    return len(fresh)


def _row(pk: int, threat: Threat, raised_at: datetime, at: datetime) -> tuple[object, ...]:
    about = Alarm.About.CLOCK if threat.clock else Alarm.About.STALL
    return pk, str(about), threat.clock, threat.chance, threat.loss, raised_at, at.astimezone(KIGALI).date(), None


def _threats() -> Iterator[tuple[int, Threat]]:
    """By consignment the likelier of a missed clock and a stall, with what is expected to be owed beyond today."""
    stalls = dict(Forecast.objects.current().values_list("consignment_id", "stall_chance"))
    rows = Exposure.objects.values_list("consignment_id", "clock", "miss_chance", "expected", "accrued")
    for pk, clock, miss, expected, accrued in rows.iterator():
        loss = max(round(expected - accrued), 0) if expected is not None and accrued is not None else 0
        stall = stalls.get(pk) or 0.0
        yield pk, Threat(clock, miss, loss) if miss is not None and miss >= stall else Threat("", stall, loss)


def _record(fresh: Mapping[int, Threat], chosen: Choice, at: datetime) -> None:
    """One entry each, with what is feared, how likely, and the loss that one must reach to be alarmed."""
    refs = dict(Consignment.objects.filter(pk__any=list(fresh)).values_list("pk", "ref"))
    news = [
        News(
            kind=RAISED,
            subject="consignment",
            key=refs[pk],
            data={
                "clock": threat.clock, "percent": round(100 * threat.chance), "loss": threat.loss, "currency": "USD",
                "bar": round(chosen.bar), "budget": settings.ALARM_BUDGET,
            },
        )
        for pk, threat in fresh.items()
    ]  # fmt: skip
    record_many(news, by=None, at=at)
