"""Clocks reckoned from the log of a ticket and from what was promised: how much has been worked, and when it is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tickets.clocks.calendars import Calendar
from tickets.clocks.happenings import Happening

__all__ = ["Clock", "Happening", "Promise", "Step", "Stretch", "clocks_of", "escalations", "next_breach"]

Contract = Literal["ours", "agency", "outside"]
Target = Literal["first_reply", "next_reply", "resolve"]
STEPS = (75, 90, 100)


@dataclass(frozen=True, slots=True)
class Promise:
    """So much open time of a calendar for a reply or for the resolution: ours, an agency's, or an outside party's."""

    contract: Contract
    kind: Target
    span: timedelta
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time during which a clock ran, by the calendar that held then; ``end`` is None while it runs."""

    calendar: Calendar
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise as it stands.

    ``worked`` and ``paused_for`` are open time of the calendar: together they are all the open time since it started.
    ``remaining`` is never negative. ``due_at`` is None while the clock stands still, unless it had run out before.
    ``met_at`` is when what was promised was done; ``ended_at`` also when it stopped for good without that (taken back
    from an agency, no longer promised). ``breached`` tells whether it ran out before its end.
    """

    kind: Target
    contract: Contract
    agency: str
    started_at: datetime
    due_at: datetime | None
    remaining: timedelta
    worked: timedelta
    paused_for: timedelta
    is_paused: bool
    waiting_on: str
    met_at: datetime | None
    breached: bool
    ended_at: datetime | None
    span: timedelta
    promised_at: datetime
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of escalation, in percent of what was promised, and when it was reached."""

    percent: int
    reached_at: datetime


def clocks_of(log: Iterable[Happening], promises: Mapping[str, Sequence[Promise]], now: datetime) -> list[Clock]:
    """The clocks of a ticket as they stand at ``now``, those that ended too, the earliest first.

    ``promises`` are by the name of the policy; one that is not there promises nothing. Of a ticket that was merged
    into another the entries are handed in with that other's, with ``of`` set, and it has no clocks of its own.
    """
    raise NotImplementedError


def next_breach(clocks: Iterable[Clock]) -> datetime | None:
    """When the next of the clocks runs out; None where none does unless something happens."""
    raise NotImplementedError


def escalations(clock: Clock, at: datetime) -> list[Step]:
    """The steps among STEPS that the clock had reached by ``at``, and when it reached each."""
    raise NotImplementedError
