"""The picture of the corridor at one moment: how every stop of the strip, every system and every road stands.

A picture is plain data, so that the page of today and that of any day kept are drawn from the same.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from corridor.models import Condition, Leg, Node, Standing, VesselCall, Wait
from corridor.models.advisories import System
from corridor.network import distances_from
from corridor.reference import DATA
from corridor.standing import SEVERITIES, UNKNOWN
from corridor.waits import now_of

START = "ke-port-mombasa"
_ROUTE_LEG = ("stages__route", "stages__number", "origin__slug", "destination__slug", "km")
AHEAD = timedelta(days=14)
# Roads and rails lead past stops: what is said of them stands by itself.
_WAYS = ("road", "rail")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How one subject stands; ``said`` is what each source says of it, the one in use first."""

    subject: str
    kind: str
    name: str
    severity: str
    slug: str = ""
    zone: str = "Africa/Kigali"
    since: str | None = None
    until: str | None = None
    is_contested: bool = False
    is_confirmed: bool = False
    stale_since: str | None = None
    said: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A wait as it was measured; times in seconds, None where unknown."""

    kind: str
    hours: int
    now_s: int | None
    now_n: int
    usual_s: int | None
    usual_p90_s: int | None
    usual_n: int
    waiting_n: int
    waiting_s: int | None
    longest_s: int | None
    measured_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A node of the strip with how it stands; its severity is the worst that is known of it."""

    slug: str
    name: str
    kind: str
    country: str
    operator: str
    zone: str
    km: int | None
    severity: str
    states: list[State]
    waits: list[Waiting]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A condition that has not begun yet."""

    kind: str
    name: str
    severity: str
    zone: str
    since: str
    until: str | None
    text: str
    source_name: str
    received_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ship:
    """A ship at the port, or due: ``since`` is when she came to where she is, or when she is expected."""

    call: int
    name: str
    state: str
    place: str
    berth: str
    zone: str
    since: str | None
    is_day: bool
    discharge: str
    source_name: str
    received_at: str
    is_contested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything at ``at``. ``stops`` are the strip's, in order, with the places that lie side by side at each."""

    at: str
    stops: list[list[Place]]
    systems: list[State]
    ways: list[State]
    elsewhere: list[State]
    announced: list[Announced]
    at_port: list[Ship]
    due: list[Ship]


def picture(at: datetime) -> dict[str, Any]:
    """The picture at ``at``, which is now, as plain data; seven queries."""
    standings = list(Standing.objects.select_related("node").order_by("subject"))
    waits = list(Wait.objects.select_related("node").order_by("node", "kind"))
    nodes = {node.slug: node for node in Node.objects.all()}
    km = distances_from(START, Leg.objects.filter(mode=Leg.Mode.ROAD).values_list(*_ROUTE_LEG))
    stops = [[nodes[slug] for slug in group if slug in nodes] for group in strip()]
    known = [row for row in standings if row.severity != UNKNOWN]
    made = Picture(
        at=at.isoformat(),
        stops=[[_place(node, km.get(node.slug), standings, waits) for node in group] for group in stops if group],
        systems=_systems(standings),
        ways=[state_of(row) for row in known if row.kind in _WAYS],
        elsewhere=[state_of(row) for row in known if not _is_drawn(row)],
        announced=_announced(at),
        at_port=[_ship(call, call.here_since) for call in VesselCall.objects.at_port()],
        due=[_ship(call, call.eta_at) for call in VesselCall.objects.due(at=at)],
    )
    return asdict(made)


def _is_drawn(row: Standing) -> bool:
    """Whether it is shown at a stop of the strip, or among the systems or the ways."""
    slug = row.node.slug if row.node else ""
    return row.kind in ("system", *_WAYS) or any(slug in group for group in strip())


def severities() -> dict[str, str]:
    """How each node stands by its slug, of those that somebody spoke of: the worst that is known; one query."""
    rows = Standing.objects.exclude(kind=Condition.Kind.SYSTEM).filter(node__isnull=False)
    found: dict[str, list[str]] = {}
    for slug, severity in rows.order_by("node__slug").values_list("node__slug", "severity"):
        found.setdefault(slug, []).append(severity)
    return {slug: worst(all_) for slug, all_ in found.items()}


def states_of(node: Node) -> list[State]:
    """How one node stands, in every way that somebody spoke of; one query."""
    return [state_of(row) for row in Standing.objects.filter(node=node).select_related("node").order_by("subject")]


def waits_of(node: Node) -> list[Waiting]:
    """The waits that are measured at one node; one query."""
    return [_waiting(wait) for wait in Wait.objects.filter(node=node).order_by("kind")]


