"""The benchmark of the pages: what it says of each, against what, and that a broken page is no fast page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from cargo.models import Consignment
from corridor.models import Node
from demo import page_benchmark
from demo.measuring import Result
from demo.page_benchmark import FEW, LIMITS, Costs, compared
from tests.conftest import Cast


def costs(milliseconds: float, queries: int = 6) -> Costs:
    """Each page costs so much."""
    return dict.fromkeys(LIMITS, (milliseconds, queries))


def test_many_are_measured_against_few() -> None:
    found = {result.name: result for result in compared(costs(20.04), costs(30.06), 100_000)}
    assert found["list_p95_100000"] == Result("list_p95_100000", 30.1, "ms", 20.0, 1.5)
    assert found["list_queries_100000"] == Result("list_queries_100000", 6, "queries", 12, 0.5)
    assert list(found) == [f"{name}_{what}_100000" for name in LIMITS for what in ("p95", "queries")]


def test_few_are_measured_against_the_limit() -> None:
    found = {result.name: result for result in compared(costs(30.0), costs(30.0), FEW)}
    limits = {"list": 60, "page": 80, "search": 50, "corridor": 50}
    assert {name: found[f"{name}_p95_{FEW}"].baseline for name in LIMITS} == limits
    assert [found[f"{name}_p95_{FEW}"].ratio for name in LIMITS] == [0.5, 0.375, 0.6, 0.6]


def test_a_page_may_cost_no_more_than_the_project_promises() -> None:
    for limit, most in LIMITS.values():
        assert 0 < limit <= 100
        assert 0 < most <= 20


@pytest.mark.parametrize("path", ["/consignments/", "/no/such/page/"])
def test_a_page_that_fails_is_no_measurement(db: None, path: str) -> None:
    with pytest.raises(RuntimeError, match=f"{path} answers"):
        page_benchmark._open(Client(), path)


def test_the_most_queries_of_any_ask_count_and_the_first_of_each_is_not_timed(
    network: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_benchmark, "ROUNDS", 6)
    done: list[str] = []

    def ask(name: str, queries: int) -> Callable[[], None]:
        def run() -> None:
            done.append(name)
            for _query in range(queries):
                Node.objects.first()

        return run

    milliseconds, queries = page_benchmark._cost([ask("one", 1), ask("four", 4)])
    assert queries == 4
    assert milliseconds > 0
    assert done == ["one", "four"] + ["one", "four"] * 3


def test_each_page_is_asked_for_by_the_importer_and_by_the_office(
    cast: Cast, consignment: Consignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_benchmark, "IMPORTER", cast.importer.email)
    monkeypatch.setattr(page_benchmark, "OFFICER", cast.officer.email)
    type(cast.importer_firm).objects.filter(pk=cast.importer_firm.pk).update(name="Big Imports 0")
    asked = page_benchmark._asked()
    counts = {name: len(asks) for name, asks in asked.items()}
    boxes = consignment.units.count()
    assert counts == {"list": 2, "page": 2, "search": boxes * 8 * 2, "corridor": 1}
    for asks in asked.values():
        for ask in asks:
            ask()
