"""Telling the parties of a consignment what moved: one entry in the journal, one outbox row per person and channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from cargo.archive import bring_back
from cargo.deriving import Move
from cargo.milestones import ORDER
from cargo.models import Consignment, Event, Nomination
from liaison.journal import News, record_many
from liaison.people import people_of
from liaison.roles import TRADE
from notify.models import Notice
from notify.outbox import call_off, fan_out

MOVED = "cargo.consignment_moved"
MOST_MOVES = 12
# For so long a withdrawal waits to be taken back before it is sent: sources flap between two readings.
SETTLING = timedelta(minutes=10)


def tell(moves: Mapping[int, Sequence[Move]], *, at: datetime, is_history: bool) -> int:
    """Record what moved, and tell the parties unless it is history; returns how many outbox rows were written.

    A consignment that moved in several ways at once is one piece of news. News of nothing but withdrawals waits a
    while: where it is taken back by then, nobody is sent either.
    """
    moved = {pk: found for pk, found in moves.items() if found}
    if not moved:
        return 0
    bring_back(ids=moved, by=None, at=at)
    consignments = {row[0]: row for row in Consignment.objects.filter(pk__any=moved).values_list(*_CONSIGNMENT)}
    events = _events_of(moved)
    entries = record_many([_news(consignments[pk], found, events) for pk, found in moved.items()], by=None, at=at)
    if is_history:
        return 0
    people = people_told({pk: row[4] for pk, row in consignments.items()}, at)
    told = {pk: (entry, people[pk]) for pk, entry in zip(moved, entries, strict=True)}
    restated = _called_off({consignments[pk][1]: found for pk, found in moved.items()}, at)
    silent = {pk for pk in moved if consignments[pk][1] in restated}
    return _fan_out(told, moved, silent, at)


def _fan_out(
    told: Mapping[int, tuple[int, frozenset[int]]], moved: Mapping[int, Sequence[Move]], silent: set[int], at: datetime
) -> int:
    """One outbox row each; for the ``silent``, and for withdrawals, only later, and the silent ones are called off."""
    late = silent | {pk for pk, found in moved.items() if all(move.is_withdrawn for move in found)}
    written = fan_out(dict(told[pk] for pk in told if pk not in late), at=at)
    if late:
        written += fan_out(dict(told[pk] for pk in told if pk in late), at=at, due_at=at + SETTLING)
    if silent:
        call_off([told[pk][0] for pk in silent])
    return written


def _called_off(moves: Mapping[str, Sequence[Move]], at: datetime) -> set[str]:
    """The references of consignments that are again where they were before a withdrawal of which nobody was sent yet.

    That withdrawal is called off.
    """
    held = Notice.objects.filter(state=Notice.State.DUE, due_at__gt=at, attempts=0, entry__kind=MOVED)
    rows = held.filter(entry__key__any=list(moves)).values_list("entry", "entry__key", "entry__data").distinct()
    restated = {}
    for entry, ref, data in rows:
        again = {(move.code, move.container) for move in moves[ref] if not move.is_withdrawn}
        if not data["more"] and again == {(move["code"], move["container"]) for move in data["moves"]}:
            restated[entry] = ref
    if restated:
        call_off(list(restated))
    return set(restated.values())


_CONSIGNMENT = ("pk", "ref", "goods", "bill_of_lading", "consignee_id")
_EVENT = ("pk", "occurred_at", "is_day", "zone", "place", "node__name", "source__name")


def _events_of(moved: Mapping[int, Sequence[Move]]) -> dict[int, dict[str, Any]]:
    wanted = {move.event_id for found in moved.values() for move in found}
    return {row["pk"]: row for row in Event.objects.filter(pk__any=wanted).values(*_EVENT)}


def _news(consignment: tuple[Any, ...], moves: Sequence[Move], events: Mapping[int, dict[str, Any]]) -> News:
    _pk, ref, goods, bill_of_lading, *_parties = consignment
    ordered = sorted(moves, key=lambda move: (move.is_withdrawn, -ORDER.get(move.code, -1), move.container))
    data = {
        "ref": ref,
        "goods": goods,
        "bill_of_lading": bill_of_lading,
        "moves": [_move_data(move, events[move.event_id]) for move in ordered[:MOST_MOVES]],
        "more": max(len(ordered) - MOST_MOVES, 0),
    }
    return News(kind=MOVED, subject="consignment", key=ref, data=data)


def _move_data(move: Move, event: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": move.code,
        "container": move.container,
        "is_withdrawn": move.is_withdrawn,
        "at": event["occurred_at"].isoformat(),
        "is_day": event["is_day"],
        "zone": event["zone"],
        "place": event["node__name"] or event["place"],
        "source": event["source__name"],
    }


def people_told(consignees: Mapping[int, int], at: datetime) -> dict[int, frozenset[int]]:
    """For each consignment the active people of its consignee, and of those nominated for it."""
    firms = {pk: {consignee} for pk, consignee in consignees.items()}
    given = Nomination.objects.in_force(at)
    for consignment, nominee in given.filter(consignment__any=firms).values_list("consignment", "nominee"):
        firms[consignment].add(nominee)
    for_all = given.filter(consignment__isnull=True, principal__in=set(consignees.values()))
    nominees: dict[int, set[int]] = {}
    for principal, nominee in for_all.values_list("principal", "nominee"):
        nominees.setdefault(principal, set()).add(nominee)
    for pk, consignee in consignees.items():
        firms[pk] |= nominees.get(consignee, set())
    members = people_of(set().union(*firms.values()), TRADE)
    # A delivery is mostly about few firms: their people are put together once.
    people: dict[frozenset[int], frozenset[int]] = {}
    for found in map(frozenset, firms.values()):
        if found not in people:
            people[found] = frozenset().union(*(members[firm] for firm in found))
    return {pk: people[frozenset(found)] for pk, found in firms.items()}
