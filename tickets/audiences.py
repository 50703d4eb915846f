"""Who is told of what happens in a ticket: each by the outbox, in the transaction of the change."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from liaison.models import JournalEntry, Membership, Organization, Person
from liaison.people import people_of
from liaison.roles import OFFICE, TRADE, Role
from notify.outbox import fan_out
from tickets.models import Ticket, Watch

_MENTION = re.compile(r"(?<![\w.])@([\w.+-]{2,60})")


def trade_side(ticket: Ticket) -> set[int]:
    """Who of the trade is told: whoever opened it, else all of its organisation; watchers of that side, too.

    Whoever has left the firm since is told nothing any more.
    """
    firms = {ticket.organization_id} if ticket.organization_id else set()
    firms |= set(ticket.concerned.values_list("consignment__consignee", flat=True))
    members = set().union(*people_of(firms, TRADE).values()) if firms else set()
    opener = ticket.opener
    if opener is None or opener.roles & OFFICE:
        told = set().union(*people_of({ticket.organization_id}, TRADE).values()) if ticket.organization_id else set()
    else:
        told = {opener.pk} if may_still_see(opener, ticket) else set()
    return told | (members & _watchers(ticket))


def may_still_see(person: Person, ticket: Ticket) -> bool:
    """Whether the ticket is among those that the person may see."""
    return Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()


def office_side(ticket: Ticket) -> set[int]:
    """Who of the office is told: whoever has it, and whoever of the office watches it."""
    having = {ticket.assignee_id} if ticket.assignee_id else set()
    return having | (_watchers(ticket) & set(office_people()))


def agency_side(agency: Organization) -> set[int]:
    """The agency's desk."""
    return people_of({agency.pk}, {Role.DESK})[agency.pk]


def office_people() -> list[int]:
    """Everybody who works in the office now."""
    members = Membership.objects.in_force().filter(role__in=OFFICE, person__is_active=True)
    return list(members.values_list("person_id", flat=True))


def mentioned(text: str) -> list[Person]:
    """Those of the office whom ``@name`` means: the part of an e-mail address before its @."""
    names = {name.lower().rstrip(".") for name in _MENTION.findall(text)}
    if not names:
        return []
    people = Person.objects.filter(pk__in=office_people()).order_by("pk")
    return [person for person in people if person.email.partition("@")[0] in names]


def watch(ticket: Ticket, people: Collection[int], *, at: datetime) -> None:
    """Have these people told from now on."""
    Watch.objects.bulk_create(
        [Watch(ticket=ticket, person_id=pk, since=at) for pk in sorted(people)], ignore_conflicts=True
    )


def tell(entry: JournalEntry, people: Collection[int], *, at: datetime) -> int:
    """One outbox row per person and channel; whoever did it is not told of it."""
    return fan_out({entry.pk: set(people) - {entry.by_id or 0}}, at=at)


def _watchers(ticket: Ticket) -> set[int]:
    return set(ticket.watches.values_list("person_id", flat=True))
