"""The story of a ticket: which clocks its log has started and ended, and when everybody waited; no time is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from tickets.clocks.happenings import Happening

Target = Literal["first_reply", "next_reply", "resolve"]
Policies = list[tuple[datetime, str]]
REPLIES: tuple[Target, Target] = ("first_reply", "next_reply")
OWN = ""


@dataclass(slots=True)
class Run:
    """One clock that has been started: ours where it names no agency. ``policies`` say by which one it is promised."""

    kind: Target
    agency: str
    started_at: datetime
    policies: Policies
    ended_at: datetime | None = None
    is_met: bool = False


@dataclass(slots=True)
class Wait:
    """A time during which everybody waited for somebody: ``until`` is None while it lasts."""

    waiting_on: str
    agency: str
    since: datetime
    until: datetime | None = None

    def stops(self, run: Run) -> bool:
        """Whether the clock stands still meanwhile; that of the very agency that is waited for does not."""
        return not run.agency or run.agency not in (self.waiting_on, self.agency)


def story_of(log: Iterable[Happening]) -> Story:
    """The story that the entries tell; they have to be in order."""
    entries = list(log)
    story = Story({entry.of: entry.at for entry in reversed(entries) if entry.kind == "merged"})
    for entry in entries:
        story.tell(entry)
    return story


@dataclass(slots=True)
class Story:
    """What has come of the entries so far.

    A ticket that is merged into this one counts from its own beginning. Until then each goes its own way: everybody
    waits only where all that are open do, and the whole is resolved once the last of them is.
    """

    merged: Mapping[str, datetime]
    runs: list[Run] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    policies: Policies = field(default_factory=list)
    # By ticket that is open, whom it waits for: as he is called, and the agency.
    _open: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)
    _running: dict[tuple[Target, bool], Run] = field(default_factory=dict)
    _holder: str = ""
    _held_under: Policies = field(default_factory=list)
    # Somebody has written after the end, and nobody has answered.
    _is_asked: bool = False

    def tell(self, entry: Happening) -> None:
        """Go on by one entry."""
        if entry.of and entry.of not in self.merged:
            return
        ticket = entry.of if entry.of and entry.at < self.merged[entry.of] else OWN
        _TOLD[entry.kind](self, entry, ticket)
        self._settle(entry.at)

    def opened(self, entry: Happening, ticket: str) -> None:
        """A second opening is what somebody says who has asked before."""
        if ticket in self._begun:
            return
        if ticket == OWN or OWN not in self._begun:
            self.policies.append((entry.at, entry.policy))
        self._open[ticket] = None
        self._start("resolve", entry.at)
        if not self._begun:
            self._start("first_reply", entry.at)
        elif entry.by == "them":
            self._ask(entry.at)
        self._begun.add(ticket)

    def policy_changed(self, entry: Happening, ticket: str) -> None:
        """For the agency alone where the entry names the one that holds the ticket."""
        if not entry.agency:
            if ticket == OWN or OWN not in self._begun:
                self.policies.append((entry.at, entry.policy))
        elif entry.agency == self._holder:
            self._held_under = [*self._held_under, (entry.at, entry.policy)]
            for (_kind, is_ours), run in self._running.items():
                run.policies = run.policies if is_ours else self._held_under

    def joined(self, entry: Happening, ticket: str) -> None:
        """What is done for the other ticket is done for this one from now on."""
        if entry.of in self._open:
            state = self._open.pop(entry.of)
            self._open.setdefault(OWN, state)

    def replied(self, entry: Happening, ticket: str) -> None:
        """What the one who asks can read. The portal's own acknowledgement is no answer."""
        if entry.by == "them":
            self.said(entry, ticket)
        if entry.by == "agency":
            self._hear(entry)
        if entry.by in ("us", "agency"):
            self._is_asked = False
            for kind in REPLIES:
                self._end(kind, entry.at, is_met=True)

    def said(self, entry: Happening, ticket: str) -> None:
        """Of the one who asks, of the agency to the office, or of the office to the agency; the rest is a note."""
        if entry.by == "them":
            self._resume(ticket)
            self._is_asked = not self._open
            self._ask(entry.at)
        elif entry.by == "agency":
            self._hear(entry)
        elif entry.by == "us" and entry.agency and entry.agency == self._holder:
            self._ask(entry.at, is_ours=False)

    def paused(self, entry: Happening, ticket: str) -> None:
        if ticket in self._open:
            self._open[ticket] = (entry.waiting_on or entry.agency, entry.agency)

    def resumed(self, entry: Happening, ticket: str) -> None:
        self._resume(ticket)

    def handed_over(self, entry: Happening, ticket: str) -> None:
        """To an agency, or back: then the agency has kept its word if it gives the ticket back itself.

        What is in somebody's hands is in work again: a pause ends.
        """
        self._resume(ticket)
        if not self._open or entry.agency == self._holder:
            return
        has_answered = entry.by == "agency" and not entry.agency
        if has_answered:
            self._hear(entry)
        self._let_go(entry.at, is_met=has_answered)
        if entry.agency:
            self._holder = entry.agency
            self._held_under = [(entry.at, entry.policy)] if entry.policy else self.policies
            self._start("first_reply", entry.at, is_ours=False)
            self._start("resolve", entry.at, is_ours=False)

    def accepted(self, entry: Happening, ticket: str) -> None:
        if entry.agency in ("", self._holder):
            self._end("first_reply", entry.at, is_met=True, is_ours=False)

    def resolved(self, entry: Happening, ticket: str) -> None:
        """Nobody has answered who asked where the portal closes its own ticket, or the one who asks does."""
        if ticket not in self._open:
            return
        del self._open[ticket]
        if self._open:
            return
        has_answered = entry.by in ("us", "agency")
        self._end("resolve", entry.at, is_met=True)
        for kind in REPLIES:
            self._end(kind, entry.at, is_met=has_answered)
        self._let_go(entry.at, is_met=has_answered)
        self._is_asked = False

    def reopened(self, entry: Happening, ticket: str) -> None:
        """A new cycle; the earlier ones stay as they were."""
        if ticket in self._open or ticket not in self._begun:
            return
        self._open[ticket] = None
        self._start("resolve", entry.at)
        if entry.by == "them" or self._is_asked:
            self._ask(entry.at)
        self._is_asked = False

    def _start(self, kind: Target, at: datetime, *, is_ours: bool = True) -> None:
        if (kind, is_ours) not in self._running:
            policies = self.policies if is_ours else self._held_under
            run = self._running[kind, is_ours] = Run(kind, "" if is_ours else self._holder, at, policies)
            self.runs.append(run)

    def _end(self, kind: Target, at: datetime, *, is_met: bool, is_ours: bool = True) -> None:
        run = self._running.pop((kind, is_ours), None)
        if run is not None:
            run.ended_at, run.is_met = at, is_met

    def _ask(self, at: datetime, *, is_ours: bool = True) -> None:
        """Somebody waits for a reply: since the first of what he has written, and not the last."""
        if self._open and ("first_reply", is_ours) not in self._running:
            self._start("next_reply", at, is_ours=is_ours)

    def _hear(self, entry: Happening) -> None:
        """What an agency says answers what it was asked, and ends the waiting for it."""
        agency = entry.agency or self._holder
        if agency == self._holder:
            for kind in REPLIES:
                self._end(kind, entry.at, is_met=True, is_ours=False)
        for ticket, waiting in self._open.items():
            if waiting and agency and agency in waiting:
                self._open[ticket] = None

    def _let_go(self, at: datetime, *, is_met: bool) -> None:
        self._end("resolve", at, is_met=is_met, is_ours=False)
        for kind in REPLIES:
            self._end(kind, at, is_met=is_met, is_ours=False)
        self._holder = ""

    def _resume(self, ticket: str) -> None:
        if ticket in self._open:
            self._open[ticket] = None

    def _settle(self, at: datetime) -> None:
        """Begin or end the waiting of all."""
        last = self.waits[-1] if self.waits and self.waits[-1].until is None else None
        waiting = self._awaited()
        if last is not None and waiting != (last.waiting_on, last.agency):
            last.until, last = at, None
        if waiting is not None and last is None:
            self.waits.append(Wait(*waiting, since=at))

    def _awaited(self) -> tuple[str, str] | None:
        """Whom all tickets that are open wait for; where they wait for several, this one's is named."""
        states = list(self._open.values())
        if not states or None in states:
            return None
        return self._open.get(OWN) or states[0]


_TOLD: dict[str, Callable[[Story, Happening, str], None]] = {
    "opened": Story.opened,
    "policy_changed": Story.policy_changed,
    "merged": Story.joined,
    "resumed": Story.resumed,
    "reopened": Story.reopened,
    "said": Story.said,
    "replied": Story.replied,
    "handed_over": Story.handed_over,
    "accepted": Story.accepted,
    "resolved": Story.resolved,
    "confirmed": Story.resolved,
    "paused": Story.paused,
}
