"""A chart of a series over time as the numbers that an SVG is drawn with: a line with its band, or bars; pure.

Black on white says everything: what is ours is a solid line with a grey band, a target is dashed, what was published
are hollow diamonds, what is expected is dotted. Periods with too little leave a gap and are never drawn as zero.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 80, 16, 14, 46
_MOST_LABELS = 9
_DASHES = ("", "7 4", "2 4", "10 3 2 3")


@dataclass(frozen=True, slots=True)
class Spot:
    """One point of a series: its day, its value and its band, and the words of its read-out."""

    day: date
    value: float | None
    low: float | None = None
    high: float | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Points under one name. ``kind`` is line, bars or marks; ``is_expected`` draws it dotted."""

    name: str
    spots: Sequence[Spot]
    kind: str = "line"
    is_expected: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """Where a point stands, and what it says when one points at it."""

    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, and what it says."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A series as it is drawn: its lines and bands as SVG paths, its dots or bars."""

    name: str
    kind: str
    dash: str
    lines: list[str]
    bands: list[str]
    dots: list[Dot]
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where, and what it says."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day, known in the drawing by its number."""

    day: date
    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Flag:
    """Where an event stands."""

    x: float
    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """All that is drawn. ``target_y`` is the height of the target's line."""

    series: list[Drawn]
    across: list[Tick]
    up: list[Tick]
    target_y: float | None
    flags: list[Flag] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    foot: int = HEIGHT - BOTTOM


def chart(
    series: Sequence[Series],
    *,
    days: Sequence[date],
    labels: Sequence[str],
    until: date | None = None,
    target: float | None = None,
    events: Iterable[Event] = (),
    words: Callable[[float], str] = "{:.10g}".format,
) -> Chart | None:
    """The chart over ``days``, the first days of its periods, with their ``labels``; None where there is nothing.

    The last period ends with ``until``; it is as long as the one before where that is not said. ``words`` are those of
    the numbers of the axis.
    """
    if not days:
        return None
    after = _after(days, until)
    # What was published lies outside the periods shown more often than not.
    kept = [_within(one, days[0], after) for one in series]
    heights = _heights(kept)
    if not heights:
        return None
    axis = _axis(max([*heights, target or 0.0]))
    scale = _Scale(days, after, axis[-1])
    return Chart(
        series=[_drawn(one, scale, number) for number, one in enumerate(kept)],
        across=_across(days, labels, scale),
        up=[Tick(scale.y(value), words(value)) for value in axis],
        target_y=scale.y(target) if target is not None else None,
        flags=[Flag(scale.within(one.day), one.number, one.words) for one in events if scale.holds(one.day)],
    )


def _heights(series: Iterable[Series]) -> list[float]:
    """Everything that has to fit under the top."""
    tops = (top for one in series for spot in one.spots for top in (spot.value, spot.high))
    return [top for top in tops if top is not None]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From days and values to the drawing; each period has a place of its own, as wide as every other."""

    days: Sequence[date]
    after: date
    top: float

    @property
    def step(self) -> float:
        return (WIDTH - RIGHT - LEFT) / len(self.days)

    def x(self, day: date) -> float:
        """The middle of the place of its period."""
        return round(LEFT + self.step * (self._place(day) + 0.5), 1)

    def within(self, day: date) -> float:
        """Where it stands in the place of its period: the first day to the left, the last to the right."""
        place = self._place(day)
        begin, end = self.days[place], [*self.days, self.after][place + 1]
        return round(LEFT + self.step * (place + (day - begin) / (end - begin)), 1)

    def _place(self, day: date) -> int:
        return bisect_right(self.days, day) - 1

    def y(self, value: float) -> float:
        return round(HEIGHT - BOTTOM - value / self.top * (HEIGHT - BOTTOM - TOP), 1)

    def holds(self, day: date) -> bool:
        return self.days[0] <= day < self.after


def _after(days: Sequence[date], until: date | None) -> date:
    """The day after the last period."""
    if until is not None:
        return max(until, days[-1]) + timedelta(days=1)
    return days[-1] + (days[-1] - days[-2] if len(days) > 1 else timedelta(days=1))


def _within(one: Series, first: date, after: date) -> Series:
    return Series(one.name, [spot for spot in one.spots if first <= spot.day < after], one.kind, one.is_expected)


def _drawn(one: Series, scale: _Scale, number: int) -> Drawn:
    runs = [list(run) for known, run in groupby(one.spots, lambda spot: spot.value is not None) if known]
    spots = [spot for run in runs for spot in run]
    dash = "2 4" if one.is_expected else _DASHES[number % len(_DASHES)]
    if one.kind == "bars":
        return Drawn(one.name, one.kind, dash, [], [], [], [_bar(spot, scale) for spot in spots])
    across = scale.within if one.kind == "marks" else scale.x
    dots = [Dot(across(spot.day), scale.y(spot.value or 0.0), spot.words) for spot in spots]
    joined = runs if one.kind == "line" else []
    bands = list(filter(None, (_band(part, scale) for run in joined for part in _bounded(run))))
    return Drawn(one.name, one.kind, dash, _lines(joined, scale), bands, dots, [])


def _lines(runs: Sequence[Sequence[Spot]], scale: _Scale) -> list[str]:
    """A line through each run; a point alone has none."""
    return [_line(run, scale) for run in runs if len(run) > 1]


def _line(run: Sequence[Spot], scale: _Scale) -> str:
    return "M" + "L".join(f"{scale.x(spot.day)} {scale.y(spot.value or 0.0)}" for spot in run)


def _bounded(run: Iterable[Spot]) -> list[list[tuple[date, float, float]]]:
    """Those next to each other of which both bounds are known; where they are not the band has a gap."""
    known = [(spot.day, spot.low, spot.high) for spot in run]
    return [
        [(day, low, high) for day, low, high in part if low is not None and high is not None]
        for is_known, part in groupby(known, lambda each: None not in each)
        if is_known
    ]


def _band(bounds: Sequence[tuple[date, float, float]], scale: _Scale) -> str:
    known = [(scale.x(day), low, high) for day, low, high in bounds]
    if len(known) < 2:
        return ""
    there = [f"{x} {scale.y(high)}" for x, _low, high in known]
    back = [f"{x} {scale.y(low)}" for x, low, _high in reversed(known)]
    return "M" + "L".join([*there, *back]) + "Z"


def _bar(spot: Spot, scale: _Scale) -> Bar:
    width = round(max(scale.step * 0.7, 1.0), 1)
    y = scale.y(spot.value or 0.0)
    return Bar(round(scale.x(spot.day) - width / 2, 1), y, width, round(HEIGHT - BOTTOM - y, 1), spot.words)


def _across(days: Sequence[date], labels: Sequence[str], scale: _Scale) -> list[Tick]:
    """So many labels as there is room for, the last period always among them."""
    every = math.ceil(len(days) / _MOST_LABELS)
    return [
        Tick(scale.x(day), label)
        for number, (day, label) in enumerate(zip(days, labels, strict=True))
        if (len(days) - 1 - number) % every == 0
    ]


def _axis(value: float) -> list[float]:
    """Full steps from nought to the next one above the highest value."""
    if value <= 0:
        value = 0.9
    step = _step(value)
    return [round(number * step, 6) for number in range(math.ceil(value / step + 1e-9) + 1)]


def _step(value: float) -> float:
    """A step of 1, 2 or 5 times a power of ten of which about five reach the value."""
    power = math.pow(10, math.floor(math.log10(value / 4)))
    return next(power * lead for lead in (1, 2, 5, 10) if value / (power * lead) <= 5)
