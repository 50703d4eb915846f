"""From facts to rows of the event table: the source's key, the node, the time zone, and what cannot be taken."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from cargo.meaning import Spot, settle_kind
from corridor.models import Node
from corridor.places import Gazetteer, zone_of
from feeds.facts import Fault, Moment, Movement

FUTURE_TOLERANCE = timedelta(hours=2)
DEFAULT_ZONE = "Africa/Nairobi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the entries of one delivery share."""

    source_id: int
    delivery_id: int
    received_at: datetime
    settings: Mapping[str, str]
    gazetteer: Gazetteer


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a fact happened and was issued, in UTC, and the zone of its place."""

    zone: ZoneInfo
    occurred_at: datetime
    is_day: bool
    issued_at: datetime | None
    flags: tuple[str, ...]

    def is_future(self, received_at: datetime) -> bool:
        """Whether it lies further ahead than clocks may differ."""
        return self.occurred_at > received_at + (timedelta(days=1) if self.is_day else FUTURE_TOLERANCE)


Row = tuple[object, ...]
COLUMNS = (
    "key source_id delivery_id line kind classifier node_id place zone occurred_at is_day issued_at received_at "
    "container bill_of_lading reference is_empty seals plate vessel voyage document function corrects words "
    "remark flags"
).split()


def spot_of(node: Node | None) -> Spot | None:
    """The node as far as meaning goes."""
    return Spot(node.slug, node.kind, node.country) if node else None


def to_rows(facts: Iterable[Movement], context: Context) -> tuple[list[Row], list[Fault]]:
    """One row in the order of COLUMNS for each fact that can be taken, and one fault for each that cannot."""
    rows: list[Row] = []
    faults: list[Fault] = []
    for fact in facts:
        taken = _to_row(fact, context)
        if isinstance(taken, Fault):
            faults.append(taken)
        else:
            rows.append(taken)
    return rows, faults


def _to_row(fact: Movement, context: Context) -> Row | Fault:
    node = _node_of(fact, context)
    if node is None and fact.place.node:
        return _fault("unknown_node", fact, fact.place.node)
    if not _number(fact.goods_number, 40):
        return _fault("no_reference", fact, "")
    timing = _timing(fact, node, context)
    if fact.classifier == "ACT" and timing.is_future(context.received_at):
        return _fault("future", fact, fact.when.words or str(fact.when.value))
    return _row(fact, node, timing, context)


def _row(fact: Movement, node: Node | None, timing: Timing, context: Context) -> Row:
    flags = {*fact.flags, *timing.flags}
    if node is None and fact.place.is_given:
        flags.add("unknown_location")
    key, corrects = _keys(fact, context)
    kind = settle_kind(fact.kind, spot_of(node), is_empty=fact.is_empty)
    return (
        *(key, context.source_id, context.delivery_id, fact.line, kind, fact.classifier),
        *(node.pk if node else None, _place_words(fact)[:120], timing.zone.key),
        *(timing.occurred_at, timing.is_day, timing.issued_at),
        *(context.received_at, _number(fact.container, 17), _number(fact.bill_of_lading, 40)),
        *(_number(fact.reference or fact.booking, 40), fact.is_empty, " ".join(fact.seals)[:120], fact.plate[:20]),
        *(fact.vessel[:60], fact.voyage[:30], fact.document[:60], fact.function, corrects),
        *(fact.words[:300], fact.remark[:300], sorted(flags)),
    )


def _node_of(fact: Movement, context: Context) -> Node | None:
    if fact.place.is_given:
        return context.gazetteer.find(fact.place)
    default = context.settings.get("node", "")
    return context.gazetteer.by_slug.get(default) if default else None


def _zone_of(fact: Movement, node: Node | None, context: Context) -> tuple[ZoneInfo, bool]:
    if node is not None:
        return node.zone, False
    return zone_of(fact.place.unlocode, context.settings.get("time_zone", DEFAULT_ZONE))


def _timing(fact: Movement, node: Node | None, context: Context) -> Timing:
    zone, is_assumed = _zone_of(fact, node, context)
    occurred_at, is_day, is_local = resolve(fact.when, zone)
    issued_at = resolve(fact.issued, zone)[0] if fact.issued else None
    flags = ("zone_assumed",) if is_assumed and is_local else ()
    return Timing(zone=zone, occurred_at=occurred_at, is_day=is_day, issued_at=issued_at, flags=flags)


def resolve(moment: Moment, zone: ZoneInfo) -> tuple[datetime, bool, bool]:
    """The instant in UTC, whether only the day is known (then its noon at the place), and whether ``zone`` was used."""
    value = moment.value
    if not isinstance(value, datetime):
        return datetime.combine(value, time(12), zone).astimezone(UTC), True, True
    if value.tzinfo is None:
        return value.replace(tzinfo=zone).astimezone(UTC), False, True
    return value.astimezone(UTC), False, False


def _fault(code: str, fact: Movement, detail: str) -> Fault:
    return Fault(code=code, line=fact.line, excerpt=fact.words, detail=detail)


def _number(text: str, most: int) -> str:
    """A number as consignments keep theirs: upper case, without blanks, no longer than its column."""
    return "".join(text.replace("\x00", "").upper().split())[:most]


def _place_words(fact: Movement) -> str:
    place = fact.place
    return " ".join(part for part in (place.node or place.unlocode, place.facility, place.name) if part)


def _keys(fact: Movement, context: Context) -> tuple[UUID, UUID | None]:
    """The fact's own key, and for a correction the key of the original with the same details.

    An expectation may return to what it was before, so when it was issued tells one from the other.
    """
    when: date = fact.when.value
    details = (
        fact.kind,
        fact.classifier,
        fact.goods_number,
        fact.container and fact.bill_of_lading,
        _place_words(fact),
    )
    base = "\x1f".join((str(context.source_id), *details, when.isoformat()))
    issued = fact.issued.value.isoformat() if fact.issued else ""
    if fact.function == "original":
        is_restated = fact.classifier != "ACT" and issued
        return _uuid(f"{base}\x1f{issued}" if is_restated else base), None
    return _uuid("\x1f".join((base, fact.function, fact.document, issued))), _uuid(base)


def _uuid(text: str) -> UUID:
    return UUID(bytes=hashlib.blake2b(text.encode(), digest_size=16).digest())
