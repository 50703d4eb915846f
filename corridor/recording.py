"""Recording what a delivery says of the corridor itself: ships, their calls, conditions, and where trackers are."""

from __future__ import annotations

from dataclasses import dataclass, field

from corridor.calls import calls_of, record_calls
from corridor.conditions import record_conditions
from corridor.entries import Context
from corridor.positions import Passage, record_positions
from feeds.facts import CallTiming, Condition, Fault, Position, Reading, Ship


@dataclass(slots=True)
class Recorded:
    """How many facts were taken, how many were new, those that could not be taken, and where trackers passed.

    ``conditions`` is how many of the new are conditions, after which the standings are to be settled.
    """

    accepted: int = 0
    new: int = 0
    conditions: int = 0
    faults: list[Fault] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)


def record_state(reading: Reading, context: Context) -> Recorded:
    """Keep what is new of ``reading``; call it inside a transaction."""
    if len(reading.movements) == len(reading.facts):
        return Recorded()
    tracked = record_positions(reading.of(Position), context)
    timings = [*reading.of(CallTiming), *calls_of(tracked.passages, context.gazetteer)]
    calls = record_calls(timings, reading.of(Ship), context)
    conditions = record_conditions(reading.of(Condition), context)
    return Recorded(
        accepted=tracked.accepted + calls.accepted + conditions.accepted,
        new=tracked.new + calls.new + conditions.new,
        conditions=conditions.new,
        faults=[*tracked.faults, *calls.faults, *conditions.faults],
        passages=tracked.passages,
    )
