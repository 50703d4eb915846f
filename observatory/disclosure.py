"""Which figures the public is told, so that none of fewer than ``least`` readings can be had by subtraction; pure.

Every figure is of what lies between two days, its *borders*. Only what lies between two **kept** borders is told, and
between any two kept borders lie no readings or at least ``least``: whatever is taken from whatever, a month from a
year or a week from a month, what remains is of that many. Months come first: the border after a month of too few is
not kept, so that it is told together with the next ones that are enough. Mondays, then days are kept within a month
where both sides of the month have enough left.

Of parts (kinds of cargo, places, …) only whole months are told that may be told of all together, and in each the
smallest parts are held back until those that are, with what belongs to no part, are nothing or enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

_DAY = timedelta(days=1)
Counts = Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Borders:
    """The kept borders. ``months`` are those at which months begin; ``days`` the readings of each day.

    ``days`` must hold all the days of every month whose inner borders are asked for.
    """

    least: int
    months: Mapping[date, bool]
    days: Counts = field(default_factory=dict)
    last: date | None = None
    _within: dict[date, dict[date, bool]] = field(default_factory=dict, compare=False)

    def is_kept(self, day: date) -> bool:
        """Whether what lies before ``day`` and what lies from it on may be told apart."""
        if self.last is None or day > self.last:
            return self._of_month(date.max)
        month = day.replace(day=1)
        if day == month:
            return self._of_month(month)
        if month not in self._within:
            self._within[month] = dict(self._inner(month))
        return self._within[month].get(day, False)

    def between(self, since: date, end: date) -> tuple[date, date] | None:
        """The longest span within these two days (the second not in it) that is told; None where there is none."""
        first, after = since, end
        while first < after and not self.is_kept(first):
            first += _DAY
        while after > first and not self.is_kept(after):
            after -= _DAY
        return (first, after) if first < after else None

    def _of_month(self, month: date) -> bool:
        """Months without readings are as the next one with some; after the last it is the end of all."""
        return next((kept for start, kept in self.months.items() if start >= month), self.months.get(date.max, True))

    def _inner(self, month: date) -> Iterator[tuple[date, bool]]:
        following = (month + timedelta(days=32)).replace(day=1)
        every = [month + timedelta(days=n) for n in range((following - month).days)]
        ends = self._of_month(following)
        starts = [day for day in every if day == month or not day.weekday()]
        weeks = [[day for day in every if start <= day < after] for start, after in pairwise([*starts, following])]
        mondays = self._cut([sum(self.days.get(day, 0) for day in week) for week in weeks], month, ends)
        yield from zip(starts[1:], mondays, strict=True)
        status = [self._of_month(month), *mondays, ends]
        for week, (opens, closes) in zip(weeks, pairwise(status), strict=True):
            inner = _cut([self.days.get(day, 0) for day in week], self.least, opens=opens, closes=closes)
            yield from zip(week[1:], inner, strict=True)

    def _cut(self, counts: Sequence[int], month: date, ends: bool) -> list[bool]:
        return _cut(counts, self.least, opens=self._of_month(month), closes=ends)


def _cut(counts: Sequence[int], least: int, *, opens: bool, closes: bool) -> list[bool]:
    """Which borders between neighbours are kept: where since the last one, and up to the end, there is enough.

    A border with nothing between it and another is that other one.
    """
    kept, run, last, left = [], 0, opens, sum(counts)
    for count in counts[:-1]:
        run, left = run + count, left - count
        if not left:
            kept.append(closes if run else last)
        elif run >= least and left >= least:
            kept.append(True)
            run, last = 0, True
        else:
            kept.append(not run and last)
    return kept


def borders_of(months: Counts, days: Counts, *, least: int) -> Borders:
    """Of all the readings of an indicator: those of each month there ever was, and of the days that are asked for."""
    starts = [month for month in sorted(months) if months[month]]
    kept = [True, *(months[month] >= least for month in starts)]
    last = max((day for day, count in days.items() if count), default=None)
    if last is None or last.replace(day=1) != starts[-1]:
        last = _end(starts)
    return Borders(least, dict(zip([*starts, date.max], kept, strict=True)), days, last)


def parts_told(counts: Mapping[str, int], whole: int, *, least: int) -> set[str]:
    """Which parts are told of one period in which there were ``whole`` readings in all."""
    told = sorted((part for part in counts if counts[part] >= least), key=lambda part: (counts[part], part))
    rest = whole - sum(counts[part] for part in told)
    while told and 0 < rest < least:
        rest += counts[told.pop(0)]
    return set(told)


def _end(starts: Sequence[date]) -> date | None:
    """The last day on which there can be readings, where only months are known."""
    return (starts[-1] + timedelta(days=32)).replace(day=1) - _DAY if starts else None
