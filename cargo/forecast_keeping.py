"""Keeping forecasts: the one that holds now of each consignment, why it moved, and who has come to a stop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isnan
from typing import NamedTuple

from django.db import transaction

from cargo.models import Consignment, Forecast, Milestone, Status
from cargo.waits import STAYS
from corridor.models import Wait
from corridor.waits import FEWEST_USUAL
from liaison.bulk import copy_rows
from liaison.journal import News, record_many

STALLED = "cargo.consignment_stalled"
# A window that moves by less stays as it was said: neither by so many hours, nor by this share of its width.
_STILL_H, _STILL_SHARE = 1.0, 0.05
# A middle that moves by less needs no reason.
_WORTH_H = 2.0
# A wait is named as a reason from so many times the usual on.
_LONG = 1.5
_GONE_STATES = [*Status.DONE, Status.State.INKIGALI]
_HOUR = timedelta(hours=1)
Moments = Sequence[datetime | None]


class Made(NamedTuple):
    """A forecast as it was counted: low, middle and high of the arrival, of the gate and of the empty's return (None
    where it has none), the milestone that it waits for, hours waited and those in which half and nearly all go on, how
    likely it comes to a stall, and the leg ahead that changed its pace most with how many times as long it takes."""

    consignment: int
    window: Moments
    gate: Moments
    empty: Moments
    days_out: str
    stands: str
    awaits: str
    trips: int
    fingerprint: str
    reason: str
    waited_h: float
    typical_h: float
    usual_h: float
    share: float
    stall: float
    pace: tuple[str, float]
    hits: tuple[int, int]
    simple: datetime | None


class Held(NamedTuple):
    """The forecast that holds so far."""

    consignment: int
    made_at: datetime
    p10: datetime
    p50: datetime
    p90: datetime
    stands: str
    reason: str
    hits_n: int


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a middle moved, as ``Forecast`` keeps it."""

    kind: str = ""
    step: str = ""
    times: float | None = None
    node: str = ""


def moments(at: datetime, left_h: Iterable[float]) -> list[datetime | None]:
    """So many hours later, to the minute; None for what is not known."""
    return [None if isnan(left) else at + timedelta(0, 60 * round(60 * left)) for left in left_h]


@transaction.atomic
def keep(made: Sequence[Made], *, at: datetime, is_snapshot: bool) -> int:
    """Keep those that are snapshots or differ from what holds now, and tell of who has come to a stop."""
    ids = [row.consignment for row in made]
    still = Status.objects.filter(consignment__any=ids).exclude(state__in=_GONE_STATES).order_by("pk")
    # Those who forecast the same consignments take turns.
    open_ids = set(still.select_for_update(no_key=True).values_list("pk", flat=True))
    current = Forecast.objects.current().filter(consignment__any=ids)
    held = {row[0]: Held(*row) for row in current.values_list("consignment_id", *Held._fields[1:])}
    kept = [
        row
        for row in made
        if row.consignment in open_ids and _is_worth_keeping(held.get(row.consignment), row, at, is_snapshot)
    ]
    replaced = [row.consignment for row in kept if row.consignment in held]
    Forecast.objects.current().filter(consignment__any=replaced).update(is_current=False)
    causes = _causes(kept, held)
    copy_rows("cargo_forecast", _COLUMNS, _rows(kept, held, causes, at, is_snapshot))
    _tell_stalled([row for row in kept if _has_stalled(held.get(row.consignment), row)], at=at)
    return len(kept)


_COLUMNS = (
    "consignment_id", "made_at", "p10", "p50", "p90", "gate_p10", "gate_p50", "gate_p90",
    "empty_p10", "empty_p50", "empty_p90", "method", "days_out",
    "stands", "trips", "fingerprint", "reason", "moved_h", "cause", "cause_step", "cause_times", "cause_node",
    "stall_chance", "hits", "hits_n", "simple_p50", "is_current", "is_snapshot",
)  # fmt: skip


def _rows(
    kept: Sequence[Made],
    held: Mapping[int, Held],
    causes: Mapping[int, Cause],
    at: datetime,
    is_snapshot: bool,
) -> Iterator[tuple[object, ...]]:
    nothing = Cause()
    for row in kept:
        cause = causes.get(row.consignment, nothing)
        yield (
            row.consignment, at, *row.window, *row.gate, *row.empty, "C", row.days_out,
            row.stands, row.trips, row.fingerprint, row.reason, _moved_h(held.get(row.consignment), row),
            cause.kind, cause.step, cause.times, cause.node,
            round(row.stall, 3), *row.hits, row.simple, True, is_snapshot,
        )  # fmt: skip


def _moved_h(before: Held | None, after: Made) -> float | None:
    middle = after.window[1]
    return round((middle - before.p50) / _HOUR, 1) if before and middle else None


def _is_worth_keeping(before: Held | None, after: Made, at: datetime, is_snapshot: bool) -> bool:
    if before is None:
        return True
    return before.made_at <= at and (is_snapshot or not _stands_still(before, after, at))


