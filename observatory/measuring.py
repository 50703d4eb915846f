"""What is measured of one trip, one ship's call or one ticket, as a pure function of what is known of it.

A reading says on which day something counts and how much it is; where a length of time cannot be told it says why, so
that the coverage of every figure is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from observatory.indicators import Indicator

KIGALI = ZoneInfo("Africa/Kigali")
NO_START, NEGATIVE, DAY_ONLY, NO_WEIGHT, NO_SIZE = "no_start", "negative", "day_only", "no_weight", "no_size"
UNKNOWN = "unknown"
_ZERO, _ONE = Decimal(0), Decimal(1)
_PLACES = Decimal("0.0001")
# The milestones whose age is told, and those of which completeness is asked.
HEARD = ("discharged", "discharged_kot", "gate_out", "border1_out", "border2_out", "arrived_kigali")


@dataclass(frozen=True, slots=True)
class Point:
    """One milestone that was reached: when, whether only the day is known, where, and when the portal heard of it."""

    at: datetime
    is_day: bool = False
    node: str = ""
    event: int = 0
    heard_at: datetime | None = None
    is_contested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A container's way, or that of a consignment without containers (``unit`` 0).

    ``rail`` is what it should pass, ``firm`` its consignee's id and ``sector`` the section of ISIC.
    """

    consignment: int
    unit: int = 0
    cargo_kind: str = "container"
    direction: str = "import"
    regime: str = ""
    origin: str = ""
    firm: int = 0
    sector: str = ""
    size_type: str = ""
    weight_t: Decimal | None = None
    points: Mapping[str, Point] = field(default_factory=dict)
    rail: Sequence[str] = ()

    @property
    def is_railed(self) -> bool:
        """Whether it left the port by rail."""
        return "railed_to_icd" in self.points

    @property
    def slices(self) -> tuple[str, ...]:
        """By what its readings can be told apart."""
        named = {"cargo": self.cargo_kind, "direction": self.direction, "regime": self.regime, "origin": self.origin}
        return tuple(f"{name}:{value or UNKNOWN}" for name, value in named.items())


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading: ``value`` of ``base`` where it is a share; None with its fault where it cannot be told.

    Of what firms owe on a day ``base`` is 1 where it was of so many firms that the public may be told, else 0.
    ``part`` tells apart the readings of one subject: a unit, or an event. ``firm`` is whose it is where it is summed.
    """

    indicator: str
    part: int
    day: date
    value: Decimal | None
    fault: str = ""
    base: Decimal | None = None
    slices: tuple[str, ...] = ()
    firm: int = 0


def day_of(at: datetime) -> date:
    """The day on which it counts: Kigali's."""
    return at.astimezone(KIGALI).date()


def hours(since: datetime, until: datetime) -> Decimal:
    """The hours between, to the tenth of a thousandth; negative where the order is wrong."""
    return (Decimal(round((until - since).total_seconds() * 1000)) / 3_600_000).quantize(_PLACES)


def trip_times(trip: Trip, indicators: Iterable[Indicator]) -> Iterator[Reading]:
    """The lengths of time of one trip into Rwanda, of each indicator whose end it has reached."""
    if trip.direction != "import":
        return
    for one in indicators:
        end = trip.points.get(one.stops)
        begins = [_first(trip, code) for code in one.starts]
        if end is None or not _fits(one, trip, end) or not _begins_there(one, begins, end):
            continue
        value, fault = _length(begins, end)
        slices = (*trip.slices, *([f"node:{end.node}"] if end.node else []))
        yield Reading(one.slug, trip.unit, day_of(end.at), value, fault, None, slices)


def _first(trip: Trip, codes: str) -> Point | None:
    """The earliest of milestones of which one is enough, named with strokes between."""
    known = [trip.points[code] for code in codes.split("|") if code in trip.points]
    return min(known, key=lambda point: point.at, default=None)


def _fits(one: Indicator, trip: Trip, end: Point) -> bool:
    if one.cargo and trip.cargo_kind not in one.cargo:
        return False
    if one.way and trip.is_railed != (one.way == "rail"):
        return False
    return not one.places or end.node in one.places


def _begins_there(one: Indicator, begins: Iterable[Point | None], end: Point) -> bool:
    nodes = {begun.node for begun in begins if begun and begun.node} or {end.node}
    return not one.begins_at or not one.begins_at.isdisjoint(nodes)


def _length(begins: Sequence[Point | None], end: Point) -> tuple[Decimal | None, str]:
    known = [point for point in begins if point is not None]
    if len(known) < len(begins):
        return None, NO_START
    begun = max(known, key=lambda point: point.at)
    if begun.is_day or end.is_day:
        return None, DAY_ONLY
    length = hours(begun.at, end.at)
    return (None, NEGATIVE) if length < 0 else (length, "")


