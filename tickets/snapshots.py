"""How a consignment stands when a ticket about it is opened: kept in the log, for it will stand otherwise soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from cargo.charge_lines import money_field
from cargo.charges.reckoning import Money
from cargo.models import Consignment, Event, Forecast
from cargo.money import goods_of, load_book, moneys
from cargo.presenting import place_name


def snapshots(consignments: Sequence[Consignment], *, at: datetime) -> list[dict[str, Any]]:
    """Each of them as plain JSON: where, since when and who says so, who holds it, its window and what it costs."""
    ids = [consignment.pk for consignment in consignments]
    found = Consignment.objects.filter(pk__in=ids).select_related("status__event__node", "status__event__source")
    rows = list(found.order_by("pk"))
    windows = {row.consignment_id: row for row in Forecast.objects.current().filter(consignment__in=ids)}
    money = moneys(goods_of(rows), load_book(ids), at=at)
    return [_snapshot(row, windows.get(row.pk), money[row.pk]) for row in rows]


def _snapshot(consignment: Consignment, window: Forecast | None, money: Money) -> dict[str, Any]:
    status = consignment.status
    asked = money_field(money)
    binding = money.binding
    return {
        "consignment": consignment.ref,
        "state": status.state,
        **_last_word(status.event),
        "is_held": status.is_held,
        "held_by": status.held_by,
        "next_step": status.next_step,
        "to_ship": consignment.direction == Consignment.Direction.EXPORT,
        "p10": window.p10.isoformat() if window else None,
        "p90": window.p90.isoformat() if window else None,
        "currency": asked["currency"],
        "accrued": asked["accrued"],
        "tomorrow": asked["tomorrow"],
        "clock": binding.clock.name if binding else "",
        "last_free_on": _day(binding.clock.last_free_on) if binding else None,
    }


def _last_word(event: Event | None) -> dict[str, Any]:
    """What was heard last, where and from whom; empty where nothing was."""
    if event is None:
        return {"last_kind": "", "place": "", "zone": "", "since": None, "source": "", "received_at": None}
    return {
        "last_kind": event.kind,
        "place": place_name(event),
        "zone": event.zone,
        "since": event.occurred_at.isoformat(),
        "source": event.source.name,
        "received_at": event.received_at.isoformat(),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
