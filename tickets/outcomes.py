"""Keeping for reports what became of each promise: made anew from the log of every ticket that has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from liaison.bulk import update_rows
from liaison.models import Organization
from tickets.clocks.reckoning import Clock
from tickets.handovers import HANDED_TO
from tickets.models import Entry, Outcome, Ticket, TicketQuerySet
from tickets.timing import Policy, clocks_of_many

BATCH = 500


def reckon_outcomes(*, at: datetime) -> int:
    """Bring the outcomes of every ticket that has changed to what its log says; how many tickets. May run twice."""
    reckoned = 0
    while ids := list(_changed().values_list("pk", flat=True)[:BATCH]):
        reckoned += _reckon(ids, at)
    return reckoned


def reckon_again(touched: Q) -> int:
    """Have the outcomes of such tickets made anew, some at a time; how many tickets. May run twice."""
    ids = list(Ticket.objects.filter(touched).order_by("pk").values_list("pk", flat=True))
    return sum(_forget(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH))


@transaction.atomic
def _forget(ids: Sequence[int]) -> int:
    """Whoever reckons them just now is waited for; they are taken in the order in which everybody takes several."""
    held = Ticket.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    return Ticket.objects.filter(pk__in=list(held), reckoned_version__gt=0).update(reckoned_version=0)


def _changed() -> TicketQuerySet:
    return Ticket.objects.exclude(reckoned_version=F("version")).order_by("pk")


@transaction.atomic
def _reckon(ids: Sequence[int], at: datetime) -> int:
    """A ticket that changes meanwhile keeps its old version here, and comes again."""
    rows = Ticket.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids)
    tickets = list(rows.select_related("category").order_by("pk"))
    clocks = clocks_of_many(tickets, at=at)
    agencies = _agencies(ids)
    Outcome.objects.filter(ticket__in=ids).delete()
    Outcome.objects.bulk_create(
        outcome for ticket in tickets for clock in clocks[ticket.pk] if (outcome := _outcome(ticket, clock, agencies))
    )
    for ticket in tickets:
        ticket.reckoned_version = ticket.version
    update_rows(tickets, ["reckoned_version"])
    return len(tickets)


def _agencies(ids: Sequence[int]) -> dict[str, int]:
    """Who is meant by the names that clocks have: as the logs say, which know a renamed one; else who is called so."""
    named = dict(Organization.objects.filter(kind__in=HANDED_TO).values_list("name", "pk"))
    handed = Entry.objects.filter(ticket__in=ids, kind=Entry.Kind.HANDED_OVER).order_by("pk")
    for name, policy in handed.values_list("data__agency", "data__policy"):
        named[name] = Policy.named(policy).number or named.get(name, 0)
    known = set(Organization.objects.filter(pk__in=named.values()).values_list("pk", flat=True))
    return {name: pk for name, pk in named.items() if pk in known}


def _outcome(ticket: Ticket, clock: Clock, agencies: Mapping[str, int]) -> Outcome | None:
    """What became of a clock that has ended; None of one that goes on, and of what was merged into another."""
    if clock.ended_at is None or ticket.state == Ticket.State.MERGED:
        return None
    return Outcome(
        ticket=ticket,
        contract=clock.contract,
        agency_id=agencies.get(clock.agency),
        kind=clock.kind,
        started_at=clock.started_at,
        ended_at=clock.ended_at,
        worked=clock.worked,
        span=clock.span,
        is_met=clock.met_at is not None,
        is_late=clock.breached,
    )
