"""What the person at the terminal reads: one line a step, with the time it took."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path


class Refused(Exception):
    """The portal cannot go on; the text says why and what to do, and is all that is printed."""


def say(text: str) -> None:
    """Print one line at once. A terminal that has gone away must not keep the servers from being stopped."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a step that may take long, and say afterwards how long it took."""
    started = time.monotonic()
    say(f"- {text}")
    yield
    elapsed = time.monotonic() - started
    if elapsed >= 1:
        say(f"  done in {elapsed:.1f} s")


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, indented, with the log's name above them; empty when there is none."""
    try:
        last = log.read_text(errors="replace").splitlines()[-lines:]
    except OSError:
        return ""
    return "\n".join([f"  {log}:", *(f"    {line}" for line in last)])
