"""Consignments with their status, last word and forecast as rows of plain columns: objects cost five times as much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, cast

from django.db.models import F, FilteredRelation, Q

from cargo.charges.reckoning import Money
from cargo.models import Consignment, ConsignmentQuerySet, Foretold, Unit
from cargo.money import goods_with, load_book, moneys
from liaison.models import Viewer


class Row(NamedTuple):
    """What the query finds, by its own names; where there is no event, node or forecast, theirs are None."""

    pk: int
    ref: str
    moved_at: datetime
    changed_at: datetime
    consignee_id: int
    consignee__name: str
    bill_of_lading: str
    cargo_kind: str
    goods: str
    own_reference: str
    direction: str
    hs_code: str
    weight_t: Decimal | None
    vessel: str
    voyage: str
    into: str | None
    status__state: str
    status__is_held: bool
    status__held_by: str
    status__next_step: str
    status__event__occurred_at: datetime | None
    status__event__is_day: bool | None
    status__event__zone: str | None
    status__event__place: str | None
    status__event__received_at: datetime | None
    status__event__node__slug: str | None
    status__event__node__name: str | None
    status__event__source__name: str | None
    # The last are those of ``Foretold``, in its order.
    forecast__made_at: datetime | None
    forecast__p10: datetime | None
    forecast__p50: datetime | None
    forecast__p90: datetime | None
    forecast__reason: str | None
    forecast__gate_p10: datetime | None
    forecast__gate_p50: datetime | None
    forecast__gate_p90: datetime | None
    forecast__empty_p10: datetime | None
    forecast__empty_p50: datetime | None
    forecast__empty_p90: datetime | None
    forecast__hits: int | None
    forecast__hits_n: int | None

    @property
    def forecast(self) -> Foretold | None:
        """The forecast that holds now, as far as it is told."""
        return None if self.forecast__p10 is None else Foretold._make(self[-len(Foretold._fields) :])


UnitRows = Mapping[int, Sequence[tuple[int, str, str]]]


def whole_rows() -> ConsignmentQuerySet:
    """All consignments as rows with what their shape is made of but their units, to be asked for what may be seen."""
    return _whole_rows().all()


@lru_cache
def _whole_rows() -> ConsignmentQuerySet:
    """Put together once: forty columns of seven tables take longer to name than to read."""
    forecast = FilteredRelation("forecasts", condition=Q(forecasts__is_current=True))
    related = Consignment.objects.with_into().annotate(
        moved_at=F("status__moved_at"), changed_at=F("status__changed_at"), forecast=forecast
    )
    return cast(ConsignmentQuerySet, related.values_list(*Row._fields, named=True))


def boxes_of(rows: Iterable[Row]) -> UnitRows:
    """The units of each: id, number, size and type; one query."""
    found: dict[int, list[tuple[int, str, str]]] = {row.pk: [] for row in rows}
    units = Unit.objects.filter(consignment__any=list(found))
    for pk, number, size_type, consignment in sorted(units.values_list("pk", "container", "size_type", "consignment")):
        found[consignment].append((pk, number, size_type))
    return found


def money_of_rows(rows: Sequence[Row], boxes: UnitRows, *, viewer: Viewer, at: datetime) -> dict[int, Money]:
    """The money of those of which the viewer may see it, as ``cargo.money.money_of`` has it; three or four queries."""
    seen = Consignment.objects.money_visible_among(viewer, rows)
    if not seen:
        return {}
    sizes = {pk: [(unit, size) for unit, _number, size in boxes[pk]] for pk in seen}
    return moneys(goods_with(rows, sizes), load_book(seen), at=at)
