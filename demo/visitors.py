"""The load test: the three personas at a running portal, as many as are said, while a partner sends events.

Each visitor reads a page, thinks, and reads the next; each second brings its events by the partner's own address. What
is measured is what a visitor waits for: the whole answer, over the socket.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from itertools import chain, repeat
from threading import Lock
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.utils import timezone

from cargo.models import Consignment
from demo.measuring import Result
from liaison.models import Person
from liaison.people import add_person
from liaison.roles import TRADE, Role
from tickets.models import Ticket

# Of ten visitors seven are in trade, two in the office, one is an official; they think for seven seconds in the middle,
# as those of the TPC-W benchmark do.
SHARES = {"importer": 7, "officer": 2, "official": 1}
THINK_S = 7.0
# A server closes what is idle, after fifteen seconds ours.
LONGEST_IDLE_S = 10.0
LIMIT_MS = 300.0
HEADER = "reference,container,bill_of_lading,kind,classifier,node,occurred_at,remark"
NODES = ("ke-port-mombasa", "xx-border-malaba", "xx-border-gatuna")


@dataclass
class Tally:
    """What visitors waited for, in milliseconds, by persona, and what went wrong."""

    waits: dict[str, list[float]] = field(default_factory=dict)
    pushes: list[float] = field(default_factory=list)
    sent: int = 0
    failed: dict[int, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def note(self, persona: str, milliseconds: float, status: int) -> None:
        """One answer; who is sent elsewhere was not let in."""
        with self._lock:
            self.waits.setdefault(persona, []).append(milliseconds)
            if status >= 300:
                self.failed[status] = self.failed.get(status, 0) + 1


@dataclass(frozen=True)
class Visitor:
    """One of the personas, with the cookie of her session and the pages that she goes round."""

    persona: str
    cookie: str
    pages: Sequence[str]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that ``share`` of all do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def visitors(count: int) -> list[Visitor]:
    """As many as are said, by the shares; each persona's are the same few people, as in an office."""
    made = {persona: _visitors_of(persona) for persona in SHARES}
    turns = list(chain.from_iterable(repeat(persona, share) for persona, share in SHARES.items()))
    wanted = [turns[number % len(turns)] for number in range(count)]
    return [made[persona][number % len(made[persona])] for number, persona in enumerate(wanted)]


def _visitors_of(persona: str) -> list[Visitor]:
    roles = {"importer": TRADE, "officer": {Role.OFFICER}, "official": {Role.OFFICIAL}}[persona]
    people = list(Person.objects.filter(membership__role__in=roles, is_active=True).distinct().order_by("pk")[:10])
    if not people:
        # A set for benchmarks has not everybody.
        firm = "Load Traders" if persona == "importer" else ""
        role = "owner" if firm else persona
        people = [add_person(email=f"{persona}@load.example", role=role, organization=firm, by=None, at=timezone.now())]
    return [Visitor(persona, _signed_in(person), _pages(persona, person)) for person in people]


def _signed_in(person: Person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _pages(persona: str, person: Person) -> list[str]:
    cargo = Consignment.objects.visible_to(person).order_by("-pk").values_list("ref", flat=True)[:20]
    details = [f"/consignments/{ref}/" for ref in cargo]
    if persona == "importer":
        return ["/consignments/", *details, "/consignments/?q=TGHU", "/corridor/", "/tickets/"]
    if persona == "official":
        return ["/observatory/", "/corridor/", "/observatory/?period=month", "/corridor/"]
    tickets = Ticket.objects.visible_to(person).order_by("-pk").values_list("ref", flat=True)[:20]
    return ["/tickets/", *(f"/tickets/{ref}/" for ref in tickets), "/consignments/?q=RW", *details[:5], "/sources/"]


def events(count: int, containers: Sequence[str], at: datetime, number: int) -> bytes:
    """A delivery of so many events of containers that are known, each of them news."""
    rows = [
        f",{containers[(number * count + row) % len(containers)]},,discharged,EST,{NODES[row % len(NODES)]},"
        f"{(at + timedelta(seconds=number * count + row)).isoformat()},"
        for row in range(count)
    ]
    return "\n".join([HEADER, *rows, ""]).encode()


def visit(base: str, crowd: Sequence[Visitor], *, seconds: float, think_s: float, tally: Tally) -> None:
    """All of them go round until the time is over; nobody begins at the same moment.

    A thread each, as cheap as can be: what visitors take of the machine, the portal does not have.
    """
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(len(crowd)) as threads:
        rounds = [
            threads.submit(_go_round, connection_to(base), one, paces(number), until, think_s, tally)
            for number, one in enumerate(crowd)
        ]
    for each in rounds:
        each.result()


def paces(number: int) -> random.Random:
    """The chances of one of the crowd: several are the same person, and yet none goes in another's step."""
    return random.Random(number)  # noqa: S311 - paces visitors, guards nothing


def connection_to(base: str) -> HTTPConnection:
    """A connection to the portal under this address; it opens itself."""
    parts = urlsplit(base)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=30)


