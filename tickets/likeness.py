"""Which tickets look like one incident: of the same category, about cargo that stands at one place, in a few hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from cargo.affected import LEAVING
from tickets.models import Category, Ticket

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
    """The largest such heaps of tickets that belong to no incident yet; two queries. What has left counts nowhere.

    In SQL, which needs less of the tables between a ticket and its place, and is planned in a third of the time.
    """
    given: dict[str, Any] = {"open": list(Ticket.OPEN_STATES), "since": at - WITHIN, "leaving": list(LEAVING)}
    with connection.cursor() as cursor:
        cursor.execute(_HEAPS, {**given, "fewest": FEWEST, "most": MOST})
        heaps: list[tuple[int, str, str, list[str], datetime]] = cursor.fetchall()
    categories = Category.objects.in_bulk([category for category, *_rest in heaps]) if heaps else {}
    return [
        Likeness(category=categories[category], node=node, place=place, tickets=tickets, since=since)
        for category, node, place, tickets, since in heaps
    ]


# Which are recent is asked first, and of an index alone: of the open ones hardly any is.
_HEAPS = """
    WITH recent AS MATERIALIZED (
        SELECT id FROM tickets_ticket WHERE state = ANY(%(open)s) AND opened_at > %(since)s
    )
    SELECT ticket.category_id, node.slug, node.name, array_agg(DISTINCT ticket.ref), min(ticket.opened_at)
    FROM recent JOIN tickets_ticket ticket ON ticket.id = recent.id
    JOIN tickets_ticketconsignment concerned ON concerned.ticket_id = ticket.id
    JOIN cargo_status status ON status.consignment_id = concerned.consignment_id
    JOIN cargo_event event ON event.id = status.event_id
    JOIN corridor_node node ON node.id = event.node_id
    WHERE ticket.incident_id IS NULL AND event.kind <> ALL(%(leaving)s)
    GROUP BY 1, 2, 3 HAVING count(DISTINCT ticket.id) >= %(fewest)s
    ORDER BY count(DISTINCT ticket.id) DESC, 5, 2 LIMIT %(most)s
"""
