"""The public page on the corridor."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from corridor.models import Leg, Node
from corridor.network import distances_from

START = "ke-port-mombasa"


@require_safe
def corridor_state(request: HttpRequest) -> HttpResponse:
    """The network with its distances and their sources; public."""
    legs = list(Leg.objects.select_related("origin", "destination").order_by("pk"))
    km = distances_from(START, [(leg.origin.slug, leg.destination.slug, leg.km) for leg in legs if leg.mode == "road"])
    nodes = [
        {
            "name": node.name,
            "slug": node.slug,
            "kind": node.get_kind_display(),
            "kind_code": node.kind,
            "country": node.country,
            "operator": node.operator,
            "unlocode": node.unlocode,
            "km": km.get(node.slug),
        }
        for node in Node.objects.order_by("pk")
    ]
    strip = sorted((node for node in nodes if node["km"] is not None), key=lambda node: (node["km"], node["name"]))
    return render(request, "corridor/corridor_state.html", {"nodes": nodes, "legs": legs, "strip": strip})
