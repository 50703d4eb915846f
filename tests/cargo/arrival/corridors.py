"""A simulated corridor whose truth is known: tails, few trips, a shock and lost reports as asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cargo.arrival.log import COLUMN, Floats, Log

WAY = (
    "vessel_departed", "vessel_arrived", "discharged", "kra_cleared", "gate_out",
    "border1_in", "border1_out", "border2_in", "border2_out", "arrived_kigali",
)  # fmt: skip
MEDIANS = (380.0, 40.0, 60.0, 40.0, 66.0, 8.0, 90.0, 3.0, 6.0)
DAY = 24.0
START = 480_000.0


@dataclass(frozen=True, kw_only=True)
class Corridor:
    """What to simulate: trips over so many days, the spread of each leg, its chance of being many times longer, the
    shares of reports and of arrivals that get lost, and from which day on which legs take how many times as long, or for how many days
    nothing leaves them."""

    trips: int = 600
    days: float = 365.0
    spread: float = 0.4
    tail: float = 0.05
    tail_times: float = 5.0
    lost: float = 0.0
    lost_ends: float = 0.0
    shared: float = 0.0
    shock_day: float = float("inf")
    shock_legs: tuple[int, ...] = (5,)
    shock_times: float = 1.0
    shut_days: float = 0.0
    seed: int = 1

    @property
    def until(self) -> float:
        """The end of the days."""
        return START + self.days * DAY

    def _shut(self, began: Floats, ended: Floats) -> Floats:
        """For how long what would have ended after the shock has to stand still."""
        if not self.shut_days:
            return np.zeros(len(began))
        shut = START + self.shock_day * DAY
        opens = shut + self.shut_days * DAY
        return np.where((ended > shut) & (began < opens), opens - np.maximum(began, shut), 0.0)

    def log(self) -> Log:
        """The facts, each known an hour or so after it happened."""
        random = np.random.default_rng(self.seed)
        at = np.empty((self.trips, len(WAY)))
        at[:, 0] = START + np.sort(random.uniform(-20, self.days, self.trips)) * DAY
        slow = np.exp(random.normal(0.0, self.shared, self.trips))
        for leg, median in enumerate(MEDIANS):
            lasts = median * slow * np.exp(random.normal(0.0, self.spread if leg else 0.15, self.trips))
            lasts *= np.where(random.random(self.trips) < (self.tail if leg else 0), self.tail_times, 1.0)
            if leg in self.shock_legs:
                lasts *= np.where(at[:, leg] > START + self.shock_day * DAY, self.shock_times, 1.0)
                lasts += self._shut(at[:, leg], at[:, leg] + lasts)
            at[:, leg + 1] = at[:, leg] + lasts
        told = random.random(at.shape) >= self.lost
        told[:, -1] = np.random.default_rng(self.seed + 1).random(self.trips) >= self.lost_ends
        trip, column = np.nonzero(told)
        return facts(
            lane=np.zeros(self.trips, dtype=np.int64),
            trip=trip,
            code=np.array([COLUMN[code] for code in WAY])[column],
            at=at[trip, column],
            known=at[trip, column] + random.uniform(0.1, 2.0, len(trip)),
        )


def facts(
    *,
    lane: np.ndarray,
    trip: np.ndarray,
    code: np.ndarray,
    at: np.ndarray,
    known: np.ndarray,
    lanes: tuple[str, ...] = ("container",),
    gone: np.ndarray | None = None,
    rank: np.ndarray | None = None,
    node: np.ndarray | None = None,
) -> Log:
    """An ordered log of facts without any word on ships."""
    return Log(
        lanes=lanes,
        lane=lane,
        trip=np.asarray(trip, dtype=np.int64),
        code=np.asarray(code, dtype=np.int64),
        at=at,
        known=known,
        gone=np.full(len(trip), np.inf) if gone is None else gone,
        rank=np.zeros(len(trip), dtype=np.int64) if rank is None else rank,
        node=np.full(len(trip), -1) if node is None else node,
        eta_trip=np.empty(0, dtype=np.int64),
        eta_at=np.empty(0),
        eta_known=np.empty(0),
    ).ordered()
