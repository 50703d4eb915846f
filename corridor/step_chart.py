"""A step chart of what sources said over time, as the numbers that an SVG is drawn with; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 78, 12, 12, 30
# How many kinds of lines the style sheet knows.
KINDS = 6
_STEPS = tuple(timedelta(hours=hours) for hours in (6, 12, 24, 48, 96, 168, 336, 720, 2160, 8760, 43800, 262800))


@dataclass(frozen=True, slots=True)
class Line:
    """One source's words: ``points`` are (when it was said, what was said), in that order."""

    label: str
    points: Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Path:
    """One line as it is drawn, and which kind of line it is."""

    label: str
    d: str
    kind: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis, where it stands in the drawing and what it means."""

    at: float
    value: datetime


@dataclass(frozen=True, slots=True)
class Chart:
    """All that is drawn: ``actual_y`` is the height of what happened at last, None where nothing has."""

    paths: list[Path]
    across: list[Tick]
    up: list[Tick]
    actual_y: float | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    foot: int = HEIGHT - BOTTOM


def step_chart(lines: Sequence[Line], *, actual_at: datetime | None, until: datetime) -> Chart | None:
    """The chart of ``lines``, each held from one word to the next and at last to ``until``; None without a point."""
    points = [point for line in lines for point in line.points]
    if not points:
        return None
    said = [known for known, _value in points] + [max(until, max(known for known, _value in points))]
    values = [value for _known, value in points] + ([actual_at] if actual_at else [])
    x = _Scale(min(said), max(said), LEFT, WIDTH - RIGHT)
    y = _Scale(min(values), max(values), HEIGHT - BOTTOM, TOP)
    return Chart(
        paths=[Path(line.label, _d(line, x, y, max(said)), place % KINDS) for place, line in enumerate(lines)],
        across=x.ticks(4),
        up=y.ticks(5),
        actual_y=y.at(actual_at) if actual_at else None,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """From a span of time to a span of the drawing; a moment alone lies in its middle."""

    first: datetime
    last: datetime
    start: float
    end: float

    def at(self, value: datetime) -> float:
        span = (self.last - self.first).total_seconds()
        part = (value - self.first).total_seconds() / span if span else 0.5
        return round(self.start + part * (self.end - self.start), 1)

    def ticks(self, most: int) -> list[Tick]:
        """At most so many marks at full steps of time."""
        step = next((step for step in _STEPS if (self.last - self.first) / step <= most - 1), _STEPS[-1])
        zero = datetime(2000, 1, 1, tzinfo=self.first.tzinfo)
        value = zero + -((zero - self.first) // step) * step
        found: list[Tick] = []
        while value <= self.last and len(found) < most:
            found.append(Tick(self.at(value), value))
            value += step
        return found or [Tick(self.at(self.first), self.first)]


def _d(line: Line, x: _Scale, y: _Scale, until: datetime) -> str:
    """The path of a line: across at each word until the next is said."""
    first, *_others = line.points
    d = [f"M{x.at(first[0])} {y.at(first[1])}"]
    for _before, (known, value) in pairwise(line.points):
        d += [f"H{x.at(known)}", f"V{y.at(value)}"]
    return "".join([*d, f"H{x.at(until)}"])