def volumes(trips: Sequence[Trip]) -> Iterator[Reading]:
    """What one consignment adds to the tonnes and containers; ``trips`` are all of its units."""
    first = trips[0]
    landed = [point for trip in trips for code in _LANDED[first.direction] if (point := trip.points.get(code))]
    if landed:
        yield from _tonnes(first, day_of(min(point.at for point in landed)))
    if first.direction != "import":
        return
    for trip in trips:
        yield from _box(trip)
        yield from _mode(trip, len(trips))


_LANDED = {"import": ("discharged", "discharged_kot"), "export": ("export_aboard", "export_departed")}


def _tonnes(first: Trip, day: date) -> Iterator[Reading]:
    weight = first.weight_t
    fault = "" if weight is not None else NO_WEIGHT
    slugs = ["transit_volume_rwanda"]
    slugs += ["exports_rwanda"] if first.direction == "export" else []
    slugs += ["petroleum_rwanda"] if (first.cargo_kind, first.direction) == ("liquid_bulk", "import") else []
    slices = (*first.slices, f"sector:{first.sector or UNKNOWN}")
    for slug in slugs:
        yield Reading(slug, 0, day, weight, fault, None, slices, first.firm)
    if first.direction == "import":
        boxed = weight if first.cargo_kind == "container" else _ZERO
        value = boxed if weight is not None else None
        yield Reading("containerisation_rate", 0, day, value, fault, weight, first.slices)


def _box(trip: Trip) -> Iterator[Reading]:
    landed = trip.points.get("discharged")
    if trip.cargo_kind == "container" and landed:
        teu = teu_of(trip.size_type)
        fault = "" if teu is not None else NO_SIZE
        day = day_of(landed.at)
        yield Reading("transit_containers_rwanda", trip.unit, day, teu, fault, None, trip.slices, trip.firm)


def teu_of(size_type: str) -> Decimal | None:
    """Units of twenty feet of an ISO 6346 size and type, by its first letter; None where that is unknown."""
    return {"2": _ONE, "4": Decimal(2), "L": Decimal("2.25"), "M": Decimal("2.4")}.get(size_type[:1])


def _mode(trip: Trip, units: int) -> Iterator[Reading]:
    """By what it left the port, and whether that was the train."""
    mode, left = next(
        ((mode, trip.points[code]) for mode, code in _MODES if code in trip.points),
        ("", None),
    )
    if left is None:
        return
    weight = (trip.weight_t / units).quantize(_PLACES) if trip.weight_t is not None else None
    fault = "" if weight is not None else NO_WEIGHT
    slices = (*trip.slices, f"mode:{mode}")
    yield Reading("throughput_by_mode", trip.unit, day_of(left.at), weight, fault, None, slices, trip.firm)
    if trip.cargo_kind == "container":
        value = _ONE if mode == "rail" else _ZERO
        yield Reading("offtake_rail", trip.unit, day_of(left.at), value, "", _ONE, trip.slices)


_MODES = (("pipeline", "pipeline_in"), ("rail", "railed_to_icd"), ("road", "gate_out"))


def news_of(trips: Iterable[Trip]) -> Iterator[Reading]:
    """How old the news of a consignment's milestones was; of one event for several containers once."""
    seen: set[int] = set()
    for trip in trips:
        for code in HEARD:
            point = trip.points.get(code)
            if point and point.heard_at and not point.is_day and point.event not in seen:
                seen.add(point.event)
                age = hours(point.at, point.heard_at)
                value, fault = (age, "") if age >= 0 else (None, NEGATIVE)
                yield Reading("news_lag", point.event, day_of(point.at), value, fault, None, (f"milestone:{code}",))


def completeness(trip: Trip) -> Iterator[Reading]:
    """Of one that has arrived: how many of its milestones are known, and of how many sources disagree."""
    end = trip.points.get("arrived_kigali")
    if end is None or not trip.rail or trip.direction != "import":
        return
    known = [trip.points[code] for code in trip.rail if code in trip.points]
    counted = Decimal(len(known))
    contested = Decimal(sum(point.is_contested for point in known))
    day, slices = day_of(end.at), trip.slices
    yield Reading("milestones_known", trip.unit, day, counted, "", Decimal(len(trip.rail)), slices)
    yield Reading("milestones_contested", trip.unit, day, contested, "", counted, slices)


@dataclass(frozen=True, slots=True)
class Noted:
    """An event that is no milestone: a weighing, or the beginning or end of a hold."""

    id: int
    kind: str
    at: datetime
    node: str = ""


