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
from liaison.models import JournalEntry
from liaison.people import people_of, people_with
from liaison.roles import OFFICE, TRADE
from notify.models import Notice
from notify.outbox import call_off, fan_out
from notify.readers import watchers_of

MOVED = "cargo.consignment_moved"
MOST_MOVES = 12
HOLDS = ("held", "hold_released")
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
    refs = {pk: row[1] for pk, row in consignments.items()}
    people = with_watchers(people_told({pk: row[4] for pk, row in consignments.items()}, at), refs)
    told = {pk: (entry, people[pk]) for pk, entry in zip(moved, entries, strict=True)}
    restated = _called_off({refs[pk]: found for pk, found in moved.items()}, at)
    silent = {pk for pk in moved if refs[pk] in restated}
    return _fan_out(told, moved, refs, silent, at)


def _fan_out(
    told: Mapping[int, tuple[int, frozenset[int]]],
    moved: Mapping[int, Sequence[Move]],
    refs: Mapping[int, str],
    silent: set[int],
    at: datetime,
) -> int:
    """One outbox row each; for the ``silent``, and for withdrawals, only later, and the silent ones are called off.

    A withdrawal goes to those who got what is withdrawn, by the channels by which they got it.
    """
    withdrawn = {pk for pk, found in moved.items() if all(move.is_withdrawn for move in found)}
    written = fan_out(dict(told[pk] for pk in told if pk not in withdrawn | silent), at=at)
    if silent - withdrawn:
        written += fan_out(dict(told[pk] for pk in told if pk in silent - withdrawn), at=at, due_at=at + SETTLING)
    if withdrawn:
        stated = _stated({refs[pk]: moved[pk] for pk in withdrawn})
        corrects = {told[pk][0]: stated[refs[pk]] for pk in withdrawn}
        got = dict(told[pk] for pk in withdrawn)
        written += fan_out(got, at=at, due_at=at + SETTLING, corrects=corrects)
    if silent:
        call_off([told[pk][0] for pk in silent])
    return written


def _stated(moves: Mapping[str, Sequence[Move]]) -> dict[str, list[int]]:
    """By reference the entries that said what these moves withdraw."""
    found: dict[str, list[int]] = {ref: [] for ref in moves}
    told = JournalEntry.objects.filter(subject="consignment", key__any=list(moves), kind=MOVED)
    for entry, ref, data in told.values_list("pk", "key", "data"):
        lost = {(move.code, move.container) for move in moves[ref]}
        if any((move["code"], move["container"]) in lost and not move["is_withdrawn"] for move in data["moves"]):
            found[ref].append(entry)
    return found


def _called_off(moves: Mapping[str, Sequence[Move]], at: datetime) -> set[str]:
    """The references of consignments that are again where they were before a withdrawal of which nobody was sent yet.

    That withdrawal is called off.
    """
    held = Notice.objects.filter(state=Notice.State.DUE, due_at__gt=at, attempts=0, entry__kind=MOVED)
    # Other news waits, too, and a withdrawal for a digest when others have been sent it.
    young = held.filter(entry__key__any=list(moves), entry__at__gt=at - SETTLING)
    restated = {}
    for entry, ref, data in young.values_list("entry", "entry__key", "entry__data").distinct():
        again = {(move.code, move.container, True) for move in moves[ref] if not move.is_withdrawn}
        lost = {(move["code"], move["container"], move["is_withdrawn"]) for move in data["moves"]}
        if not data["more"] and again == lost:
            restated[entry] = ref
    if restated:
        call_off(list(restated))
    return set(restated.values())


def with_watchers(people: Mapping[int, frozenset[int]], refs: Mapping[int, str]) -> dict[int, frozenset[int]]:
    """The people told of each consignment, and those of the office who watch it."""
    watchers = watchers_of("consignment", list(refs.values()))
    office = people_with(set().union(*watchers.values()), OFFICE) if watchers else set()
    return {pk: told | (watchers.get(refs[pk], set()) & office) for pk, told in people.items()}


_CONSIGNMENT = ("pk", "ref", "goods", "bill_of_lading", "consignee_id", "status__held_by", "status__next_step")
_EVENT = ("pk", "occurred_at", "is_day", "zone", "place", "node__name", "source__name")


def _events_of(moved: Mapping[int, Sequence[Move]]) -> dict[int, dict[str, Any]]:
    wanted = {move.event_id for found in moved.values() for move in found}
    return {row["pk"]: row for row in Event.objects.filter(pk__any=wanted).values(*_EVENT)}


def _news(consignment: tuple[Any, ...], moves: Sequence[Move], events: Mapping[int, dict[str, Any]]) -> News:
    _pk, ref, goods, bill_of_lading, _consignee, held_by, next_step = consignment
    ordered = sorted(moves, key=_weight)
    data = {
        "ref": ref,
        "goods": goods,
        "bill_of_lading": bill_of_lading,
        "held_by": held_by or "",
        "next_step": next_step or "",
        **({"topic": "hold", "urgent": True} if any(move.code in HOLDS for move in moves) else {}),
        "moves": [_move_data(move, events[move.event_id]) for move in ordered[:MOST_MOVES]],
        "more": max(len(ordered) - MOST_MOVES, 0),
    }
    return News(kind=MOVED, subject="consignment", key=ref, data=data)


def _weight(move: Move) -> tuple[bool, bool, int, str]:
    """What stands holds before what does not, a hold before all else, and what is further on before what is less."""
    return move.is_withdrawn, move.code not in HOLDS, -ORDER.get(move.code, -1), move.container


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


def people_told(consignees: Mapping[int, int], at: datetime, **scope: bool) -> dict[int, frozenset[int]]:
    """For each consignment the active people of its consignee, and of those nominated for it with this ``scope``."""
    firms = {pk: {consignee} for pk, consignee in consignees.items()}
    given = Nomination.objects.in_force(at).filter(**scope)
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
