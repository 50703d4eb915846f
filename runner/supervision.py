"""Keeps a set of children running: restarts the ones that die, with growing pauses, and stops all of them in order."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from runner.children import end
from runner.console import say

LONGEST_PAUSE_S = 30.0
# One that ran as long as this had started well: its next death is a first one again.
SETTLED_AFTER_S = 60.0


@dataclass
class Supervised:
    """One child. Those of a higher `rank` need those of a lower one, and are stopped before them."""

    name: str
    rank: int
    start: Callable[[], subprocess.Popen[bytes]]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 10
    child: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started_at: float = 0
    due_at: float = 0


@dataclass
class Supervisor:
    """The children in the order in which they were started."""

    members: list[Supervised] = field(default_factory=list)

    def add(self, member: Supervised) -> subprocess.Popen[bytes]:
        """Start a child and look after it from now on. Raises OSError when it cannot be started at all."""
        member.child = member.start()
        member.started_at = time.monotonic()
        self.members.append(member)
        return member.child

    def watch(self) -> None:
        """Look at each child once: note those that have died and start again those whose pause is over."""
        now = time.monotonic()
        for member in self.members:
            if member.child is not None and member.child.poll() is not None:
                self._note_death(member, now)
            elif member.child is None and now >= member.due_at:
                member.child = member.start()
                member.started_at = now

    def _note_death(self, member: Supervised, now: float) -> None:
        code = member.child.returncode if member.child else 0
        member.child = None
        member.deaths = 1 if now - member.started_at > SETTLED_AFTER_S else member.deaths + 1
        pause = min(2.0 ** (member.deaths - 1), LONGEST_PAUSE_S)
        member.due_at = now + pause
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        say(f"! {member.name} ended ({how}); starting it again in {pause:.0f} s. Its log: {member.log}")

    def stop(self) -> None:
        """Stop all children: rank by rank from the highest, those of one rank together."""
        for rank in sorted({member.rank for member in self.members}, reverse=True):
            _stop_together([member for member in self.members if member.rank == rank])
        self.members.clear()


def _stop_together(members: list[Supervised]) -> None:
    running = [(member, member.child) for member in members if member.child and member.child.poll() is None]
    for member, child in running:
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(member.stop_signal)
    until = time.monotonic() + max((member.grace_s for member in members), default=0)
    for _, child in running:
        _await(child, until)


def _await(child: subprocess.Popen[bytes], until: float) -> None:
    try:
        child.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        end(child, signal.SIGKILL, 1)
