"""How far off each source's expectation of a call was, by how many days ahead it was given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from corridor.calling.said import Said, revisions
from corridor.calling.standing import EXPECTED, Call

DAYS_OUT = (0, 1, 2, 3, 5, 7, 10, 14)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One source's errors of one timing in hours, by DAYS_OUT: expected less actual, so that a late ship is below zero.

    None where nothing of it was known so early.
    """

    source: int
    timing: str
    actual_at: datetime
    errors: tuple[float | None, ...]


def accuracy_of(call: Call) -> list[Accuracy]:
    """Of a call with an actual berthing (or, for expectations of the port, an arrival) the errors of each source."""
    actual = {"berth_arrival": call.berthed, "port_arrival": call.arrived}
    told: dict[tuple[int, str], list[Said]] = {}
    for one in call.said:
        if one.timing in EXPECTED and one.is_expected:
            told.setdefault((one.source, one.timing), []).append(one)
    found = []
    for (source, timing), said in sorted(told.items()):
        came = actual[timing]
        if came:
            errors = tuple(_error(said, came.said.at, timedelta(days=days)) for days in DAYS_OUT)
            found.append(Accuracy(source, timing, came.said.at, errors))
    return found


def _error(said: list[Said], actual_at: datetime, ahead: timedelta) -> float | None:
    """The error of what was in force so long before: of what had been received by then the last word."""
    series = list(revisions(one for one in said if one.received_at <= actual_at - ahead).values())
    return round((series[0][-1].at - actual_at).total_seconds() / 3600, 1) if series else None
