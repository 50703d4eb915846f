"""Consignments and what is said of them, as the API's JSON; times carry the offset of their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from api.rendering import Written, written
from cargo.charge_lines import clock_field, sums_field
from cargo.charges.reckoning import Charge, Money
from cargo.forecast_presenting import arrival_fields
from cargo.milestones import rail_of
from cargo.models import KIGALI, Consignment, Event, Forecast, Milestone
from cargo.outlooks import Outlook, outlook
from cargo.presenting import local_time, place_name
from cargo.rows import Row
from cargo.words import kind_label


def consignment_shape(row: Row, containers: Sequence[str], money: Money | None, *, at: datetime) -> dict[str, Any]:
    """A consignment with the numbers of its units; what is unknown, or not for the caller, is null."""
    forecast = row.forecast
    return {
        "ref": row.ref,
        "bill_of_lading": row.bill_of_lading,
        "consignee": row.consignee__name,
        "cargo_kind": row.cargo_kind,
        "goods": row.goods,
        "own_reference": row.own_reference,
        "direction": row.direction,
        "hs_code": row.hs_code,
        "weight_t": float(row.weight_t) if row.weight_t is not None else None,
        "containers": containers,
        "vessel": row.vessel,
        "voyage": row.voyage,
        "state": row.status__state,
        "is_held": row.status__is_held,
        "at": at_shape(row),
        "held_by": row.status__held_by or None,
        "next_step": row.status__next_step or None,
        "arrival": arrival_fields(forecast),
        "money": _money(money, outlook(money, forecast, at=at)) if money else None,
        "merged_into": row.into,
        "updated_at": row.changed_at.astimezone(KIGALI).isoformat(),
    }


def _money(money: Money, ahead: Outlook) -> dict[str, Any]:
    """As ``cargo.charge_lines.money_field``, the clocks written out."""
    language = get_language() or "en"
    chances = map(ahead.told_chance, range(len(money.charges)))
    clocks = [
        f'{_clock(charge, language)},"chance":{"null" if chance is None else chance}}}'
        for charge, chance in zip(money.charges, chances, strict=True)
    ]
    return {**sums_field(money, ahead), "clocks": Written(f"[{','.join(clocks)}]")}


@lru_cache(maxsize=4_000)
def _clock(charge: Charge, _language: str) -> str:
    """A clock but for its chance and the brace after it; goods that are alike share their charges (``cargo.money``)."""
    return written(clock_field(charge)).removesuffix("}")


def at_shape(row: Row) -> dict[str, Any] | None:
    """Where it is by its last word; None where nothing was heard."""
    happened, received, zone = row.status__event__occurred_at, row.status__event__received_at, row.status__event__zone
    if happened is None or received is None or zone is None:
        return None
    since = happened.astimezone(ZoneInfo(zone))
    return {
        "node": row.status__event__node__slug,
        "place": row.status__event__node__name or row.status__event__place,
        "since": _text(since.date() if row.status__event__is_day else since),
        "source": row.status__event__source__name,
        "received_at": _text(received.astimezone(ZoneInfo(zone))),
    }


def event_shape(event: Event) -> dict[str, Any]:
    """One event with its source's own words; ``corrects`` is the id of the one that it replaces or cancels."""
    return {
        "id": str(event.key),
        "kind": event.kind,
        "classifier": event.classifier,
        "node": event.node.slug if event.node else None,
        "place": place_name(event),
        "occurred_at": _text(local_time(event)),
        "received_at": _heard(event),
        "source": event.source.name,
        "source_words": event.words,
        "remark": event.remark,
        "container": event.container or None,
        "function": event.function,
        "corrects": str(event.corrects) if event.corrects else None,
        "delivery": event.delivery_id,
        "flags": event.flags,
    }


def milestone_shapes(consignment: Consignment, milestones: Iterable[Milestone]) -> list[dict[str, Any]]:
    """The rail in its order, by container where it has some; what nobody said is one line with the state unknown."""
    found: dict[str, list[Milestone]] = {}
    for milestone in milestones:
        found.setdefault(milestone.code, []).append(milestone)
    shapes = []
    for code in rail_of(consignment.cargo_kind, consignment.direction):
        shapes += [_milestone(row) for row in found.get(code, [])] or [_unknown(code)]
    return shapes


def _milestone(row: Milestone) -> dict[str, Any]:
    event = row.event
    zone = ZoneInfo(event.zone)
    return {
        "code": row.code,
        "label": kind_label(row.code),
        "state": "done" if row.actual_at else "expected",
        "container": row.unit.container if row.unit else None,
        "actual_at": _moment(row.actual_at, zone, row.is_day),
        "expected_at": _moment(row.expected_at, zone, row.is_day),
        "node": event.node.slug if event.node else None,
        "place": place_name(event),
        "source": event.source.name,
        "received_at": _heard(event),
        "is_contested": row.is_contested,
    }


def _unknown(code: str) -> dict[str, Any]:
    names = ("container", "actual_at", "expected_at", "node", "place", "source", "received_at")
    nothing: Mapping[str, None] = dict.fromkeys(names)
    return {"code": code, "label": kind_label(code), "state": "unknown", **nothing, "is_contested": False}


def forecast_shape(forecast: Forecast) -> dict[str, Any]:
    """A forecast as it was made, and how it did once that is known."""
    return {
        **(arrival_fields(forecast) or {}),
        "days_out": forecast.days_out,
        "moved_h": forecast.moved_h,
        "trips": forecast.trips,
        "is_current": forecast.is_current,
        "arrived_at": forecast.arrived_at.astimezone(KIGALI).isoformat() if forecast.arrived_at else None,
        "is_hit": forecast.is_hit,
    }


def _heard(event: Event) -> str:
    return event.received_at.astimezone(ZoneInfo(event.zone)).isoformat()


def _moment(at: datetime | None, zone: ZoneInfo, is_day: bool) -> str | None:
    if at is None:
        return None
    local = at.astimezone(zone)
    return _text(local.date() if is_day else local)


def _text(at: datetime | date) -> str:
    """A time with its offset; a date alone where only the day is known."""
    return at.isoformat()
