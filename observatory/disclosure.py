"""Which figures the public is told, so that none of fewer than ``least`` readings can be had by subtraction; pure.

Every figure is of what lies between two days, its *borders*. Only what lies between two **kept** borders is told, and
between any two kept borders lie no readings or at least ``least``: whatever is taken from whatever, a month from a
year or a week from a month, what remains is of that many. Months come first: the border after a month of too few is
not kept, so that it is told together with the next ones that are enough. Mondays, then days are kept within a month
where both sides of the month have enough left.

Of parts (kinds of cargo, places, …) only whole months are told that may be told of all together, and in each the
smallest parts are held back until those that are, with what belongs to no part, are nothing or enough.

Tonnes are a firm's own however many consignments they came in: of a sum there must be ``least`` firms instead of
readings, and none of them may have brought in more than ``DOMINANT`` of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

_DAY = timedelta(days=1)
# Of more than this share the others could reckon what that one firm has.
DOMINANT = 0.75
# How many readings; of a sum what each firm brought in, by its id.
Count = int | Mapping[int, float]
Counts = Mapping[date, Count]


def together(counts: Iterable[Count]) -> Count:
    """Several counts of the same kind as one."""
    readings, firms = 0, defaultdict[int, float](float)
    for count in counts:
        if isinstance(count, int):
            readings += count
            continue
        for firm, total in count.items():
            firms[firm] += total
    return firms or readings


def is_enough(count: Count, least: int) -> bool:
    """Whether it is of so many readings; of a sum of so many firms, none of which has nearly all."""
    if isinstance(count, int):
        return count >= least
    return len(count) >= least and max(count.values()) <= DOMINANT * sum(count.values())


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
        mondays = self._cut([together(self.days.get(day, 0) for day in week) for week in weeks], month, ends)
        yield from zip(starts[1:], mondays, strict=True)
        status = [self._of_month(month), *mondays, ends]
        for week, (opens, closes) in zip(weeks, pairwise(status), strict=True):
            inner = _cut([self.days.get(day, 0) for day in week], self.least, opens=opens, closes=closes)
            yield from zip(week[1:], inner, strict=True)

    def _cut(self, counts: Sequence[Count], month: date, ends: bool) -> list[bool]:
        return _cut(counts, self.least, opens=self._of_month(month), closes=ends)


def _cut(counts: Sequence[Count], least: int, *, opens: bool, closes: bool) -> list[bool]:
    """Which borders between neighbours are kept: where since the last one, and up to the end, there is enough.

    A border with nothing between it and another is that other one.
    """
    if not (opens and closes) and _is_sum(counts):
        return [False] * (len(counts) - 1)
    kept: list[bool] = []
    run, last = 0, opens  # type: tuple[Count, bool]
    for place, count in enumerate(counts[:-1], 1):
        run, left = together([run, count]), together(counts[place:])
        if not left:
            kept.append(closes if run else last)
        elif is_enough(run, least) and is_enough(left, least):
            kept.append(True)
            run, last = 0, True
        else:
            kept.append(not run and last)
    return kept


def _is_sum(counts: Iterable[Count]) -> bool:
    """Whether firms are counted: what hangs together with them beyond the ends may be one firm's."""
    return not all(isinstance(count, int) for count in counts)


def borders_of(months: Counts, days: Counts, *, least: int) -> Borders:
    """Of all the readings of an indicator: those of each month there ever was, and of the days that are asked for."""
    starts = [month for month in sorted(months) if months[month]]
    kept = [True, *_months_kept([months[month] for month in starts], least)]
    last = max((day for day, count in days.items() if count), default=None)
    if last is None or last.replace(day=1) != starts[-1]:
        last = _end(starts)
    return Borders(least, dict(zip([*starts, date.max], kept, strict=True)), days, last)


def _months_kept(counts: Iterable[Count], least: int) -> Iterator[bool]:
    """Whether the border after each month is: where it is enough by itself, and all since the last one is."""
    run: Count = 0
    for count in counts:
        run = together([run, count])
        is_kept = is_enough(count, least) and is_enough(run, least)
        yield is_kept
        run = 0 if is_kept else run


def parts_told(counts: Mapping[str, Count], without: int = 0, *, least: int) -> set[str]:
    """Which parts are told of one period; ``without`` of its readings belong to none of them."""
    enough = [part for part in counts if is_enough(counts[part], least)]
    told = sorted(enough, key=lambda part: (_size(counts[part]), part))
    rest = together([without, *(counts[part] for part in counts if part not in enough)])
    while told and rest and not is_enough(rest, least):
        rest = together([rest, counts[told.pop(0)]])
    return set(told)


def _size(count: Count) -> float:
    return count if isinstance(count, int) else sum(count.values())


def _end(starts: Sequence[date]) -> date | None:
    """The last day on which there can be readings, where only months are known."""
    return (starts[-1] + timedelta(days=32)).replace(day=1) - _DAY if starts else None
