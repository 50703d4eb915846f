"""How forecasts did: stored ones scored when the truth is known, and all methods replayed over the past."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction

from cargo.arrival.backtest import NEXT_H, Said, Score, latest_factors, replay, score
from cargo.arrival.chains import LOST_H
from cargo.arrival.conformal import HORIZONS
from cargo.arrival.log import CODES, ENDS, Floats
from cargo.arrival_log import event_log, hours
from cargo.models import ForecastScore

REPLAYED = timedelta(days=90)
LOST = timedelta(hours=LOST_H)


def score_forecasts(*, at: datetime) -> int:
    """Write the truth beside every forecast whose consignment has arrived; returns how many were scored."""
    with connection.cursor() as cursor:
        cursor.execute(_SCORE, {"at": at, "ends": list(ENDS)})
        scored = int(cursor.rowcount)
    _keep_said(at=at)
    return scored


# A forecast made after the arrival had happened, but before it was told of, was late: it is no hit.
_SCORE = """
    UPDATE cargo_forecast f SET arrived_at = truth.at, is_hit = truth.at BETWEEN f.p10 AND f.p90
    FROM (
        SELECT DISTINCT ON (consignment_id) consignment_id, actual_at AS at
        FROM cargo_milestone WHERE code = ANY(%(ends)s) AND actual_at <= %(at)s
        ORDER BY consignment_id, array_position(%(ends)s, code::text), actual_at
    ) truth
    WHERE truth.consignment_id = f.consignment_id AND f.arrived_at IS DISTINCT FROM truth.at
"""


@transaction.atomic
def _keep_said(*, at: datetime) -> None:
    """Count the snapshots whose windows are over by horizon, beside the simple forecast of the same mornings.

    Exports are counted by themselves: they arrive elsewhere, and are too few to be seen among the others.
    """
    ForecastScore.objects.filter(basis__in=[ForecastScore.Basis.SAID, ForecastScore.Basis.EXPORTS]).delete()
    asked: dict[str, Any] = {"at": at, "lost": at - LOST, "next": timedelta(hours=NEXT_H)}
    with connection.cursor() as cursor:
        cursor.execute(_SAID, asked)
        rows = cursor.fetchall()
    ForecastScore.objects.bulk_create(
        ForecastScore(
            basis=basis, method=method, days_out=days_out, n=n, hits=hits,
            mae_h=mae_h, width_h=width_h, moved_h=moved_h, since=since, until=at,
        )
        for basis, method, days_out, n, hits, mae_h, width_h, moved_h, since in rows
    )  # fmt: skip


# Who has not arrived though the window is over is a miss, and arrives now at the earliest; of whom nothing was heard
# for a month an event was lost.
_SAID = """
    WITH scored AS (
        SELECT CASE c.direction WHEN 'export' THEN 'exports' ELSE 'said' END AS basis,
            f.days_out, coalesce(f.is_hit, false) AS is_hit, f.made_at,
            extract(epoch FROM f.p90 - f.p10) / 3600 AS width_h,
            abs(extract(epoch FROM f.p50 - coalesce(f.arrived_at, %(at)s))) / 3600 AS off_h,
            abs(extract(epoch FROM f.simple_p50 - coalesce(f.arrived_at, %(at)s))) / 3600 AS simple_off_h,
            CASE WHEN lead(f.made_at) OVER mornings <= f.made_at + %(next)s
                THEN abs(extract(epoch FROM f.p50 - lead(f.p50) OVER mornings)) / 3600 END AS moved_h
        FROM cargo_forecast f JOIN cargo_status s ON s.consignment_id = f.consignment_id
        JOIN cargo_consignment c ON c.id = f.consignment_id
        WHERE f.is_snapshot AND f.p90 <= %(at)s AND (f.is_hit IS NOT NULL OR s.moved_at > %(lost)s)
        WINDOW mornings AS (PARTITION BY f.consignment_id ORDER BY f.made_at)
    )
    SELECT basis, 'C', coalesce(days_out, 'all'), count(*), count(*) FILTER (WHERE is_hit), avg(off_h)::float8,
        avg(width_h)::float8, avg(moved_h)::float8, min(made_at)
    FROM scored GROUP BY GROUPING SETS ((basis, days_out), (basis))
    UNION ALL
    SELECT basis, 'B1', coalesce(days_out, 'all'), count(simple_off_h), 0, avg(simple_off_h)::float8, NULL, NULL,
        min(made_at)
    FROM scored GROUP BY GROUPING SETS ((basis, days_out), (basis)) HAVING count(simple_off_h) > 0
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
    factors = _factors(said, at)
    ForecastScore.objects.filter(basis=ForecastScore.Basis.REPLAYED).delete()
    ForecastScore.objects.bulk_create(
        ForecastScore(
            basis=ForecastScore.Basis.REPLAYED, method=row.method, days_out=row.days_out, n=row.n, hits=row.hits,
            mae_h=row.mae_h, pinball_h=row.pinball, width_h=row.width_h, moved_h=row.moved_h, factor=whole,
            leg_factors=by_leg, since=since, until=at,
        )
        for row in scores
        for whole, by_leg in [factors.get((row.method, row.days_out), (1.0, {}))]
    )  # fmt: skip
    return len(said.truth)


def _factors(said: Said, at: datetime) -> dict[tuple[str, str], tuple[float, dict[str, float]]]:
    """By what the method C stretches the windows of each horizon, and of the legs that have a factor of their own."""
    found = latest_factors(said, hours(at))
    return {
        ("C", days_out): (whole, {code: factor for code, factor in zip(CODES, by_leg, strict=True) if factor != whole})
        for days_out, (*by_leg, whole) in zip(HORIZONS, found.T.tolist(), strict=True)
    }


def kept_factors() -> Floats:
    """The same as ``conformal.scales`` gives them: as they were kept last."""
    found = np.ones((len(CODES) + 1, len(HORIZONS)))
    rows = ForecastScore.objects.filter(basis=ForecastScore.Basis.REPLAYED, method="C", days_out__in=HORIZONS)
    for days_out, whole, by_leg in rows.values_list("days_out", "factor", "leg_factors"):
        found[:, HORIZONS.index(days_out)] = [*(by_leg.get(code, whole) for code in CODES), whole]
    return found
