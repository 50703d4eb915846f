"""Pages of one place: what it is, whether it is open, what lies next to it; and changing what is kept of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from corridor.hours import standing_at, week_of
from corridor.models import Condition, Leg, Node
from corridor.network_editing import edit_node, node_history
from corridor.network_forms import NodeForm
from corridor.picture import states_of, waits_of
from corridor.views.network import may_edit
from liaison.countries import country_name
from liaison.permissions import allow, person_of
from liaison.roles import OFFICE
from liaison.views.members import done, posted

# So many of the latest reports stand on a place's page; all of them in their own list.
LATEST = 10
# By which indicator of the observatory the places of a kind are told apart; some borders have one of their own.
_FIGURES = {"port": "ship_turnaround_time", "terminal": "container_dwell_time", "weighbridge": "weighbridge_traffic"}
_BORDERS = ("malaba", "busia", "gatuna", "kagitumba")


@require_safe
def node_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One place; public, but who changed it is shown to the office alone."""
    node = get_object_or_404(Node.objects.select_related("agency"), slug=slug)
    legs = Leg.objects.select_related("origin", "destination").order_by("pk")
    next_to = list(legs.filter(Q(origin=node) | Q(destination=node) | Q(via__contains=[node.slug])))
    is_office = may_edit(request)
    context: dict[str, Any] = {
        "node": node,
        "country": country_name(node.country),
        "standing": standing_at(node.opening_hours, timezone.now(), node.zone),
        "week": week_of(node.opening_hours),
        "arriving": [leg for leg in next_to if leg.destination_id == node.pk],
        "leaving": [leg for leg in next_to if leg.origin_id == node.pk],
        "passing": [leg for leg in next_to if node.pk not in (leg.origin_id, leg.destination_id)],
        "states": states_of(node),
        "waits": waits_of(node),
        "conditions": Condition.objects.filter(node=node)
        .select_related("node", "source")
        .order_by("-since", "-pk")[:LATEST],
        "figures": _figures(node),
        "may_edit": is_office,
        "is_office": is_office,
        "history": node_history(node) if is_office else [],
    }
    return render(request, "corridor/node_detail.html", context)


def _figures(node: Node) -> str:
    """The address of its figures in the observatory; empty where there are none of such a place."""
    name = node.slug.rpartition("-")[2]
    if node.kind == "border" and name in _BORDERS:
        return reverse("observatory:indicator_detail", args=[f"border_crossing_time_{name}"])
    if slug := _FIGURES.get(node.kind):
        return f"{reverse('observatory:indicator_detail', args=[slug])}?{urlencode({'part': f'node:{node.slug}'})}"
    return ""


@allow(OFFICE)
def node_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what is kept of a place."""
    node = get_object_or_404(Node, slug=slug)
    form = NodeForm(posted(request), instance=node)
    if done(
        form,
        lambda: edit_node(
            node=node,
            entry=form.entry(),
            seen=form.cleaned_data["seen"],
            by=person_of(request),
            at=timezone.now(),
        ),
    ):
        messages.success(request, _("Saved."))
        return redirect("corridor:node_detail", slug=slug)
    context = {"form": form, "node": node}
    return render(request, "corridor/node_edit.html", context, status=422 if form.errors else 200)
