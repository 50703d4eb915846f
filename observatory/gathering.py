"""From the database to readings: what is known of consignments, ships' calls, tickets, forecasts and of today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain

from django.db.models import Sum

from cargo.deriving import happening_of
from cargo.milestones import OF_HOLDS, Happening, ends_hold, rail_of, withdrawn
from cargo.models import Consignment, EventMatch, Exposure, Forecast, Milestone, Unit
from corridor.models import VesselCall
from liaison.models import Organization
from observatory.disclosure import is_enough
from observatory.measuring import (
    Noted,
    Point,
    Reading,
    Said,
    ShipCall,
    Trip,
    call_readings,
    completeness,
    day_of,
    holds,
    hours,
    news_of,
    ticket_readings,
    trip_times,
    volumes,
    weighings,
)
from observatory.registry import TRIP_TIMES
from observatory.telling import LEAST_PUBLIC
from tickets.models import Entry, Outcome, Ticket
from tickets.timing import Policy

Found = dict[int, list[Reading]]
_ONE, _ZERO = Decimal(1), Decimal(0)
_NOTED = ("weighed", *OF_HOLDS)


def of_consignments(ids: Sequence[int]) -> Found:
    """The readings of these consignments by their id; four queries."""
    noted = _noted(ids)
    return {pk: list(readings_of(found, noted.get(pk, []))) for pk, found in _trips(ids).items()}


def _noted(ids: Sequence[int]) -> dict[int, list[Noted]]:
    """Weighings and holds by their consignment, without what was cancelled or replaced since; one query."""
    told: dict[int, list[Happening]] = defaultdict(list)
    matches = EventMatch.objects.filter(consignment__any=ids, event__kind__in=_NOTED)
    for match in matches.select_related("event__node", "event__source").order_by("event"):
        told[match.consignment_id].append(happening_of(match))
    return {pk: list(_standing(happenings)) for pk, happenings in told.items()}


def _standing(happenings: Sequence[Happening]) -> Iterator[Noted]:
    gone = withdrawn(happenings)
    valid = [one for one in happenings if one.classifier == "ACT" and one.function != "cancel" and one.key not in gone]
    held = {one.document_type for one in valid if one.kind == "held"}
    for one in valid:
        # A hold may be ended by what releases the goods as well.
        kind = "hold_released" if any(ends_hold(one, each) for each in held) else one.kind
        yield Noted(one.id, kind, one.occurred_at, one.spot.slug if one.spot else "")


def readings_of(trips: Sequence[Trip], noted: Sequence[Noted]) -> Iterator[Reading]:
    """All readings of one consignment from its trips, one at least, and its other events."""
    yield from chain.from_iterable(trip_times(trip, TRIP_TIMES) for trip in trips)
    yield from volumes(trips)
    yield from news_of(trips)
    yield from chain.from_iterable(completeness(trip) for trip in trips)
    yield from weighings(noted, trips)
    yield from holds(noted, trips)


def _trips(ids: Sequence[int]) -> dict[int, list[Trip]]:
    units: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for consignment, unit, size in (
        Unit.objects.filter(consignment__any=ids).order_by("pk").values_list("consignment", "pk", "size_type")
    ):
        units[consignment].append((unit, size))
    points: dict[tuple[int, int], dict[str, Point]] = defaultdict(dict)
    reached = Milestone.objects.filter(consignment__any=ids, actual_at__isnull=False).values_list(
        "consignment", "unit", "code", "actual_at", "is_day", "event__node__slug", "event", "event__received_at",
        "is_contested",
    )  # fmt: skip
    for consignment, unit, code, at, is_day, node, event, heard_at, is_contested in reached:
        if at:
            points[consignment, unit or 0][code] = Point(at, is_day, node or "", event, heard_at, is_contested)
    columns = (
        "pk", "cargo_kind", "direction", "trade_regime", "origin_country", "consignee", "consignee__sector", "weight_t",
    )  # fmt: skip
    found = {}
    rows = Consignment.objects.filter(pk__any=ids).values_list(*columns)
    for pk, kind, direction, regime, origin, firm, sector, weight in rows:
        found[pk] = [
            Trip(
                consignment=pk, unit=unit, cargo_kind=kind, direction=direction, regime=regime, origin=origin,
                firm=firm, sector=sector, size_type=size, weight_t=weight, points=points[pk, unit],
                rail=expected(kind, direction),
            )
            for unit, size in units[pk] or [(0, "")]
        ]  # fmt: skip
    return found


def expected(cargo_kind: str, direction: str) -> list[str]:
    """The milestones from the port to Kigali that a trip passes; none for an export."""
    rail = rail_of(cargo_kind, direction)
    return [] if direction == "export" else rail[2 : rail.index("arrived_kigali") + 1]


def of_calls(ids: Sequence[int]) -> Found:
    """The readings of ships' calls by their id; one query."""
    columns = ("pk", "port__slug", "arrived_at", "berthed_at", "departed_at")
    return {
        pk: list(call_readings(ShipCall(port=port, arrived_at=arrived, berthed_at=berthed, departed_at=departed)))
        for pk, port, arrived, berthed, departed in VesselCall.objects.filter(pk__in=ids).values_list(*columns)
    }


