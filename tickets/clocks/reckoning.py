"""Clocks reckoned from the log of a ticket and from what was promised: how much has been worked, and when it is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from tickets.clocks.calendars import NEVER, Calendar, due, worked
from tickets.clocks.happenings import Happening, in_order
from tickets.clocks.story import Policies, Run, Target, Wait, story_of

__all__ = ["Clock", "Contract", "Happening", "Promise", "Step", "Stretch", "clocks_of", "escalations", "next_step"]

Contract = Literal["ours", "agency", "outside"]
STEPS = (75, 90, 100)
_OURS: tuple[Contract, ...] = ("ours",)
_THEIRS: tuple[Contract, ...] = ("agency", "outside")
_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Promise:
    """So much open time of a calendar for a reply or for the resolution: ours, an agency's, or an outside party's."""

    contract: Contract
    kind: Target
    span: timedelta
    calendar: Calendar


Promises = Mapping[str, Sequence[Promise]]


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


def clocks_of(log: Iterable[Happening], promises: Promises, now: datetime) -> list[Clock]:
    """The clocks of a ticket as they stand at ``now``, those that ended too, the earliest first.

    ``promises`` are by the name of the policy; one that is not there promises nothing. Of a ticket that was merged
    into another the entries are handed in with that other's, with ``of`` set, and it has no clocks of its own.
    """
    story = story_of(in_order(log, now))
    return [
        clock
        for run in story.runs
        for contract in (_THEIRS if run.agency else _OURS)
        if (clock := _clock(run, contract, [wait for wait in story.waits if wait.stops(run)], promises, now))
    ]


def next_step(clocks: Iterable[Clock], after: datetime) -> datetime | None:
    """When the next step of escalation is reached after that moment; None where none is unless something happens."""
    reached = (step.reached_at for clock in clocks for step in escalations(clock, NEVER))
    return min((at for at in reached if after < at < NEVER), default=None)


def escalations(clock: Clock, at: datetime) -> list[Step]:
    """The steps among STEPS that the clock had reached by ``at``, and when it reached each.

    A promise that was made later reaches no step before it was made; what was done in time has not reached the last.
    """
    found = []
    for percent in STEPS:
        reached_at = _passed_at(clock.stretches, clock.span * percent / 100)
        if reached_at is not None:
            step = Step(percent, max(reached_at, clock.promised_at))
            if step.reached_at <= at and (clock.ended_at is None or step.reached_at < clock.ended_at):
                found.append(step)
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a clock's time in which one promise held."""

    start: datetime
    end: datetime
    promise: Promise


def _clock(run: Run, contract: Contract, waits: Sequence[Wait], promises: Promises, now: datetime) -> Clock | None:
    last_at = run.ended_at or now
    parts, is_promised = _parts(run, contract, promises, last_at)
    if not parts:
        return None
    ended_at = run.ended_at if is_promised else parts[-1].end
    wait = _lasting(waits) if ended_at is None else None
    stretches = _all_stretches(parts, waits, is_running=ended_at is None and wait is None)
    promise = parts[-1].promise
    done, whole = _worked(stretches, now), _open_time(parts)
    out_at = _passed_at(stretches, promise.span)
    return Clock(
        kind=run.kind,
        contract=contract,
        agency=run.agency,
        started_at=run.started_at,
        due_at=_due_at(out_at, promise, done, ended_at, wait),
        remaining=max(promise.span - done, _NONE),
        worked=done,
        paused_for=whole - done,
        is_paused=wait is not None,
        waiting_on=wait.waiting_on if wait else "",
        met_at=ended_at if run.is_met and is_promised else None,
        breached=_has_run_out(out_at, ended_at, now),
        ended_at=ended_at,
        span=promise.span,
        promised_at=_promised_at(parts),
        stretches=tuple(stretches),
    )


def _lasting(waits: Sequence[Wait]) -> Wait | None:
    """The wait that has not ended."""
    return waits[-1] if waits and waits[-1].until is None else None


def _all_stretches(parts: Iterable[_Part], waits: Sequence[Wait], *, is_running: bool) -> list[Stretch]:
    found = [stretch for part in parts for stretch in _stretches(part, waits)]
    if is_running:
        found[-1] = Stretch(found[-1].calendar, found[-1].start, None)
    return found


def _worked(stretches: Iterable[Stretch], now: datetime) -> timedelta:
    return sum((worked(each.calendar, each.start, each.end or now) for each in stretches), _NONE)


def _open_time(parts: Iterable[_Part]) -> timedelta:
    return sum((worked(part.promise.calendar, part.start, part.end) for part in parts), _NONE)


def _has_run_out(out_at: datetime | None, ended_at: datetime | None, now: datetime) -> bool:
    """Done on the stroke is in time; not done by then is not."""
    if out_at is None:
        return False
    return out_at < ended_at if ended_at else out_at <= now


def _due_at(
    out_at: datetime | None, promise: Promise, done: timedelta, ended_at: datetime | None, wait: Wait | None
) -> datetime | None:
    """When the clock runs out, or ran; of one that ended before, when it would have."""
    if out_at is not None or wait is not None or ended_at is None:
        return out_at
    return due(promise.calendar, ended_at, promise.span - done)


def _parts(run: Run, contract: Contract, promises: Promises, last_at: datetime) -> tuple[list[_Part], bool]:
    """The parts of the run's time by the promises that held, and whether one holds at its end.

    A time without a promise, before the ticket was sorted, counts by the promise that came after it.
    """
    bounds = _bounds(run.policies, run.started_at, last_at)
    found: list[_Part] = []
    promise: Promise | None = None
    is_promised = True
    for (start, policy), (end, _next) in reversed([*pairwise([*bounds.items(), (last_at, "")])]):
        held = _promised(promises.get(policy, ()), contract, run.kind)
        promise = held or promise
        if promise is None:
            is_promised = False
        else:
            found.append(_Part(start, end, promise))
    return found[::-1], is_promised


def _bounds(policies: Policies, start: datetime, last_at: datetime) -> dict[datetime, str]:
    """From when on which policy holds, from the start to the end."""
    return {max(at, start): policy for at, policy in policies if at <= last_at}


def _promised(promises: Sequence[Promise], contract: Contract, kind: Target) -> Promise | None:
    return next((promise for promise in promises if (promise.contract, promise.kind) == (contract, kind)), None)


def _promised_at(parts: Sequence[_Part]) -> datetime:
    """Since when the same time has been promised."""
    since = parts[-1].start
    for part in reversed(parts):
        if part.promise.span != parts[-1].promise.span:
            break
        since = part.start
    return since


def _stretches(part: _Part, waits: Iterable[Wait]) -> list[Stretch]:
    """The part without the waiting in it."""
    found, start = [], part.start
    for wait in waits:
        until = part.end if wait.until is None else min(wait.until, part.end)
        if max(wait.since, start) < until:
            found.append(Stretch(part.promise.calendar, start, max(wait.since, start)))
            start = until
    return [*found, Stretch(part.promise.calendar, start, part.end)]


def _passed_at(stretches: Iterable[Stretch], span: timedelta) -> datetime | None:
    """When so much had been worked; None where it has not, and will not unless the clock runs again."""
    left = span
    for stretch in stretches:
        at = due(stretch.calendar, stretch.start, left)
        if stretch.end is None or at <= stretch.end:
            return at
        left -= worked(stretch.calendar, stretch.start, stretch.end)
    return None
