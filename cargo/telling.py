"""Telling the parties of a consignment what moved: one entry in the journal, one outbox row per person and channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from cargo.deriving import Move
from cargo.milestones import ORDER
from cargo.models import Consignment, Event
from liaison.journal import News, record_many
from liaison.models import Membership
from liaison.roles import TRADE
from notify.outbox import Told, fan_out

MOVED = "cargo.consignment_moved"
MOST_MOVES = 12


def tell(moves: Mapping[int, Sequence[Move]], *, at: datetime, is_history: bool) -> int:
    """Record what moved, and tell the parties unless it is history; returns how many outbox rows were written.

    A consignment that moved in several ways at once is one piece of news.
    """
    moved = {pk: list(found) for pk, found in moves.items() if found}
    if not moved:
        return 0
    consignments = Consignment.objects.in_bulk(list(moved))
    events = Event.objects.select_related("node", "source").in_bulk(
        [move.event_id for found in moved.values() for move in found]
    )
    news = [
        News(kind=MOVED, subject="consignment", key=consignments[pk].ref, data=_data(consignments[pk], found, events))
        for pk, found in moved.items()
    ]
    entries = record_many(news, by=None, at=at)
    if is_history:
        return 0
    people = _people_of(consignments.values())
    told = [Told(entry, people[pk]) for pk, entry in zip(moved, entries, strict=True) if people[pk]]
    return fan_out(told, at=at)


def _data(consignment: Consignment, moves: list[Move], events: Mapping[int, Event]) -> dict[str, Any]:
    ordered = sorted(moves, key=lambda move: (move.is_withdrawn, -ORDER.get(move.code, -1), move.container))
    return {
        "ref": consignment.ref,
        "goods": consignment.goods,
        "bill_of_lading": consignment.bill_of_lading,
        "moves": [_move_data(move, events[move.event_id]) for move in ordered[:MOST_MOVES]],
        "more": max(len(ordered) - MOST_MOVES, 0),
    }


def _move_data(move: Move, event: Event) -> dict[str, Any]:
    return {
        "code": move.code,
        "container": move.container,
        "is_withdrawn": move.is_withdrawn,
        "at": event.occurred_at.isoformat(),
        "is_day": event.is_day,
        "zone": event.zone,
        "place": event.node.name if event.node else event.place,
        "source": event.source.name,
    }


def _people_of(consignments: Any) -> dict[int, frozenset[int]]:
    """For each consignment the active people of its consignee and its agent."""
    parties = {c.pk: {firm for firm in (c.consignee_id, c.agent_id) if firm} for c in consignments}
    members: dict[int, set[int]] = {}
    rows = Membership.objects.filter(
        Q(organization__in=set().union(*parties.values())), role__in=TRADE, person__is_active=True
    )
    for firm, person in rows.values_list("organization_id", "person_id"):
        members.setdefault(firm, set()).add(person)
    return {pk: frozenset().union(*(members.get(firm, set()) for firm in firms)) for pk, firms in parties.items()}
