"""How much a viewer is told: from how many readings on, and of which spans (see ``observatory.disclosure``)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from cargo.models import Consignment
from liaison.models import Organization, Person, Viewer
from liaison.roles import OFFICE, Role
from observatory.disclosure import Borders, borders_of, parts_told
from observatory.indicators import Indicator
from observatory.measuring import UNKNOWN
from observatory.models import Rollup
from observatory.rolling import end_of

# Of fewer readings the public is told only their number: a single firm could be known by them.
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

    ``since`` and ``until`` bound the days and weeks that will be asked for; without them only months are told.
    """
    if least < LEAST_PUBLIC:
        return Telling(least)
    wanted = set(asked)
    months, days = _counts(wanted, since, until)
    borders = {
        slug: borders_of(months.get(slug, {}).get("", {}), days.get(slug, {}), least=least) for slug, _name in wanted
    }
    told: dict[tuple[str, str], set[date]] = defaultdict(set)
    for slug, name in wanted:
        for month, part in _parts_told(months.get(slug, {}), name, borders[slug]) if name else ():
            told[slug, part].add(month)
    return Telling(least, borders, told)


def _parts_told(found: Mapping[str, Mapping[date, int]], name: str, borders: Borders) -> Iterator[tuple[date, str]]:
    """The months, each with every part of one kind that is told of it."""
    parts = {part: counts for part, counts in found.items() if part.startswith(f"{name}:")}
    firms = _firms() if name == "sector" else None
    for month, whole in found.get("", {}).items():
        if borders.is_kept(month) and borders.is_kept(end_of("month", month)):
            counts = {part: counts[month] for part, counts in parts.items() if month in counts}
            if firms is not None:
                # However much one firm brings in, a sector is told of as many firms at least.
                counts = {part: min(count, firms[part]) for part, count in counts.items()}
                whole = sum(counts.values())
            yield from ((month, part) for part in parts_told(counts, whole, least=borders.least))


def _firms() -> Counter[str]:
    """By sector how many firms ever had a consignment; one query."""
    trading = Organization.objects.filter(Exists(Consignment.objects.filter(consignee=OuterRef("pk"))))
    rows = trading.order_by().values_list("sector").annotate(firms=Count("pk"))
    return Counter({f"sector:{sector or UNKNOWN}": firms for sector, firms in rows})


def _counts(
    wanted: Set[tuple[str, str]], since: date | None, until: date | None
) -> tuple[dict[str, dict[str, dict[date, int]]], dict[str, dict[date, int]]]:
    """How many readings each month had, by slug and slice, and each day in the months of ``since`` to ``until``."""
    slugs = {slug for slug, _name in wanted}
    chosen = Q(slice="", indicator__in=slugs, grain="month")
    for slug, name in wanted:
        chosen |= Q(indicator=slug, slice__startswith=f"{name}:", grain="month") if name else Q()
    if since and until:
        first, end = since.replace(day=1), end_of("month", until.replace(day=1))
        chosen |= Q(slice="", indicator__in=slugs, grain="day", starts_on__gte=first, starts_on__lt=end)
    months: dict[str, dict[str, dict[date, int]]] = defaultdict(lambda: defaultdict(dict))
    days: dict[str, dict[date, int]] = defaultdict(dict)
    rows = Rollup.objects.filter(chosen, n__gt=0).order_by()
    for slug, part, grain, start, n in rows.values_list("indicator", "slice", "grain", "starts_on", "n"):
        (months[slug][part] if grain == "month" else days[slug])[start] = n
    return months, days
