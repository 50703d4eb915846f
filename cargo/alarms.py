"""Alarms at a fixed budget: the few consignments that most is to be lost on, chosen every ten minutes, and told of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction

from cargo.arrival.alarms import Choice, Risk, budget, choose
from cargo.models import KIGALI, Alarm, Consignment, Exposure, Forecast
from cargo.telling import people_told, with_watchers
from liaison.bulk import insert_rows
from liaison.journal import News, record_many
from liaison.models import JournalEntry
from notify.outbox import fan_out

RAISED = "cargo.alarm_raised"
# So many are told of at once.
BATCH = 500
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
    fresh = [(pk, threats[pk]) for pk in chosen.keys if pk not in standing]
    for start in range(0, len(fresh), BATCH):
        _tell(dict(fresh[start : start + BATCH]), chosen, at)
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


def _tell(fresh: Mapping[int, Threat], chosen: Choice, at: datetime) -> None:
    """One entry each; those who may see the charges are told of it, once of the same fear for the same goods."""
    goods = {row[0]: _Goods(*row) for row in Consignment.objects.filter(pk__any=list(fresh)).values_list(*_COLUMNS)}
    told = _told([row.ref for row in goods.values()])
    news = {pk: _news(goods[pk], threat, chosen) for pk, threat in fresh.items()}
    entries = dict(zip(news, record_many(list(news.values()), by=None, at=at), strict=True))
    untold = {pk: goods[pk] for pk, each in news.items() if _mark(each.key, each.data) not in told}
    people = people_told({pk: row.consignee for pk, row in untold.items()}, at, may_see_money=True)
    people = with_watchers(people, {pk: row.ref for pk, row in untold.items()})
    fan_out({entries[pk]: people[pk] for pk in untold}, at=at)


class _Goods(NamedTuple):
    """The consignment that an alarm is of."""

    pk: int
    ref: str
    consignee: int
    held_by: str
    next_step: str


_COLUMNS = ("pk", "ref", "consignee_id", "status__held_by", "status__next_step")


def _mark(ref: str, data: Mapping[str, object]) -> tuple[str, object, object]:
    """A clock is feared once; a stall once for each step that is waited for."""
    return ref, data["clock"], "" if data["clock"] else data.get("next_step", "")


def _told(refs: Sequence[str]) -> set[tuple[str, object, object]]:
    entries = JournalEntry.objects.filter(subject="consignment", key__any=list(refs), kind=RAISED)
    return {_mark(key, data) for key, data in entries.values_list("key", "data")}


def _news(goods: _Goods, threat: Threat, chosen: Choice) -> News:
    """What is feared, how likely, and the loss that one must reach to be alarmed."""
    data = {
        "ref": goods.ref, "clock": threat.clock, "percent": round(100 * threat.chance), "loss": threat.loss,
        "currency": "USD", "bar": round(chosen.bar), "budget": settings.ALARM_BUDGET,
        "held_by": goods.held_by, "next_step": goods.next_step,
    }  # fmt: skip
    return News(kind=RAISED, subject="consignment", key=goods.ref, data=data)
