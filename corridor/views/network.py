"""The public page on the network: its places, its legs with what was published of them, and the ways through it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from corridor import comparison
from corridor.hours import Standing, standing_at
from corridor.models import Distance, Leg, Node, Route, Stage
from corridor.network import order_of
from corridor.routes import Total, Way, borders_of, modes_of, spread_of, total_of
from liaison.countries import country_name
from liaison.models import Person
from liaison.roles import OFFICE


@dataclass(frozen=True, slots=True)
class Place:
    """A node with whether it is open."""

    node: Node
    standing: Standing


@dataclass(frozen=True, slots=True)
class Line:
    """A leg with its other distances."""

    leg: Leg
    others: list[Distance]


@dataclass(frozen=True, slots=True)
class Course:
    """A route as it is compared: how goods move, the sum of its stages, and what was published of the whole way."""

    route: Route
    modes: list[Any]
    total: Total
    borders: int
    published: list[Distance]
    spread: tuple[int, int] | None


@require_safe
def network(request: HttpRequest) -> HttpResponse:
    """Places by country, legs with every distance that was published, and the routes side by side; public."""
    legs = list(
        Leg.objects.select_related("origin", "destination")
        .prefetch_related(Prefetch("distances", Distance.objects.order_by("km", "pk")))
        .order_by("pk")
    )
    by_pk = {leg.pk: leg for leg in legs}
    stages = Prefetch("stages", Stage.objects.order_by("number"))
    routes = [
        (route, [by_pk[stage.leg_id] for stage in route.stages.all()])
        for route in Route.objects.prefetch_related(stages).order_by("pk")
    ]
    nodes = in_order(Node.objects.select_related("agency"), [of_route for _route, of_route in routes])
    context: dict[str, Any] = {
        "countries": _countries(nodes, timezone.now()),
        "lines": [
            Line(leg, [distance for distance in leg.distances.all() if not leg.is_used(distance)]) for leg in legs
        ],
        "courses": [_course(route, of_route, by_pk) for route, of_route in routes],
        "figures": comparison.PUBLISHED,
        "may_edit": may_edit(request),
    }
    return render(request, "corridor/network.html", context)


def may_edit(request: HttpRequest) -> bool:
    """Whether the reader belongs to the office; others are not offered to change anything."""
    return isinstance(request.user, Person) and bool(request.user.roles & OFFICE)


def in_order(nodes: Iterable[Node], routes: Iterable[Sequence[Leg]]) -> list[Node]:
    """The nodes in the order in which goods for Kigali come to them; the routes are legs with their ends loaded."""
    by_slug = {node.slug: node for node in nodes}
    chains = [
        [legs[0].origin.slug, *(slug for leg in legs for slug in (*leg.via, leg.destination.slug))]
        for legs in routes
        if legs
    ]
    points = {slug: (float(node.lat), float(node.lon)) for slug, node in by_slug.items()}
    return [by_slug[slug] for slug in order_of(chains, points)]


def _countries(nodes: list[Node], at: datetime) -> list[tuple[str, list[Place]]]:
    """(name of the country, its places), both in the order of the corridor."""
    codes = list(dict.fromkeys(node.country for node in nodes))
    together = sorted(nodes, key=lambda node: codes.index(node.country))
    return [
        (country_name(code), [Place(node, standing_at(node.opening_hours, at, node.zone)) for node in of_country])
        for code, of_country in groupby(together, key=lambda node: node.country)
    ]


def _course(route: Route, legs: Sequence[Leg], by_pk: Mapping[int, Leg]) -> Course:
    ways = [Way(leg.mode, leg.km, leg.destination.kind == Node.Kind.BORDER) for leg in legs]
    published = list(by_pk[route.whole_id].distances.all()) if route.whole_id else []
    return Course(
        route=route,
        modes=[Leg.Mode(mode).label for mode in modes_of(ways)],
        total=total_of(ways),
        borders=borders_of(ways),
        published=published,
        spread=spread_of([distance.km for distance in published]),
    )
