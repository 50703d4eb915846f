"""The public map of the corridor: our own drawing of the countries with its places and legs."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from corridor.drawing import SHAPES, UNKNOWN, Spot, draw
from corridor.models import Condition, Leg, Node, Stage
from corridor.picture import severities
from corridor.place_words import place_words
from corridor.views.network import in_order
from liaison.countries import country_name


@require_safe
def map(request: HttpRequest) -> HttpResponse:
    """Places, legs and how they stand, once as a drawing and once as a list; public."""
    return render(request, "corridor/map.html", map_context(severities()))


def map_context(standings: Mapping[str, str]) -> dict[str, Any]:
    """What the map's template needs; ``standings`` says by a node's slug how it stands, unknown where it says nothing.

    The values are those of ``Condition.Severity`` and "unknown". Two queries.
    """
    routes = _routes()
    nodes = in_order(Node.objects.all(), routes)
    spots = [
        Spot(node.slug, place_words(node.name), node.short, node.kind, float(node.lat), float(node.lon))
        for node in nodes
    ]
    drawing = draw(spots, _chains(routes), standings)
    return {
        "drawing": drawing,
        "countries": [(country, country_name(country.code)) for country in drawing.countries],
        "modes": Leg.Mode.choices,
        "legend": [(severity, _words(severity), path) for severity, path in SHAPES.items()],
        "marks": [(mark, _words(mark.severity)) for mark in drawing.marks],
        "places": [(node, _words(standings.get(node.slug, UNKNOWN))) for node in nodes],
    }


def _routes() -> list[list[Leg]]:
    """The legs of each route, from the sea."""
    stages = Stage.objects.select_related("leg__origin", "leg__destination").order_by("route", "number")
    return [[stage.leg for stage in of_route] for _route, of_route in groupby(stages, key=lambda one: one.route_id)]


def _chains(routes: list[list[Leg]]) -> list[tuple[str, list[str]]]:
    """Each leg that is on a route, once: its mode and the places that it passes with its ends."""
    legs = {leg.pk: leg for of_route in routes for leg in of_route}
    return [(leg.mode, [leg.origin.slug, *leg.via, leg.destination.slug]) for leg in legs.values()]


def _words(severity: str) -> str:
    return str(Condition.Severity(severity).label) if severity in Condition.Severity.values else _("unknown")
