"""Forecasts of arrival, made and kept: of what has moved, and every morning of all that is under way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.core.cache import cache
from django.db import transaction

from cargo.arrival.baselines import baselines
from cargo.arrival.conformal import HORIZONS, horizon, widened
from cargo.arrival.log import Floats, Log, seen
from cargo.arrival.model import Model, Options, Windows, fit, forecast, learn
from cargo.arrival_log import hours, standing_log
from cargo.models import Consignment, Forecast, ForecastScore, Status
from liaison.journal import News, record_many

# A model serves for so long; what is told meanwhile changes where a trip stands, not what like trips took.
SERVES = timedelta(minutes=30)
_KEY = "cargo.forecasting.served"
# Fewer finished trips than these are few.
FEW_TRIPS = 20
# A window that moves by less stays as it was said: neither by so many hours, nor by this share of its width.
_STILL_H, _STILL_SHARE = 1.0, 0.05
# As said counts, and no longer as replayed, from so many scored forecasts on.
ENOUGH_SAID = 50
_GONE_STATES = [*Status.DONE, Status.State.INKIGALI]
BATCH = 5000
STALLED = "cargo.consignment_stalled"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Served:
    """A model, by what each horizon's window is stretched, and of how many windows how many held the truth."""

    model: Model
    factors: Floats
    hits: Mapping[str, tuple[int, int]]
    fingerprint: str


def serve(*, at: datetime) -> Served:
    """The model of this half hour, the same for every worker; learnt where there is none."""
    served = cache.get(_KEY)
    if isinstance(served, Served):
        return served
    return _learn(standing_log(None, at=at)[1], at=at)


def _learn(log: Log, *, at: datetime) -> Served:
    options = Options()
    model = fit(learn(log, seen(log, hours(at)), options), options)
    replayed = ForecastScore.objects.filter(basis=ForecastScore.Basis.REPLAYED, method="C")
    factors = dict(replayed.values_list("days_out", "factor"))
    served = Served(
        model=model,
        factors=np.array([factors.get(name, 1.0) for name in HORIZONS]),
        hits=hit_rates(),
        fingerprint=_fingerprint(log, options),
    )
    cache.set(_KEY, served, SERVES.total_seconds())
    return served


def _fingerprint(log: Log, options: Options) -> str:
    """Names the facts and the options that a model was learnt from."""
    digest = hashlib.sha256(repr(options).encode())
    for part in (log.lane, log.trip, log.code, log.at, log.eta_at):
        digest.update(part.tobytes())
    return digest.hexdigest()[:16]


def hit_rates() -> dict[str, tuple[int, int]]:
    """Hits and windows by horizon: as said where that is enough, else as replayed."""
    found: dict[str, tuple[int, int]] = {}
    rows = ForecastScore.objects.filter(method="C").order_by("-basis").values_list("basis", "days_out", "hits", "n")
    for basis, days_out, hits, n in rows:
        if basis == ForecastScore.Basis.REPLAYED or n >= ENOUGH_SAID:
            found.setdefault(days_out, (hits, n))
    return found


def forecast_consignments(ids: Iterable[int], *, at: datetime) -> int:
    """Forecast these consignments anew; returns how many forecasts were kept. What has arrived has none any more."""
    served = serve(at=at)
    found, log = standing_log(ids, at=at)
    return _keep(found, log, served, at=at, is_snapshot=False)


def forecast_open(*, at: datetime, is_snapshot: bool = True) -> int:
    """Learn anew and forecast everything under way; a snapshot is kept of each even where it has not moved."""
    found, log = standing_log(None, at=at)
    return _keep(found, log, _learn(log, at=at), at=at, is_snapshot=is_snapshot)


def _keep(ids: Sequence[int], log: Log, served: Served, *, at: datetime, is_snapshot: bool) -> int:
    now = seen(log, hours(at))
    rows = np.flatnonzero(np.isnan(now.arrived))
    windows = forecast(served.model, now.of(rows))
    left = widened(windows.left, served.factors)
    simple = baselines(log, now)["B1"][rows, 1] if is_snapshot else None
    made = [
        _forecast(ids[row], windows, left, number, served, at=at, is_snapshot=is_snapshot)
        for number, row in enumerate(rows.tolist())
        if not np.isnan(left[number]).any()
    ]
    waits = {
        ids[row]: (float(windows.waited[number]), float(windows.usual[number]))
        for number, row in enumerate(rows.tolist())
        if windows.is_late[number]
    }
    if simple is not None:
        for row, moment in zip(made, simple[~np.isnan(left).any(1)], strict=True):
            row.simple_p50 = _moment(at, float(moment))
    _end([ids[row] for row in np.flatnonzero(~np.isnan(now.arrived)).tolist()])
    return sum(_write(made[start : start + BATCH], waits, at=at) for start in range(0, len(made), BATCH))


