"""The load test: the three personas at a running portal, as many as are said, while a partner sends events.

Each visitor reads a page, thinks, and reads the next; each second brings its events by the partner's own address. What
is measured is what a visitor waits for: the whole answer, over the socket.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, repeat

import httpx
from django.conf import settings
from django.test import Client
from django.utils import timezone

from cargo.models import Consignment, Unit
from demo.measuring import Result
from liaison.models import Person
from liaison.people import add_person
from liaison.roles import TRADE, Role
from tickets.models import Ticket

# Of ten visitors seven are in trade, two in the office, one is an official; they think for seven seconds in the middle,
# as those of the TPC-W benchmark do.
SHARES = {"importer": 7, "officer": 2, "official": 1}
THINK_S = 7.0
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

    def note(self, persona: str, milliseconds: float, status: int) -> None:
        """One answer; who is sent elsewhere was not let in."""
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


async def visit(base: str, crowd: Sequence[Visitor], *, seconds: float, think_s: float, tally: Tally) -> None:
    """All of them go round until the time is over; nobody begins at the same moment."""
    until = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=len(crowd) + 10, max_keepalive_connections=len(crowd))
    async with httpx.AsyncClient(base_url=base, timeout=30, limits=limits) as client:
        rounds = [_go_round(client, one, paces(number), until, think_s, tally) for number, one in enumerate(crowd)]
        await asyncio.gather(*rounds)


def paces(number: int) -> random.Random:
    """The chances of one of the crowd: several are the same person, and yet none goes in another's step."""
    return random.Random(number)  # noqa: S311 - paces visitors, guards nothing


async def _go_round(
    client: httpx.AsyncClient, visitor: Visitor, chance: random.Random, until: float, think_s: float, tally: Tally
) -> None:
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={visitor.cookie}"}
    await asyncio.sleep(chance.random() * think_s)
    while time.monotonic() < until:
        began = time.perf_counter()
        try:
            answer = await client.get(chance.choice(visitor.pages), headers=headers)
            status = answer.status_code
        except httpx.HTTPError:
            status = 599
        tally.note(visitor.persona, 1000 * (time.perf_counter() - began), status)
        await asyncio.sleep(chance.expovariate(1 / think_s) if think_s else 0)


async def send(base: str, address: str, token: str, *, rate: int, seconds: float, at: datetime, tally: Tally) -> None:
    """So many events a second, in one delivery each second, whether or not the portal keeps up."""
    containers = [row async for row in Unit.objects.exclude(container="").values_list("container", flat=True)[:5000]]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/csv"}
    async with httpx.AsyncClient(base_url=base, timeout=30) as client:
        for number in range(int(seconds) if rate and containers else 0):
            began = time.perf_counter()
            answer = await client.post(address, content=events(rate, containers, at, number), headers=headers)
            taken = time.perf_counter() - began
            tally.pushes.append(1000 * taken)
            tally.sent += rate * (answer.status_code == 202)
            await asyncio.sleep(max(0.0, 1 - taken))


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
