"""Which tickets look like one incident: of the same category, about cargo that stands at one place, in a few hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Max, Min

from cargo.affected import LEAVING
from tickets.models import Category, Ticket, TicketConsignment

WITHIN = timedelta(hours=12)
FEWEST, MOST = 3, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Tickets that look like one, by their references; ``since`` is the first of them."""

    category: Category
    node: str
    place: str
    tickets: list[str]
    since: datetime


def alike(*, at: datetime) -> list[Likeness]:
    """The largest such heaps of tickets that belong to no incident yet; two queries. What has left counts nowhere."""
    recent = Ticket.objects.open().filter(incident=None, opened_at__gt=at - WITHIN)
    rows = TicketConsignment.objects.filter(ticket__in=recent).exclude(consignment__status__event__node=None)
    rows = rows.exclude(consignment__status__event__kind__in=LEAVING)
    heaps = (
        rows.order_by()
        .values(
            "ticket__category",
            node=F("consignment__status__event__node__slug"),
            place=F("consignment__status__event__node__name"),
        )
        .annotate(n=Count("ticket", distinct=True), refs=ArrayAgg("ticket__ref", distinct=True))
        .annotate(since=Min("ticket__opened_at"), until=Max("ticket__opened_at"))
        .filter(n__gte=FEWEST)
        .order_by("-n", "since", "node")[:MOST]
    )
    found = list(heaps)
    categories = Category.objects.in_bulk([row["ticket__category"] for row in found])
    return [
        Likeness(
            category=categories[row["ticket__category"]],
            node=row["node"],
            place=row["place"],
            tickets=list(row["refs"]),
            since=row["since"],
        )
        for row in found
    ]
