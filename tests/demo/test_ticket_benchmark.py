"""The benchmark of tickets: its set's name and words, what it says of each page, and that a broken page is no fast page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.models import Node
from demo import ticket_benchmark
from demo.own_database import PREFIX, name_of
from demo.ticket_benchmark import LIMITS, set_name
from demo.ticket_set import WORDS, words_of


def test_its_set_is_a_benchmarks_and_never_that_of_cargo() -> None:
    assert set_name(10_000) == f"{PREFIX}tickets_10000"
    assert not {set_name(size) for size in (1, 10, 100)} & {name_of(size) for size in (1, 10, 100)}


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(0, 60))
def test_what_is_said_follows_from_the_number(number: int, count: int) -> None:
    said = words_of(number, count).split()
    assert said == words_of(number, count).split()
    assert len(said) == count
    assert {int(word.removeprefix("word")) for word in said} <= set(range(WORDS))
    assert words_of(number, count + 5).split()[:count] == said


def test_every_word_is_the_first_of_some_so_that_a_search_finds_few() -> None:
    firsts = Counter(words_of(number, 1) for number in range(2 * WORDS))
    assert (len(firsts), set(firsts.values())) == (WORDS, {2})


def test_a_page_may_cost_no_more_than_the_project_promises() -> None:
    for page, (limit, most) in LIMITS.items():
        assert 0 < most <= 20
        # Reports look at everything; nothing else may.
        assert limit <= (1500 if page == "ticket_reports" else 150)


@pytest.mark.parametrize("path", ["/tickets/", "/tickets/T26-000000/", "/no/such/page/"])
def test_a_page_that_fails_is_no_measurement(db: None, path: str) -> None:
    with pytest.raises(RuntimeError, match=f"{path} answers (302|404)"):
        ticket_benchmark._open(Client(), path)


def test_each_is_asked_in_turn_after_a_first_round_that_only_counts_queries(
    network: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_benchmark, "ROUNDS", 4)
    done: list[int] = []

    def ask(queries: int) -> Callable[[], None]:
        def run() -> None:
            done.append(queries)
            for _query in range(queries):
                Node.objects.first()

        return run

    milliseconds, queries = ticket_benchmark._cost([ask(3), ask(0)])
    assert (queries, done) == (3, [3, 0] * 3)
    assert milliseconds > 0


def test_who_opens_what() -> None:
    first, second = Client(), Client()
    asks = ticket_benchmark._opening(iter([first, second]), ["/a/", "/b/"])
    told = [getattr(ask, "args", ()) for ask in asks]
    assert told == [(first, "/a/"), (second, "/a/"), (first, "/b/"), (second, "/b/")]
