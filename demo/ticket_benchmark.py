"""The benchmark of tickets: what their pages and searches cost among many, and how many queries each takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from statistics import quantiles
from uuid import uuid4

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.models import Unit
from demo.big_set import IMPORTER, OFFICER
from demo.measuring import Result, timed
from demo.own_database import PREFIX, create, exists, using
from demo.ticket_set import load, words_of
from liaison.models import Person
from liaison.wsgi import settle
from tickets.models import Ticket

ROUNDS = 20
# How many tickets, containers and searches are looked at in turn.
SOME = 5
# Milliseconds at the 95th percentile, and queries, that each may cost.
LIMITS = {
    "ticket_list": (100, 12),
    "ticket_container": (100, 12),
    "ticket_words": (100, 12),
    "ticket_board": (150, 12),
    "ticket_reports": (1500, 12),
    "ticket_page": (150, 20),
}


def set_name(tickets: int) -> str:
    """The name of the database that holds a set of so many tickets."""
    return f"{PREFIX}tickets_{tickets}"


def troubles(tickets: int) -> Iterator[Result]:
    """P95 in milliseconds and queries of each page among ``tickets``, against what it may cost.

    The set is loaded where it is missing, and stays for the next run.
    """
    name = set_name(tickets)
    if not exists(name):
        create(name)
        with using(name):
            load(tickets, until=timezone.now(), progress_of=lambda _done, _total: None)
    with using(name):
        costs = measured()
    for page, (limit, most) in LIMITS.items():
        value, queries = costs[page]
        yield Result(f"{page}_p95_{tickets}", round(value, 1), "ms", limit, round(value / limit, 4))
        yield Result(f"{page}_queries_{tickets}", queries, "queries", most, round(queries / most, 4))


def measured() -> dict[str, tuple[float, int]]:
    """For each page its P95 in milliseconds and its most queries, on the database in use."""
    cache.key_prefix = uuid4().hex
    settle()
    return {page: _cost(asks) for page, asks in _asked().items()}


def _asked() -> dict[str, list[Callable[[], None]]]:
    """What is asked of each page, by the importer with the most cargo and by the office."""
    importer, officer = (_client(email) for email in (IMPORTER, OFFICER))
    hers = Person.objects.get(email=IMPORTER).organization_ids()
    refs = Ticket.objects.filter(organization__in=hers).order_by("-pk").values_list("ref", flat=True)[:SOME]
    boxes = Unit.objects.filter(consignment__consignee__in=hers).order_by("-pk").values_list("container", flat=True)
    # One word that is in many messages, two together that are in few.
    said = [words_of(number, 1 + number % 2).replace(" ", "+") for number in range(SOME + 1)]
    both = (importer, officer)
    return {
        "ticket_list": _opening(both, ["/tickets/"]),
        "ticket_container": _opening(both, [f"/tickets/?q={box}" for box in boxes[:SOME]]),
        "ticket_words": _opening(both, [f"/tickets/?q={words}" for words in said]),
        "ticket_board": _opening([officer], ["/tickets/board/", "/tickets/board/?queue=office"]),
        "ticket_reports": _opening([officer], ["/tickets/reports/", "/tickets/reports/?days=365"]),
        "ticket_page": _opening(both, [f"/tickets/{ref}/" for ref in refs]),
    }


def _opening(clients: Iterable[Client], urls: Iterable[str]) -> list[Callable[[], None]]:
    people = list(clients)
    return [partial(_open, client, url) for url in urls for client in people]


def _client(email: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(email=email))
    return client


def _open(client: Client, url: str) -> None:
    answer = client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answers {answer.status_code}")


def _cost(asks: list[Callable[[], None]]) -> tuple[float, int]:
    """Of asking everything until each has been asked often enough; the first of each is not counted."""
    queries = 0
    for ask in asks:
        with CaptureQueriesContext(connection) as counted:
            ask()
        queries = max(queries, len(counted))
    rounds = max(1, ROUNDS // len(asks))
    taken = [timed(ask) * 1000 for _round in range(rounds) for ask in asks]
    return quantiles(taken, n=20)[-1], queries
