"""Which consignments come with a ship's call: by the ship and the voyage with which they were registered."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db import connection
from django.db.models import Q
from django.urls import reverse

from cargo.models import Consignment, ConsignmentQuerySet
from corridor.calling.grouping import plain
from corridor.models import VesselCall
from corridor.onboard import Aboard, Figure, Line
from corridor.vessels import plain_name
from liaison.models import Viewer

MOST_LINES = 50


def counted(calls: Collection[VesselCall]) -> dict[int, Aboard]:
    """Consignments, units and tonnes of each call that has a voyage; without one nobody can tell which is meant."""
    asked = [(call.pk, call.vessel.name, call.voyage) for call in calls if call.voyage and call.vessel.name]
    if not asked:
        return {}
    found: dict[int, Aboard] = {}
    # A ship may call twice on one voyage, at two ports or under two numbers: each call shows what comes with it.
    by_name: dict[tuple[str, str], list[int]] = {}
    for pk, name, voyage in asked:
        by_name.setdefault((name, plain(voyage)), []).append(pk)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [sorted({variant for _pk, _name, voyage in asked for variant in _written(voyage)})])
        for vessel, voyage, consignments, units, tonnes in cursor.fetchall():
            for pk in by_name.get((plain_name(vessel), plain(voyage)), ()):
                had = found.get(pk, Aboard())
                found[pk] = Aboard(
                    had.consignments + consignments, had.units + units, had.tonnes + (tonnes or Decimal(0))
                )
    return found


# The voyage leads, since an index can begin at it; the ship's name is compared as ships' names are.
_COUNTED = """
    SELECT c.vessel, c.voyage, count(*), sum(u.units)::bigint, sum(c.weight_t)
    FROM cargo_consignment c
    CROSS JOIN LATERAL (SELECT count(*) AS units FROM cargo_unit WHERE consignment_id = c.id) AS u
    WHERE c.voyage = ANY(%s) AND c.voyage <> '' AND c.vessel <> '' AND c.merged_into_id IS NULL
    GROUP BY c.vessel, c.voyage
"""


def listed(call: VesselCall, viewer: Viewer) -> list[Line]:
    """The consignments on board that the viewer may see, the newest first."""
    if not (call.voyage and call.vessel.name):
        return []
    rows = _on_board(Consignment.objects.visible_to(viewer), call).order_by("-pk")[: 4 * MOST_LINES]
    mine = [row for row in rows if plain_name(row.vessel) == call.vessel.name]
    return [
        Line(row.ref, row.goods, reverse("cargo:consignment_detail", kwargs={"ref": row.ref}))
        for row in mine[:MOST_LINES]
    ]


def _on_board(rows: ConsignmentQuerySet, call: VesselCall) -> ConsignmentQuerySet:
    return rows.whole().filter(Q(voyage__in=_written(call.voyage)), vessel__icontains=call.vessel.name)


def _written(voyage: str) -> set[str]:
    """The ways in which people write a voyage."""
    return {voyage, voyage.upper(), voyage.lower(), plain(voyage), plain(voyage).lower()}


FIGURES = [Figure(counted, listed)]
