"""From facts to rows: where and when in our own terms, and the key under which a source's word is kept once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from corridor.models import Node
from corridor.places import Gazetteer, zone_of
from feeds.facts import Fact, Fault, Moment, Place

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


def node_of(place: Place, context: Context) -> Node | None:
    """The node that ``place`` names, or the source's own where it names none; None where it is none of ours."""
    if place.is_given:
        return context.gazetteer.find(place)
    default = context.settings.get("node", "")
    return context.gazetteer.by_slug.get(default) if default else None


def timing_of(when: Moment, issued: Moment | None, place: Place, node: Node | None, context: Context) -> Timing:
    """``when`` and ``issued`` in UTC, read in the zone of the place where they give none of their own."""
    zone, is_assumed = (node.zone, False) if node else _zone_outside(place, context)
    occurred_at, is_day, is_local = resolve(when, zone)
    issued_at = resolve(issued, zone)[0] if issued else None
    flags = ("zone_assumed",) if is_assumed and is_local else ()
    return Timing(zone=zone, occurred_at=occurred_at, is_day=is_day, issued_at=issued_at, flags=flags)


def _zone_outside(place: Place, context: Context) -> tuple[ZoneInfo, bool]:
    return zone_of(place.unlocode, context.settings.get("time_zone", DEFAULT_ZONE))


def resolve(moment: Moment, zone: ZoneInfo) -> tuple[datetime, bool, bool]:
    """The instant in UTC, whether only the day is known (then its noon at the place), and whether ``zone`` was used."""
    value = moment.value
    if not isinstance(value, datetime):
        return datetime.combine(value, time(12), zone).astimezone(UTC), True, True
    if value.tzinfo is None:
        return value.replace(tzinfo=zone).astimezone(UTC), False, True
    return value.astimezone(UTC), False, False


def place_words(place: Place) -> str:
    """The place in the sender's own words."""
    return " ".join(part for part in (place.node or place.unlocode, place.facility, place.name) if part)


def fault_of(fact: Fact, code: str, detail: str = "") -> Fault:
    """Why ``fact`` cannot be taken."""
    return Fault(code=code, line=fact.line, excerpt=fact.words, detail=detail)


def key_of(*parts: object) -> UUID:
    """The same key for the same parts, each of which may be any text."""
    return UUID(bytes=hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16).digest())
