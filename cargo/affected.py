"""Which consignments are affected by what happens at places of the corridor, and the people of their parties."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from math import hypot
from typing import NamedTuple

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from cargo.milestones import ORDER, stage_of
from cargo.models import Consignment, Milestone, Unit
from cargo.telling import people_told
from corridor.audiences import Audience
from corridor.models import Condition, Node, Standing
from corridor.picture import State, state_of
from liaison.prepared import Prepared

# The milestone by which a consignment has done with the nodes of a kind in a country. What is not named here is on no
# way to Kigali of ours: only what was last heard of there is affected.
_DONE_WITH = {
    **dict.fromkeys([("KE", "port"), ("KE", "terminal"), ("KE", "cfs")], "gate_out"),
    ("KE", "oil_jetty"): "pipeline_in",
    ("KE", "fuel_depot"): "loaded",
    **dict.fromkeys([("KE", "icd"), ("KE", "weighbridge"), ("KE", "city")], "border1_in"),
    **dict.fromkeys([("UG", "weighbridge"), ("UG", "city")], "border2_in"),
    **dict.fromkeys([("RW", "city"), ("RW", "bonded_warehouse"), ("RW", "dry_port")], "delivered"),
}
_BORDERS = {
    **dict.fromkeys(["xx-border-malaba", "xx-border-busia"], "border1"),
    **dict.fromkeys(["xx-border-gatuna", "xx-border-kagitumba"], "border2"),
}
_FUEL = frozenset({"oil_jetty", "fuel_depot"})
_DRY = frozenset({"terminal", "cfs", "icd"})
# The milestone after which each system has no more to do with a consignment.
_SYSTEMS = {
    "iCMS": "border1_out",
    "KWATOS": "gate_out",
    "eCitizen": "gate_out",
    "RECTS": "border2_out",
    "ReSW": "released_kigali",
}
SYSTEMS = tuple(_SYSTEMS)
LEAVING = ("gate_out", "border_out", "left", "vessel_departed", "pipeline_in")
_MOMBASA = (-4.0505, 39.6672)


def affected_consignments(nodes: Collection[str], systems: Collection[str]) -> QuerySet[Consignment]:
    """The open consignments that are at one of the nodes (slugs) or still have to pass it, or that need a system.

    Neither nodes nor systems is the whole corridor. A consignment is past a place once all of its units are; a system
    that nobody knows affects nobody. One query for the nodes, where there are any.
    """
    under_way = Consignment.objects.open()
    if not nodes and not systems:
        return under_way
    found = Q(pk__in=[])
    every = list(map(_place, Node.objects.all())) if nodes else []
    for node in every:
        if node.slug in nodes:
            found |= _at(node) | _before(node, every)
    for system in systems:
        found |= _needs(system)
    return under_way.filter(found)


def standing_at(nodes: Collection[str]) -> QuerySet[Consignment]:
    """The open consignments that were last heard of at one of the nodes (slugs), also those that are held there."""
    there = Q(status__event__node__slug__in=list(nodes)) & ~Q(status__event__kind__in=LEAVING)
    return Consignment.objects.open().filter(there)


def affected_by(subject: str) -> QuerySet[Consignment]:
    """The open consignments that a standing's subject ("border:xx-border-malaba", "system:iCMS") concerns."""
    kind, _colon, where = subject.partition(":")
    nodes, systems = ([], [where]) if kind == Condition.Kind.SYSTEM else ([where], [])
    return affected_consignments(nodes, systems)


def lying_ahead(consignment_id: int) -> list[State]:
    """What is slow or worse of what an open consignment is at, still has to pass, or needs; at most three queries."""
    standings = _TROUBLED()
    if not standings:
        return []
    parts = tuple(map(_part, standings))
    # Which places lie beyond counts for weighbridges alone.
    is_asked = any(place and place.kind == Node.Kind.WEIGHBRIDGE for place, _system in parts)
    every = tuple(map(_place, Node.objects.all())) if is_asked else ()
    found = _marks(parts, every)([consignment_id])
    return [state_of(standing) for row in found for standing, is_ahead in zip(standings, row, strict=True) if is_ahead]


# How it stands where nobody need be told.
CALM = ("normal", "unknown")
_TROUBLED = Prepared(lambda: Standing.objects.exclude(severity__in=CALM).select_related("node").order_by("subject"))


