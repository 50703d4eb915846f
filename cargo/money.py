"""What consignments owe: their milestones, units and the tariff in a few queries for however many, then arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from cargo.charges.amounts import Exchange
from cargo.charges.clocks import RULES, Reached, Track
from cargo.charges.days import day_of
from cargo.charges.reckoning import Money, reckon
from cargo.charges.tariff import Rate
from cargo.charges.tariff_file import rate_of
from cargo.charges.waivers import Waiver
from cargo.models import Consignment, ExchangeRate, Milestone, TariffRow, Unit
from cargo.models import Waiver as WaiverRow

if TYPE_CHECKING:
    from liaison.models import Viewer

# The milestones that start, stop or key a clock.
CODES = sorted({code for rule in RULES for code in (*rule.starts, *rule.stops, rule.keyed_by) if code})
_GROUPS = sorted({group for rule in RULES for group in (rule.free_group, rule.day_group)})
# Whose bill of lading begins with a carrier's code (SCAC) travels in a container of that line.
_LINES = {"MAEU": "Maersk"}


@dataclass(frozen=True, slots=True)
class Book:
    """The tariff and the waivers that count, those of single consignments by the consignment's id."""

    rows: Sequence[Rate]
    campaigns: Sequence[Waiver] = ()
    granted: Mapping[int, Sequence[Waiver]] = field(default_factory=dict)

    def waivers(self, consignment: int) -> list[Waiver]:
        """Those of everybody, and those of one consignment."""
        return [*self.campaigns, *self.granted.get(consignment, ())]


@dataclass(slots=True)
class Goods:
    """A consignment with what its money follows from."""

    consignment: Consignment
    units: Sequence[Unit]
    milestones: Sequence[Milestone]

    def tracks(self) -> list[Track]:
        """Its units, those alike together; goods that have none, or none that is known, are one."""
        reached: dict[int | None, dict[str, Reached]] = {}
        for milestone in self.milestones:
            if found := _reached(milestone):
                reached.setdefault(milestone.unit_id, {})[milestone.code] = found
        units: list[tuple[int | None, str]] = [(unit.pk, unit.size_type) for unit in self.units] or [(None, "")]
        alike = Counter((size_type, tuple(sorted(reached.get(pk, {}).items(), key=_code))) for pk, size_type in units)
        line = _LINES.get(self.consignment.bill_of_lading[:4], "")
        return [
            Track(
                cargo_kind=self.consignment.cargo_kind,
                size_type=size_type,
                line=line,
                quantity=quantity,
                reached=dict(milestones),
            )
            for (size_type, milestones), quantity in alike.items()
        ]


def _code(item: tuple[str, Reached]) -> str:
    return item[0]


def _reached(milestone: Milestone) -> Reached | None:
    """The milestone's day, as the place counts days where it happened."""
    at = milestone.actual_at or milestone.expected_at
    if milestone.code not in CODES or at is None:
        return None
    event = milestone.event
    place = event.node.slug if event.node else ""
    return Reached(day_of(at, event.zone), is_actual=milestone.actual_at is not None, place=place)


def load_book(consignments: Iterable[int]) -> Book:
    """The approved rows of the clocks' charges, and the waivers; two queries."""
    values = TariffRow.objects.approved().filter(charge_group__in=_GROUPS).order_by("pk").values()
    waivers = WaiverRow.objects.filter(Q(consignment__isnull=True) | Q(consignment__in=list(consignments)))
    granted: dict[int, list[Waiver]] = {}
    campaigns = []
    for row in waivers.order_by("pk"):
        if row.consignment_id is None:
            campaigns.append(row.as_waiver())
        else:
            granted.setdefault(row.consignment_id, []).append(row.as_waiver())
    return Book([rate for row in values if (rate := rate_of(row))], campaigns, granted)


def moneys(goods: Iterable[Goods], book: Book, *, at: datetime) -> dict[int, Money]:
    """The money of each, by the consignment's id; no query."""
    return {
        each.consignment.pk: reckon(each.tracks(), book.rows, book.waivers(each.consignment.pk), at=at)
        for each in goods
    }


def money_of(consignments: Sequence[Consignment], *, viewer: Viewer, at: datetime) -> dict[int, Money]:
    """The money of those of which the viewer may see it, by id; five queries for however many."""
    ids = [consignment.pk for consignment in consignments]
    seen = set(Consignment.objects.money_visible_to(viewer).filter(pk__in=ids).values_list("pk", flat=True))
    if not seen:
        return {}
    goods = goods_of([consignment for consignment in consignments if consignment.pk in seen])
    return moneys(goods, load_book(seen), at=at)


def goods_of(consignments: Sequence[Consignment]) -> list[Goods]:
    """The consignments with their units and milestones; two queries."""
    units: dict[int, list[Unit]] = {consignment.pk: [] for consignment in consignments}
    for unit in Unit.objects.filter(consignment__in=list(units)).order_by("pk"):
        units[unit.consignment_id].append(unit)
    milestones: dict[int, list[Milestone]] = {pk: [] for pk in units}
    for milestone in clock_milestones().filter(consignment__in=list(units)):
        milestones[milestone.consignment_id].append(milestone)
    return [Goods(each, units[each.pk], milestones[each.pk]) for each in consignments]


def money_here(
    consignment: Consignment, units: Sequence[Unit], milestones: Sequence[Milestone], *, viewer: Viewer, at: datetime
) -> tuple[Money, Book] | None:
    """The money of one consignment whose units and milestones (with events and nodes) are at hand; three queries.

    None for whoever may not see it.
    """
    if not Consignment.objects.money_visible_to(viewer).filter(pk=consignment.pk).exists():
        return None
    book = load_book([consignment.pk])
    return moneys([Goods(consignment, units, milestones)], book, at=at)[consignment.pk], book


def clock_milestones() -> QuerySet[Milestone]:
    """The milestones that the clocks need, with the zone and place of their events."""
    return (
        Milestone.objects.filter(code__in=CODES)
        .select_related("event__node")
        .only("consignment", "unit", "code", "actual_at", "expected_at", "event__zone", "event__node__slug")
        .order_by("pk")
    )


def exchange_rates() -> list[Exchange]:
    """The rates of exchange that the office has entered, by day."""
    return [row.as_exchange() for row in ExchangeRate.objects.order_by("on")]
