"""Who is told of what happens in a ticket: each by the outbox, in the transaction of the change."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from cargo.models import Nomination
from liaison.models import JournalEntry, Membership, Organization, Person
from liaison.people import people_of
from liaison.roles import OFFICE, TRADE, Role
from notify.outbox import fan_out
from tickets.models import Team, Ticket, TicketConsignment, Watch

_MENTION = re.compile(r"(?<![\w.])@([\w.+-]{2,60})")


def trade_side(ticket: Ticket) -> set[int]:
    """Who of the trade is told of one ticket; see ``trade_sides``."""
    return trade_sides([ticket])[ticket.pk]


def trade_sides(tickets: Sequence[Ticket]) -> dict[int, set[int]]:
    """Who is told of each ticket: whoever opened it, else all of its organisation; and all who watch it and may see it.

    Whoever has left the firm since is told nothing any more, and all of it in her place. For which of her organisations
    somebody acts just now is a matter of her pages and not of her news. The same few queries for however many tickets.
    """
    members, seers = _seers(tickets)
    office, watching = set(office_people()), _watching(tickets)
    desks = people_of({ticket.agency_id for ticket in tickets if ticket.agency_id}, {Role.DESK})
    told: dict[int, set[int]] = {}
    for ticket in tickets:
        opener, seeing = ticket.opener_id, seers[ticket.pk]
        own = {opener} if opener and ticket.organization_id is None else set()
        opening = set() if opener is None or opener in office else {opener} & (seeing | own)
        having = opening or members[ticket.organization_id or 0]
        told[ticket.pk] = having | (watching[ticket.pk] & (seeing | own | desks.get(ticket.agency_id or 0, set())))
    return told


def _seers(tickets: Sequence[Ticket]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """The people of each firm, and by ticket all of the trade who may see it: its firm's, and who may act on its cargo.

    Goods that were given over take no ticket of their former holder with them.
    """
    owners = {ticket.pk: ticket.organization_id or 0 for ticket in tickets}
    cargo = TicketConsignment.objects.filter(ticket__in=list(owners))
    rows = cargo.values_list("ticket_id", "consignment_id", "consignment__consignee_id")
    held = [(ticket, consignment) for ticket, consignment, consignee in rows if consignee == owners[ticket]]
    single, whole = _nominees({pk for _ticket, pk in held}, {owners[ticket] for ticket, _pk in held})
    firms = {ticket: {owner} for ticket, owner in owners.items()}
    for ticket, consignment in held:
        firms[ticket] |= single.get(consignment, set()) | whole.get(owners[ticket], set())
    members = people_of(set().union(*firms.values()), TRADE)
    return members, {ticket: set().union(*(members[firm] for firm in found)) for ticket, found in firms.items()}


def _nominees(consignments: set[int], principals: set[int]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Who may act now: by single consignment, and for all of a principal's; the ids of their organisations."""
    asked = Q(consignment__in=consignments) | Q(consignment__isnull=True, principal__in=principals)
    given = Nomination.objects.in_force(timezone.now()).filter(asked, may_act=True)
    single: dict[int, set[int]] = {}
    whole: dict[int, set[int]] = {}
    for consignment, principal, nominee in given.values_list("consignment_id", "principal_id", "nominee_id"):
        found = single.setdefault(consignment, set()) if consignment else whole.setdefault(principal, set())
        found.add(nominee)
    return single, whole


def _watching(tickets: Sequence[Ticket]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {ticket.pk: set() for ticket in tickets}
    for ticket, person in Watch.objects.filter(ticket__in=list(found)).values_list("ticket_id", "person_id"):
        found[ticket].add(person)
    return found


def office_side(ticket: Ticket) -> set[int]:
    """Who of the office is told: whoever has it, and whoever of the office watches it."""
    return holding(ticket) | (_watching([ticket])[ticket.pk] & set(office_people()))


def holding(ticket: Ticket) -> set[int]:
    """Who of the office has it: its assignee, else all of its team who still work there."""
    return {ticket.assignee_id} if ticket.assignee_id else team_people({ticket.team_id})[ticket.team_id]


def team_people(teams: Collection[int | None]) -> dict[int | None, set[int]]:
    """Who is in each team and works in the office now; two queries, or none where there are no teams."""
    found: dict[int | None, set[int]] = {team: set() for team in teams}
    if wanted := [team for team in teams if team is not None]:
        office = set(office_people())
        for team, person in Team.people.through.objects.filter(team__in=wanted).values_list("team_id", "person_id"):
            found[team] |= {person} & office
    return found


def firm_language(organization: int | None) -> str:
    """That of whoever has been longest with a firm, who will read what it is told; English where there is nobody."""
    members = Membership.objects.in_force().filter(organization=organization).order_by("since", "pk")
    return next(iter(members.values_list("person__language", flat=True)[:1]), "en")


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


def tell_many(told: Mapping[int, Collection[int]], *, by: Person | None, at: datetime) -> int:
    """As ``tell`` for many entries of the journal, by their ids."""
    doer = by.pk if by else 0
    return fan_out({entry: set(people) - {doer} for entry, people in told.items()}, at=at)
