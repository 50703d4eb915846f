"""What a benchmark says, and how long a piece of work takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One line of ``./portal bench``: ``ratio`` is value to baseline, both in ``unit``."""

    name: str
    value: float
    unit: str
    baseline: float
    ratio: float

    def as_dict(self) -> dict[str, str | float]:
        """As plain JSON."""
        return asdict(self)


def timed(work: Callable[[], object]) -> float:
    """The seconds that ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
