"""What consignments owe: their milestones, units and the tariff in a few queries for however many, then arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

from django.db.models import Q, prefetch_related_objects

from cargo.charges.amounts import Exchange
from cargo.charges.clocks import CLOCK_GROUPS, RULES, Reached, Track
from cargo.charges.days import KIGALI, MOMBASA, day_of
from cargo.charges.reckoning import Money, reckon
from cargo.charges.tariff import Rate
from cargo.charges.tariff_file import rate_of
from cargo.charges.waivers import Waiver
from cargo.models import Consignment, ExchangeRate, Milestone, TariffRow, Unit
from cargo.models import Waiver as WaiverRow
from cargo.remembered import remembered
from cargo.words import KINDS
from liaison.models import Viewer
from liaison.prepared import Prepared

# The tariff is remembered until another row of it counts (see tariffs.py).
TARIFF, SERVES = "cargo.money.tariff", timedelta(hours=1)
# The milestones that start, stop or key a clock.
CODES = frozenset(code for rule in RULES for code in (*rule.starts, *rule.stops, rule.keyed_by) if code)
_OTHERS = sorted(KINDS.keys() - CODES)
_REGIMES = sorted({"all", *(rule.regime for rule in RULES)})
# Whose bill of lading begins with a carrier's code (SCAC) travels in a container of that line.
_LINES = {"MAEU": "Maersk"}


# The units of consignments, by the consignment's id.
Boxes = Mapping[int, Iterable[Unit]]


class Tariff(tuple[Rate, ...]):
    """Rows that count together. Two of them are the same only if they are one, so that one is quickly looked up by."""

    __slots__ = ()
    __eq__ = object.__eq__
    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Book:
    """The tariff and the waivers that count, those of single consignments by the consignment's id."""

    rows: Tariff
    campaigns: Sequence[Waiver] = ()
    granted: Mapping[int, Sequence[Waiver]] = field(default_factory=dict)

    def waivers(self, consignment: int) -> tuple[Waiver, ...]:
        """Those of everybody, and those of one consignment."""
        return (*self.campaigns, *self.granted.get(consignment, ()))


class Passed(NamedTuple):
    """A milestone of a unit as clocks need it: when, in which zone, at which node and of which kind that is."""

    unit: int | None
    code: str
    actual_at: datetime | None
    expected_at: datetime | None
    zone: str
    place: str | None
    kind: str | None


class Load(Protocol):
    """What of a consignment, or of a row of its columns, its clocks follow from."""

    @property
    def pk(self) -> int:
        """Its id."""

    @property
    def bill_of_lading(self) -> str:
        """By which a line's own tariff is found."""

    @property
    def cargo_kind(self) -> str:
        """What it travels as."""

    @property
    def direction(self) -> str:
        """Whether it is brought in or sent out."""


# What money follows from: kind, direction, the line, and how many units there are of each size and way so far.
Alike = tuple[str, str, str, tuple[tuple[tuple[str, tuple[tuple[str, Reached], ...]], int], ...]]


@dataclass(slots=True)
class Goods:
    """A consignment with what its money follows from; ``units`` are ids with size and type."""

    consignment: Load
    units: Sequence[tuple[int, str]]
    passed: Sequence[Passed]

    def alike(self) -> Alike:
        """Its units, those alike together with how many they are; goods that have none, or none known, are one."""
        reached: dict[int | None, dict[str, Reached]] = {}
        for passed in self.passed:
            if found := _reached(passed):
                reached.setdefault(passed.unit, {})[passed.code] = found
        units: list[tuple[int | None, str]] = [*self.units] or [(None, "")]
        counted: dict[tuple[str, tuple[tuple[str, Reached], ...]], int] = {}
        for pk, size_type in units:
            like = size_type, tuple(sorted(reached[pk].items(), key=_code)) if pk in reached else ()
            counted[like] = counted.get(like, 0) + 1
        load = self.consignment
        line = _LINES.get(load.bill_of_lading[:4], "")
        return load.cargo_kind, load.direction, line, tuple(counted.items())


def _tracks(alike: Alike) -> list[Track]:
    cargo_kind, direction, line, counted = alike
    return [
        Track(
            cargo_kind=cargo_kind,
            direction=direction,
            size_type=size_type,
            line=line,
            quantity=quantity,
            reached=dict(milestones),
        )
        for (size_type, milestones), quantity in counted
    ]


def _code(item: tuple[str, Reached]) -> str:
    return item[0]


def _reached(passed: Passed) -> Reached | None:
    """The milestone's day, as the place counts days where it happened."""
    at = passed.actual_at or passed.expected_at
    if passed.code not in CODES or at is None:
        return None
    is_actual = passed.actual_at is not None
    return Reached(day_of(at, passed.zone), is_actual=is_actual, place=passed.place or "", kind=passed.kind or "")