@cache
def strip() -> list[list[str]]:
    """The slugs of the nodes at each stop of the strip, from the sea to Kigali."""
    stops: dict[str, list[str]] = {}
    with (DATA / "strip.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            stops.setdefault(row["stop"], []).append(row["slug"])
    return list(stops.values())


def worst(severities: Iterable[str]) -> str:
    """The worst that is known; unknown where nothing is."""
    known = [severity for severity in severities if severity != UNKNOWN]
    return max(known, key=SEVERITIES.index, default=UNKNOWN)


def _place(node: Node, km: int | None, standings: Sequence[Standing], waits: Sequence[Wait]) -> Place:
    known = [row for row in standings if row.severity != UNKNOWN]
    here = [row for row in known if row.node_id == node.pk and row.kind not in ("system", *_WAYS)]
    return Place(
        slug=node.slug,
        name=node.name,
        kind=node.kind,
        country=node.country,
        operator=node.operator,
        zone=node.time_zone,
        km=km,
        severity=worst(row.severity for row in here),
        states=[state_of(row) for row in here],
        waits=[_waiting(wait) for wait in waits if wait.node_id == node.pk],
    )


def state_of(row: Standing) -> State:
    """A standing as plain data; its node is at hand."""
    return State(
        subject=row.subject,
        kind=row.kind,
        slug=row.node.slug if row.node else "",
        name=row.system or (row.node.name if row.node else row.place),
        severity=row.severity,
        zone=row.node.time_zone if row.node else "Africa/Kigali",
        since=_iso(row.since),
        until=_iso(row.until),
        is_contested=row.is_contested,
        is_confirmed=row.is_confirmed,
        stale_since=_iso(row.stale_since),
        said=row.said,
    )


def _systems(standings: Sequence[Standing]) -> list[State]:
    """The systems that everybody needs, then others that somebody spoke of; nothing is up because nobody wrote."""
    known = {row.system or row.place: state_of(row) for row in standings if row.kind == Condition.Kind.SYSTEM}
    needed = [known.pop(name, _unheard(name)) for name in System.values]
    return [*needed, *(state for state in known.values() if state.severity != UNKNOWN)]


def _unheard(system: str) -> State:
    return State(subject=f"system:{system}", kind="system", name=system, severity=UNKNOWN)


def _waiting(wait: Wait) -> Waiting:
    return Waiting(
        kind=wait.kind,
        hours=round(now_of(wait.kind).total_seconds() / 3600),
        now_s=wait.now_s,
        now_n=wait.now_n,
        usual_s=wait.usual_s,
        usual_p90_s=wait.usual_p90_s,
        usual_n=wait.usual_n,
        waiting_n=wait.waiting_n,
        waiting_s=wait.waiting_s,
        longest_s=wait.longest_s,
        measured_at=wait.measured_at.isoformat(),
    )


def _ship(call: VesselCall, since: datetime | None) -> Ship:
    is_due = call.state == VesselCall.State.DUE
    source = call.eta_source if is_due and call.eta_source else call.source
    return Ship(
        call=call.pk,
        name=str(call.vessel),
        state=call.state,
        place=(call.terminal or call.port).name,
        berth=call.berth,
        zone=call.port.time_zone,
        since=_iso(since),
        is_day=is_due and call.eta_is_day,
        discharge=call.discharge,
        source_name=source.name,
        received_at=_iso(call.eta_received_at if is_due else call.heard_at) or "",
        is_contested=call.is_contested,
    )


def _announced(at: datetime) -> list[Announced]:
    coming = Condition.objects.standing(at).filter(since__gt=at, since__lte=at + AHEAD).exclude(severity="normal")
    return [
        Announced(
            kind=row.kind,
            name=row.system or (row.node.name if row.node else row.place),
            severity=row.severity,
            zone=row.node.time_zone if row.node else "Africa/Kigali",
            since=row.since.isoformat(),
            until=_iso(row.until),
            text=row.text,
            source_name=row.source.name,
            received_at=row.received_at.isoformat(),
        )
        for row in coming.select_related("node", "source").order_by("since", "pk")
    ]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def headline(made: dict[str, Any]) -> dict[str, int]:
    """How many places, systems and roads of a picture stand in each way, for the line above it."""
    places = [place["severity"] for stop in made["stops"] for place in stop if place["states"]]
    rest = [state["severity"] for name in ("systems", "ways", "elsewhere") for state in made[name]]
    told = [*places, *rest]
    return {severity: told.count(severity) for severity in (*SEVERITIES, UNKNOWN)}