def _go_round(
    connection: HTTPConnection, visitor: Visitor, chance: random.Random, until: float, think_s: float, tally: Tally
) -> None:
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={visitor.cookie}"}
    with closing(connection):
        # As if she had been there for long: those who begin anew would all come in the first seconds, and soon again.
        while _rest(connection, chance.expovariate(1 / think_s) if think_s else 0, until):
            began = time.perf_counter()
            try:
                status = ask(connection, "GET", chance.choice(visitor.pages), headers=headers)
            except (OSError, HTTPException):
                connection.close()
                status = 599
            tally.note(visitor.persona, 1000 * (time.perf_counter() - began), status)


def _rest(connection: HTTPConnection, seconds: float, until: float) -> bool:
    """Think for so long; whether there is time left then. Like a browser's, a connection that rests long is let go."""
    if seconds > LONGEST_IDLE_S:
        connection.close()
    time.sleep(max(0.0, min(seconds, until - time.monotonic())))
    return time.monotonic() < until


def ask(connection: HTTPConnection, method: str, path: str, *, headers: dict[str, str], body: bytes = b"") -> int:
    """The status of an answer that was read to its end. Raises OSError, HTTPException."""
    connection.request(method, path, body=body or None, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def send(
    base: str, address: str, token: str, containers: Sequence[str], *, rate: int, seconds: float, at: datetime,
    tally: Tally,
) -> None:  # fmt: skip
    """So many events a second, in one delivery each second, whether or not the portal keeps up."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/csv"}
    with closing(connection_to(base)) as connection:
        for number in range(int(seconds) if rate and containers else 0):
            began = time.perf_counter()
            status = ask(connection, "POST", address, headers=headers, body=events(rate, containers, at, number))
            taken = time.perf_counter() - began
            tally.pushes.append(1000 * taken)
            tally.sent += rate * (status == 202)
            time.sleep(max(0.0, 1 - taken))


def results(tally: Tally, floor_ms: float, events: int) -> Iterator[Result]:
    """P95 of all and of each persona against the limit; the floor is what that server takes to say that it lives.

    ``events`` is how many there were to send.
    """
    everything = list(chain.from_iterable(tally.waits.values()))
    for name, waits in (("mix", everything), *sorted(tally.waits.items())):
        p95 = percentile(waits, 0.95)
        yield Result(f"{name}_p95", round(p95, 1), "ms", LIMIT_MS, round(p95 / LIMIT_MS, 4))
    median = percentile(everything, 0.5)
    yield Result("mix_median", round(median, 1), "ms", round(floor_ms, 1), round(median / (floor_ms or 1), 2))
    asked = len(everything)
    failed = sum(tally.failed.values())
    yield Result("mix_errors", failed, "answers", asked, round(failed / (asked or 1), 4))
    yield Result("events_sent", tally.sent, "events", events, round(tally.sent / (events or 1), 4))
    push = percentile(tally.pushes, 0.95)
    yield Result("push_p95", round(push, 1), "ms", LIMIT_MS, round(push / LIMIT_MS, 4))
