"""What the log of a ticket and the promises of its category make of its clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tickets.clocks.calendars import NEVER, Calendar
from tickets.clocks.happenings import By, Happening
from tickets.clocks.reckoning import Clock, Promise, clocks_of, next_step
from tickets.models import Category, Entry, Message, Ticket
from tickets.office_hours import ALWAYS, Days, days_off, hours_of

# The charter of the State Department for Shipping: acknowledged within a day, answered within three.
_ACKNOWLEDGED, _ANSWERED = 1, 3
_OFFICE_DAY, _DAY = timedelta(hours=8), timedelta(days=1)
_MOMENT = timedelta(microseconds=1)
_BY: dict[str, By] = {"office": "us", "importer": "them", "agency": "agency", "outside": "them", "portal": "portal"}


def clocks_of_many(tickets: Sequence[Ticket], *, at: datetime) -> dict[int, list[Clock]]:
    """The clocks of each ticket as they stand, by its id; four queries for however many, more for chains of mergers."""
    logs: dict[int, list[Entry]] = {ticket.pk: [] for ticket in tickets}
    for entry in Entry.objects.filter(ticket__in=list(logs)).order_by("ticket", "number"):
        logs[entry.ticket_id].append(entry)
    return _reckoned(tickets, logs, at)


def clocks_of_ticket(ticket: Ticket, entries: Iterable[Entry], *, at: datetime) -> list[Clock]:
    """The clocks of a ticket whose entries are at hand; one to three queries."""
    return _reckoned([ticket], {ticket.pk: list(entries)}, at)[ticket.pk]


def set_moments(ticket: Ticket, clocks: Sequence[Clock], *, at: datetime) -> None:
    """Keep on the ticket, unsaved, when its next promise breaks and when its next step of escalation is reached.

    A step that has been reached and that nobody has taken yet stays the next one. What is over has neither.
    """
    if not ticket.is_open:
        ticket.next_breach_at = ticket.next_step_at = None
        return
    waiting = ticket.next_step_at
    since = waiting if waiting is not None and waiting <= at else at
    ticket.next_breach_at = breach_of(clocks)
    ticket.next_step_at = next_step(running(clocks), since - _MOMENT)


def running(clocks: Iterable[Clock]) -> list[Clock]:
    """Those that nothing has ended yet, whether or not they stand still."""
    return [clock for clock in clocks if clock.ended_at is None]


def breach_of(clocks: Iterable[Clock]) -> datetime | None:
    """The earliest deadline that nobody has kept yet and that does not stand still, also one that has passed."""
    running = (clock.due_at for clock in clocks if clock.ended_at is None and not clock.is_paused)
    return min((due for due in running if due is not None and due != NEVER), default=None)


def _reckoned(tickets: Sequence[Ticket], logs: Mapping[int, Sequence[Entry]], at: datetime) -> dict[int, list[Clock]]:
    merged = _merged([entry for log in logs.values() for entry in log])
    told = {pk: _told(log, merged) for pk, log in logs.items()}
    promises = _promises([ticket.category for ticket in tickets], [each for log in told.values() for each in log], at)
    return {ticket.pk: clocks_of(told[ticket.pk], promises, at) for ticket in tickets}


def _told(log: Sequence[Entry], merged: Mapping[str, Sequence[Happening]]) -> list[Happening]:
    """What the entries of a ticket tell, with those of tickets that were merged into it."""
    told = [found for entry in log if (found := happening(entry))]
    # What is added meanwhile is gone through, too: the merged ones may have taken in others before.
    for entry in told:
        if entry.kind == "merged":
            told += merged[entry.of]
    return told


def _merged(entries: Iterable[Entry]) -> dict[str, list[Happening]]:
    """The happenings of tickets that were merged into others, by their references; a query for each generation."""
    told: dict[str, list[Happening]] = {}
    while refs := {entry.data["of"] for entry in entries if entry.kind == Entry.Kind.ABSORBED} - told.keys():
        told |= {ref: [] for ref in refs}
        entries = list(Entry.objects.filter(ticket__ref__in=refs).select_related("ticket").order_by("ticket", "number"))
        for entry in entries:
            if found := happening(entry, of=entry.ticket.ref):
                told[entry.ticket.ref].append(found)
    return told


def happening(entry: Entry, *, of: str = "") -> Happening | None:
    """What an entry tells the clocks; None for what does not concern them. ``of`` is a ticket that was merged."""
    tell = _KINDS.get(entry.kind)
    return tell(entry, entry.data, of) if tell else None


def policy_of(code: str, country: str = "") -> str:
    """The name of what is promised in a category: by the office, or by the agencies of a country."""
    return f"{code}@{country}" if country else code


def _plain(kind: str, *names: str) -> Callable[[Entry, dict[str, Any], str], Happening]:
    """An entry that the clocks know by the same or another kind, with what it says under these names."""

    def tell(entry: Entry, data: dict[str, Any], of: str) -> Happening:
        given = {name: str(data.get(name, "")) for name in names}
        return Happening(kind=kind, at=entry.at, by=_BY[entry.party], of=of, **given)  # type: ignore[arg-type]

    return tell


def _said(entry: Entry, data: dict[str, Any], of: str) -> Happening:
    """What an agency says to the importer is an answer; what it says to the office is between the two."""
    is_public = entry.party == Entry.Party.AGENCY and data.get("to") == Message.Kind.REPLY
    agency = str(data.get("agency", ""))
    return Happening(kind="replied" if is_public else "said", at=entry.at, by=_BY[entry.party], agency=agency, of=of)


def _given_back(entry: Entry, data: dict[str, Any], of: str) -> Happening:
    return Happening(kind="handed_over", at=entry.at, by=_BY[entry.party], of=of)


def _absorbed(entry: Entry, data: dict[str, Any], of: str) -> Happening:
    return Happening(kind="merged", at=entry.at, by=_BY[entry.party], of=data["of"])


_KINDS: dict[str, Callable[[Entry, dict[str, Any], str], Happening]] = {
    "opened": _plain("opened", "policy"),
    "category": _plain("policy_changed", "policy"),
    "replied": _plain("replied"),
    "said": _said,
    "paused": _plain("paused", "waiting_on", "reason", "agency"),
    "resumed": _plain("resumed"),
    "handed_over": _plain("handed_over", "agency", "policy"),
    "accepted": _plain("accepted", "agency"),
    "given_back": _given_back,
    "resolved": _plain("resolved"),
    "confirmed": _plain("confirmed"),
    "reopened": _plain("reopened"),
    "absorbed": _absorbed,
}


def _promises(known: Iterable[Category], log: Sequence[Happening], at: datetime) -> Mapping[str, Sequence[Promise]]:
    """Those of every category and country that the logs name; of categories that are not ``known`` one query more."""
    named = {entry.policy for entry in log if entry.policy}
    days = days_off()
    years = tuple(range(min((entry.at.year for entry in log), default=at.year), at.year + 3))
    categories = {category.code: category for category in known}
    if missing := {policy.partition("@")[0] for policy in named} - categories.keys():
        categories |= {row.code: row for row in Category.objects.filter(code__in=missing)}
    return {policy: _of_policy(policy, categories, days, years) for policy in named}


def _of_policy(
    policy: str, categories: Mapping[str, Category], days: Mapping[str, Days], years: tuple[int, ...]
) -> list[Promise]:
    code, _at, country = policy.partition("@")
    category = categories.get(code)
    if category is None:
        return []
    is_always = category.calendar == Category.Calendar.ALWAYS
    calendar = ALWAYS if is_always else hours_of(country or "RW", days.get(country or "RW", Days()), years)
    return _agency(calendar, _DAY if is_always else _OFFICE_DAY) if country else _ours(category, calendar)


def _ours(category: Category, calendar: Calendar) -> list[Promise]:
    """What the office promises; who has been answered once is answered as soon again."""
    cure = [Promise("ours", "resolve", category.target, calendar)] if category.target else []
    reply = category.first_reply
    return [Promise("ours", "first_reply", reply, calendar), Promise("ours", "next_reply", reply, calendar), *cure]


def _agency(calendar: Calendar, day: timedelta) -> list[Promise]:
    return [
        Promise("agency", "first_reply", _ACKNOWLEDGED * day, calendar),
        Promise("agency", "next_reply", _ACKNOWLEDGED * day, calendar),
        Promise("agency", "resolve", _ANSWERED * day, calendar),
    ]
