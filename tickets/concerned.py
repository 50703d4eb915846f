"""The cargo that a ticket is about, as far as a viewer may know of it."""

from __future__ import annotations

from collections.abc import Sequence

from cargo.models import Consignment
from liaison.models import Person
from tickets.models import Ticket


def consignments_of(ticket: Ticket, viewer: Person) -> list[Consignment]:
    """With units; three queries at most. The agency that it is handed to knows all of it."""
    known = ticket.concerned.visible_to(viewer).values("consignment")
    return list(Consignment.objects.filter(pk__in=known).prefetch_related("units").order_by("pk"))


def sees_money(viewer: Person, consignments: Sequence[Consignment]) -> bool:
    """Whether the viewer may see what all of them cost; of no cargo there is nothing to see."""
    return bool(consignments) and len(priced(viewer, consignments)) == len(consignments)


def priced(viewer: Person, consignments: Sequence[Consignment]) -> set[int]:
    """The ids of those whose charges the viewer may see; a query or none for however many."""
    return Consignment.objects.money_visible_among(viewer, consignments)
