"""What a source of the demo has to say, by when it says it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol


class Statement(Protocol):
    """One thing that a source says."""

    @property
    def reported_at(self) -> datetime:
        """When it says so, in UTC and whole minutes."""


class Voice(Protocol):
    """All that one source says, past and to come."""

    def between(self, since: datetime, until: datetime) -> Sequence[Any]:
        """What is said after ``since`` and not after ``until``, in the order in which it is."""

    def last_at(self, now: datetime) -> datetime | None:
        """When something was last said up to ``now``; None where nothing was."""

    def first_at(self) -> datetime | None:
        """When something is said first; None where nothing ever is."""


class Told:
    """A voice whose statements are all at hand; those of one moment in the order of ``key``."""

    def __init__(self, statements: Sequence[Statement], key: Callable[[Any], Any] = lambda statement: 0) -> None:
        self._statements = sorted(statements, key=lambda statement: (statement.reported_at, key(statement)))
        self._times = [statement.reported_at for statement in self._statements]

    def between(self, since: datetime, until: datetime) -> Sequence[Any]:
        """See ``Voice``."""
        return self._statements[bisect_right(self._times, since) : bisect_right(self._times, until)]

    def last_at(self, now: datetime) -> datetime | None:
        """See ``Voice``."""
        number = bisect_right(self._times, now)
        return self._times[number - 1] if number else None

    def first_at(self) -> datetime | None:
        """See ``Voice``."""
        return self._times[0] if self._times else None
