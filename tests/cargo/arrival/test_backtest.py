"""The replay on corridors whose truth is known: calibrated, better than the plain ones, and blind to what came later."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cargo.arrival.backtest import METHODS, Said, Score, pinball, replay, score
from cargo.arrival.conformal import HORIZONS
from cargo.arrival.log import Flags
from tests.cargo.arrival.corridors import DAY, START, Corridor


def replayed(corridor: Corridor, since_day: float, step: float = 2 * DAY) -> Said:
    return replay(corridor.log(), since=START + since_day * DAY, until=corridor.until, step=step)


def over_all(said: Said) -> dict[str, Score]:
    return {row.method: row for row in score(said) if row.days_out == "all"}


def hits(said: Said, method: str) -> Flags:
    left = said.left[method]
    return np.asarray((left[:, 0] <= said.truth) & (said.truth <= left[:, 2]))


@pytest.mark.parametrize(
    "corridor",
    [
        Corridor(trips=400, days=200),
        Corridor(trips=400, days=200, tail=0.12, tail_times=10.0),
        Corridor(trips=400, days=200, shared=0.35),
        Corridor(trips=400, days=200, lost=0.25),
    ],
    ids=["plain", "heavy tails", "slow trips are slow throughout", "lost reports"],
)
def test_the_window_holds_eight_of_ten_and_beats_the_plain_ones(corridor: Corridor) -> None:
    found = over_all(replayed(corridor, 120))
    assert found["C"].n >= 500
    assert 0.76 <= (found["C"].coverage or 0) <= 0.86
    assert (found["C"].pinball or 0) < 0.92 * (found["B1"].pinball or 0)
    assert (found["C"].mae_h or 0) < 0.9 * (found["B1"].mae_h or 0)
    assert (found["C"].pinball or 0) < (found["B1m"].pinball or 0)


def test_from_sixty_trips_on() -> None:
    found = over_all(replayed(Corridor(trips=140, days=300), 130, step=DAY))
    assert 0.72 <= (found["C"].coverage or 0) <= 0.88


def test_after_a_shock_the_windows_hold_again_within_a_fortnight() -> None:
    corridor = Corridor(trips=800, days=210, shock_day=150, shock_times=6.0)
    said = replayed(corridor, 120, step=DAY)
    day = (said.moment - START) / DAY - 150
    assert 0.72 <= hits(said, "C")[(day >= 14) & (day < 28)].mean() <= 0.88


def test_what_comes_later_changes_no_forecast_made_before() -> None:
    corridor = Corridor(trips=150, days=120)
    log, middle = corridor.log(), START + 100 * DAY
    whole = replay(log, since=START + 80 * DAY, until=corridor.until, step=4 * DAY)
    later = log.known > middle
    moved = replace(log, known=np.where(later, log.known + 5.0, log.known), at=np.where(later, log.at + 5.0, log.at))
    other = replay(moved, since=START + 80 * DAY, until=corridor.until, step=4 * DAY)
    for method in METHODS:
        one = dict(zip(_keys(whole), whole.left[method].tolist(), strict=True))
        two = dict(zip(_keys(other), other.left[method].tolist(), strict=True))
        both = [key for key in one if key in two and key[0] <= middle]
        assert len(both) > 100
        assert [one[key] for key in both] == [two[key] for key in both], method


def _keys(said: Said) -> list[tuple[float, int]]:
    return list(zip(said.moment.tolist(), said.trip.tolist(), strict=True))


def test_the_same_again() -> None:
    corridor = Corridor(trips=60, days=80)
    assert score(replayed(corridor, 60)) == score(replayed(corridor, 60))


def test_without_a_trip_there_is_no_score() -> None:
    found = score(replay(Corridor(trips=0, days=3).log(), since=START, until=START + 3 * DAY))
    assert [(row.method, row.days_out) for row in found] == [(m, h) for m in METHODS for h in (*HORIZONS, "all")]
    assert {(row.n, row.hits, row.coverage, row.mae_h) for row in found} == {(0, 0, None, None)}


def test_pinball() -> None:
    """Each level's loss: what lies under weighs 0.9, 0.5 and 0.1, what lies over the rest."""
    left = np.array([[10.0, 20.0, 30.0]])
    assert pinball(left, np.array([20.0]))[0] == pytest.approx((0.1 * 10 + 0.0 + 0.1 * 10) / 3)
    assert pinball(left, np.array([40.0]))[0] == pytest.approx((0.1 * 30 + 0.5 * 20 + 0.9 * 10) / 3)
