"""The benchmark of the office's directory: searches among ten thousand organisations and fifty thousand people."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import partial
from statistics import quantiles

from django.db import connection, transaction
from django.db.models.functions import Lower
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from demo.crowd import gather
from demo.measuring import Result, timed
from liaison.directory import search
from liaison.models import Organization
from liaison.paging import SIZE as PAGE
from liaison.people import add_person

ROUNDS = 5
ORGANIZATIONS, PEOPLE = 10_000, 50_000
MOST_QUERIES = 12
# Nothing, many by a part of the name, few, people, telephones, numbers, and what is not there.
SEARCHES = (
    "", "traders", "kivu mugisha", "4711", "uwase", "grace.kamau", "@crowd.example", "0781 000 042", "100004711", "kv",
    "no such firm",
)  # fmt: skip


def directory() -> Iterator[Result]:
    """The office's directory among ten thousand organisations and fifty thousand people, who are gone afterwards.

    First the 95th percentile of the whole page in milliseconds, over searches of every kind, against the same of the
    bare search in PostgreSQL; then the most queries that any of the pages takes, against the twelve that it may.
    """
    with transaction.atomic():
        gather(ORGANIZATIONS, PEOPLE, at=timezone.now())
        # What was made to be inserted is not what a page has to clear away.
        gc.collect()
        client = Client()
        client.force_login(add_person(email="bench@office.example", role="officer", by=None, at=timezone.now()))
        pages, bare, queries = _searches(client)
        transaction.set_rollback(True)
    value, baseline = _p95(pages), _p95(bare)
    yield Result("directory_search", round(value, 1), "ms", round(baseline, 1), round(value / baseline, 4))
    yield Result("directory_queries", queries, "queries", MOST_QUERIES, round(queries / MOST_QUERIES, 4))


def _searches(client: Client) -> tuple[list[float], list[float], int]:
    """Milliseconds of each page and of each bare search but the first round's, and the most queries of a page."""
    pages: list[float] = []
    bare: list[float] = []
    queries = 0
    for number in range(ROUNDS + 1):
        for words in SEARCHES:
            with CaptureQueriesContext(connection) as counted:
                _open(client, words)
            queries = max(queries, len(counted))
            page = timed(partial(_open, client, words))
            alone = timed(partial(_found, words))
            if number:
                pages.append(page * 1000)
                bare.append(alone * 1000)
    return pages, bare, queries


def _open(client: Client, words: str) -> None:
    answer = client.get("/directory/", {"q": words})
    if answer.status_code != 200:
        raise RuntimeError(f"the directory answers {answer.status_code}")


def _found(words: str) -> list[int]:
    rows = search(Organization.objects.all(), words).order_by(Lower("name"), "pk")
    return list(rows.values_list("pk", flat=True)[:PAGE])


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]