def of_tickets(ids: Sequence[int]) -> Found:
    """The readings of tickets by their id, of agencies by the names that they have now; three queries."""
    logs: dict[int, list[Said]] = defaultdict(list)
    entries = list(Entry.objects.filter(ticket__in=ids).order_by("ticket", "number"))
    named = Organization.objects.filter(pk__in={_agency(entry) for entry in entries})
    names = dict(named.values_list("pk", "name"))
    for entry in entries:
        agency = names.get(_agency(entry)) or str(entry.data.get("agency", ""))
        logs[entry.ticket_id].append(Said(entry.number, entry.kind, entry.party, entry.at, agency))
    # What was merged is counted with the ticket that it became a part of.
    rows = Ticket.objects.filter(pk__in=ids, merged_into__isnull=True)
    return {pk: list(ticket_readings(code, logs[pk])) for pk, code in rows.values_list("pk", "category__code")}


def _agency(entry: Entry) -> int:
    """The number of the agency to which the ticket was handed; 0 of all else and in logs that do not say it."""
    return Policy.named(str(entry.data.get("policy", ""))).number


def of_forecasts(ids: Sequence[int]) -> Found:
    """The readings of scored forecasts by their id; one query."""
    rows = Forecast.objects.filter(pk__any=ids, is_hit__isnull=False, arrived_at__isnull=False)
    columns = ("pk", "p50", "arrived_at", "is_hit", "days_out", "consignment__cargo_kind")
    found: Found = {}
    for pk, p50, arrived_at, is_hit, days_out, kind in rows.values_list(*columns):
        slices = (f"horizon:{days_out}", f"cargo:{kind}")
        day, off = day_of(arrived_at), abs(hours(p50, arrived_at))
        found[pk] = [
            Reading("forecast_hit_rate", 0, day, _ONE if is_hit else _ZERO, "", _ONE, slices),
            Reading("forecast_error", 0, day, off, "", None, slices),
        ]
    return found


def of_today(at: datetime) -> Found:
    """What stands at ``at``, by the number of the day, which the last of a day's looks settles; two queries."""
    day = day_of(at)
    readings = [Reading("under_way", 0, day, Decimal(Consignment.objects.open().count()))]
    reckoned = Exposure.objects.filter(tomorrow__isnull=False).order_by()
    by_firm = dict(reckoned.values_list("consignment__consignee").annotate(total=Sum("tomorrow")))
    if by_firm:
        # Of how many looks the public may be told.
        base = _ONE if is_enough({firm: float(owed) for firm, owed in by_firm.items() if owed}, LEAST_PUBLIC) else _ZERO
        readings.append(Reading("burning_usd_day", 0, day, sum(by_firm.values(), _ZERO), base=base))
    return {day.toordinal(): readings}


def consignments_by_ref(refs: Iterable[str]) -> list[int]:
    """The ids of consignments that the journal names by their references."""
    return list(Consignment.objects.filter(ref__in=list(refs)).values_list("pk", flat=True))


def consignments_of(firms: Iterable[str]) -> list[int]:
    """The ids of consignments of firms that the journal names by their ids."""
    return list(Consignment.objects.filter(consignee__in=list(firms)).order_by("pk").values_list("pk", flat=True))


def tickets_handed_to(agencies: Sequence[str]) -> list[int]:
    """The ids of tickets that agencies have or had, which the journal names by their ids; one query."""
    ids = [int(agency) for agency in agencies]
    held = Ticket.objects.filter(agency__in=ids).values_list("pk", flat=True)
    had = Outcome.objects.filter(agency__in=ids).values_list("ticket", flat=True)
    return sorted(held.union(had))
