"""Forecasts of arrival: of what has moved, and every morning of all that is under way."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.core.cache import cache

from cargo.arrival.baselines import baselines
from cargo.arrival.chains import ABOARD
from cargo.arrival.conformal import HORIZONS, horizon, widened
from cargo.arrival.log import Floats, Log, seen
from cargo.arrival.model import Model, Options, Windows, fit, forecast, learn
from cargo.arrival_log import hours, standing_log
from cargo.forecast_keeping import Made, end, keep, moments
from cargo.models import ForecastScore
from cargo.scoring import kept_factors

# A model serves for so long: until all under way has been forecast again, by a newer one. What is told meanwhile
# changes where a trip stands, not what like trips took.
SERVES = timedelta(minutes=15)
# The number counts the forms of what is kept there, so that a new release reads nothing of an old one.
_KEY = "cargo.forecasting.served.4"
# What tells of so many consignments at once, and of more than a tenth of the trips already learnt from, may be the
# history from which to learn.
MANY = 50
_NEWS_SHARE = 0.1
# Fewer finished trips than these are few.
FEW_TRIPS = 20
# As said counts, and no longer as replayed, from so many scored forecasts on.
ENOUGH_SAID = 50
BATCH = 5000


# Of how many windows how many held, of exports or not and by horizon.
Hits = Mapping[tuple[bool, str], tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Served:
    """A model, by what the windows of each leg and horizon are stretched, and of how many windows how many held."""

    model: Model
    factors: Floats
    hits: Hits
    fingerprint: str


def serve(*, at: datetime) -> Served:
    """The model of these minutes, the same for every worker; learnt where there is none."""
    served = cache.get(_KEY)
    if isinstance(served, Served):
        return served
    return _learn(standing_log(None, at=at)[1], at=at)


def _learn(log: Log, *, at: datetime) -> Served:
    options = Options()
    model = fit(learn(log, seen(log, hours(at)), options), options)
    served = Served(
        model=model,
        factors=kept_factors(),
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


def hit_rates() -> Hits:
    """Hits and windows by horizon: as said where that is enough, else as replayed, which exports are not."""
    found: dict[tuple[bool, str], tuple[int, int]] = {}
    rows = ForecastScore.objects.filter(method="C").order_by("-basis").values_list("basis", "days_out", "hits", "n")
    for basis, days_out, hits, n in rows:
        if basis == ForecastScore.Basis.REPLAYED or n >= ENOUGH_SAID:
            found.setdefault((basis == ForecastScore.Basis.EXPORTS, days_out), (hits, n))
    return found


def forecast_consignments(ids: Collection[int], *, at: datetime) -> int:
    """Forecast these consignments anew; returns how many forecasts were kept. What has arrived has none any more."""
    served = serve(at=at)
    learnt = sum(lane.trips for lane in served.model.lanes.values())
    if len(ids) >= MANY and len(ids) > _NEWS_SHARE * learnt:
        return forecast_open(at=at, is_snapshot=False)
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
    left = widened(windows.left, windows.code, served.factors)
    simple = baselines(log, now)["B1"][rows, 1] if is_snapshot else np.full(len(rows), np.nan)
    said = np.flatnonzero(~np.isnan(left).any(1))
    made = [_forecast(ids[int(rows[number])], windows, left, number, served, simple, at=at) for number in said.tolist()]
    end([ids[row] for row in np.flatnonzero(~np.isnan(now.arrived)).tolist()])
    groups = range(0, len(made), BATCH)
    return sum(keep(made[start : start + BATCH], at=at, is_snapshot=is_snapshot) for start in groups)


def _forecast(
    pk: int, windows: Windows, left: Floats, number: int, served: Served, simple: Floats, *, at: datetime
) -> Made:
    days_out = HORIZONS[int(horizon(left[number, 1:2])[0])]
    stands = int(windows.stands[number])
    lane = served.model.lanes[int(windows.lane[number])]
    step, times = lane.pace_ahead(stands)
    return Made(
        consignment=pk,
        window=moments(at, left[number].tolist()),
        gate=moments(at, windows.gate[number].tolist()),
        empty=moments(at, windows.empty[number].tolist()),
        days_out=days_out,
        stands=lane.chain.nodes[stands] if stands >= 0 else "",
        awaits=lane.chain.nodes[max(stands, 0) + 1],
        trips=int(windows.trips[number]),
        fingerprint=served.fingerprint,
        reason=_reason(windows, number),
        waited_h=float(windows.waited[number]),
        typical_h=float(windows.typical[number]),
        usual_h=float(windows.usual[number]),
        share=float(windows.share[number]),
        stall=float(windows.stall[number]),
        pace=(step, times),
        hits=served.hits.get((lane.chain.nodes[-1] == ABOARD, days_out), (0, 0)),
        simple=moments(at, [float(simple[number])])[0],
    )


def _reason(windows: Windows, number: int) -> str:
    if not windows.trips[number]:
        return "none"
    if windows.waited[number] > windows.usual[number]:
        return "late"
    if windows.trips[number] < FEW_TRIPS:
        return "few"
    if windows.by_eta[number] >= 0:
        return "ship"
    return "trips" if windows.stands[number] > 0 else "unheard"
