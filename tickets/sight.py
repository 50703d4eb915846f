"""What of a ticket's log each side may read."""

from __future__ import annotations

from collections.abc import Iterable

from liaison.models import Person
from liaison.roles import OFFICE
from tickets.models import Entry, Message, Ticket
from tickets.words import did, side

# What of the log outsiders read; what is left out is the office's own housekeeping.
PUBLIC = frozenset(
    "opened attached replied said paused resumed handed_over accepted given_back resolved confirmed rated reopened "
    "merged absorbed parted closed linked".split()
)
# These are shown as the message that they tell of.
SPOKEN = frozenset({Entry.Kind.REPLIED, Entry.Kind.SAID, Entry.Kind.NOTED})


def told_to(viewer: Person | None, ticket: Ticket, entries: Iterable[Entry]) -> list[str]:
    """What was done, in sentences, as far as the viewer would see it on the ticket's page."""
    if viewer is None:
        return []
    if viewer.roles & OFFICE:
        return [did(entry) for entry in entries]
    said = set(Message.objects.visible_to(viewer).filter(ticket=ticket).values_list("pk", flat=True))
    cargo = set(ticket.concerned.visible_to(viewer).values_list("consignment__ref", flat=True))
    return [
        did(entry, who=who_for_outsiders(entry))
        for entry in entries
        if entry.kind in PUBLIC
        and (entry.kind not in SPOKEN or entry.data["message"] in said)
        and (entry.kind != Entry.Kind.ATTACHED or entry.data["consignment"] in cargo)
    ]


def who_for_outsiders(entry: Entry) -> str:
    """The office acts as one to others; empty where the person is named."""
    return side(entry) if entry.party == Entry.Party.OFFICE else ""
