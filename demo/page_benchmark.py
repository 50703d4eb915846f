"""The benchmark of the pages on the big set: what they cost among few consignments and among many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from statistics import quantiles
from uuid import uuid4

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.models import Consignment
from cargo.waits import measure_waits
from corridor.models import Condition, Standing
from corridor.settling import settle_standings
from demo.big_set import IMPORTER, OFFICER, load, said_of
from demo.measuring import Result, timed
from demo.own_database import create, exists, name_of, using
from liaison.models import Person
from liaison.wsgi import settle

FEW = 10_000
ROUNDS = 40
# Milliseconds at the 95th percentile, and queries, that a page may cost; its first visit in kilobytes.
LIMITS = {"list": (60, 12), "page": (80, 20), "search": (50, 12), "corridor": (50, 10)}
# For each page its P95 in milliseconds and its most queries.
Costs = Mapping[str, tuple[float, int]]


def pages(consignments: int = FEW) -> Iterator[Result]:
    """P95 in milliseconds of each page among ``consignments``, against the same among ten thousand; its queries.

    The sets are loaded where they are missing, and stay for the next run. Where the set is no larger than the ten
    thousand, the baseline is the limit.
    """
    many = _measured(consignments)
    few = many if consignments <= FEW else _measured(FEW)
    yield from compared(few, many, consignments)


def compared(few: Costs, many: Costs, consignments: int) -> Iterator[Result]:
    """What each page costs among ``consignments`` (``many``) against what it costs among ten thousand."""
    for name, (limit, most) in LIMITS.items():
        value, queries = many[name]
        baseline = limit if consignments <= FEW else few[name][0]
        ratio = round(value / baseline, 4)
        yield Result(f"{name}_p95_{consignments}", round(value, 1), "ms", round(baseline, 1), ratio)
        yield Result(f"{name}_queries_{consignments}", queries, "queries", most, round(queries / most, 4))


def _measured(consignments: int) -> Costs:
    """For each page its P95 in milliseconds and its most queries."""
    name = name_of(consignments)
    if not exists(name):
        create(name)
        with using(name):
            load(consignments, until=timezone.now(), progress_of=lambda _done, _total: None)
    with using(name):
        cache.key_prefix = uuid4().hex
        measure_waits(at=timezone.now())
        settle_standings(at=timezone.now())
        # As on most days: where it is slow ahead, the page of what has yet to pass there says so.
        borders = Standing.objects.filter(kind=Condition.Kind.BORDER)
        borders.update(severity=Standing.Severity.SLOW, since=timezone.now())
        settle()
        return {page: _cost(asks) for page, asks in _asked().items()}


def _asked() -> dict[str, list[Callable[[], None]]]:
    """What is asked of each page, by the importer with the most cargo and by the office."""
    clients = [_client(IMPORTER), _client(OFFICER)]
    hers = Consignment.objects.filter(consignee__name="Big Imports 0").order_by("-pk")
    refs = list(hers.values_list("ref", flat=True)[:ROUNDS])
    named = hers.values_list("units__container", "bill_of_lading", "ref", "own_reference", "pk")[:ROUNDS]
    return {
        "list": [partial(_open, client, "/consignments/") for client in clients],
        "page": [partial(_open, client, f"/consignments/{ref}/") for ref in refs for client in clients],
        "search": [
            partial(_open, client, f"/consignments/?q={words}")
            for *numbers, pk in named
            for words in (*numbers, *said_of(pk - 1))
            for client in clients
        ],
        "corridor": [partial(_open, Client(), "/corridor/")],
    }


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