def _moment(at: datetime, left_h: float) -> datetime:
    return at + timedelta(minutes=round(left_h * 60))


def _forecast(
    pk: int, windows: Windows, left: Floats, number: int, served: Served, *, at: datetime, is_snapshot: bool
) -> Forecast:
    days_out = HORIZONS[int(horizon(left[number, 1:2])[0])]
    hits, hits_n = served.hits.get(days_out, (0, 0))
    low, middle, high = (_moment(at, float(value)) for value in left[number])
    return Forecast(
        consignment_id=pk, made_at=at, p10=low, p50=middle, p90=high, days_out=days_out,
        stands=windows.milestone(number, served.model), trips=int(windows.trips[number]),
        fingerprint=served.fingerprint, reason=_reason(windows, number), hits=hits, hits_n=hits_n,
        is_snapshot=is_snapshot,
    )  # fmt: skip


def _reason(windows: Windows, number: int) -> str:
    if not windows.trips[number]:
        return Forecast.Reason.NONE
    if windows.is_late[number]:
        return Forecast.Reason.LATE
    if windows.trips[number] < FEW_TRIPS:
        return Forecast.Reason.FEW
    if windows.by_eta[number] >= 0:
        return Forecast.Reason.SHIP
    return Forecast.Reason.TRIPS if windows.stands[number] > 0 else Forecast.Reason.UNHEARD


@transaction.atomic
def _write(made: Sequence[Forecast], waits: Mapping[int, tuple[float, float]], *, at: datetime) -> int:
    """Keep those that are snapshots or differ from what holds now, and tell of who has come to a stop."""
    ids = [row.consignment_id for row in made]
    still = Status.objects.filter(consignment__any=ids).exclude(state__in=_GONE_STATES).order_by("pk")
    # Those who forecast the same consignments take turns.
    open_ids = set(still.select_for_update(no_key=True).values_list("pk", flat=True))
    held = {row.consignment_id: row for row in Forecast.objects.current().filter(consignment__any=ids)}
    rows = [row for row in made if row.consignment_id in open_ids]
    kept = [row for row in rows if _is_worth_keeping(held.get(row.consignment_id), row)]
    for row in kept:
        before = held.get(row.consignment_id)
        row.moved_h = round((row.p50 - before.p50) / timedelta(hours=1), 1) if before else None
    Forecast.objects.current().filter(consignment__any=[row.consignment_id for row in kept]).update(is_current=False)
    Forecast.objects.bulk_create(kept, batch_size=1000)
    _tell_stalled([row for row in kept if _has_stalled(held.get(row.consignment_id), row)], waits, at=at)
    return len(kept)


def _is_worth_keeping(before: Forecast | None, after: Forecast) -> bool:
    if before is None:
        return True
    return before.made_at <= after.made_at and (after.is_snapshot or not _stands_still(before, after))


def _has_stalled(before: Forecast | None, after: Forecast) -> bool:
    """Whether it waits too long now, and did not when it was forecast before at the same milestone."""
    if after.reason != Forecast.Reason.LATE:
        return False
    return before is None or (before.reason, before.stands) != (after.reason, after.stands)


def _tell_stalled(stalled: Sequence[Forecast], waits: Mapping[int, tuple[float, float]], *, at: datetime) -> None:
    """One entry each, with the evidence: how long it has waited where, and within how long nearly all had gone on."""
    refs = dict(Consignment.objects.filter(pk__any=[row.consignment_id for row in stalled]).values_list("pk", "ref"))
    news = [
        News(
            kind=STALLED,
            subject="consignment",
            key=refs[row.consignment_id],
            data={
                "stands": row.stands,
                "waited_h": round(waits[row.consignment_id][0], 1),
                "usual_p95_h": round(waits[row.consignment_id][1], 1),
                "trips": row.trips,
            },
        )
        for row in stalled
    ]
    record_many(news, by=None, at=at)


def _stands_still(before: Forecast, after: Forecast) -> bool:
    """Whether the two say the same to a reader: a window does not flap. One that is over says nothing any more."""
    if before.reason != after.reason or before.stands != after.stands or before.p10 < after.made_at:
        return False
    allowed = max(timedelta(hours=_STILL_H), (before.p90 - before.p10) * _STILL_SHARE)
    pairs = ((before.p10, after.p10), (before.p50, after.p50), (before.p90, after.p90))
    return all(abs(one - other) <= allowed for one, other in pairs)


def _end(ids: Sequence[int]) -> None:
    """What has arrived is forecast no more."""
    Forecast.objects.current().filter(consignment__any=list(ids)).update(is_current=False)
