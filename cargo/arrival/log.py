"""What is known of trips, by when it came to be known: the log of facts, and what was seen at a moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# The bins by which time waited is counted.
EDGES: Floats = np.concatenate([[0.0], np.geomspace(0.5, 3000.0, 95)])
# All milestones that matter to an arrival; the columns of ``Seen.times``.
CODES = (
    "registered", "vessel_departed", "vessel_arrived", "vessel_berthed", "discharged", "kra_cleared", "pickup_order",
    "railed_to_icd", "gate_out", "discharged_kot", "pipeline_in", "at_depot", "loading_order", "loaded", "border1_in",
    "border1_out", "border2_in", "border2_out", "arrived_kigali", "delivered", "empty_returned", "export_released",
    "export_loaded", "export_border2_in", "export_border2_out", "export_border1_in", "export_border1_out",
    "export_at_port", "export_aboard", "export_departed",
)  # fmt: skip
COLUMN = {code: number for number, code in enumerate(CODES)}
_PAPERS = [COLUMN[code] for code in ("kra_cleared", "pickup_order")]
_SAILED, _CALLED, _LANDED = (COLUMN[code] for code in ("vessel_departed", "vessel_arrived", "discharged"))
# What tells that a trip is over, the plainest first: no trip has both of an import's and an export's.
ENDS = ("arrived_kigali", "delivered", "export_aboard", "export_departed")
_RAILED = COLUMN["railed_to_icd"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Log:
    """Facts of trips, one array element each.

    ``lane`` is each trip's number in ``lanes``. A fact counts from ``known`` until it was withdrawn at ``gone``
    (infinite where it never was); of several that name one milestone that of the lowest ``rank`` counts, then the
    earliest. ``node`` numbers where it happened, -1 where that is not known. The ``eta_`` arrays are what was said of
    the ship's arrival at Mombasa.
    """

    lanes: tuple[str, ...]
    lane: Ints
    trip: Ints
    code: Ints
    at: Floats
    known: Floats
    gone: Floats
    rank: Ints
    node: Ints
    eta_trip: Ints
    eta_at: Floats
    eta_known: Floats

    def ordered(self) -> Log:
        """The same log in the order in which ``seen`` needs it."""
        by = np.lexsort((self.at, self.rank, self.code, self.trip))
        eta = np.lexsort((self.eta_at, self.eta_known, self.eta_trip))
        return Log(
            lanes=self.lanes, lane=self.lane, trip=self.trip[by], code=self.code[by], at=self.at[by],
            known=self.known[by], gone=self.gone[by], rank=self.rank[by], node=self.node[by],
            eta_trip=self.eta_trip[eta], eta_at=self.eta_at[eta], eta_known=self.eta_known[eta],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """What was known at ``moment``: ``times`` has a row per trip and a column per code, NaN where nothing was known,
    and so has ``nodes``, -1 where no node was known.

    ``eta`` is the latest word on the ship's arrival and ``eta_lead`` how long before it that was said.
    """

    moment: float
    lane: Ints
    times: Floats
    nodes: Ints
    eta: Floats
    eta_lead: Floats

    def of(self, rows: Ints) -> Seen:
        """The same of some trips."""
        return Seen(
            moment=self.moment, lane=self.lane[rows], times=self.times[rows], nodes=self.nodes[rows],
            eta=self.eta[rows], eta_lead=self.eta_lead[rows],
        )  # fmt: skip

    @property
    def arrived(self) -> Floats:
        """When each trip reached Kigali: the first actual arrival, else the delivery; NaN where it has not.

        Of an export when it was loaded on a ship, else when that departed.
        """
        there = self.times[:, COLUMN[ENDS[0]]]
        for code in ENDS[1:]:
            there = np.where(np.isnan(there), self.times[:, COLUMN[code]], there)
        return there

    @property
    def railed(self) -> Flags:
        """Which trips are known to go by rail."""
        return ~np.isnan(self.times[:, _RAILED])


def seen(log: Log, moment: float) -> Seen:
    """What was known at ``moment`` and not withdrawn by then; ``log`` must be ordered."""
    counted = (log.known <= moment) & (log.gone > moment)
    place = log.trip[counted] * len(CODES) + log.code[counted]
    first, index = np.unique(place, return_index=True)
    times = np.full(len(log.lane) * len(CODES), np.nan)
    # A thing that is said to have happened later than it was told cannot have: its clock is ahead.
    times[first] = np.minimum(log.at[counted], log.known[counted])[index]
    nodes = np.full(len(times), -1)
    nodes[first] = log.node[counted][index]
    eta, lead = _latest_eta(log, moment)
    return Seen(
        moment=moment,
        lane=log.lane,
        times=_with_papers_in_their_place(times.reshape(len(log.lane), len(CODES))),
        nodes=nodes.reshape(len(log.lane), len(CODES)),
        eta=eta,
        eta_lead=lead,
    )


def _latest_eta(log: Log, moment: float) -> tuple[Floats, Floats]:
    said = log.eta_known <= moment
    trip, at, known = log.eta_trip[said], log.eta_at[said], log.eta_known[said]
    eta, lead = np.full(len(log.lane), np.nan), np.full(len(log.lane), np.nan)
    # Of those that name one trip the last one written stays: it is the latest.
    eta[trip], lead[trip] = at, at - known
    return eta, lead


def _with_papers_in_their_place(times: Floats) -> Floats:
    """Papers may be ready while the goods are at sea: they count as passed when the goods are ashore."""
    ashore = np.where(np.isnan(times[:, _LANDED]), times[:, _CALLED], times[:, _LANDED])
    at_sea = np.isnan(ashore) & ~np.isnan(times[:, _SAILED])
    for column in _PAPERS:
        paper = times[:, column]
        times[:, column] = np.where(at_sea | np.isnan(paper), np.nan, np.fmax(paper, ashore))
    return times
