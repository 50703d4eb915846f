"""Where the days of one trip went: spans between milestones, each booked on what was waited for at its end; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from cargo.milestones import EXPORT_RAIL, ORDER, next_step, rail_of

PARTS = ("ship", "port", "papers", "customs", "seal", "road", "border", "kigali")
# Time in which several of these passed and no milestone says when one ended and the next began.
APART = "apart"
# On which part the time before each milestone is booked: it is what was waited for.
_PART_OF = {
    **dict.fromkeys(["vessel_departed", "vessel_arrived"], "ship"),
    **dict.fromkeys(["vessel_berthed", "discharged", "discharged_kot", "pipeline_in", "truck_in"], "port"),
    **dict.fromkeys(["loaded", "gate_out"], "port"),
    **dict.fromkeys(["declared", "duty_paid", "bond_debited", "do_issued"], "papers"),
    **dict.fromkeys(["pickup_order", "loading_order"], "papers"),
    **dict.fromkeys(["rra_released", "kra_cleared"], "customs"),
    "sealed": "seal",
    **dict.fromkeys(["at_depot", "railed_to_icd", "border1_in", "border2_in", "arrived_kigali"], "road"),
    **dict.fromkeys(["border1_out", "border2_out"], "border"),
    **dict.fromkeys(["unsealed", "released_kigali", "delivered"], "kigali"),
    "export_released": "customs",
    "export_loaded": "kigali",
    **dict.fromkeys(["export_border2_in", "export_border1_in", "export_at_port"], "road"),
    **dict.fromkeys(["export_border2_out", "export_border1_out"], "border"),
    "export_aboard": "port",
    "export_departed": "ship",
}
# What moves nothing, and so counts only while the goods lie in the port or at the depot.
_IN_PORT = frozenset(
    {code for code, part in _PART_OF.items() if part in ("papers", "customs", "seal")} - {*EXPORT_RAIL}
)
_ASHORE = ("discharged", "discharged_kot", "vessel_arrived")
_AWAY = ("gate_out", "loaded", "border1_in", "border1_out", "border2_in", "border2_out", "arrived_kigali", "delivered")
# The moves that follow one another; of a port where no paper was told, nobody knows what was waited for.
_MOVES = {
    "liquid_bulk": ("vessel_departed", "vessel_arrived", "discharged_kot", "pipeline_in", "at_depot", "loaded"),
    "": ("vessel_departed", "vessel_arrived", "discharged", "gate_out"),
}
_ENDS = ("delivered", "export_departed")
# Milestones on no rail, by the move after which they come.
_AFTER = {
    "vessel_berthed": "vessel_arrived",
    "unsealed": "arrived_kigali",
    **dict.fromkeys(["truck_in", "railed_to_icd", "declared", "duty_paid", "bond_debited"], "discharged"),
}
_WAY = ("border1_in", "border1_out", "border2_in", "border2_out", "arrived_kigali", "delivered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time between two milestones that were heard of; ``until`` is what ended it, or what an open one waits for."""

    part: str
    until: str
    began_at: datetime
    ended_at: datetime
    is_open: bool = False

    @property
    def lasted(self) -> timedelta:
        """How long, so far where it is open."""
        return self.ended_at - self.began_at


def spans(reached: Mapping[str, datetime], cargo_kind: str, direction: str = "import", *, at: datetime) -> list[Span]:
    """The spans of a trip from the first milestone known to its delivery, or to ``at``; together they are all of it.

    ``reached`` are the actual milestones of one unit. Papers that were ready before the goods came ashore, or came
    after they had gone, held nobody up. An export's trip ends when its ship sails.
    """
    told = {code: moment for code, moment in reached.items() if moment <= at}
    times = sorted(_counted(told, at).items(), key=lambda item: (item[1], ORDER.get(item[0], -1), item[0]))
    rail = rail_of(cargo_kind, direction)
    moves = (*_MOVES.get(cargo_kind, _MOVES[""]), *_WAY) if direction == "import" else tuple(rail)
    known = dict(times)
    found = [
        Span(part=_part(before, code, known, moves), until=code, began_at=began, ended_at=ended)
        for (before, began), (code, ended) in pairwise(times)
    ]
    step = next_step(rail, told)
    if times and not known.keys() & {*_ENDS} and step in _PART_OF:
        part = _part(times[-1][0], step, known, moves)
        found.append(Span(part=part, until=step, began_at=times[-1][1], ended_at=at, is_open=True))
    return found


def _counted(reached: Mapping[str, datetime], at: datetime) -> dict[str, datetime]:
    ashore = next((reached[code] for code in _ASHORE if code in reached), None)
    away = next((reached[code] for code in _AWAY if code in reached), at)
    until = next((reached[code] for code in _ENDS if code in reached), at)
    return {
        code: moment
        for code, moment in reached.items()
        if code in _PART_OF
        and moment <= until
        and (code not in _IN_PORT or (ashore is not None and ashore <= moment <= away))
    }


def _part(before: str, code: str, known: Mapping[str, datetime], moves: tuple[str, ...]) -> str:
    """On what the time between two milestones is booked; apart where what lay between them was not told."""
    first, last = _place(before, moves), _place(code, moves)
    missed = {_PART_OF[move] for move in moves[max(first + 1, 1) : last] if move not in known}
    if code in ("gate_out", "loaded") and not _IN_PORT & known.keys():
        missed |= {"papers"}
    return APART if missed - {_PART_OF[code]} else _PART_OF[code]


def _place(code: str, moves: tuple[str, ...]) -> int:
    """The number of the last move that is not beyond a milestone."""
    order = ORDER[_AFTER.get(code, code)]
    return max((n for n, move in enumerate(moves) if ORDER[move] <= order), default=-1)


def by_part(found: Iterable[Span]) -> dict[str, timedelta]:
    """How long each part took, in the order of ``PARTS``; what is not there was not passed, or not told."""
    sums: dict[str, timedelta] = {}
    for span in found:
        sums[span.part] = sums.get(span.part, timedelta()) + span.lasted
    return {part: sums[part] for part in (*PARTS, APART) if part in sums}
