"""What every way in gives: items one by one, what it had to refuse, and how long it may take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from feeds.credentials import Credentials
from feeds.models import Source


class PullFailed(Exception):
    """The source did not give what it was asked for; the text says why in one sentence.

    ``retry_after_s`` is how long the source itself asked to be left alone, where it did.
    """

    def __init__(self, words: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(words[:300])
        self.retry_after_s = retry_after_s


def _nothing_to_do() -> None:
    """A source that keeps what it gave needs no telling."""


@dataclass(frozen=True, slots=True)
class Item:
    """One delivery to be; ``acknowledge`` is called once it is stored for good, and may raise PullFailed or OSError."""

    body: bytes
    name: str
    content_type: str = ""
    acknowledge: Callable[[], None] = _nothing_to_do


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was there and was not taken; the others of the same pull are.

    ``acknowledge`` puts it out of the way, and may raise as an item's; a test pull lets it lie.
    """

    name: str
    words: str
    acknowledge: Callable[[], None] = _nothing_to_do

    def __str__(self) -> str:
        return f"{self.name}: {self.words}"


class Way(Protocol):
    """Fetches what ``source`` has.

    What it wants to ask with next time (``etag``, ``last_modified``, ``cursor``) it notes on ``source``, which is
    written down when everything has been stored. Raises PullFailed.
    """

    def __call__(
        self, source: Source, *, credentials: Credentials, at: datetime, deadline: Deadline
    ) -> Iterator[Item | Refused]: ...


class Deadline:
    """The time that a pull has: so much for each item, and so much for all of them."""

    def __init__(self, *, item_s: float, total_s: float) -> None:
        self.item_s = item_s
        self._last = time.monotonic() + total_s
        self.restart()

    def restart(self) -> None:
        """The next item begins."""
        self._until = min(time.monotonic() + self.item_s, self._last)

    def left(self) -> float:
        """The seconds that are left, never none; raises PullFailed when the time is up."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise PullFailed(f"The answer took longer than {self.item_s:.0f} s")
        return left