def _stands_still(before: Held, after: Made, at: datetime) -> bool:
    """Whether the two say the same to a reader: a window does not flap. One that is over says nothing any more, and one
    that could not say how often its like held says more as soon as that is known."""
    if after.hits[1] and not before.hits_n:
        return False
    if before.reason != after.reason or before.stands != after.stands or before.p10 < at:
        return False
    allowed = max(timedelta(hours=_STILL_H), (before.p90 - before.p10) * _STILL_SHARE)
    pairs = zip((before.p10, before.p50, before.p90), after.window, strict=True)
    return all(new is not None and abs(old - new) <= allowed for old, new in pairs)


def _causes(kept: Sequence[Made], held: Mapping[int, Held]) -> dict[int, Cause]:
    """Why the middles moved that moved by more than a little; two queries where any waits."""
    moved = [(row, held[row.consignment]) for row in kept if row.consignment in held]
    found = {row.consignment: _cause(before, row) for row, before in moved}
    waiting = {row.consignment: row.stands for row, _before in moved if found[row.consignment].kind == "wait"}
    for pk, (node, times) in _long_waits(waiting).items():
        found[pk] = Cause("wait", found[pk].step, times, node)
    return found


def _cause(before: Held, after: Made) -> Cause:
    """What moved it most: what it passed, the ship's new word, a leg ahead that changed its pace, or its own wait."""
    moved = _moved_h(before, after) or 0.0
    if abs(moved) < _WORTH_H:
        return Cause()
    if before.stands != after.stands:
        return Cause("passed", after.stands)
    if after.reason == "ship" and before.reason == "ship":
        return Cause("ship", "vessel_arrived")
    step, times = after.pace
    if step and (times > 1.0) == (moved > 0.0) and after.waited_h <= after.typical_h:
        return Cause("pace", step, round(times, 1))
    return Cause("wait", after.awaits) if moved > 0.0 else Cause()


def _slow_nodes() -> dict[tuple[str, str], tuple[str, float]]:
    """By the kind of the wait and the node's slug: the node's name, and how many times the usual it takes now."""
    rows = Wait.objects.filter(now_s__isnull=False, usual_s__gt=0, usual_n__gte=FEWEST_USUAL)
    values = rows.values_list("kind", "node__slug", "node__name", "now_s", "usual_s")
    times = [(kind, slug, name, (now_s or 0) / (usual_s or 1)) for kind, slug, name, now_s, usual_s in values]
    return {(kind, slug): (name, round(ratio, 1)) for kind, slug, name, ratio in times if ratio >= _LONG}


def _long_waits(waiting: Mapping[int, str]) -> dict[int, tuple[str, float]]:
    """Of those that wait (since which milestone), where the wait is long now, and how many times the usual."""
    stays = {stay.begins: stay for stay in STAYS}
    wanted = {pk: code for pk, code in waiting.items() if code in stays}
    if not wanted:
        return {}
    slow = _slow_nodes()
    there = Milestone.objects.filter(consignment__any=list(wanted), code__in=set(wanted.values()))
    found: dict[int, tuple[str, float]] = {}
    for pk, code, slug in there.order_by("pk").values_list("consignment_id", "code", "event__node__slug"):
        stay = stays[code]
        place = slow.get((stay.kind, stay.at.get(slug or "", "")))
        if wanted[pk] == code and place:
            found[pk] = place
    return found


def _has_stalled(before: Held | None, after: Made) -> bool:
    """Whether it waits too long now, and did not when it was forecast before at the same milestone."""
    if after.reason != Forecast.Reason.LATE:
        return False
    return before is None or (before.reason, before.stands) != (after.reason, after.stands)


def _tell_stalled(stalled: Sequence[Made], *, at: datetime) -> None:
    """One entry each, with the evidence: how long it has waited where, longer than how many of a hundred, and within
    how long nearly all had gone on."""
    if not stalled:
        return
    refs = dict(Consignment.objects.filter(pk__any=[row.consignment for row in stalled]).values_list("pk", "ref"))
    waits = _long_waits({row.consignment: row.stands for row in stalled})
    news = [
        News(
            kind=STALLED,
            subject="consignment",
            key=refs[row.consignment],
            data={
                "stands": row.stands,
                "waited_h": round(row.waited_h, 1),
                "usual_p95_h": round(row.usual_h, 1),
                "percentile": min(int(100 * row.share), 99),
                "trips": row.trips,
                **_condition(waits.get(row.consignment)),
            },
        )
        for row in stalled
    ]
    record_many(news, by=None, at=at)


def _condition(wait: tuple[str, float] | None) -> dict[str, object]:
    """How the node is at which it waits, where that is known to be slow."""
    return {"node": wait[0], "times_usual": wait[1]} if wait else {}


def end(ids: Sequence[int]) -> None:
    """What has arrived is forecast no more."""
    Forecast.objects.current().filter(consignment__any=list(ids)).update(is_current=False)
