"""Who else of the office has a ticket before her, and who is writing in it: known for as long as it is true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from liaison.models import Person
from tickets.models import Presence, Ticket

# The page asks every 20 seconds; who has not asked for so long has closed it.
LOOKS, TYPES = timedelta(seconds=50), timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """The names of those who look at it, and of those of them who are writing."""

    looking: list[str]
    typing: list[str]


def note_presence(*, ticket: Ticket, person: Person, is_typing: bool, at: datetime) -> None:
    """She has the ticket before her now; one statement, whether or not she had before."""
    row = Presence(ticket=ticket, person=person, seen_at=at, typed_at=at if is_typing else None)
    changed = ["seen_at", "typed_at"] if is_typing else ["seen_at"]
    Presence.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["ticket", "person"], update_fields=changed
    )


def others_at(ticket: Ticket, *, person: Person, at: datetime) -> Others:
    """All but her; one query."""
    recent = Q(seen_at__gt=at - LOOKS) | Q(typed_at__gt=at - TYPES)
    rows = Presence.objects.filter(recent, ticket=ticket).exclude(person=person).select_related("person")
    found = list(rows.order_by("person__name", "pk"))
    typing = [row for row in found if row.typed_at is not None and row.typed_at > at - TYPES]
    return Others(looking=[str(row.person) for row in found], typing=[str(row.person) for row in typing])
