"""How forecasts did: stored ones scored when the truth is known, and all methods replayed over the past."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min

from cargo.arrival import conformal
from cargo.arrival.backtest import Said, Score, latest_factors, replay, score
from cargo.arrival_log import event_log, hours
from cargo.models import Forecast, ForecastScore

REPLAYED = timedelta(days=90)


def score_forecasts(*, at: datetime) -> int:
    """Write the truth beside every forecast whose consignment has arrived; returns how many were scored."""
    with connection.cursor() as cursor:
        cursor.execute(_SCORE, {"at": at})
        scored = int(cursor.rowcount)
    _keep_said(at=at)
    return scored


# A forecast made after the arrival had happened, but before it was told of, was late: it is no hit.
_SCORE = """
    UPDATE cargo_forecast f SET arrived_at = truth.at, is_hit = truth.at BETWEEN f.p10 AND f.p90
    FROM (
        SELECT consignment_id, coalesce(
            min(actual_at) FILTER (WHERE code = 'arrived_kigali'), min(actual_at) FILTER (WHERE code = 'delivered')
        ) AS at
        FROM cargo_milestone WHERE code IN ('arrived_kigali', 'delivered') AND actual_at <= %(at)s
        GROUP BY consignment_id
    ) truth
    WHERE truth.consignment_id = f.consignment_id AND truth.at IS NOT NULL
        AND f.arrived_at IS DISTINCT FROM truth.at
"""


@transaction.atomic
def _keep_said(*, at: datetime) -> None:
    """Count the scored snapshots by horizon, beside the simple forecast of the same mornings."""
    ForecastScore.objects.filter(basis=ForecastScore.Basis.SAID).delete()
    since = Forecast.objects.filter(is_snapshot=True, is_hit__isnull=False).aggregate(first=Min("made_at"))["first"]
    if since is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(_SAID)
        rows = cursor.fetchall()
    ForecastScore.objects.bulk_create(
        ForecastScore(
            basis=ForecastScore.Basis.SAID, method=method, days_out=days_out, n=n, hits=hits,
            mae_h=mae_h, width_h=width_h, since=since, until=at,
        )
        for method, days_out, n, hits, mae_h, width_h in rows
    )  # fmt: skip


_SAID = """
    WITH scored AS (
        SELECT days_out, is_hit, extract(epoch FROM p90 - p10) / 3600 AS width_h,
            abs(extract(epoch FROM p50 - arrived_at)) / 3600 AS off_h,
            abs(extract(epoch FROM simple_p50 - arrived_at)) / 3600 AS simple_off_h
        FROM cargo_forecast WHERE is_snapshot AND is_hit IS NOT NULL
    )
    SELECT 'C', coalesce(days_out, 'all'), count(*), count(*) FILTER (WHERE is_hit), avg(off_h)::float8,
        avg(width_h)::float8
    FROM scored GROUP BY GROUPING SETS ((days_out), ())
    UNION ALL
    SELECT 'B1', coalesce(days_out, 'all'), count(simple_off_h), 0, avg(simple_off_h)::float8, NULL
    FROM scored GROUP BY GROUPING SETS ((days_out), ()) HAVING count(simple_off_h) > 0
"""


def backtest(*, since: datetime, until: datetime) -> tuple[Said, list[Score]]:
    """Replay every method morning after morning on what had been received by then, and score it."""
    _ids, log = event_log(until=until)
    said = replay(log, since=hours(since), until=hours(until))
    return said, score(said)


@transaction.atomic
def replay_past(*, at: datetime) -> int:
    """Replay the last months and keep how each method did and by what windows must be stretched; returns the n."""
    since = at - REPLAYED
    said, scores = backtest(since=since, until=at)
    factors = dict(zip(conformal.HORIZONS, latest_factors(said, hours(at)), strict=True))
    ForecastScore.objects.filter(basis=ForecastScore.Basis.REPLAYED).delete()
    ForecastScore.objects.bulk_create(
        ForecastScore(
            basis=ForecastScore.Basis.REPLAYED, method=row.method, days_out=row.days_out, n=row.n, hits=row.hits,
            mae_h=row.mae_h, pinball_h=row.pinball, width_h=row.width_h,
            factor=float(factors.get(row.days_out, 1.0)) if row.method == "C" else 1.0, since=since, until=at,
        )
        for row in scores
    )  # fmt: skip
    return len(said.truth)