class _Place(NamedTuple):
    """What is asked of a node, as a key."""

    pk: int
    slug: str
    country: str
    kind: str
    lat: Decimal
    lon: Decimal


def _place(node: Node) -> _Place:
    return _Place(node.pk, node.slug, node.country, node.kind, node.lat, node.lon)


def _part(standing: Standing) -> tuple[_Place | None, str]:
    """The place that it is about, or the system."""
    is_place = standing.node is not None and standing.kind != Condition.Kind.SYSTEM
    return _place(standing.node) if standing.node and is_place else None, standing.system


# The same few trouble every page for hours, and to build what is asked takes far longer than to have it answered.
@lru_cache(maxsize=200)
def _marks(parts: tuple[tuple[_Place | None, str], ...], every: tuple[_Place, ...]) -> Prepared[tuple[bool, ...]]:
    """Of open consignments by their ids whether each part lies ahead."""
    marks = {f"s{number}": _mark(place, system, every) for number, (place, system) in enumerate(parts)}
    return Prepared(lambda pks: Consignment.objects.open().filter(pk__any=pks).annotate(**marks).values_list(*marks))


def _mark(place: _Place | None, system: str, every: Collection[_Place]) -> Case:
    concerned = _at(place) | _before(place, every) if place else _needs(system)
    return Case(When(concerned, then=Value(True)), default=Value(False))


def _needs(system: str) -> Q:
    """Those that have yet to go through a system; of one that we do not know nobody."""
    return _not_past(_SYSTEMS[system]) if system in _SYSTEMS else Q(pk__in=[])


def _at(node: _Place) -> Q:
    """Those last heard of there, unless it was that they left."""
    return Q(status__event__node=node.pk) & ~Q(status__event__kind__in=LEAVING)


def _before(node: _Place, every: Collection[_Place]) -> Q:
    """Those that still have to pass the node, as far as anything is known."""
    if node.slug in _BORDERS:
        code = _BORDERS[node.slug]
        # Who has come to the other border of the pair goes through that one.
        elsewhere = _reached(f"{code}_in", event__node__isnull=False) & ~_reached(f"{code}_in", event__node=node.pk)
        return _not_past(f"{code}_out") & ~elsewhere
    code = _DONE_WITH.get((node.country, node.kind), "")
    if not code:
        return Q(pk__in=[])
    fitting = _not_past(code) & _of_kind(node.kind)
    beyond = [other.pk for other in every if other.country == node.country and _distance(other) > _distance(node)]
    return fitting & ~Q(status__event__node__in=beyond) if node.kind == "weighbridge" else fitting


def _distance(node: _Place) -> float:
    """From Mombasa in a straight line, in degrees: within one country the road does not turn back."""
    return hypot(float(node.lat) - _MOMBASA[0], float(node.lon) - _MOMBASA[1])


def _of_kind(kind: str) -> Q:
    """Fuel goes through jetties and depots, all else through terminals."""
    if kind in _FUEL:
        return Q(cargo_kind=Consignment.CargoKind.LIQUID_BULK)
    return ~Q(cargo_kind=Consignment.CargoKind.LIQUID_BULK) if kind in _DRY else Q()


def _reached(code: str, **where: object) -> Q:
    return Q(Exists(Milestone.objects.filter(consignment=OuterRef("pk"), code=code, actual_at__isnull=False, **where)))


def _not_past(code: str) -> Q:
    """Those of which a unit, or the whole where there is none, has reached neither the milestone nor a later one."""
    order = (stage_of(code), ORDER[code])
    later = [other for other in ORDER if (stage_of(other), ORDER[other]) >= order]
    done = Milestone.objects.filter(code__in=later, actual_at__isnull=False)
    # Named with its consignment, by which the index of milestones is entered.
    of_unit = done.filter(consignment=OuterRef("consignment"), unit=OuterRef("pk"))
    behind = Unit.objects.filter(~Exists(of_unit), consignment=OuterRef("pk"))
    return Q(Exists(behind)) | ~Q(Exists(done.filter(consignment=OuterRef("pk"))))


def people(nodes: Collection[str], systems: Collection[str], at: datetime) -> set[int]:
    """The ids of the people of the consignees of what is affected, and of those nominated for it at ``at``."""
    consignees = dict(affected_consignments(nodes, systems).values_list("pk", "consignee"))
    return set().union(*people_told(consignees, at).values())


AUDIENCE = Audience("consignments", _("Parties of consignments that are there or still have to pass"), people)
