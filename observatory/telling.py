"""How much a viewer is told: from how many readings on, and of which spans (see ``observatory.disclosure``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.db.models import Q

from liaison.models import Person, Viewer
from liaison.roles import OFFICE, Role
from observatory.disclosure import Borders, Count, borders_of, parts_told
from observatory.indicators import Indicator
from observatory.models import Rollup
from observatory.registry import INDICATORS
from observatory.rolling import end_of

# Of fewer readings, or tonnes of fewer firms, the public is told only their number: one firm could be known by them.
LEAST_PUBLIC = 5
# Of one trip nothing is said to anybody.
LEAST = 2


@dataclass(frozen=True, slots=True)
class Telling:
    """From ``least`` readings on figures are told; where there are no ``borders``, of every span.

    ``borders`` are those of each indicator's readings together; ``months`` those that are told of each of its parts.
    """

    least: int
    borders: Mapping[str, Borders] | None = field(default=None, repr=False)
    months: Mapping[tuple[str, str], Set[date]] = field(default_factory=dict, repr=False)

    def of(self, indicator: Indicator) -> Borders | None:
        """The borders of an indicator; None where every span may be told.

        A stock is one look a day: its readings are days, not firms.
        """
        return None if self.borders is None or indicator.measure == "stock" else self.borders[indicator.slug]

    def is_told(self, indicator: Indicator, part: str, starts_on: date, end: date) -> bool:
        """Whether a period, whose last day is before ``end``, may be told if it has enough readings."""
        borders = self.of(indicator)
        if borders is None:
            return True
        if part:
            return end == end_of("month", starts_on) and starts_on in self.months.get((indicator.slug, part), ())
        return borders.is_kept(starts_on) and borders.is_kept(end)


def least_for(viewer: Viewer) -> int:
    """From how many readings on the viewer is told figures: officials and the office see small cells."""
    is_entitled = isinstance(viewer, Person) and bool(viewer.roles & (OFFICE | {Role.OFFICIAL}))
    return LEAST if is_entitled else LEAST_PUBLIC


def telling(
    least: int, asked: Iterable[tuple[str, str]], *, since: date | None = None, until: date | None = None
) -> Telling:
    """What may be told of these indicators, each with the name of parts or nothing; one query for the public.

    ``since`` and ``until`` bound the days and weeks that will be asked for; without them only months are told. Of parts
    nothing is told before ``since``.
    """
    if least < LEAST_PUBLIC:
        return Telling(least)
    wanted = set(asked)
    months, days = _counts(_chosen(wanted, since, until))
    borders = {
        slug: borders_of(_alone(months[slug][""]), _alone(days[slug]), least=least)
        for slug in {slug for slug, _name in wanted}
    }
    told: dict[tuple[str, str], set[date]] = defaultdict(set)
    for slug, name in wanted:
        for month, part in _parts_told(months[slug], name, borders[slug]) if name else ():
            told[slug, part].add(month)
    return Telling(least, borders, told)


def _parts_told(found: Parts, name: str, borders: Borders) -> Iterator[tuple[date, str]]:
    """The months, each with every part of one kind that is told of it."""
    parts = {part: counts for part, counts in found.items() if part.startswith(f"{name}:")}
    for month, (n, whole) in found.get("", {}).items():
        if borders.is_kept(month) and borders.is_kept(end_of("month", month)):
            counts = {part: counts[month] for part, counts in parts.items() if month in counts}
            without = n - sum(n for n, _count in counts.values())
            # Whose sums belong to no part is not known.
            if not without or isinstance(whole, int):
                yield from ((month, part) for part in parts_told(_alone(counts), without, least=borders.least))


_Key = TypeVar("_Key")
# Of each period how many readings it has, and what must be enough of it.
Periods = dict[date, tuple[int, Count]]
Parts = Mapping[str, Periods]


def _alone(counted: Mapping[_Key, tuple[int, Count]]) -> dict[_Key, Count]:
    return {key: count for key, (_n, count) in counted.items()}


def _chosen(wanted: Set[tuple[str, str]], since: date | None, until: date | None) -> Q:
    """The months of all there is of each, and what is between ``since`` and ``until`` of its parts and days."""
    slugs = {slug for slug, _name in wanted}
    chosen = Q(slice="", indicator__in=slugs, grain="month")
    after = {"starts_on__gte": since.replace(day=1)} if since else {}
    for slug, name in wanted:
        chosen |= Q(indicator=slug, slice__startswith=f"{name}:", grain="month", **after) if name else Q()
    if since and until:
        end = end_of("month", until.replace(day=1))
        chosen |= Q(slice="", indicator__in=slugs, grain="day", starts_on__lt=end, **after)
    return chosen


def _counts(chosen: Q) -> tuple[Mapping[str, Parts], dict[str, Periods]]:
    """Each month, by slug and slice, and each day."""
    months: dict[str, dict[str, Periods]] = defaultdict(lambda: defaultdict(dict))
    days: dict[str, Periods] = defaultdict(dict)
    rows = Rollup.objects.filter(chosen, n__gt=0).order_by()
    columns = ("indicator", "slice", "grain", "starts_on", "n", "firms", "firm_totals")
    for slug, part, grain, start, n, firms, totals in rows.values_list(*columns):
        # Counted before it was known whose it is, or nothing: as if it were one firm's.
        by_firm = dict(zip(firms, totals, strict=True)) or {0: 1.0}
        count = by_firm if INDICATORS[slug].is_by_firm else n
        (months[slug][part] if grain == "month" else days[slug])[start] = n, count
    return months, days
