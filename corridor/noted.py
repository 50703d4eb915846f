"""What became of the facts that one delivery holds on the state of the corridor."""

from __future__ import annotations

from dataclasses import dataclass, field

from feeds.facts import Fault


@dataclass(slots=True)
class Noted:
    """How many facts were taken, how many of them said something new, and why the others could not be taken."""

    accepted: int = 0
    new: int = 0
    faults: list[Fault] = field(default_factory=list)