def load_book(consignments: Iterable[int]) -> Book:
    """The approved rows of the clocks' charges, and the waivers; one query, two where nobody asked lately."""
    granted: dict[int, list[Waiver]] = {}
    campaigns = []
    for row in sorted(_WAIVERS(list(consignments)), key=attrgetter("pk")):
        if row.consignment_id is None:
            campaigns.append(row.as_waiver())
        else:
            granted.setdefault(row.consignment_id, []).append(row.as_waiver())
    return Book(remembered(TARIFF, SERVES, _rates), campaigns, granted)


_WAIVERS = Prepared(lambda pks: WaiverRow.objects.filter(Q(consignment__isnull=True) | Q(consignment__any=pks)))


def _rates() -> Tariff:
    approved = TariffRow.objects.approved().filter(charge_group__in=CLOCK_GROUPS, regime__in=_REGIMES)
    return Tariff(rate for row in approved.order_by("pk").values() if (rate := rate_of(row)))


def moneys(goods: Iterable[Goods], book: Book, *, at: datetime) -> dict[int, Money]:
    """The money of each, by the consignment's id; no query."""
    days = day_of(at, MOMBASA), day_of(at, KIGALI)
    return {
        each.consignment.pk: _reckoned(each.alike(), book.rows, book.waivers(each.consignment.pk), *days)
        for each in goods
    }


@lru_cache(maxsize=2_000)
def _reckoned(alike: Alike, rows: Tariff, waivers: tuple[Waiver, ...], today: date, in_kigali: date) -> Money:
    """Goods that are alike, as the boxes of a ship are, share theirs, and so do the pages of a day."""
    return reckon(_tracks(alike), rows, waivers, today=today, in_kigali=in_kigali)


def money_of(
    consignments: Sequence[Consignment], *, viewer: Viewer, at: datetime, units: Boxes | None = None
) -> dict[int, Money]:
    """The money of those of which the viewer may see it, by id; four or five queries for however many.

    One less where their ``units`` are at hand.
    """
    seen = Consignment.objects.money_visible_among(viewer, consignments)
    if not seen:
        return {}
    goods = goods_of([consignment for consignment in consignments if consignment.pk in seen], units)
    return moneys(goods, load_book(seen), at=at)


def units_of(consignments: Iterable[Consignment]) -> dict[int, list[Unit]]:
    """Their units by the consignment's id, in the order in which they were registered; one query."""
    units: dict[int, list[Unit]] = {consignment.pk: [] for consignment in consignments}
    for unit in UNITS(list(units)):
        units[unit.consignment_id].append(unit)
    return units


UNITS = Prepared(lambda pks: Unit.objects.filter(consignment__any=pks).order_by("pk"))


def goods_of(consignments: Sequence[Consignment], units: Boxes | None = None) -> list[Goods]:
    """The consignments with their units and milestones; two queries, one where units have been fetched with them."""
    if units is None:
        prefetch_related_objects(consignments, "units")
        units = {consignment.pk: consignment.units.all() for consignment in consignments}
    return goods_with(consignments, {each.pk: sorted(_sizes(units[each.pk])) for each in consignments})


def goods_with(consignments: Iterable[Load], units: Mapping[int, Sequence[tuple[int, str]]]) -> list[Goods]:
    """The consignments with their milestones, and the units that are at hand; one query."""
    passed: dict[int, list[Passed]] = {pk: [] for pk in units}
    for consignment, *values in _PASSED(list(passed)):
        passed[consignment].append(Passed(*values))
    return [Goods(each, units[each.pk], passed[each.pk]) for each in consignments if each.pk in units]


# Said the other way round, the codes are no keys for the index to be entered by seventeen times for each.
_PASSED: Prepared[tuple[Any, ...]] = Prepared(
    lambda pks: (
        Milestone.objects.filter(consignment__any=pks)
        .exclude(code__in=_OTHERS)
        .values_list(
            "consignment_id",
            "unit_id",
            "code",
            "actual_at",
            "expected_at",
            "event__zone",
            "event__node__slug",
            "event__node__kind",
        )
    )
)


def _sizes(units: Iterable[Unit]) -> list[tuple[int, str]]:
    return [(unit.pk, unit.size_type) for unit in units]


def money_here(
    consignment: Consignment, units: Sequence[Unit], milestones: Sequence[Milestone], *, viewer: Viewer, at: datetime
) -> tuple[Money, Book] | None:
    """The money of one consignment whose units and milestones (with events, nodes) are at hand; two or three queries.

    None for whoever may not see it.
    """
    if not Consignment.objects.money_visible_among(viewer, [consignment]):
        return None
    book = load_book([consignment.pk])
    passed = [Passed(m.unit_id, m.code, m.actual_at, m.expected_at, m.event.zone, *_spot(m)) for m in milestones]
    goods = Goods(consignment, _sizes(units), passed)
    return moneys([goods], book, at=at)[consignment.pk], book


def _spot(milestone: Milestone) -> tuple[str | None, str | None]:
    node = milestone.event.node
    return (node.slug, node.kind) if node else (None, None)


def exchange_rates() -> list[Exchange]:
    """The rates of exchange that the office has entered, by day."""
    return [row.as_exchange() for row in ExchangeRate.objects.order_by("on")]