def weighings(events: Iterable[Noted], trips: Sequence[Trip]) -> Iterator[Reading]:
    """Each weighing once."""
    for event in events:
        if event.kind == "weighed":
            slices = (*trips[0].slices, *([f"node:{event.node}"] if event.node else []))
            yield Reading("weighbridge_traffic", event.id, day_of(event.at), _ONE, "", None, slices)


def holds(events: Iterable[Noted], trips: Sequence[Trip]) -> Iterator[Reading]:
    """Whether a consignment that has arrived was held, and for how long it was until the last release."""
    told = list(events)
    held = [event.at for event in told if event.kind == "held"]
    released = [event for event in told if event.kind == "hold_released"]
    first = trips[0]
    ends = [point.at for trip in trips if (point := trip.points.get("arrived_kigali"))]
    if ends and first.direction == "import":
        value = _ONE if held else _ZERO
        yield Reading("customs_hold_share", 0, day_of(max(ends)), value, "", _ONE, first.slices)
    if held and released:
        last = max(released, key=lambda event: (event.at, event.id))
        slices = (*first.slices, *([f"node:{last.node}"] if last.node else []))
        yield _since("customs_hold_time", 0, min(held), last.at, slices)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipCall:
    """A ship's call as far as its times go."""

    port: str
    arrived_at: datetime | None = None
    berthed_at: datetime | None = None
    departed_at: datetime | None = None


def call_readings(call: ShipCall) -> Iterator[Reading]:
    """The lengths of a ship's call; a start that nobody gave is a fault."""
    slices = (f"node:{call.port}",)
    if call.arrived_at:
        yield Reading("vessel_calls", 0, day_of(call.arrived_at), _ONE, "", None, slices)
    for slug, begun, ended in (
        ("ship_turnaround_time", call.arrived_at, call.departed_at),
        ("vessel_waiting_time_before_berth", call.arrived_at, call.berthed_at),
        ("ship_working_time", call.berthed_at, call.departed_at),
    ):
        if ended:
            value, fault = _length([Point(begun) if begun else None], Point(ended))
            yield Reading(slug, 0, day_of(ended), value, fault, None, slices)


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of a ticket's log: its number, kind, the side that did it, when, and the agency that it names."""

    number: int
    kind: str
    party: str
    at: datetime
    agency: str = ""


_ANSWERS = ("accepted", "given_back", "said", "replied", "resolved")


def ticket_readings(category: str, log: Sequence[Said]) -> Iterator[Reading]:
    """What a ticket's log, in its order, adds."""
    if not log:
        return
    opened, slices = log[0], (f"category:{category}",)
    yield Reading("tickets_opened", 0, day_of(opened.at), _ONE, "", None, slices)
    reply = next((entry for entry in log if entry.kind == "replied" and entry.party == "office"), None)
    if reply and opened.party != "portal":
        yield _since("ticket_first_reply_time", 0, opened.at, reply.at, slices)
    resolved = next((entry for entry in reversed(log) if entry.kind == "resolved"), None)
    if resolved:
        yield _since("ticket_resolution_time", 0, opened.at, resolved.at, slices)
    yield from _agencies(log, slices)


def _agencies(log: Sequence[Said], slices: tuple[str, ...]) -> Iterator[Reading]:
    """How long each agency that the ticket was handed to took to answer."""
    for place, entry in enumerate(log):
        if entry.kind == "handed_over" and (answer := _answer_to(entry, log[place + 1 :])):
            named = (*slices, f"agency:{plain(entry.agency)}")
            yield _since("agency_answer_time", entry.number, entry.at, answer.at, named)


def _answer_to(handed: Said, later: Iterable[Said]) -> Said | None:
    """What came first, as long as it was not handed on to another agency, whose answer is its own."""
    for entry in later:
        if entry.kind == "handed_over" and entry.agency != handed.agency:
            return None
        if _is_answer(entry):
            return entry
    return None


def plain(name: str) -> str:
    """A name without the signs that mean something in a list, not too long."""
    return " ".join(name.translate(_SIGNS).split())[:60].rstrip()


_SIGNS = str.maketrans(dict.fromkeys('",{}\\', " "))


def _is_answer(entry: Said) -> bool:
    return entry.kind in _ANSWERS and (entry.party == "agency" or entry.kind in ("given_back", "resolved"))


def _since(slug: str, part: int, begun: datetime, ended: datetime, slices: tuple[str, ...]) -> Reading:
    value, fault = _length([Point(begun)], Point(ended))
    return Reading(slug, part, day_of(ended), value, fault, None, slices)
