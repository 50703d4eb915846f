"""What the log of a ticket and the promises of its category make of its clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

from liaison.models import Organization
from tickets.clocks.calendars import NEVER, Calendar
from tickets.clocks.happenings import By, Happening
from tickets.clocks.partings import lived, settled
from tickets.clocks.reckoning import Clock, Contract, Promise, clocks_of, next_step
from tickets.models import Category, Entry, Message, OwnHours, Ticket
from tickets.office_hours import ALWAYS, OFFICE_DAY, Days, calendar_of, days_off, hours_of, own_hours

# The charter of the State Department for Shipping: acknowledged within a day, answered within three.
_ACKNOWLEDGED, _ANSWERED = 1, 3
_DAY = timedelta(days=1)
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
    told = _own(log)
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
        logs: dict[str, list[Entry]] = {}
        for entry in entries:
            logs.setdefault(entry.ticket.ref, []).append(entry)
        told |= {ref: _own(log, of=ref) for ref, log in logs.items()}
    return told


def _own(log: Sequence[Entry], *, of: str = "") -> list[Happening]:
    """What the entries of one ticket tell; a query for each merger of its own that was undone."""
    told = settled(_named(found for entry in log if (found := happening(entry, of=of))))
    merged_at = log[0].at if log else None
    for entry in log:
        if entry.kind == Entry.Kind.MERGED:
            merged_at = entry.at
        elif entry.kind == Entry.Kind.PARTED and "from" in entry.data and merged_at:
            rows = Entry.objects.filter(ticket__ref=entry.data["from"]).order_by("number")
            theirs = [found for row in rows if (found := happening(row))]
            told += [replace(each, of=of) for each in lived(told, theirs, merged_at, entry.at)]
    return told


def _named(log: Iterable[Happening]) -> Iterator[Happening]:
    """The agency by the name that it had when it was handed the ticket, whatever it has been called since."""
    holder = ""
    for entry in log:
        if entry.kind == "handed_over":
            holder = entry.agency
        yield replace(entry, agency=holder) if entry.agency and holder else entry


def happening(entry: Entry, *, of: str = "") -> Happening | None:
    """What an entry tells the clocks; None for what does not concern them. ``of`` is a ticket that was merged."""
    tell = _KINDS.get(entry.kind)
    return tell(entry, entry.data, of) if tell else None


class Policy(NamedTuple):
    """What is promised in a category, as a log names it: by the office, or by an agency or an outside party.

    ``number`` is that of the organisation, which stays when it is renamed; 0 in logs that named a country alone.
    """

    code: str
    country: str = ""
    number: int = 0
    is_outside: bool = False

    @classmethod
    def of(cls, code: str, agency: Organization) -> Self:
        """What an agency promises, or somebody who is none."""
        return cls(code, agency.country, agency.pk, agency.kind != Organization.Kind.AGENCY)

    @classmethod
    def named(cls, name: str) -> Self:
        """The policy of that name."""
        code, _at, whose = name.partition("@")
        country, mark, number = whose.partition("!") if "!" in whose else whose.partition("#")
        return cls(code, country, int(number or 0), mark == "!")

    @property
    def name(self) -> str:
        """CODE, CODE@CC#17 or, of an outside party, CODE@CC!17."""
        whose = f"{'!' if self.is_outside else '#'}{self.number}" if self.number else ""
        return f"{self.code}@{self.country}{whose}" if self.country else self.code


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


def _parted(entry: Entry, data: dict[str, Any], of: str) -> Happening:
    return Happening(kind="parted", at=entry.at, by=_BY[entry.party], of=data.get("of", ""))


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
    "parted": _parted,
}


def _promises(known: Iterable[Category], log: Sequence[Happening], at: datetime) -> Mapping[str, Sequence[Promise]]:
    """Those of every category and country that the logs name; of categories that are not ``known`` one query more."""
    named = {entry.policy: Policy.named(entry.policy) for entry in log if entry.policy}
    days, own = days_off(), own_hours({policy.number for policy in named.values()} - {0})
    years = tuple(range(min((entry.at.year for entry in log), default=at.year), at.year + 3))
    categories = {category.code: category for category in known}
    if missing := {policy.code for policy in named.values()} - categories.keys():
        categories |= {row.code: row for row in Category.objects.filter(code__in=missing)}
    return {
        name: _of_policy(policy, categories[policy.code], days.get(policy.country or "RW", Days()), years, own)
        for name, policy in named.items()
        if policy.code in categories
    }


def _of_policy(
    policy: Policy, category: Category, days: Days, years: tuple[int, ...], own: Mapping[int, OwnHours]
) -> list[Promise]:
    contract: Contract = "outside" if policy.is_outside else "agency"
    if kept := own.get(policy.number):
        calendar, day = calendar_of(kept, policy.country, days, years)
        return _theirs(contract, calendar, kept.acknowledged_days * day, kept.answered_days * day)
    is_always = category.calendar == Category.Calendar.ALWAYS and not policy.is_outside
    calendar = ALWAYS if is_always else hours_of(policy.country or "RW", days, years)
    day = _DAY if is_always else OFFICE_DAY
    return (
        _theirs(contract, calendar, _ACKNOWLEDGED * day, _ANSWERED * day)
        if policy.country
        else _ours(category, calendar)
    )


def _ours(category: Category, calendar: Calendar) -> list[Promise]:
    """What the office promises; who has been answered once is answered as soon again."""
    cure = [Promise("ours", "resolve", category.target, calendar)] if category.target else []
    reply = category.first_reply
    return [Promise("ours", "first_reply", reply, calendar), Promise("ours", "next_reply", reply, calendar), *cure]


def _theirs(contract: Contract, calendar: Calendar, reply: timedelta, answer: timedelta) -> list[Promise]:
    return [
        Promise(contract, "first_reply", reply, calendar),
        Promise(contract, "next_reply", reply, calendar),
        Promise(contract, "resolve", answer, calendar),
    ]
