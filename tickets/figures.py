"""What the office's directory shows of an organisation's tickets, and how many there are in each state."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liaison.directory import Figure
from tickets.models import Ticket


def open_tickets(organizations: Collection[int]) -> dict[int, int]:
    """How many open tickets each has: a firm its own, an agency those that wait for it; one query."""
    if not organizations:
        return {}
    rows = Ticket.objects.open().order_by()
    own = rows.filter(organization__in=organizations).values("organization").annotate(n=Count("pk"))
    waiting = rows.filter(agency__in=organizations, waiting_on=Ticket.Holder.AGENCY)
    handed = waiting.values("agency").annotate(n=Count("pk"))
    counted: dict[int, int] = {}
    for pk, n in own.values_list("organization", "n").union(handed.values_list("agency", "n"), all=True):
        counted[pk] = counted.get(pk, 0) + n
    return counted


def _listed(organization_id: int) -> str:
    return f"{reverse('tickets:ticket_list')}?organization={organization_id}&state=unsolved"


FIGURES = [Figure("open_tickets", _("Open tickets"), open_tickets, _listed)]
