"""The corridor for other people's systems: places, legs, ships' calls and conditions. Open to everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from api.description import places
from api.description.calls import described
from api.description.vocabulary import page
from api.doors import open_door
from api.paging import Filter, answer, one_of, since
from corridor.models import Condition, Leg, Node, VesselCall
from corridor.models.ships import VesselCallQuerySet


@described(
    "list_nodes",
    gettext_lazy("The places of the corridor"),
    answers={200: page("Node")},
    filters=places.NODE_FILTERS,
    is_open=True,
)
@open_door
def nodes(request: Request) -> Response:
    """The places of the corridor."""
    filters = {"kind": one_of("kind", lambda: list(Node.Kind.values)), "country": _country}
    return answer(request, Node.objects.all(), filters=filters, order="slug", shape=_node)


@described(
    "list_legs",
    gettext_lazy("The ways between places"),
    answers={200: page("Leg")},
    filters=places.LEG_FILTERS,
    is_open=True,
)
@open_door
def legs(request: Request) -> Response:
    """The ways between places, with their distances."""
    filters = {
        "mode": one_of("mode", lambda: list(Leg.Mode.values)),
        "origin": _node_named("origin"),
        "destination": _node_named("destination"),
    }
    return answer(request, Leg.objects.select_related("origin", "destination"), filters=filters, order="pk", shape=_leg)


@described(
    "list_vessel_calls",
    gettext_lazy("Ships' calls"),
    answers={200: page("VesselCall")},
    filters=places.CALL_FILTERS,
    is_open=True,
)
@open_door
def vessel_calls(request: Request) -> Response:
    """Ships' calls: at berth, at anchorage, due, unknown, omitted, sailed."""
    filters = {
        "state": one_of("state", lambda: list(VesselCall.State.values)),
        "port": _node_named("port"),
        "terminal": _node_named("terminal"),
        "imo": _imo,
        "eta_from": since("eta_at__gte"),
        "eta_until": since("eta_at__lte"),
        "updated_since": since("changed_at__gte"),
        "q": _search,
    }
    rows = VesselCall.objects.visible_to(request.user).with_places()
    return answer(request, rows, filters=filters, order="position", shape=_call)


@described(
    "list_conditions",
    gettext_lazy("Port, border, system and road conditions"),
    answers={200: page("Condition")},
    filters=places.CONDITION_FILTERS,
    is_open=True,
)
@open_door
def conditions(request: Request) -> Response:
    """The last word of each source under each reference, the latest beginning first; taken back ones are left out."""
    filters = {
        "kind": one_of("kind", lambda: list(Condition.Kind.values)),
        "severity": one_of("severity", lambda: list(Condition.Severity.values)),
        "node": _node_named("node"),
        "in_force": _in_force,
    }
    rows = Condition.objects.filter(is_latest=True).exclude(function="cancel").select_related("node", "source")
    return answer(request, rows, filters=filters, order="-since", shape=_condition)


def _in_force(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    now = timezone.now()
    is_over = Q(until__lte=now)
    if words not in ("true", "false"):
        raise ValueError(_("One of: %(names)s.") % {"names": "true, false"})
    return rows.filter(since__lte=now).exclude(is_over) if words == "true" else rows.filter(is_over | Q(since__gt=now))


def _condition(condition: Condition) -> dict[str, Any]:
    zone = condition.node.zone if condition.node else ZoneInfo("Africa/Kigali")
    return {
        "reference": condition.reference,
        "kind": condition.kind,
        "node": condition.node.slug if condition.node else None,
        "system": condition.system,
        "place": condition.node.name if condition.node else condition.place,
        "severity": condition.severity,
        "from": _iso(condition.since, zone),
        "until": _iso(condition.until, zone),
        "is_in_force": condition.is_in_force(timezone.now()),
        "text": condition.text,
        "source": condition.source.name,
        "received_at": _iso(condition.received_at, zone),
    }


def _node(node: Node) -> dict[str, Any]:
    return {
        "slug": node.slug,
        "name": node.name,
        "kind": node.kind,
        "country": node.country,
        "unlocode": node.unlocode,
        "operator": node.operator,
        "time_zone": node.time_zone,
        "lat": float(node.lat),
        "lon": float(node.lon),
        "coordinates": node.coordinates,
        "facility_codes": node.facility_codes,
    }


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "origin": leg.origin.slug,
        "destination": leg.destination.slug,
        "mode": leg.mode,
        "km": leg.km,
        "confidence": leg.confidence,
        "source": leg.source,
    }


def _call(call: VesselCall) -> dict[str, Any]:
    zone = ZoneInfo(call.port.time_zone)
    times = ("arrived_at", "berthed_at", "first_lift_at", "last_lift_at", "departed_at")
    return {
        "id": call.pk,
        "vessel": {"name": call.vessel.name, "imo": call.vessel.imo, "mmsi": call.vessel.mmsi},
        "port": call.port.slug,
        "terminal": call.terminal.slug if call.terminal else None,
        "berth": call.berth,
        "voyage": call.voyage,
        "call": call.call,
        "state": call.state,
        "is_overdue": call.is_lost(timezone.now()),
        "is_contested": call.is_contested,
        "eta": _eta(call, zone),
        **{name: _iso(getattr(call, name), zone) for name in times},
        "discharge": call.discharge,
        "source": call.source.name,
        "received_at": _iso(call.heard_at, zone),
        "updated_at": _iso(call.changed_at, zone),
    }


def _eta(call: VesselCall, zone: ZoneInfo) -> dict[str, Any] | None:
    """The expectation in use; a date where only the day is known."""
    if call.eta_at is None or call.eta_source is None:
        return None
    local = call.eta_at.astimezone(zone)
    return {
        "at": local.date().isoformat() if call.eta_is_day else local.isoformat(),
        "to": "berth" if call.eta_timing == "berth_arrival" else "port",
        "source": call.eta_source.name,
        "received_at": _iso(call.eta_received_at, zone),
    }


def _iso(at: datetime | None, zone: ZoneInfo) -> str | None:
    return at.astimezone(zone).isoformat() if at else None


def _country(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    if not (len(words) == 2 and words.isascii() and words.isalpha()):
        raise ValueError(_("Two letters of ISO 3166, for example KE."))
    return rows.filter(country=words.upper())


def _imo(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    if not (len(words) == 7 and words.isascii() and words.isdigit()):
        raise ValueError(_("Seven digits."))
    return rows.filter(vessel__imo=words)


def _search(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    assert isinstance(rows, VesselCallQuerySet)
    return rows.search(words[:60])


def _node_named(field: str) -> Filter:
    def by(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        if not Node.objects.filter(slug=words).exists():
            raise ValueError(_("No such node. See /api/v1/corridor/nodes/."))
        return rows.filter(**{f"{field}__slug": words})

    return by
