"""Shaping the checklist of releases for the page: words, who says so, who resolves it, and what was taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from cargo.checklist import HOLD, Item
from cargo.models import Event
from cargo.presenting import OFFICE_ZONE, local_time, place_name
from cargo.words import holder_label
from liaison.directory import Contact

LABELS: dict[str, StrPromise] = {
    "do_issued": _("Delivery order"),
    "rra_released": _("Release of the entry"),
    "kra_cleared": _("Customs clearance in Kenya"),
    "pickup_order": _("Charges and pick-up order"),
    "loading_order": _("Loading order"),
    "sealed": _("Electronic seal"),
    "export_released": _("Release of the export entry"),
    "export_border2_out": _("Passage into Uganda"),
    "export_border1_out": _("Passage into Kenya"),
    "export_at_port": _("Received at the port"),
    HOLD: _("Hold"),
}
STATES: dict[str, StrPromise] = {
    "done": _("done"),
    "partly": _("partly done"),
    "open": _("open"),
    "held": _("held"),
    "withdrawn": _("withdrawn by a correction"),
}
_RELEASED = _("lifted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """That a release was taken back: when that was said, or else heard, and by whom."""

    at: datetime
    source: str
    received_at: datetime
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One line of the checklist. ``since`` is when it was done or held, or the landing since when it is open."""

    code: str
    label: str
    authority: str
    state: str
    state_label: str
    since: datetime | date | None
    zone: str
    place: str
    source: str
    received_at: datetime | None
    remark: str
    resolver: str
    contact: Contact | None
    retraction: Retraction | None
    done: int
    units: int


def check_lines(items: Iterable[Item], events: Mapping[int, Event], contacts: Mapping[str, Contact]) -> list[CheckLine]:
    """The lines of the checklist; ``events`` by id, with their sources and nodes."""
    return [_line(item, events, contacts) for item in items]


def _line(item: Item, events: Mapping[int, Event], contacts: Mapping[str, Contact]) -> CheckLine:
    is_done = item.state == "done"
    said = _said(events[item.event.id], is_hold=item.code == HOLD) if item.event else _UNSAID
    return CheckLine(
        code=item.code,
        label=str(LABELS[item.code]),
        authority=holder_label(item.authority),
        state=item.state,
        state_label=str(_RELEASED if is_done and item.code == HOLD else STATES[item.state]),
        **said,
        resolver="" if is_done else holder_label(item.resolver),
        contact=None if is_done else contacts.get(item.resolver) or contacts.get(item.authority),
        retraction=_retraction(events[item.retraction.id]) if item.retraction else None,
        done=item.done,
        units=item.units,
    )


_UNSAID: dict[str, Any] = {
    "since": None, "zone": OFFICE_ZONE, "place": "", "source": "", "received_at": None, "remark": "",
}  # fmt: skip


def _said(event: Event, *, is_hold: bool) -> dict[str, Any]:
    """When and where it happened, who says so, and of a hold what its source wrote."""
    return {
        "since": local_time(event),
        "zone": event.zone,
        "place": place_name(event),
        "source": event.source.name,
        "received_at": event.received_at,
        "remark": event.remark if is_hold else "",
    }


def _retraction(event: Event) -> Retraction:
    return Retraction(
        at=event.issued_at or event.received_at,
        source=event.source.name,
        received_at=event.received_at,
        zone=event.zone,
    )
