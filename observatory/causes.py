"""Why figures are what they are: the open tickets about what was measured, by what they are about."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse

from liaison.concerns import Concern
from liaison.models import Viewer
from observatory.asking import Asked
from observatory.indicators import Indicator
from observatory.models import Reading
from tickets.models import Ticket, TicketConsignment


def causes(indicator: Indicator, asked: Asked, *, viewer: Viewer) -> list[dict[str, Any]]:
    """By category how many open tickets the viewer may see about consignments of these days, the most first; one query.

    None for the public, which is not asked for.
    """
    if not viewer.is_authenticated or not indicator.is_ours or indicator.block == "tickets":
        return []
    measured = Reading.objects.filter(
        subject=Reading.Subject.CONSIGNMENT, subject_id=OuterRef("consignment"), indicator=indicator.slug,
        day__range=(asked.since, asked.until),
    )  # fmt: skip
    if asked.part:
        measured = measured.filter(slices__contains=[asked.part])
    about = TicketConsignment.objects.filter(Exists(measured), ticket=OuterRef("pk"))
    rows = Ticket.objects.visible_to(viewer).open().filter(Exists(about)).order_by()
    counted = rows.values_list("category__code").annotate(tickets=Count("pk", distinct=True))
    listed = reverse("tickets:ticket_list")
    return [
        {
            "name": Concern(code).label,
            "count": count,
            "address": f"{listed}?{urlencode({'state': 'unsolved', 'category': code})}",
        }
        for code, count in sorted(counted, key=lambda row: (-row[1], row[0]))
    ]
